package dev.lathe.app.engine;

import dev.lathe.optimize.Variant;
import dev.lathe.optimize.search.MixedPrecision;
import java.util.Optional;

/// A variant that was searched for.
///
/// @param written the variant; empty where the budget cannot be met and nobody has insisted on the closest
/// @param outcome what was tried, and what the best of it loses
/// @param maxDrop the budget that was applied
public record Searched(Optional<Variant> written, MixedPrecision.Outcome outcome, double maxDrop) {}
