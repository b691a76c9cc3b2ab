package dev.lathe.app.engine.store;

import java.time.Instant;
import java.util.Optional;

/// One run as the history knows it.
///
/// @param id its name
/// @param request what was asked for
/// @param created when it began, to the millisecond
/// @param state where it stands
/// @param resultJson what came out, as JSON; empty while it runs and where there was nothing to keep
public record Run(RunId id, RunRequest request, Instant created, RunState state, Optional<String> resultJson) {}
