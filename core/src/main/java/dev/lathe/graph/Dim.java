package dev.lathe.graph;

import java.util.OptionalLong;

/// One dimension of a declared shape.
public sealed interface Dim {

    /// A fixed size, at least 0.
    record Fixed(long size) implements Dim {
        @Override
        public String toString() {
            return Long.toString(size);
        }
    }

    /// A named size that is decided at run time, for example `batch`.
    record Symbol(String name) implements Dim {
        @Override
        public String toString() {
            return name;
        }
    }

    /// A size about which nothing is said.
    record Any() implements Dim {
        @Override
        public String toString() {
            return "?";
        }
    }

    /// The size if it is fixed.
    default OptionalLong fixed() {
        return this instanceof Fixed(long size) ? OptionalLong.of(size) : OptionalLong.empty();
    }
}
