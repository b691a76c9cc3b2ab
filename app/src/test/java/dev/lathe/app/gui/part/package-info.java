/// Tests of what the screens share, without a toolkit, and the stand-ins that the screens' tests use.
/// No worker is started here; what a run tells was recorded from a real one.
/// Start with [FakeEngine].
@NullMarked
package dev.lathe.app.gui.part;

import org.jspecify.annotations.NullMarked;
