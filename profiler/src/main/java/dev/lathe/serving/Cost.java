package dev.lathe.serving;

import dev.lathe.profile.stats.Estimate;

/// What a million inferences cost at full use.
///
/// @param perMillion in the price's currency, with the interval and n of the throughput it rests on
/// @param price what was paid an hour, and whose price that is
/// @param label what the figure leaves out: "at full use, no queueing"
public record Cost(Estimate perMillion, Price price, String label) {}
