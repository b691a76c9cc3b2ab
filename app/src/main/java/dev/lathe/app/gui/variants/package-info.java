/// The Variants screen: a recipe is put together, a variant is made by it, and those that were made are seen with what was
/// done to them; the model's layers and channels are looked at.
/// Forms follow from what the optimizer says of its passes; nothing here knows one but the quantization that layers are left
/// out of.
/// Start with [VariantsViewModel], [RecipeForm] and [FindingsViewModel].
@NullMarked
package dev.lathe.app.gui.variants;

import org.jspecify.annotations.NullMarked;
