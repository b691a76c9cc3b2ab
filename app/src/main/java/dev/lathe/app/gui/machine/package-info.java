/// The Machine screen: what the machine has, and how busy it is now.
/// Nothing is detected here; the facts come from the workbench.
/// Start with [MachineViewModel].
@NullMarked
package dev.lathe.app.gui.machine;

import org.jspecify.annotations.NullMarked;
