package dev.lathe.hardware;

import dev.lathe.base.Reading;

/// Puts two sources' readings of one fact together.
final class Views {
    private Views() {}

    /// The first if it is known, else the other; of two reasons the one that says more.
    static <T> Reading<T> fill(Reading<T> first, Reading<T> other) {
        if (first instanceof Reading.Unknown<T>(String why) && other instanceof Reading.Unknown<T>) {
            return why.endsWith("does not tell") ? other : first;
        }
        return first.or(other);
    }
}
