/// Tests of grids and of how they are grouped.
/// Nothing is measured here.
/// Start with `SweepTest`.
@NullMarked
package dev.lathe.profile.sweep;

import org.jspecify.annotations.NullMarked;
