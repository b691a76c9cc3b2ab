package dev.lathe.app.gui.work;

import dev.lathe.app.engine.OperatorTimes;
import dev.lathe.optimize.prune.PruningForecast;
import java.util.List;
import java.util.Optional;

/// What is known of pruning a model before anything is cut.
///
/// @param tied what falls together, first what can be cut
/// @param forecast what would be left
/// @param sizeBytes of its file now
/// @param times what its operators take, where that is known
public record Prunable(List<Tied> tied, PruningForecast forecast, long sizeBytes,
        Optional<OperatorTimes> times) {

    /// Copies the list.
    public Prunable {
        tied = List.copyOf(tied);
    }

    /// The same with times.
    public Prunable timed(OperatorTimes taken) {
        return new Prunable(tied, forecast, sizeBytes, Optional.of(taken));
    }
}
