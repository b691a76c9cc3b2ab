/// What models can be run on here: execution providers, the devices they drive, and a probe model that shows it.
/// Running a model for anything but that is not here.
/// Start with [Targets].
@NullMarked
package dev.lathe.profile.target;

import org.jspecify.annotations.NullMarked;
