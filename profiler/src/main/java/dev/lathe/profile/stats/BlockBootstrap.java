package dev.lathe.profile.stats;

import dev.lathe.base.Reading;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/// 95 % intervals by resampling whole blocks, because neighbours in time are correlated.
///
/// 1. Blocks are drawn with replacement inside each fork, and the percentile interval is widened by Student's factor for
///    the number of blocks (a plain percentile bootstrap of few blocks is too narrow).
/// 2. From three forks on, forks are drawn as well, then blocks inside them; the wider interval counts.
/// 3. Forks that differ by more than their blocks explain widen it further: from three forks on to Student's interval of
///    the forks' own values; with two forks to 1.96 standard errors of theirs, because Student's factor of 12.7 for one
///    degree of freedom would say nothing.
///
/// Limits: where fork-to-fork variation dominates, two forks hold the truth in about 70 % of runs (BlockBootstrapTest
/// shows it), so the fork spread is shown beside; three and more hold it in about 95 %. Drift that lasts longer than
/// a fork is not seen.
///
/// Cost: 5 variants x 2 forks x 20 blocks x 200 samples take tens of milliseconds.
///
/// @param resamples how many resamples, 1,000 by default
/// @param seed where the random numbers start; the same seed gives the same interval
public record BlockBootstrap(int resamples, long seed) {
    /// The default number of resamples.
    public static final int RESAMPLES = 1000;

    /// With fewer calls a mean or a throughput has no interval worth the name.
    static final int MINIMUM_FOR_MEAN = 5;

    private static final int FORKS_TO_RESAMPLE = 3;
    private static final double TAIL = 0.025;
    private static final double Z = 1.959964;

    /// Checks the number of resamples.
    public BlockBootstrap {
        if (resamples < 40) {
            throw new IllegalArgumentException("a 95 % interval needs at least 40 resamples, not " + resamples);
        }
    }

    /// The default number of resamples from a seed.
    public static BlockBootstrap seeded(long seed) {
        return new BlockBootstrap(RESAMPLES, seed);
    }

    /// The median (nearest rank, hence always a duration that was measured) in nanoseconds.
    ///
    /// @return the estimate, or "n too small (needs 11)"
    public Reading<Estimate> median(List<Fork> forks) {
        int n = count(forks);
        int needed = EarlyStopping.firstEstimable(0.5);
        if (n < needed) {
            return Reading.unknown(EarlyStopping.tooSmall(needed));
        }
        Units units = Units.of(forks);
        WeightedQuantile quantile = new WeightedQuantile(units.pieces());
        return Reading.known(estimate(units, n, weights -> quantile.of(weights, 0.5)), "block bootstrap");
    }

    /// A percentile in nanoseconds: the value is the early-stopping estimate, which errs on the slow side.
    ///
    /// The interval is that of the plain percentile, stretched to hold the value.
    ///
    /// @param percentile in 0..1: 0.99
    /// @return the estimate, or "n too small (needs 662)"
    public Reading<Estimate> percentile(List<Fork> forks, double percentile) {
        return switch (EarlyStopping.percentileEstimate(Fork.sorted(forks), percentile)) {
            case Reading.Unknown<Long> unknown -> Reading.unknown(unknown.why());
            case Reading.Known<Long>(Long value, String source) -> {
                Units units = Units.of(forks);
                WeightedQuantile quantile = new WeightedQuantile(units.pieces());
                Estimate plain = estimate(units, count(forks), weights -> quantile.of(weights, percentile));
                yield Reading.known(new Estimate(value, plain.interval().including(value), plain.n()),
                        source + "; block bootstrap");
            }
        };
    }

    /// The mean duration in nanoseconds, never shown alone.
    ///
    /// @return the estimate, or "n too small (needs 5)"
    public Reading<Estimate> mean(List<Fork> forks) {
        return sums(forks, (calls, sumNs) -> sumNs / calls);
    }

    /// Items finished per second by calls that follow one another without a gap.
    ///
    /// @param itemsPerCall the batch size
    /// @return the estimate, or "n too small (needs 5)"
    public Reading<Estimate> throughput(List<Fork> forks, int itemsPerCall) {
        return sums(forks, (calls, sumNs) -> calls * itemsPerCall * 1e9 / Math.max(1, sumNs));
    }

