package dev.lathe.profile.load;

import dev.lathe.base.Reading;
import dev.lathe.profile.stats.BlockBootstrap;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Fork;
import java.util.List;

/// What durations under load come to, in nanoseconds.
///
/// Percentiles are early-stopping estimates, which err on the slow side, with intervals by block bootstrap; one that the
/// queries do not back says how many it needs.
///
/// @param p50 the median
/// @param p90 90th percentile
/// @param p95 95th percentile
/// @param p99 99th percentile
/// @param p999 99.9th percentile
/// @param minNs the shortest
/// @param maxNs the longest; none is ever removed
/// @param n how many there are
public record Quantiles(Reading<Estimate> p50, Reading<Estimate> p90, Reading<Estimate> p95, Reading<Estimate> p99,
        Reading<Estimate> p999, long minNs, long maxNs, int n) {

    /// Of all forks together.
    ///
    /// @param seed of the bootstrap
    /// @return the quantiles, or why there are none
    static Reading<Quantiles> of(List<Fork> forks, long seed) {
        if (forks.isEmpty()) {
            return Reading.unknown("no query was answered");
        }
        BlockBootstrap bootstrap = BlockBootstrap.seeded(seed);
        long[] sorted = Fork.sorted(forks);
        return Reading.known(
                new Quantiles(bootstrap.median(forks), bootstrap.percentile(forks, 0.9),
                        bootstrap.percentile(forks, 0.95), bootstrap.percentile(forks, 0.99),
                        bootstrap.percentile(forks, 0.999), sorted[0], sorted[sorted.length - 1], sorted.length),
                "clock around each query");
    }
}
