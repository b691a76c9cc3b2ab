package dev.lathe.profile.stats;

import dev.lathe.base.Reading;
import java.util.List;
import java.util.Optional;

/// What the raw samples of one variant show. All durations in nanoseconds.
///
/// @param medianNs median with its interval, or why there is none
/// @param p90Ns 90th percentile by early stopping, or "n too small (needs 64)"
/// @param p99Ns 99th percentile by early stopping, or "n too small (needs 662)"
/// @param minNs fastest call
/// @param maxNs slowest call; none is ever removed
/// @param n number of calls
/// @param forkSpread largest median of a fork over the smallest, 1 when all agree; unknown with one fork
public record Summary(Reading<Estimate> medianNs, Reading<Estimate> p90Ns, Reading<Estimate> p99Ns, long minNs,
        long maxNs, int n, Reading<Double> forkSpread) {

    /// Sums up the forks of one variant.
    ///
    /// @param forks at least one
    /// @param seed of the bootstrap
    public static Summary of(List<Fork> forks, long seed) {
        if (forks.isEmpty()) {
            throw new IllegalArgumentException("no fork");
        }
        BlockBootstrap bootstrap = BlockBootstrap.seeded(seed);
        long[] sorted = Fork.sorted(forks);
        Reading<Estimate> median = bootstrap.median(forks);
        Reading<Estimate> p90 = noLowerThan(median, bootstrap.percentile(forks, 0.9));
        Reading<Estimate> p99 = noLowerThan(p90, bootstrap.percentile(forks, 0.99));
        return new Summary(median, p90, p99, sorted[0], sorted[sorted.length - 1], sorted.length, spread(forks));
    }

    /// A higher percentile lies above a lower one, so what the lower one's interval leaves out, the higher one's does too.
    static Reading<Estimate> noLowerThan(Reading<Estimate> lower, Reading<Estimate> higher) {
        Optional<Estimate> floor = lower.toOptional();
        return floor.isEmpty()
                ? higher
                : higher.map(e -> new Estimate(e.value(), new Interval(
                        Math.min(e.value(), Math.max(e.interval().low(), floor.get().interval().low())),
                        e.interval().high()), e.n()));
    }

    private static Reading<Double> spread(List<Fork> forks) {
        if (forks.size() < 2) {
            return Reading.unknown("one fork shows no spread between forks");
        }
        double[] medians = forks.stream().mapToDouble(fork -> {
            long[] sorted = fork.sorted();
            return sorted[(sorted.length - 1) / 2];
        }).sorted().toArray();
        if (medians[0] <= 0) {
            return Reading.unknown("a median of 0 ns has no ratio");
        }
        return Reading.known(medians[medians.length - 1] / medians[0], "medians of " + forks.size() + " forks");
    }
}
