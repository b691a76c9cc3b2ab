package dev.lathe.profile.statistics;

/// The smallest and the largest element a value took over all samples seen.
///
/// @param min smallest element
/// @param max largest element
public record ValueRange(float min, float max) {}
