package dev.lathe.profile.statistics;

import java.util.Arrays;

/// A [Histogram] while it grows: when a value falls outside, the window moves or bins merge in pairs, so that there are
/// never more than 4096.
final class GrowingHistogram {
    static final int BINS = 4096;
    /// Bins are not narrower than this part of the largest magnitude: floats have 24 bits.
    private static final int FINEST_BITS = 22;
    private static final int MOST_BITS = 40;
    private static final int SMALLEST_EXPONENT = -126;
    private static final int CHUNK = 8192;

    /// Two tables, so that equal neighbours (zeros behind a Relu) do not wait for one another; one more bin, for what is
    /// rounded up to the upper edge of the last one.
    private long[] even = new long[BINS + 1];
    private long[] odd = new long[BINS + 1];
    private final int[] indices = new int[CHUNK];
    private int exponent = Integer.MIN_VALUE;
    private long first;
    private long last;

    /// Takes in values.
    ///
    /// @param low the smallest of them
    /// @param high the largest of them
    void add(float[] values, int length, float low, float high) {
        cover(low, high);
        double inverse = Math.scalb(1.0, -exponent);
        double offset = -first;
        for (int i = 0; i < length; i++) {
            indices[i] = (int) (values[i] * inverse + offset);
        }
        int i = 0;
        for (; i + 1 < length; i += 2) {
            even[indices[i]]++;
            odd[indices[i + 1]]++;
        }
        if (i < length) {
            even[indices[i]]++;
        }
    }

    private void cover(float low, float high) {
        if (exponent == Integer.MIN_VALUE) {
            int magnitude = Math.getExponent(Math.max(Math.abs(low), Math.abs(high))) - FINEST_BITS;
            int span = Math.getExponent(high - (double) low) - Integer.numberOfTrailingZeros(BINS);
            exponent = Math.max(SMALLEST_EXPONENT, Math.max(magnitude, span));
            first = bin(low, exponent);
            last = first - 1;
        }
        int coarse = Math.getExponent(Math.max(Math.abs(low), Math.abs(high))) - MOST_BITS;
        if (coarse > exponent) {
            // numbers of bins must fit a long: a first sample may have been far smaller than this one
            last >>= Math.min(Long.SIZE - 1, coarse - exponent);
            move(coarse - exponent, first >> Math.min(Long.SIZE - 1, coarse - exponent));
        }
        long from = Math.min(first, bin(low, exponent));
        long to = Math.max(last, bin(high, exponent));
        int wider = 0;
        while ((to >> wider) - (from >> wider) >= BINS) {
            wider++;
        }
        if (wider > 0 || from < first) {
            move(wider, from >> wider);
        }
        last = to >> wider;
    }

    private static long bin(float value, int exponent) {
        return (long) Math.floor(Math.scalb((double) value, -exponent));
    }

    private void move(int wider, long start) {
        even = moved(even, wider, start);
        odd = moved(odd, wider, start);
        exponent += wider;
        first = start;
    }

    private long[] moved(long[] counts, int wider, long start) {
        long[] fresh = new long[BINS + 1];
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0) {
                fresh[(int) Math.min(BINS, ((first + i) >> Math.min(Long.SIZE - 1, wider)) - start)] += counts[i];
            }
        }
        return fresh;
    }

    Histogram done() {
        int used = (int) (last - first) + 1;
        long[] counts = Arrays.copyOf(even, used);
        for (int i = 0; i < used; i++) {
            counts[i] += odd[i];
        }
        for (int i = used; i <= BINS; i++) {
            counts[used - 1] += even[i] + odd[i];
        }
        return new Histogram(exponent, first, counts);
    }
}
