/// Pieces that every screen is built of: charts in their frame, the empty and failed states, icons, the look.
/// They know nothing of models or runs.
/// Start with [ChartPane] and [StatePane].
@NullMarked
package dev.lathe.app.gui.part;

import org.jspecify.annotations.NullMarked;
