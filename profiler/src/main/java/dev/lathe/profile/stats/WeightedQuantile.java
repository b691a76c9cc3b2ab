package dev.lathe.profile.stats;

import java.util.Arrays;
import java.util.List;

/// Quantiles of a resample without building it: how many values of each unit lie at or below each cut.
///
/// Exact (nearest rank) while units x samples stays below [#MAX_CELLS]; above that the cuts are evenly spaced in rank, and
/// a quantile is off by at most one cut, a share of 1 / cuts of all samples.
///
/// Cost: a quantile takes log2(cuts) x units additions, whatever the number of samples.
final class WeightedQuantile {
    private static final int MAX_CELLS = 1 << 22;

    private final long[] cuts;
    private final int units;
    private final int[] sizes;
    /// Count of values of unit u at or below cut c, at index c * units + u.
    private final int[] atOrBelow;

    WeightedQuantile(List<long[]> pieces) {
        units = pieces.size();
        sizes = pieces.stream().mapToInt(piece -> piece.length).toArray();
        long[] pooled = pieces.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        int count = Math.min(pooled.length, Math.max(1, MAX_CELLS / units));
        cuts = new long[count];
        for (int c = 0; c < count; c++) {
            cuts[c] = pooled[(int) ((c + 1L) * pooled.length / count) - 1];
        }
        atOrBelow = new int[count * units];
        for (int u = 0; u < units; u++) {
            long[] sorted = pieces.get(u).clone();
            Arrays.sort(sorted);
            int below = 0;
            for (int c = 0; c < count; c++) {
                while (below < sorted.length && sorted[below] <= cuts[c]) {
                    below++;
                }
                atOrBelow[c * units + u] = below;
            }
        }
    }

    /// The smallest cut with at least a share `quantile` of the weighted values at or below it.
    long of(int[] weights, double quantile) {
        long total = 0;
        for (int u = 0; u < units; u++) {
            total += (long) weights[u] * sizes[u];
        }
        long rank = Math.max(1, (long) Math.ceil(quantile * total));
        int low = -1;
        int high = cuts.length - 1;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (counted(middle, weights) >= rank) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return cuts[high];
    }

    private long counted(int cut, int[] weights) {
        long sum = 0;
        int row = cut * units;
        for (int u = 0; u < units; u++) {
            sum += (long) weights[u] * atOrBelow[row + u];
        }
        return sum;
    }
}
