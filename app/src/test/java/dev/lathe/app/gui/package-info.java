/// Tests of the whole window on JavaFX's headless platform, and its pictures.
/// The engine is the real one where the whole way is tested, otherwise a stand-in.
/// Start with [WindowTest].
@NullMarked
package dev.lathe.app.gui;

import org.jspecify.annotations.NullMarked;
