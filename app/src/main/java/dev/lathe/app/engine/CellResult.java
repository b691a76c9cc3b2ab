package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.RatioInterval;
import dev.lathe.profile.stats.Summary;
import dev.lathe.profile.sweep.Cell;
import java.util.Optional;
import java.util.OptionalLong;

/// What was measured of one cell, or why it was not.
///
/// @param cell what was asked
/// @param name its setup's name in the grid
/// @param figures what was found
/// @param failure why there are no figures
public record CellResult(Cell cell, String name, Optional<Figures> figures, Optional<Problem> failure) {

    /// What was found.
    ///
    /// @param latency of one query of this batch, a closed loop with one client for each instance
    /// @param throughput samples a second of all instances together
    /// @param ratio of the median latency to the anchor's at the same batch; unknown for the anchor itself
    /// @param memoryPeakBytes highest growth of private memory up to this batch; empty where the system does not say
    /// @param energyMillijoules of the processor package a query, idle power included
    public record Figures(Summary latency, Reading<Estimate> throughput, Reading<RatioInterval> ratio,
            OptionalLong memoryPeakBytes, Reading<Double> energyMillijoules) {}
}
