package dev.lathe.app.chart;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.distribution.TDistribution;

/// Counts of latencies in buckets of equal ratio, 0.2 % wide: percentiles of any number of samples at a constant cost.
///
/// It serves drawing; figures are computed from raw samples elsewhere.
public final class LatencyHistogram {
    private static final double WIDTH = Math.log(1.002);
    /// Up to e^25 ns, which is 72 s.
    private static final int BUCKETS = (int) (25 / WIDTH);
    /// A quantile is drawn where at least so many samples lie beyond it.
    private static final int BEYOND = 10;
    private static final int FEWEST_PARTS = 4;
    private static final double ONE_SIDE = 0.025;
    private static final int STEPS_A_DECADE = 24;
    /// Buckets that are drawn as one.
    private static final int TOGETHER = 12;
    private static final LatencyHistogram NONE = new LatencyHistogram();

    private final int[] counts = new int[BUCKETS];
    /// The buckets that are not empty lie from the first of these to the last.
    private int first = BUCKETS - 1;
    private int last;
    private int n;

    /// Counts samples, in nanoseconds.
    public void add(long[] samplesNs) {
        for (long sample : samplesNs) {
            int bucket = Math.min((int) (Math.log((double) Math.max(1, sample)) / WIDTH), BUCKETS - 1);
            counts[bucket]++;
            first = Math.min(first, bucket);
            last = Math.max(last, bucket);
        }
        n += samplesNs.length;
    }

    /// How many samples were counted.
    public int n() {
        return n;
    }

    /// The latency below which that share of the samples lies, in nanoseconds; NaN without samples.
    public double quantileNs(double share) {
        return quantilesNs(new double[]{share}, NONE)[0];
    }

    /// Several quantiles in one pass.
    ///
    /// @param shares rising
    /// @param without samples of this histogram that are left out
    private double[] quantilesNs(double[] shares, LatencyHistogram without) {
        double[] quantiles = new double[shares.length];
        Arrays.fill(quantiles, Double.NaN);
        int left = n - without.n;
        long seen = 0;
        int next = 0;
        for (int i = first; i <= last && next < shares.length; i++) {
            seen += counts[i] - without.counts[i];
            while (next < shares.length && left > 0 && seen >= Math.max(1, Math.ceil(shares[next] * left))) {
                quantiles[next++] = Math.exp((i + 0.5) * WIDTH);
            }
        }
        return quantiles;
    }

    /// Where the percentile curve may as well lie, by what the parts that it was measured in say without one of each: a
    /// jackknife over groups of blocks, so that queries that disturb one another are not taken for independent.
    ///
    /// @param parts groups of blocks, all of whose samples this histogram has
    /// @return empty where fewer than four of them have samples
    public Optional<Band> band(String name, List<LatencyHistogram> parts) {
        List<LatencyHistogram> filled = parts.stream().filter(p -> p.n > 0).toList();
        int groups = filled.size();
        if (groups < FEWEST_PARTS) {
            return Optional.empty();
        }
        Points curve = curve(name);
        double[] shares = shares(curve.x());
        double[] sum = new double[shares.length];
        double[] squares = new double[shares.length];
        for (LatencyHistogram part : filled) {
            double[] without = quantilesNs(shares, part);
            for (int i = 0; i < shares.length; i++) {
                double log = Math.log(without[i] / 1e6);
                sum[i] += log;
                squares[i] += log * log;
            }
        }
        double t = TDistribution.of(groups - 1.0).inverseSurvivalProbability(ONE_SIDE);
        double[] low = new double[shares.length];
        double[] high = new double[shares.length];
        for (int i = 0; i < shares.length; i++) {
            double spread = Math.max(0, squares[i] - sum[i] * sum[i] / groups);
            double factor = Math.exp(t * Math.sqrt(spread * (groups - 1) / groups));
            low[i] = curve.y()[i] / factor;
            high[i] = curve.y()[i] * factor;
        }
        return Optional.of(new Band(new Points(name, curve.x(), low, n), new Points(name, curve.x(), high, n)));
    }

    private static double[] shares(double... places) {
        return Arrays.stream(places).map(place -> 1 - Math.pow(10, -place)).toArray();
    }

    /// The percentile curve in milliseconds over `-log10(1 - share)`, from the median to where ten samples lie beyond.
    public Points curve(String name) {
        double first = PercentileCurve.place(0.5);
        double end = n == 0 ? Double.NEGATIVE_INFINITY : Math.log10((double) n / BEYOND);
        int steps = (int) Math.max(0, Math.floor((end - first) * STEPS_A_DECADE) + 1);
        double[] x = new double[steps];
        Arrays.setAll(x, i -> first + (double) i / STEPS_A_DECADE);
        return new Points(name, x, Arrays.stream(quantilesNs(shares(x), NONE)).map(ns -> ns / 1e6).toArray(), n);
    }

    /// The share of the samples, in percent, in buckets 2.4 % wide, over the latency in milliseconds at their middle.
    /// Empty without samples.
    public Points distribution(String name) {
        // an empty bucket on either side brings the line down to zero
        int from = Math.max(0, first / TOGETHER - 1);
        int size = n == 0 ? 0 : last / TOGETHER + 2 - from;
        double[] x = new double[size];
        double[] y = new double[size];
        for (int i = 0; i < size; i++) {
            int start = (from + i) * TOGETHER;
            x[i] = Math.exp((start + TOGETHER / 2.0) * WIDTH) / 1e6;
            for (int b = start; b < Math.min(BUCKETS, start + TOGETHER); b++) {
                y[i] += 100.0 * counts[b] / n;
            }
        }
        return new Points(name, x, y, n);
    }
}
