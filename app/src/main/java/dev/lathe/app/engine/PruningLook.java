package dev.lathe.app.engine;

import dev.lathe.optimize.prune.DependencyGraph;
import dev.lathe.optimize.prune.PruningForecast;
import java.util.Optional;

/// What is known of pruning a model before anything is cut.
///
/// @param dependencies what falls together, and what cannot be cut
/// @param forecast what would be left
/// @param sizeBytes of the model's file now, its external data included
/// @param times what its operators take, where the history has a profile of this very file on this machine
public record PruningLook(DependencyGraph dependencies, PruningForecast forecast, long sizeBytes,
        Optional<OperatorTimes> times) {}
