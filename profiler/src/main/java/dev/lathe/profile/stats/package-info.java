/// What a list of durations can and cannot show: percentiles with early stopping, intervals, ratios, warm-up.
/// Pure functions over arrays, every random number from a given seed; nothing here measures, waits or knows a model.
/// Start with [Summary] for one variant and [RatioInterval] for two.
@NullMarked
package dev.lathe.profile.stats;

import org.jspecify.annotations.NullMarked;
