/// The verbs of Lathe, blocking and free of any user interface: what the window and the command line both call.
/// How results are shown is decided by them; where they are kept, by `dev.lathe.app.engine.store`.
/// Start with [Workbench].
@NullMarked
package dev.lathe.app.engine;

import org.jspecify.annotations.NullMarked;
