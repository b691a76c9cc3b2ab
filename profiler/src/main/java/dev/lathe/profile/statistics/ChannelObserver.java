package dev.lathe.profile.statistics;

import java.util.Arrays;
import java.util.Optional;

/// The figures of [ChannelStatistics] while they grow.
final class ChannelObserver {
    /// Planes below this are taken in element by element.
    private static final int SMALLEST_PLANE = 32;
    private static final int MOST_CHANNELS = 1 << 16;
    private static final int IMAGE_RANK = 4;

    private float[] min = {};
    private float[] max = {};
    private double[] sum = {};
    private double[] squares = {};
    private long elements;
    private int plane = 1;
    private boolean begun;
    private boolean given;

    /// Prepares for a tensor of this shape.
    ///
    /// @return how many elements in a row may be taken in at once: a channel's plane, or any number of them
    int begin(long... shape) {
        int axis = shape.length < 2 ? -1 : shape.length >= IMAGE_RANK ? 1 : shape.length - 1;
        long count = axis < 0 ? 0 : shape[axis];
        if (!begun) {
            begun = true;
            given = count > 0 && count <= MOST_CHANNELS;
            allocate(given ? (int) count : 0);
        }
        given = given && count == min.length;
        plane = 1;
        for (int d = axis + 1; d < shape.length; d++) {
            plane *= Math.max(1, (int) shape[d]);
        }
        if (given) {
            long total = 1;
            for (long size : shape) {
                total *= size;
            }
            elements += total / count;
        }
        return given && plane >= SMALLEST_PLANE ? plane : Integer.MAX_VALUE;
    }

    private void allocate(int count) {
        min = new float[count];
        max = new float[count];
        Arrays.fill(min, Float.POSITIVE_INFINITY);
        Arrays.fill(max, Float.NEGATIVE_INFINITY);
        sum = new double[count];
        squares = new double[count];
    }

    /// Takes in elements of the tensor that was begun.
    ///
    /// @param at how many came before
    void add(float[] values, int length, int at, float low, float high) {
        if (!given) {
            return;
        }
        if (plane >= SMALLEST_PLANE) {
            int c = at / plane % min.length;
            min[c] = Math.min(min[c], low);
            max[c] = Math.max(max[c], high);
            sums(c, values, length);
            return;
        }
        if (plane == 1) {
            rows(values, length, at % min.length);
            return;
        }
        for (int i = 0; i < length; i++) {
            add(values[i], (at + i) / plane % min.length);
        }
    }

    private void add(float value, int c) {
        min[c] = Math.min(min[c], value);
        max[c] = Math.max(max[c], value);
        sum[c] += value;
        squares[c] += (double) value * value;
    }

    /// Elements of one channel after the other, from some channel on.
    private void rows(float[] values, int length, int start) {
        int from = 0;
        for (int c = start; from < length; c = 0) {
            int count = Math.min(min.length - c, length - from);
            row(values, from, count, c, min, max);
            row(values, from, count, c, sum, squares);
            from += count;
        }
    }

    private static void row(float[] values, int from, int count, int c, float[] min, float[] max) {
        for (int i = 0; i < count; i++) {
            float value = values[from + i];
            min[c + i] = value < min[c + i] ? value : min[c + i];
            max[c + i] = value > max[c + i] ? value : max[c + i];
        }
    }

    private static void row(float[] values, int from, int count, int c, double[] sum, double[] squares) {
        for (int i = 0; i < count; i++) {
            double value = values[from + i];
            sum[c + i] += value;
            squares[c + i] += value * value;
        }
    }

    /// Sums in eight lanes, which do not wait for one another; in floats over one chunk, in doubles over all.
    private void sums(int c, float[] values, int length) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        float q0 = 0;
        float q1 = 0;
        float q2 = 0;
        float q3 = 0;
        float q4 = 0;
        float q5 = 0;
        float q6 = 0;
        float q7 = 0;
        int i = 0;
        for (; i + 7 < length; i += 8) {
            s0 += values[i];
            s1 += values[i + 1];
            s2 += values[i + 2];
            s3 += values[i + 3];
            s4 += values[i + 4];
            s5 += values[i + 5];
            s6 += values[i + 6];
            s7 += values[i + 7];
            q0 += values[i] * values[i];
            q1 += values[i + 1] * values[i + 1];
            q2 += values[i + 2] * values[i + 2];
            q3 += values[i + 3] * values[i + 3];
            q4 += values[i + 4] * values[i + 4];
            q5 += values[i + 5] * values[i + 5];
            q6 += values[i + 6] * values[i + 6];
            q7 += values[i + 7] * values[i + 7];
        }
        for (; i < length; i++) {
            s0 += values[i];
            q0 += values[i] * values[i];
        }
        sum[c] += (double) s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7;
        squares[c] += (double) q0 + q1 + q2 + q3 + q4 + q5 + q6 + q7;
    }

    Optional<ChannelStatistics> done() {
        if (!given || elements == 0) {
            return Optional.empty();
        }
        double[] mean = sum.clone();
        double[] meanSquare = squares.clone();
        for (int c = 0; c < mean.length; c++) {
            mean[c] /= elements;
            meanSquare[c] /= elements;
        }
        return Optional.of(new ChannelStatistics(min, max, mean, meanSquare));
    }
}
