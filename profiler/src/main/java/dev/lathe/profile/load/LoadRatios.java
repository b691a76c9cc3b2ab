package dev.lathe.profile.load;

import dev.lathe.base.Reading;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Fork;
import dev.lathe.profile.stats.ForkNoise;
import dev.lathe.profile.stats.RatioInterval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// How two setups compare under the same load, figure by figure; below 1 is better for the first.
///
/// Runs under load take turns by process, not by block, so blocks have no neighbours to be paired with. Each figure has an
/// interval of its own (block bootstrap; where queries queue the wider of that and the one by ranks of independent clusters),
/// and the ratio's adds both errors up ([RatioInterval#apart]). Never a ratio of two lone means.
///
/// @param response of the median response times
/// @param responseP99 of their 99th percentiles
/// @param timePerAnswer of the times that an answer takes, all instances together: the inverse of throughput
public record LoadRatios(Reading<RatioInterval> response, Reading<RatioInterval> responseP99,
        Reading<RatioInterval> timePerAnswer) {
    /// Beyond this share of queries without an answer, the answered ones are no longer the same queries on both sides.
    private static final double MOST_LOST = 0.01;
    private static final double MOST_LOST_P99 = 0.001;

    /// What was measured of one setup under a load.
    ///
    /// @param result of all runs together
    /// @param runs one or more a fork
    public record Side(LoadResult result, List<LoadRun> runs) {

        /// Copies the list.
        public Side {
            runs = List.copyOf(runs);
        }

        private double lost() {
            LoadResult.Counts counts = result.counts();
            return counts.offered() == 0 ? 1 : 1 - (double) counts.done() / counts.offered();
        }

        private double[] logMedians() {
            return new Series(result.plan(), runs).of((log, q) -> log.outcome(q) == QueryLog.Outcome.DONE,
                    QueryLog::responseNs).stream().map(Fork::sorted)
                    .mapToDouble(sorted -> Math.log(Math.max(1.0, (double) sorted[(sorted.length - 1) / 2]))).toArray();
        }

        /// Of the whole time by the answers in it.
        private double[] logGaps() {
            return new Series(result.plan(), runs).gaps(false).stream()
                    .mapToDouble(fork -> Math.log(Math.max(1.0,
                            fork.blocks().stream().flatMapToLong(Arrays::stream).average().orElse(1))))
                    .toArray();
        }
    }

    /// What setups measured under one load show of how processes differ.
    ///
    /// @param response of the median response times
    /// @param timePerAnswer of the times an answer takes
    public record Noise(ForkNoise response, ForkNoise timePerAnswer) {

        /// Pools all sides that have as many forks as the first.
        public static Noise pooled(List<Side> sides) {
            return new Noise(noise(sides, Side::logMedians), noise(sides, Side::logGaps));
        }

        private static ForkNoise noise(List<Side> sides, Function<Side, double[]> values) {
            List<double[]> table = new ArrayList<>();
            for (Side side : sides) {
                double[] row = values.apply(side);
                if (table.isEmpty() || table.getFirst().length == row.length) {
                    table.add(row);
                }
            }
            return ForkNoise.ofLogValues(table.toArray(double[][]::new));
        }
    }

    /// Compares two setups under the same load.
    ///
    /// @param comparisons how many intervals of each figure are to hold together, this one included
    public static LoadRatios of(Side one, Side other, Noise noise, int comparisons) {
        return new LoadRatios(response(one, other, Quantiles::p50, noise.response(), MOST_LOST, comparisons),
                response(one, other, Quantiles::p99, noise.response(), MOST_LOST_P99, comparisons),
                timePerAnswer(one, other, noise, comparisons));
    }

    /// The ratio that says who is faster under this load: of the median response times, or, where those tell nothing, of the times
    /// an answer takes.
    public Reading<RatioInterval> verdict() {
        return response instanceof Reading.Known<RatioInterval> ? response : timePerAnswer.or(response);
    }

    private static Reading<RatioInterval> response(Side one, Side other,
            Function<Quantiles, Reading<Estimate>> quantile, ForkNoise noise, double mostLost, int comparisons) {
        if (one.result().plan().scenario() instanceof Scenario.Offline) {
            return Reading.unknown("offline has no arrivals to answer to");
        }
        double lost = Math.max(one.lost(), other.lost());
        if (lost > mostLost) {
            return Reading.unknown(String.format(Locale.ROOT,
                    "%.1f %% of the queries of one of them were not answered, so the answered ones are not the same",
                    100 * lost));
        }
        Reading<Estimate> mine = quantile(one, quantile);
        Reading<Estimate> theirs = quantile(other, quantile);
        return mine.toOptional().isEmpty() || theirs.toOptional().isEmpty()
                ? Reading.unknown(mine.toOptional().isEmpty() ? why(mine) : why(theirs))
                : RatioInterval.apart(mine.toOptional().get(), theirs.toOptional().get(),
                        ratios(one.logMedians(), other.logMedians()), noise, comparisons);
    }

    private static Reading<Estimate> quantile(Side side, Function<Quantiles, Reading<Estimate>> quantile) {
        return switch (side.result().response()) {
            case Reading.Known<Quantiles>(var quantiles, var _) -> quantile.apply(quantiles);
            case Reading.Unknown<Quantiles>(var why) -> Reading.unknown(why);
        };
    }

    private static String why(Reading<?> reading) {
        return reading instanceof Reading.Unknown<?>(var why) ? why : "";
    }

    private static Reading<RatioInterval> timePerAnswer(Side one, Side other, Noise noise, int comparisons) {
        if (one.result().plan().scenario() instanceof Scenario.Server) {
            return Reading.unknown("an open loop is answered as often as it asks");
        }
        Reading<Estimate> mine = one.result().throughput();
        Reading<Estimate> theirs = other.result().throughput();
        if (mine.toOptional().isEmpty() || theirs.toOptional().isEmpty()) {
            return Reading.unknown(mine.toOptional().isEmpty() ? why(mine) : why(theirs));
        }
        // the time is the inverse of the rate: the two change places
        return RatioInterval.apart(theirs.toOptional().get(), mine.toOptional().get(),
                ratios(one.logGaps(), other.logGaps()), noise.timePerAnswer(), comparisons);
    }

    private static List<Double> ratios(double[] one, double[] other) {
        List<Double> ratios = new ArrayList<>();
        for (int f = 0; f < Math.min(one.length, other.length); f++) {
            ratios.add(Math.exp(one[f] - other[f]));
        }
        return ratios;
    }
}
