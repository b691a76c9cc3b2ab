package dev.lathe.optimize.calibrate;

import dev.lathe.profile.statistics.Histogram;

/// Quantiles of a histogram, straight within a bin.
final class Quantile {
    private Quantile() {}

    /// The value below which this part of all elements lies.
    ///
    /// @param part in 0..1
    static double of(Histogram histogram, double part) {
        double wanted = part * histogram.total();
        double below = 0;
        for (int i = 0; i < histogram.bins(); i++) {
            long count = histogram.count(i);
            if (count > 0 && below + count >= wanted) {
                double within = Math.max(0, wanted - below) / count;
                return histogram.centre(i) + (within - 0.5) * histogram.width();
            }
            below += count;
        }
        return histogram.centre(histogram.bins() - 1) + histogram.width() / 2;
    }
}