    private Reading<Estimate> sums(List<Fork> forks, SumStatistic statistic) {
        int n = count(forks);
        if (n < MINIMUM_FOR_MEAN) {
            return Reading.unknown(EarlyStopping.tooSmall(MINIMUM_FOR_MEAN));
        }
        Units units = Units.of(forks);
        double[] sumsNs = units.pieces().stream().mapToDouble(piece -> Arrays.stream(piece).asDoubleStream().sum())
                .toArray();
        int[] sizes = units.pieces().stream().mapToInt(piece -> piece.length).toArray();
        return Reading.known(estimate(units, n, weights -> {
            double calls = 0;
            double sumNs = 0;
            for (int u = 0; u < weights.length; u++) {
                calls += (double) weights[u] * sizes[u];
                sumNs += weights[u] * sumsNs[u];
            }
            return statistic.of(calls, sumNs);
        }), "block bootstrap");
    }

    private Estimate estimate(Units units, int n, Statistic statistic) {
        SplittableRandom random = new SplittableRandom(seed);
        double value = statistic.of(units.all());
        double[] within = resample(units, statistic, draw -> units.drawWithinForks(random, draw));
        Interval interval = widened(percentiles(within), value, studentFactor(units.pieces().size(), units.forks()));
        if (units.forks() >= FORKS_TO_RESAMPLE) {
            double[] both = resample(units, statistic, draw -> units.drawForks(random, draw));
            double factor = Math.sqrt(units.forks() / (units.forks() - 1.0));
            interval = interval.union(widened(percentiles(both), value, factor));
        }
        if (units.forks() > 1) {
            interval = interval.union(betweenForks(units, statistic, value, standardDeviation(within)));
        }
        return new Estimate(value, atLeastZero(interval.including(value)), n);
    }

    /// What the forks' own values say about the mean of all forks.
    private static Interval betweenForks(Units units, Statistic statistic, double value, double withinError) {
        int forks = units.forks();
        double[] own = new double[forks];
        for (int f = 0; f < forks; f++) {
            own[f] = statistic.of(units.only(f));
        }
        double error = standardDeviation(own) / Math.sqrt(forks);
        if (forks < FORKS_TO_RESAMPLE) {
            return new Interval(value - Z * error, value + Z * error);
        }
        // both errors estimate the same thing if forks do not differ: (F-1) times the ratio of squares is chi-squared
        double limit = ChiSquaredDistribution.of(forks - 1.0).inverseSurvivalProbability(0.05) / (forks - 1);
        double width = error * error > limit * withinError * withinError ? student(forks - 1) * error : 0;
        return new Interval(value - width, value + width);
    }

    private double[] resample(Units units, Statistic statistic, Draw draw) {
        int[] weights = new int[units.pieces().size()];
        double[] values = new double[resamples];
        for (int b = 0; b < resamples; b++) {
            draw.into(weights);
            values[b] = statistic.of(weights);
        }
        return values;
    }

    /// The 2.5 % and 97.5 % points; sorts the array.
    static Interval percentiles(double[] values) {
        Arrays.sort(values);
        int skip = (int) Math.floor(TAIL * (values.length + 1));
        int low = Math.max(0, skip - 1);
        return new Interval(values[low], values[values.length - 1 - low]);
    }

    /// How much a percentile interval of `units` resampled units in `forks` strata is too narrow.
    static double studentFactor(int units, int forks) {
        return studentFactor(units, forks, 1);
    }

    /// The same for one of several intervals that hold together (Bonferroni).
    static double studentFactor(int units, int forks, int comparisons) {
        int freedom = Math.max(1, units - forks);
        return student(freedom, comparisons) / Z * Math.sqrt((double) units / freedom);
    }

    static double student(double degreesOfFreedom) {
        return student(degreesOfFreedom, 1);
    }

    static double student(double degreesOfFreedom, int comparisons) {
        return TDistribution.of(degreesOfFreedom).inverseSurvivalProbability(TAIL / comparisons);
    }

    static Interval widened(Interval interval, double value, double factor) {
        Interval around = interval.including(value);
        return new Interval(value - factor * (value - around.low()), value + factor * (around.high() - value));
    }

    static double standardDeviation(double[] values) {
        double mean = Arrays.stream(values).average().orElse(0);
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return Math.sqrt(squares / Math.max(1, values.length - 1));
    }

    private static Interval atLeastZero(Interval interval) {
        return new Interval(Math.max(0, interval.low()), Math.max(0, interval.high()));
    }

    private static int count(List<Fork> forks) {
        return forks.stream().mapToInt(Fork::count).sum();
    }

    @FunctionalInterface
    private interface Statistic {
        double of(int[] weights);
    }

    @FunctionalInterface
    private interface SumStatistic {
        double of(double calls, double sumNs);
    }

    @FunctionalInterface
    private interface Draw {
        void into(int[] weights);
    }
}
