package dev.lathe.profile.stats;

/// A 95 % interval, both ends included, in the unit of the value it belongs to.
///
/// @param low the lower end
/// @param high the upper end, not below `low`
public record Interval(double low, double high) {

    /// Checks the order of the ends.
    public Interval {
        if (!(low <= high)) {
            throw new IllegalArgumentException("interval from " + low + " to " + high);
        }
    }

    /// Whether a value lies inside or on an end.
    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /// The smallest interval that holds this one and another.
    public Interval union(Interval other) {
        return new Interval(Math.min(low, other.low), Math.max(high, other.high));
    }

    /// The smallest interval that holds this one and a value.
    public Interval including(double value) {
        return new Interval(Math.min(low, value), Math.max(high, value));
    }
}
