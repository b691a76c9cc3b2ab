package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.profile.DeviceUse;
import dev.lathe.profile.load.HighestRate;
import dev.lathe.profile.load.LoadRatios;
import dev.lathe.profile.load.LoadResult;
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
/// @param figures what was found of queries that follow one another
/// @param load what was found under another load
/// @param against how it compares with the first cell of the same load; empty for that one itself
/// @param highest the highest rate that meets the SLO, where one was searched
/// @param failure why there are none of these
public record CellResult(Cell cell, String name, Optional<Figures> figures, Optional<LoadResult> load,
        Optional<LoadRatios> against, Optional<HighestRate.Found> highest, Optional<Problem> failure) {

    /// A cell that was not measured.
    static CellResult failed(Cell cell, String name, Problem why) {
        return new CellResult(cell, name, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.of(why));
    }

    /// A cell of single-stream.
    static CellResult of(Cell cell, String name, Figures figures) {
        return new CellResult(cell, name, Optional.of(figures), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty());
    }

    /// What was found.
    ///
    /// @param latency of one query of this batch, a closed loop with one client for each instance
    /// @param throughput samples a second of all instances together
    /// @param ratio of the median latency to the anchor's at the same batch; unknown for the anchor itself
    /// @param memoryPeakBytes highest growth of private memory up to this batch; empty where the system does not say
    /// @param energyMillijoules of the processor package a query, idle power included
    /// @param device what the graphics card did, where somebody tells
    public record Figures(Summary latency, Reading<Estimate> throughput, Reading<RatioInterval> ratio,
            OptionalLong memoryPeakBytes, Reading<Double> energyMillijoules, Optional<DeviceUse> device) {}
}
