package dev.lathe.app.chart;

import java.util.ArrayList;
import java.util.List;

/// Counts of latencies in buckets of equal ratio, 0.2 % wide: percentiles of any number of samples at a constant cost.
///
/// It serves drawing; figures are computed from raw samples elsewhere.
public final class LatencyHistogram {
    private static final double WIDTH = Math.log(1.002);
    /// Up to e^25 ns, which is 72 s.
    private static final int BUCKETS = (int) (25 / WIDTH);
    /// A quantile is drawn where at least so many samples lie beyond it.
    private static final int BEYOND = 10;
    private static final int STEPS_A_DECADE = 24;

    private final int[] counts = new int[BUCKETS];
    private int n;

    /// Counts samples, in nanoseconds.
    public void add(long[] samplesNs) {
        for (long sample : samplesNs) {
            int bucket = (int) (Math.log((double) Math.max(1, sample)) / WIDTH);
            counts[Math.min(bucket, BUCKETS - 1)]++;
        }
        n += samplesNs.length;
    }

    /// How many samples were counted.
    public int n() {
        return n;
    }

    /// The latency below which that share of the samples lies, in nanoseconds; NaN without samples.
    public double quantileNs(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * n));
        long seen = 0;
        for (int i = 0; i < BUCKETS && n > 0; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return Math.exp((i + 0.5) * WIDTH);
            }
        }
        return Double.NaN;
    }

    /// The percentile curve in milliseconds over `-log10(1 - share)`, from the median to where ten samples lie beyond.
    public Points curve(String name) {
        List<double[]> points = new ArrayList<>();
        double end = Math.log10((double) n / BEYOND);
        for (double x = PercentileCurve.place(0.5); n > 0 && x <= end; x += 1.0 / STEPS_A_DECADE) {
            points.add(new double[]{x, quantileNs(1 - Math.pow(10, -x)) / 1e6});
        }
        return new Points(name, points.stream().mapToDouble(p -> p[0]).toArray(),
                points.stream().mapToDouble(p -> p[1]).toArray());
    }
}
