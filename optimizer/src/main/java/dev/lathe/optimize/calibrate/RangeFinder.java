package dev.lathe.optimize.calibrate;

import dev.lathe.profile.statistics.ValueRange;
import dev.lathe.profile.statistics.ValueStatistics;

/// Finds ranges in statistics.
///
/// @param percentile for `percentile`: how many of 100 elements lie within the range
/// @param levels how many steps the range is divided into: 255 for 8 bits
/// @param symmetric whether the range is as wide below zero as above
public record RangeFinder(double percentile, int levels, boolean symmetric) {

    /// The range of a value by a method; for those that need outputs to decide, the one with the least squared error.
    public ValueRange range(RangeMethod method, ValueStatistics statistics) {
        if (statistics.isConstant()) {
            return statistics.range();
        }
        if (method.readsHistogram() && statistics.histogram().bins() == 0) {
            throw new IllegalStateException(method.label() + " needs a histogram, and only extremes were observed");
        }
        return switch (method) {
            case MIN_MAX -> statistics.range();
            case MOVING_AVERAGE -> statistics.average();
            case PERCENTILE -> percentile(statistics);
            case ENTROPY -> new EntropyRange(statistics.histogram(), levels, symmetric).best(statistics.range());
            case MSE, AUTO, BEST -> new SquaredErrorRange(statistics.histogram(), levels, symmetric).best(
                    statistics.range());
        };
    }

    private ValueRange percentile(ValueStatistics statistics) {
        double tail = (100 - percentile) / 200;
        float min = (float) Math.max(Quantile.of(statistics.histogram(), tail), statistics.range().min());
        float max = (float) Math.min(Quantile.of(statistics.histogram(), 1 - tail), statistics.range().max());
        return new ValueRange(min, max);
    }
}
