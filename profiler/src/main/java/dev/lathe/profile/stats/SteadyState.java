package dev.lathe.profile.stats;

import java.util.Arrays;
import java.util.OptionalInt;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// Whether warm-up has ended, from the medians of equal windows so far.
///
/// Pettitt's change-point test (for steps) and Mann and Kendall's trend test (for slow drift), both on ranks, so one
/// stall does not matter. While one of them finds a change of at least the tolerance, the windows before the change are
/// taken for warm-up and the rest is tested again. Sources: Pettitt, Applied Statistics 28 (1979); Mann, Econometrica 13
/// (1945); Sen, JASA 63 (1968) for the slope.
///
/// Cost: n squared times log n for n windows; a millisecond for a hundred.
///
/// @param minimumWindows how many steady windows must follow the warm-up, at least 12: fewer cannot show a step
/// @param tolerance the smallest relative change that counts as drift: 0.01
public record SteadyState(int minimumWindows, double tolerance) {
    /// Twelve windows and 1 %.
    public static final SteadyState DEFAULT = new SteadyState(12, 0.01);

    private static final double STEP_LEVEL = 0.05;
    private static final double TREND_LEVEL = 0.01;

    /// Checks the number of windows.
    public SteadyState {
        if (minimumWindows < 12) {
            throw new IllegalArgumentException("fewer than 12 windows cannot show a step: " + minimumWindows);
        }
    }

    /// The index of the first steady window; empty while the last `minimumWindows` still drift, or are not there yet.
    ///
    /// @param windowMedians medians of windows of equal length in time order, any unit
    public OptionalInt firstSteadyWindow(double[] windowMedians) {
        int start = 0;
        while (windowMedians.length - start >= minimumWindows) {
            int next = changeAfter(Arrays.copyOfRange(windowMedians, start, windowMedians.length));
            if (next == 0) {
                return OptionalInt.of(start);
            }
            start += next;
        }
        return OptionalInt.empty();
    }

    /// How many windows come before the clearest change; 0 if there is none that matters.
    private int changeAfter(double[] windows) {
        long u = 0;
        long largest = 0;
        int split = 1;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 1; i < windows.length; i++) {
            u += standing(windows, i - 1);
            largest = Math.max(largest, Math.abs(u));
            // where |U| peaks leans to the middle, so the place is where two levels fit best
            double misfit = misfit(windows, 0, i) + misfit(windows, i, windows.length);
            if (misfit < least) {
                least = misfit;
                split = i;
            }
        }
        double before = median(Arrays.copyOfRange(windows, 0, split));
        double after = median(Arrays.copyOfRange(windows, split, windows.length));
        boolean step = pettitt(largest, windows.length) < STEP_LEVEL && relative(before, after) > tolerance;
        return step || trend(windows) ? split : 0;
    }

    /// How many windows lie below one of them, minus how many lie above it.
    private static long standing(double[] windows, int index) {
        long standing = 0;
        for (double other : windows) {
            standing += Double.compare(windows[index], other);
        }
        return standing;
    }

    private static double misfit(double[] windows, int from, int to) {
        double level = median(Arrays.copyOfRange(windows, from, to));
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += Math.abs(windows[i] - level);
        }
        return sum;
    }

    private static double pettitt(long u, int n) {
        double cubes = (double) n * n * n + (double) n * n;
        return Math.min(1, 2 * Math.exp(-6.0 * u * u / cubes));
    }

    private boolean trend(double[] windows) {
        int n = windows.length;
        long s = 0;
        double[] slopes = new double[n * (n - 1) / 2];
        int k = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                s += Double.compare(windows[j], windows[i]);
                slopes[k++] = (windows[j] - windows[i]) / (j - i);
            }
        }
        double deviation = Math.sqrt(n * (n - 1.0) * (2.0 * n + 5) / 18);
        double z = Math.max(0, Math.abs(s) - 1) / deviation;
        double p = 2 * NormalDistribution.of(0, 1).survivalProbability(z);
        double total = Math.abs(median(slopes)) * (n - 1);
        return p < TREND_LEVEL && total > tolerance * Math.abs(median(windows));
    }

    private static double relative(double before, double after) {
        return Math.abs(before - after) / Math.max(Math.abs(after), Double.MIN_NORMAL);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
