/// The Variants screen: a recipe is put together, a variant is made by it, and those that were made are seen with what was
/// done to them.
/// Forms follow from what the optimizer says of its passes; nothing here knows a single one.
/// Start with [VariantsViewModel] and [RecipeForm].
@NullMarked
package dev.lathe.app.gui.variants;

import org.jspecify.annotations.NullMarked;
