/// The Run screen: the whole way on the open model, watched while it goes on, and the decision.
/// Nothing is decided here; rows and verdicts come from the engine.
/// Start with [RunViewModel].
@NullMarked
package dev.lathe.app.gui.run;

import org.jspecify.annotations.NullMarked;
