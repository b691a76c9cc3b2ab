package dev.lathe.optimize.calibrate;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/// How a value's range is chosen.
///
/// - `min-max`: all that was seen. No value is clipped; outliers widen every step.
/// - `moving-average`: the mean over the samples of each one's extremes.
/// - `percentile`: what holds a given percentage of all elements, the rest in equal parts at both ends.
/// - `entropy`: the range that loses the least information (Kullback-Leibler) of a histogram of 2,049 to 4,096 bins when
///   that is told with 256 levels.
/// - `mse`: the range with the least mean squared error, rounding and clipping together.
/// - `auto`: one of `mse`, `min-max`, `moving-average` and `percentile` for all values: the one that leaves the model's
///   outputs nearest to the original's.
/// - `best`: the same for each value by itself, which takes longer.
public enum RangeMethod {
    @JsonProperty("min-max")
    MIN_MAX, @JsonProperty("moving-average")
    MOVING_AVERAGE, @JsonProperty("percentile")
    PERCENTILE, @JsonProperty("entropy")
    ENTROPY, @JsonProperty("mse")
    MSE, @JsonProperty("auto")
    AUTO, @JsonProperty("best")
    BEST;

    /// Whether it needs to know more than extremes.
    public boolean readsHistogram() {
        return this != MIN_MAX && this != MOVING_AVERAGE;
    }

    /// The name as recipes write it.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
