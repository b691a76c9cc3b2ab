package dev.lathe.evaluate.metric;

import dev.lathe.profile.stats.Interval;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/// A metric over a set of samples with its 95 % interval.
///
/// @param metricId which metric
/// @param value its value; +infinity for the SQNR of identical outputs
/// @param interval Wilson's for a share of samples, else by resampling samples; says nothing about other data
/// @param n how many samples
/// @param higherIsBetter whether a larger value is better
public record Score(String metricId, double value, Interval interval, int n, boolean higherIsBetter) {
    static final int RESAMPLES = 1000;
    private static final double Z = 1.959964;

    /// The score of prepared outputs.
    ///
    /// @param seed of the resampling
    public static Score of(Metric metric, Prepared prepared, long seed) {
        double value = prepared.value();
        int n = prepared.count();
        Optional<double[]> contributions = prepared.contributions();
        Interval interval;
        if (contributions.isPresent() && isShare(contributions.get())) {
            interval = wilson(value, n);
        } else {
            interval = resampled(n, seed, prepared::value).orElse(new Interval(value, value)).including(value);
            if (metric.inPoints() && interval.low() == interval.high()) {
                // no two samples differ: resampling would claim to be certain
                interval = interval.including(Math.abs(value) == 1 ? value * wilson(1, n).low() : value);
            }
        }
        return new Score(metric.id(), value, interval, n, metric.higherIsBetter());
    }

    /// The value and its interval in words: "0.9742 [0.9636, 0.9817]", "41.3 dB [39.8, 43.0]", "identical".
    public String words() {
        if (metricId.equals(Similarity.SQNR.id())) {
            return Double.isInfinite(value)
                    ? "identical"
                    : String.format(Locale.ROOT, "%.1f dB [%.1f, %s]", value, interval.low(),
                            Double.isInfinite(interval.high())
                                    ? "identical"
                                    : String.format(Locale.ROOT, "%.1f", interval.high()));
        }
        return String.format(Locale.ROOT, "%.4f [%.4f, %.4f]", value, interval.low(), interval.high());
    }

    /// Whether every sample adds 0 or 1.
    static boolean isShare(double[] contributions) {
        return Arrays.stream(contributions).allMatch(c -> c == 0 || c == 1);
    }

    /// Wilson's interval of a share (Journal of the American Statistical Association 22, 1927).
    static Interval wilson(double share, int n) {
        double z2 = Z * Z;
        double centre = (share + z2 / (2 * n)) / (1 + z2 / n);
        double half = Z / (1 + z2 / n) * Math.sqrt(share * (1 - share) / n + z2 / (4.0 * n * n));
        return new Interval(Math.max(0, centre - half), Math.min(1, centre + half)).including(share);
    }

    /// The 2.5 % and 97.5 % points over resamples of samples; empty if fewer than half of the resamples have a value.
    static Optional<Interval> resampled(int n, long seed, Prepared.Weighted value) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[RESAMPLES];
        int[] weights = new int[n];
        int count = 0;
        for (int b = 0; b < RESAMPLES; b++) {
            Arrays.fill(weights, 0);
            for (int i = 0; i < n; i++) {
                weights[random.nextInt(n)]++;
            }
            double drawn = value.value(weights);
            if (!Double.isNaN(drawn)) {
                values[count++] = drawn;
            }
        }
        if (count < RESAMPLES / 2) {
            return Optional.empty();
        }
        double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        int skip = Math.max(0, (int) Math.floor(0.025 * (count + 1)) - 1);
        return Optional.of(new Interval(sorted[skip], sorted[count - 1 - skip]));
    }
}
