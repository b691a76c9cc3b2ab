/// The Model screen: open a model, see what is in it, say what a variant must hold.
/// Nothing is measured here.
/// Start with [ModelViewModel].
@NullMarked
package dev.lathe.app.gui.model;

import org.jspecify.annotations.NullMarked;
