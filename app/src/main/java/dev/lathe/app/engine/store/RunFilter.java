package dev.lathe.app.engine.store;

import java.time.Instant;
import java.util.Optional;

/// Which runs are listed.
///
/// @param model part of the model's path, in any case; or the first 6 or more digits of its hash
/// @param verb `auto`, `measure`
/// @param state where they stand
/// @param since begun at this time or later
public record RunFilter(Optional<String> model, Optional<String> verb, Optional<RunState> state,
        Optional<Instant> since) {
    /// Every run.
    public static final RunFilter ALL = new RunFilter(Optional.empty(), Optional.empty(), Optional.empty(),
            Optional.empty());
}
