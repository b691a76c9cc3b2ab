package dev.lathe.app.engine.store;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// Raw samples in the order they were taken. Immutable.
public final class Samples {
    /// Names the form of [#compressed()]: differences, zigzag, base-128 varints, zlib.
    static final String ENCODING = "delta-zigzag-varint-zlib";

    private static final int CHUNK_BYTES = 1 << 13;
    private static final int LOW_BITS = 0x7f;
    private static final int MORE = 0x80;

    private final long[] values;

    private Samples(long[] values) {
        this.values = values;
    }

    /// The samples in this array, which is copied.
    public static Samples of(long... values) {
        return new Samples(values.clone());
    }

    /// How many there are.
    public int size() {
        return values.length;
    }

    /// The sample at an index from 0.
    public long at(int index) {
        return values[index];
    }

    /// All samples in a new array.
    public long[] toArray() {
        return values.clone();
    }

    byte[] compressed() {
        ByteArrayOutputStream plain = new ByteArrayOutputStream(values.length * Integer.BYTES);
        long previous = 0;
        for (long value : values) {
            long delta = value - previous;
            long zigzag = (delta << 1) ^ (delta >> (Long.SIZE - 1));
            while ((zigzag & ~(long) LOW_BITS) != 0) {
                plain.write((int) (zigzag & LOW_BITS) | MORE);
                zigzag >>>= 7;
            }
            plain.write((int) zigzag);
            previous = value;
        }
        try (Deflater deflater = new Deflater()) {
            deflater.setInput(plain.toByteArray());
            deflater.finish();
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            byte[] chunk = new byte[CHUNK_BYTES];
            while (!deflater.finished()) {
                packed.write(chunk, 0, deflater.deflate(chunk));
            }
            return packed.toByteArray();
        }
    }

    static Samples expanded(byte[] compressed, int count) throws DataFormatException {
        byte[] plain = inflated(compressed);
        long[] values = new long[count];
        int at = 0;
        long previous = 0;
        for (int i = 0; i < count; i++) {
            long zigzag = 0;
            for (int shift = 0;; shift += 7) {
                if (at >= plain.length || shift >= Long.SIZE) {
                    throw new DataFormatException("sample " + i + " of " + count + " is cut off");
                }
                int digit = plain[at++];
                zigzag |= (long) (digit & LOW_BITS) << shift;
                if ((digit & MORE) == 0) {
                    break;
                }
            }
            previous += (zigzag >>> 1) ^ -(zigzag & 1);
            values[i] = previous;
        }
        if (at != plain.length) {
            throw new DataFormatException("more than " + count + " samples");
        }
        return new Samples(values);
    }

    private static byte[] inflated(byte[] compressed) throws DataFormatException {
        try (Inflater inflater = new Inflater()) {
            inflater.setInput(compressed);
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            byte[] chunk = new byte[CHUNK_BYTES];
            while (!inflater.finished()) {
                int n = inflater.inflate(chunk);
                if (n == 0 && !inflater.finished()) {
                    throw new DataFormatException("the samples are cut off");
                }
                plain.write(chunk, 0, n);
            }
            return plain.toByteArray();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Samples that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return values.length + " samples";
    }
}
