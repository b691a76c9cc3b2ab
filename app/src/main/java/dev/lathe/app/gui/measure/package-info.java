/// The Measure screen: a grid of variants by batch size whose cells are ticked, measured and filled, charts of what was
/// measured, and what single operators take.
/// What is measured and how is the engine's; nothing here knows of workers.
/// Start with [MeasureViewModel].
@NullMarked
package dev.lathe.app.gui.measure;

import org.jspecify.annotations.NullMarked;
