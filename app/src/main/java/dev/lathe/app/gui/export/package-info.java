/// The Export screen: every file of the bundle before it is saved.
/// Nothing is rendered here; the bundle comes from the workbench.
/// Start with [ExportViewModel].
@NullMarked
package dev.lathe.app.gui.export;

import org.jspecify.annotations.NullMarked;
