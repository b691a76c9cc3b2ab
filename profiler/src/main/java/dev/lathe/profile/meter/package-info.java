/// Readings of this process: resident memory and processor time, from the operating system's own counters.
/// No statistics here, and no other process's figures.
/// Start with [ProcessMeter].
@NullMarked
package dev.lathe.profile.meter;

import org.jspecify.annotations.NullMarked;
