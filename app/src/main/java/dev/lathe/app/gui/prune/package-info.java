/// Pruning on the Variants screen: what single groups of channels cost, ratios with what would be left, and a variant beside
/// what it was made of.
/// Nothing is cut here: a recipe is put together, which the screen makes a variant by.
/// Start with [PruningViewModel] and [BeforeAfterViewModel].
@NullMarked
package dev.lathe.app.gui.prune;

import org.jspecify.annotations.NullMarked;
