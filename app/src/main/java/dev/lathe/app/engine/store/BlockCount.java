package dev.lathe.app.engine.store;

/// How much a run has measured of one thing, told without reading the samples.
///
/// @param variantKey the candidate, as the run's plan names it
/// @param kind what was sampled
/// @param batch samples a query
/// @param forks in how many child processes
/// @param blocks how many blocks
/// @param queries how many samples in all of them
public record BlockCount(String variantKey, String kind, int batch, int forks, int blocks, long queries) {}
