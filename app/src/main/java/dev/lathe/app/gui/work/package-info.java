/// What all screens share: the choices made, the engine as the window sees it, and jobs with their progress.
/// No node of the scene is known here; views observe the properties.
/// Start with [Desk] and [JobBar].
@NullMarked
package dev.lathe.app.gui.work;

import org.jspecify.annotations.NullMarked;
