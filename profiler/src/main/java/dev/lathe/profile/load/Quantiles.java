package dev.lathe.profile.load;

import dev.lathe.base.Reading;
import dev.lathe.profile.stats.BlockBootstrap;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Exceedances;
import dev.lathe.profile.stats.Fork;
import dev.lathe.profile.stats.Interval;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;

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

    /// Of durations that are nearly independent of their neighbours.
    ///
    /// @param seed of the bootstrap
    /// @return the quantiles, or why there are none
    static Reading<Quantiles> of(List<Fork> forks, long seed) {
        BlockBootstrap bootstrap = BlockBootstrap.seeded(seed);
        return of(forks, bootstrap, percentile -> bootstrap.percentile(forks, percentile));
    }

    /// Of response times at a queue, where who waits behind a long query waits long as well.
    static Reading<Quantiles> ofClustered(List<Fork> forks, long seed) {
        BlockBootstrap bootstrap = BlockBootstrap.seeded(seed);
        long[] inOrder = inOrder(forks);
        return of(forks, bootstrap, percentile -> clustered(forks, bootstrap, inOrder, percentile));
    }

    /// The percentile with the wider of two intervals: blocks alone are too sure of a tail that comes in clusters.
    static Reading<Estimate> clustered(List<Fork> forks, BlockBootstrap bootstrap, long[] inOrder,
            double percentile) {
        return switch (Exceedances.interval(inOrder, percentile)) {
            case Reading.Unknown<Interval>(String why) -> Reading.unknown(why);
            case Reading.Known<Interval>(Interval ranks, String source) -> switch (bootstrap.percentile(forks,
                    percentile)) {
                case Reading.Unknown<Estimate> unknown -> unknown;
                case Reading.Known<Estimate>(Estimate estimate, String how) ->
                    Reading.known(new Estimate(estimate.value(), estimate.interval().union(ranks), estimate.n()),
                            how + "; " + source);
            };
        };
    }

    static long[] inOrder(List<Fork> forks) {
        return forks.stream().flatMap(fork -> fork.blocks().stream()).flatMapToLong(Arrays::stream).toArray();
    }

    private static Reading<Quantiles> of(List<Fork> forks, BlockBootstrap bootstrap,
            DoubleFunction<Reading<Estimate>> percentile) {
        if (forks.isEmpty()) {
            return Reading.unknown("no query was answered");
        }
        long[] sorted = Fork.sorted(forks);
        return Reading.known(
                new Quantiles(bootstrap.median(forks), percentile.apply(0.9), percentile.apply(0.95),
                        percentile.apply(0.99), percentile.apply(0.999), sorted[0], sorted[sorted.length - 1],
                        sorted.length),
                "clock around each query");
    }
}
