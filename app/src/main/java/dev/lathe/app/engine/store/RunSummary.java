package dev.lathe.app.engine.store;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;

/// A run as a line of a list, read without its plan and its result.
///
/// @param id its name
/// @param verb what was asked for: `auto`, `measure`
/// @param model the model's file as the user named it
/// @param created when it began, to the millisecond
/// @param changed when it came to where it stands
/// @param state where it stands
/// @param interrupted whether it says that it runs although its process is gone
/// @param outcome what came out, in a few words; empty where nothing did
public record RunSummary(RunId id, String verb, Path model, Instant created, Instant changed, RunState state,
        boolean interrupted, String outcome) {

    /// Where it stands in a word: `running`, `interrupted`, `finished`, `failed`, `cancelled`.
    public String standing() {
        return interrupted ? "interrupted" : state.name().toLowerCase(Locale.ROOT);
    }
}
