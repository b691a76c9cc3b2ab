package dev.lathe.optimize.quantize;

import dev.lathe.optimize.calibrate.RangeMethod;
import org.jspecify.annotations.Nullable;

/// What is done otherwise for some values or operators than for all others; what is absent is as for all.
///
/// @param min lower end of the range, instead of what calibration found
/// @param max upper end of the range
/// @param type the integers' type
/// @param symmetric whether the range is as wide below zero as above
/// @param method how the range is chosen
/// @param weightBits 7 or 8
/// @param perChannel whether weights have one scale per channel
public record NodeOptions(@Nullable Double min, @Nullable Double max, @Nullable IntegerType type,
        @Nullable Boolean symmetric, @Nullable RangeMethod method, @Nullable Integer weightBits,
        @Nullable Boolean perChannel) {

    /// Checks the numbers.
    public NodeOptions {
        if (min != null && max != null && !(min <= max)) {
            throw new IllegalArgumentException("min " + min + " is above max " + max);
        }
        if (weightBits != null && weightBits != 7 && weightBits != 8) {
            throw new IllegalArgumentException("weight-bits must be 7 or 8, and is " + weightBits);
        }
    }
}
