package dev.lathe.app.chart;

import java.util.Arrays;

/// Fewer points that look the same: of every bucket of neighbours the smallest and the largest value stay, and the first
/// and the last point of all.
public final class Thinning {
    private static final int PER_BUCKET = 2;

    private Thinning() {}

    /// At most `limit` points (and never fewer than 4), extremes kept, in the same order.
    public static Points thin(Points points, int limit) {
        int n = points.size();
        int most = Math.max(limit, 4);
        if (n <= most) {
            return points;
        }
        int buckets = (most - 2) / PER_BUCKET;
        int[] kept = new int[most];
        int count = 0;
        kept[count++] = 0;
        for (int b = 0; b < buckets; b++) {
            int from = 1 + (int) ((long) b * (n - 2) / buckets);
            int to = 1 + (int) ((long) (b + 1) * (n - 2) / buckets);
            int low = from;
            int high = from;
            for (int i = from; i < to; i++) {
                if (points.y()[i] < points.y()[low]) {
                    low = i;
                }
                if (points.y()[i] > points.y()[high]) {
                    high = i;
                }
            }
            kept[count++] = Math.min(low, high);
            if (low != high) {
                kept[count++] = Math.max(low, high);
            }
        }
        kept[count++] = n - 1;
        int[] chosen = Arrays.copyOf(kept, count);
        return new Points(points.name(), pick(points.x(), chosen), pick(points.y(), chosen), points.n());
    }

    private static double[] pick(double[] values, int[] indices) {
        return Arrays.stream(indices).mapToDouble(i -> values[i]).toArray();
    }
}
