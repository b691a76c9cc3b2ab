package dev.lathe.app.engine.store;

import java.time.Instant;

/// Something that happened during a run.
///
/// @param at when it was stored, to the millisecond
/// @param json the event as the command line prints it
public record StoredEvent(Instant at, String json) {}
