/// The Accuracy screen: scores with intervals, what is mistaken for what, and the samples as the models see them.
/// Models are run by the engine; nothing here reads data.
/// Start with [AccuracyViewModel].
@NullMarked
package dev.lathe.app.gui.accuracy;

import org.jspecify.annotations.NullMarked;
