package dev.lathe.optimize.sparse;

import java.util.stream.IntStream;

/// Sets the weights to zero that matter least: the smallest of so many, by what each is worth. Zeros go first, so that doing
/// it twice does nothing new.
public final class Mask {
    private final float[] weights;
    private final double[] worth;

    /// @param weights row by row, changed in place
    /// @param worth of each weight, not negative
    public Mask(float[] weights, double... worth) {
        this.weights = weights;
        this.worth = worth.clone();
    }

    /// Takes this part of all.
    ///
    /// @return how many became zero that were not
    public int takeOfAll(double part) {
        return take(IntStream.range(0, weights.length).toArray(), (int) (part * weights.length));
    }

    /// Takes this part of each row.
    public int takeOfRows(int width, double part) {
        int taken = 0;
        for (int from = 0; from < weights.length; from += width) {
            taken += take(IntStream.range(from, from + width).toArray(), (int) (part * width));
        }
        return taken;
    }

    /// Takes what a pattern does not keep of each group along the channels.
    ///
    /// @param width numbers in a row
    /// @param places of the kernel: neighbours along the channels are this far apart
    public int takeByPattern(int width, int places, Pattern pattern) {
        int taken = 0;
        int channels = width / places;
        for (int row = 0; row < weights.length; row += width) {
            for (int p = 0; p < places; p++) {
                for (int c = 0; c < channels; c += pattern.group()) {
                    int size = Math.min(pattern.group(), channels - c);
                    int first = row + c * places + p;
                    taken += take(IntStream.range(0, size).map(i -> first + i * places).toArray(),
                            size - pattern.kept(size));
                }
            }
        }
        return taken;
    }

    private int take(int[] places, int count) {
        if (count <= 0) {
            return 0;
        }
        int[] order = places;
        if (count < places.length) {
            order = IntStream.of(places).boxed().sorted((a, b) -> compare(a, b)).mapToInt(i -> i).toArray();
        }
        int taken = 0;
        for (int i = 0; i < count; i++) {
            taken += weights[order[i]] == 0 ? 0 : 1;
            weights[order[i]] = 0;
        }
        return taken;
    }

    private int compare(int a, int b) {
        int zeros = Boolean.compare(weights[a] != 0, weights[b] != 0);
        int worths = zeros == 0 ? Double.compare(worth[a], worth[b]) : zeros;
        int sizes = worths == 0 ? Float.compare(Math.abs(weights[a]), Math.abs(weights[b])) : worths;
        return sizes == 0 ? Integer.compare(a, b) : sizes;
    }
}
