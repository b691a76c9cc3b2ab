package dev.lathe.hardware;

import dev.lathe.base.Reading;

/// Puts two sources' readings of one fact together.
final class Views {
    private static final String SAYS_NOTHING = "does not tell";

    private Views() {}

    /// The first if it is known, else the other; of two reasons the one that says more.
    static <T> Reading<T> fill(Reading<T> first, Reading<T> other) {
        boolean betterReason = first instanceof Reading.Unknown<T>(String why) && why.endsWith(SAYS_NOTHING)
                && other instanceof Reading.Unknown<T>(String reason) && !reason.endsWith(SAYS_NOTHING);
        return betterReason || other instanceof Reading.Known<T> ? first.or(other) : first;
    }
}
