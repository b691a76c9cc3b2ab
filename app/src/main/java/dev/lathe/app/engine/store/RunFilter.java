package dev.lathe.app.engine.store;

import java.time.Instant;
import java.util.Optional;

/// Which runs are listed.
///
/// @param model part of the model's path, in any case; or the first 6 or more digits of its hash
/// @param verb `auto`, `measure`
/// @param standing where they stand
/// @param since begun at this time or later
public record RunFilter(Optional<String> model, Optional<String> verb, Optional<Standing> standing,
        Optional<Instant> since) {
    /// Every run.
    public static final RunFilter ALL = new RunFilter(Optional.empty(), Optional.empty(), Optional.empty(),
            Optional.empty());
}
