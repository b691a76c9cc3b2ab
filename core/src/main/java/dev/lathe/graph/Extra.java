package dev.lathe.graph;

import java.util.Arrays;

/// Parts of a file that the values do not name (documentation, metadata, fields of later versions), kept byte for byte
/// so that a model survives being read and written. Opaque: only the reader and the writer look inside.
public final class Extra {
    /// Nothing to keep.
    public static final Extra NONE = new Extra(new byte[0]);

    private final byte[] bytes;

    private Extra(byte[] bytes) {
        this.bytes = bytes;
    }

    /// These bytes, which must not change afterwards.
    public static Extra of(byte[] bytes) {
        return bytes.length == 0 ? NONE : new Extra(bytes.clone());
    }

    /// A copy of the bytes.
    public byte[] bytes() {
        return bytes.clone();
    }

    /// Whether there is nothing to keep.
    public boolean isEmpty() {
        return bytes.length == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Extra extra && Arrays.equals(bytes, extra.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "Extra[" + bytes.length + " bytes]";
    }
}
