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

    /// Elements after which the tables are emptied, so that no count leaves 31 bits.
    private static final int MOST_AT_ONCE = 1 << 30;

    /// Two tables, so that equal neighbours (zeros behind a Relu) do not wait for one another, and of small numbers, so that
    /// both stay in the first cache; one more bin, for what is rounded up to the upper edge of the last one.
    private final int[] even = new int[BINS + 1];
    private final int[] odd = new int[BINS + 1];
    private int inTables;
    private long[] counts = new long[BINS + 1];
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
        index(values, indices, length, inverse, (double) -first);
        count(indices, length, even, odd);
        inTables += length;
        if (inTables > MOST_AT_ONCE) {
            gather();
        }
    }

    private void gather() {
        for (int i = 0; i <= BINS; i++) {
            counts[i] += even[i];
            counts[i] += odd[i];
        }
        Arrays.fill(even, 0);
        Arrays.fill(odd, 0);
        inTables = 0;
    }

    // loops of their own over arrays that are not fields, which the compiler turns into vector instructions

    private static void index(float[] values, int[] indices, int length, double inverse, double offset) {
        for (int i = 0; i < length; i++) {
            indices[i] = (int) (values[i] * inverse + offset);
        }
    }

    private static void count(int[] indices, int length, int[] even, int[] odd) {
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
        gather();
        counts = moved(counts, wider, start);
        exponent += wider;
        first = start;
    }

    private long[] moved(long[] before, int wider, long start) {
        long[] fresh = new long[BINS + 1];
        for (int i = 0; i < before.length; i++) {
            if (before[i] != 0) {
                fresh[(int) Math.min(BINS, ((first + i) >> Math.min(Long.SIZE - 1, wider)) - start)] += before[i];
            }
        }
        return fresh;
    }

    Histogram done() {
        gather();
        int used = (int) (last - first) + 1;
        long[] whole = Arrays.copyOf(counts, used);
        for (int i = used; i <= BINS; i++) {
            whole[used - 1] += counts[i];
        }
        return new Histogram(exponent, first, whole);
    }
}
