package dev.lathe.profile.stats;

/// A number with how far it may be off.
///
/// @param value the point estimate
/// @param interval the 95 % interval, in the same unit; holds `value`
/// @param n how many samples (queries, calls) it rests on
public record Estimate(double value, Interval interval, int n) {

    /// The same estimate in another unit, `factor` (positive) times the number.
    public Estimate times(double factor) {
        return new Estimate(value * factor, new Interval(interval.low() * factor, interval.high() * factor), n);
    }
}
