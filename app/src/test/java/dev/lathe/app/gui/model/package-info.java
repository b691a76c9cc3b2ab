/// Tests of the Model screen's view model, without a toolkit.
/// The engine is a stand-in that tells what a real run told.
/// Jobs run at once, on the test's thread.
@NullMarked
package dev.lathe.app.gui.model;

import org.jspecify.annotations.NullMarked;
