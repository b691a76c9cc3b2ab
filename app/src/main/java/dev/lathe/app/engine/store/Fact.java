package dev.lathe.app.engine.store;

/// A single value observed once for a variant in a fork, such as the load time, the first inference or the memory.
///
/// @param run the run it belongs to
/// @param variantKey the candidate, as the run's plan names it
/// @param fork the child process, counted from 0
/// @param name what it is, with the unit where the JSON is a raw number: `loadNs`
/// @param json the value as JSON
public record Fact(RunId run, String variantKey, int fork, String name, String json) {}
