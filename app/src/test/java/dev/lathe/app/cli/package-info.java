/// Tests of the command line.
/// What the verbs do is tested with the engine.
/// Start with [GuiCommandTest].
@NullMarked
package dev.lathe.app.cli;

import org.jspecify.annotations.NullMarked;
