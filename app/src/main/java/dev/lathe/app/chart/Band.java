package dev.lathe.app.chart;

/// Where a line may as well lie: its 95 % interval at each of its places.
///
/// @param low the lower ends
/// @param high the upper ends, at the same places
public record Band(Points low, Points high) {

    /// Checks that both have the same places.
    public Band {
        if (low.size() != high.size()) {
            throw new IllegalArgumentException(low.size() + " lower and " + high.size() + " upper ends");
        }
    }

    /// Whose line it belongs to.
    public String name() {
        return low.name();
    }
}
