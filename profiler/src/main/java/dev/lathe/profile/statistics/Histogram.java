package dev.lathe.profile.statistics;

import java.util.Arrays;

/// How often values fell into bins of one width, a power of two, whose edges are whole multiples of it: so bins merge in
/// pairs without error when the range grows, and the result does not depend on the order of the samples.
///
/// @param exponent the width is 2 to this power
/// @param first the first bin starts at `first * width`
/// @param counts one per bin; a bin holds its lower edge and not its upper one
@SuppressWarnings("ArrayRecordComponent") // thousands of counts, boxed, would be the larger part of a calibration's memory
public record Histogram(int exponent, long first, long[] counts) {

    /// Of values that nobody counted: it has no bins.
    public static final Histogram NONE = new Histogram(0, 0, new long[0]);

    /// Copies the counts.
    public Histogram {
        counts = counts.clone();
    }

    /// A copy of the counts.
    @Override
    public long[] counts() {
        return counts.clone();
    }

    /// How many bins there are.
    public int bins() {
        return counts.length;
    }

    /// How many values fell into a bin.
    public long count(int bin) {
        return counts[bin];
    }

    /// The width of a bin.
    public double width() {
        return Math.scalb(1.0, exponent);
    }

    /// The middle of a bin.
    public double centre(int bin) {
        return (first + bin + 0.5) * width();
    }

    /// How many values there were.
    public long total() {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        return total;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Histogram h && exponent == h.exponent && first == h.first
                && Arrays.equals(counts, h.counts);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * exponent + Long.hashCode(first)) + Arrays.hashCode(counts);
    }
}
