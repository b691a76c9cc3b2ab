/// Tests of the Accuracy screen.
/// They need no toolkit.
/// Start with [AccuracyViewModelTest].
@NullMarked
package dev.lathe.app.gui.accuracy;

import org.jspecify.annotations.NullMarked;
