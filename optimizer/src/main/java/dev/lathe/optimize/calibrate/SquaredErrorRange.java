package dev.lathe.optimize.calibrate;

import dev.lathe.profile.statistics.Histogram;
import dev.lathe.profile.statistics.ValueRange;

/// The range with the least mean squared error. What lies inside is rounded, which costs a twelfth of the squared step (or,
/// nearer to zero than half a step, its own square); what lies outside is clipped to the edge. Both come from sums that are
/// made once, so that a range is tried in constant time.
final class SquaredErrorRange {
    /// Edges tried on each side, from the extreme inwards; the last one is 1/64 of it.
    private static final int EDGES = 128;
    private static final double NARROWEST = 1.0 / 64;

    private final Histogram histogram;
    private final int levels;
    private final boolean symmetric;
    private final double[] counts;
    private final double[] sums;
    private final double[] squares;

    SquaredErrorRange(Histogram histogram, int levels, boolean symmetric) {
        this.histogram = histogram;
        this.levels = levels;
        this.symmetric = symmetric;
        int bins = histogram.bins();
        counts = new double[bins + 1];
        sums = new double[bins + 1];
        squares = new double[bins + 1];
        for (int i = 0; i < bins; i++) {
            double count = histogram.count(i);
            double centre = histogram.centre(i);
            counts[i + 1] = counts[i] + count;
            sums[i + 1] = sums[i] + count * centre;
            squares[i + 1] = squares[i] + count * centre * centre;
        }
    }

    ValueRange best(ValueRange widest) {
        double min = Math.min(widest.min(), 0);
        double max = Math.max(widest.max(), 0);
        if (symmetric) {
            max = Math.max(-min, max);
            min = -max;
        }
        double low = min;
        double high = max;
        double least = error(min, max);
        for (int h = 0; h <= EDGES; h++) {
            double top = max * part(h);
            for (int l = 0; l <= (symmetric || min == 0 ? 0 : EDGES); l++) {
                double bottom = symmetric ? -top : min * part(l);
                double error = error(bottom, top);
                if (error < least) {
                    least = error;
                    low = bottom;
                    high = top;
                }
            }
            if (max == 0) {
                break;
            }
        }
        return new ValueRange((float) low, (float) high);
    }

    private static double part(int edge) {
        return 1 - (1 - NARROWEST) * edge / EDGES;
    }

    /// The sum of squared errors of all elements.
    double error(double low, double high) {
        double step = (high - low) / levels;
        if (step <= 0) {
            return Double.MAX_VALUE;
        }
        int from = bin(low);
        int to = bin(high);
        int zeroFrom = Math.clamp(bin(-step / 2), from, to);
        int zeroTo = Math.clamp(bin(step / 2), from, to);
        double rounded = (counts[to] - counts[from] - (counts[zeroTo] - counts[zeroFrom])) * step * step / 12;
        double toZero = squares[zeroTo] - squares[zeroFrom];
        double below = clipped(0, from, low);
        double above = clipped(to, counts.length - 1, high);
        return rounded + toZero + below + above;
    }

    private double clipped(int from, int to, double edge) {
        return Math.max(0, squares[to] - squares[from] - 2 * edge * (sums[to] - sums[from])
                + edge * edge * (counts[to] - counts[from]));
    }

    /// How many bins have their middle below a value.
    private int bin(double value) {
        double at = value / histogram.width() - histogram.first();
        return (int) Math.clamp(Math.ceil(at - 0.5), 0.0, histogram.bins());
    }
}
