/// Mixed precision: which layers do damage and which save time when they are quantized, and the fewest that have to stay in
/// float so that an accuracy budget holds. Nothing here is a pass: what comes out is a recipe as a user could have written it.
/// Start with [MixedPrecision] for the search, with [SensitivityAnalysis] for the table.
@NullMarked
package dev.lathe.optimize.search;

import org.jspecify.annotations.NullMarked;
