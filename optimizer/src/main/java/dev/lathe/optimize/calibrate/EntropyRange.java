package dev.lathe.optimize.calibrate;

import dev.lathe.profile.statistics.Histogram;
import dev.lathe.profile.statistics.ValueRange;

/// The range that loses the least information when the histogram is told with few levels: the divergence of Kullback and
/// Leibler between the histogram whose outliers were moved to the edges and the one that the levels can tell. Source: "8-bit
/// inference with TensorRT" (Migacz, 2017). The histogram has at least eight bins a level, without which nothing would ever
/// be clipped.
final class EntropyRange {
    private static final int EDGES = 64;
    /// A range is not clipped to less than this part of what was seen.
    private static final double NARROWEST = 1.0 / 16;

    private final Histogram histogram;
    private final long[] counts;
    private final int levels;
    private final boolean symmetric;

    EntropyRange(Histogram histogram, int levels, boolean symmetric) {
        this.histogram = histogram;
        this.counts = histogram.counts();
        int zero = (int) -histogram.first();
        if (zero >= 0 && zero < counts.length) {
            // the zeros behind a Relu are told exactly by any range, and would drown all else
            long before = zero > 0 ? counts[zero - 1] : 0;
            long after = zero + 1 < counts.length ? counts[zero + 1] : 0;
            counts[zero] = Math.min(counts[zero], Math.max(before, after));
        }
        this.levels = levels;
        this.symmetric = symmetric;
    }

    ValueRange best(ValueRange widest) {
        double min = Math.min(widest.min(), 0);
        double max = Math.max(widest.max(), 0);
        if (symmetric) {
            double limit = Math.max(-min, max) * narrowed(Math.max(-min, max), true, 0);
            return new ValueRange((float) -limit, (float) limit);
        }
        double high = max * (max > 0 ? narrowed(max, true, min) : 1);
        double low = min * (min < 0 ? narrowed(min, false, high) : 1);
        return new ValueRange((float) low, (float) high);
    }

    /// The part of an edge with the least divergence, while the other edge stays.
    private double narrowed(double edge, boolean upper, double other) {
        double best = 1;
        double least = Double.MAX_VALUE;
        for (int i = 0; i <= EDGES; i++) {
            double part = 1 - (1 - NARROWEST) * i / EDGES;
            double low = symmetric ? -edge * part : upper ? other : edge * part;
            double high = symmetric || upper ? edge * part : other;
            double divergence = divergence(low, high);
            if (divergence < least) {
                least = divergence;
                best = part;
            }
        }
        return best;
    }

    double divergence(double low, double high) {
        int from = bin(low);
        int to = Math.max(from + 1, bin(high));
        double step = (high - low) / levels;
        double[] mass = new double[levels + 1];
        int[] filled = new int[levels + 1];
        double outside = outliers(0, from);
        double beyond = outliers(to, histogram.bins());
        double inside = outliers(from, to);
        if (inside == 0 || step <= 0) {
            return Double.MAX_VALUE;
        }
        for (int i = from; i < to; i++) {
            double count = counts[i];
            if (count > 0) {
                int level = level(i, low, step);
                mass[level] += count;
                filled[level]++;
            }
        }
        double total = inside + outside + beyond;
        double sum = 0;
        for (int i = from; i < to; i++) {
            double count = counts[i] + (i == from ? outside : 0) + (i == to - 1 ? beyond : 0);
            if (count > 0) {
                int level = level(i, low, step);
                double told = Math.max(mass[level] / Math.max(1, filled[level]), 0.5) / inside;
                double is = count / total;
                sum += is * Math.log(is / told);
            }
        }
        return sum;
    }

    private int level(int bin, double low, double step) {
        return (int) Math.clamp(Math.rint((histogram.centre(bin) - low) / step), 0.0, levels);
    }

    private double outliers(int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += counts[i];
        }
        return sum;
    }

    private int bin(double value) {
        double at = value / histogram.width() - histogram.first();
        return (int) Math.clamp(Math.ceil(at - 0.5), 0.0, histogram.bins());
    }
}
