package dev.lathe.profile.statistics;

import java.util.Arrays;

/// Figures of each channel of a value: the second dimension of images (four dimensions and more), else the last one.
///
/// @param min smallest element of each channel
/// @param max largest element of each channel
/// @param mean mean of each channel
/// @param meanSquare mean of the squares of each channel
@SuppressWarnings("ArrayRecordComponent") // one number per channel, read in loops over weights
public record ChannelStatistics(float[] min, float[] max, double[] mean, double[] meanSquare) {

    /// Copies the arrays.
    public ChannelStatistics {
        min = min.clone();
        max = max.clone();
        mean = mean.clone();
        meanSquare = meanSquare.clone();
    }

    /// How many channels there are.
    public int count() {
        return min.length;
    }

    /// A copy of the minima.
    @Override
    public float[] min() {
        return min.clone();
    }

    /// A copy of the maxima.
    @Override
    public float[] max() {
        return max.clone();
    }

    /// A copy of the means.
    @Override
    public double[] mean() {
        return mean.clone();
    }

    /// A copy of the means of the squares.
    @Override
    public double[] meanSquare() {
        return meanSquare.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChannelStatistics c && Arrays.equals(min, c.min) && Arrays.equals(max, c.max)
                && Arrays.equals(mean, c.mean) && Arrays.equals(meanSquare, c.meanSquare);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(min) + Arrays.hashCode(max)) + Arrays.hashCode(mean);
    }
}
