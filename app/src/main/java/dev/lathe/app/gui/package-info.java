/// The window: the shell around the screens, its look and its keys.
/// The screens stand in packages of their own; no verb is implemented here.
/// Start with [LatheWindow] and [Shell].
@NullMarked
package dev.lathe.app.gui;

import org.jspecify.annotations.NullMarked;
