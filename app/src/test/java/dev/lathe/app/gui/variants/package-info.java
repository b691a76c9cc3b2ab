/// Tests of the Variants screen.
/// They need no toolkit.
/// Start with [VariantsViewModelTest].
@NullMarked
package dev.lathe.app.gui.variants;

import org.jspecify.annotations.NullMarked;
