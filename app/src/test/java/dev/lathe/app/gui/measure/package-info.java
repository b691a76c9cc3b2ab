/// Tests of the Measure screen.
/// They need no toolkit but for the grid's own nodes.
/// Start with [MeasureViewModelTest].
@NullMarked
package dev.lathe.app.gui.measure;

import org.jspecify.annotations.NullMarked;
