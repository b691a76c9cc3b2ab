package dev.lathe.app.engine.store;

import java.nio.file.Path;
import java.time.Instant;

/// A run as a line of a list, read without its plan and its result.
///
/// @param id its name
/// @param verb what was asked for: `auto`, `measure`
/// @param model the model's file as the user named it
/// @param created when it began, to the millisecond
/// @param changed when it came to where it stands
/// @param standing where it stands
/// @param outcome what came out, in a few words; empty where nothing did
public record RunSummary(RunId id, String verb, Path model, Instant created, Instant changed, Standing standing,
        String outcome) {}
