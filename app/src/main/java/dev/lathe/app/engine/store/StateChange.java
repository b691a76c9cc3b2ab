package dev.lathe.app.engine.store;

import java.time.Instant;

/// A step in the life of a run: begun, cancelled, continued, finished.
///
/// @param at when, to the millisecond
/// @param state what it came to be
public record StateChange(Instant at, RunState state) {}
