package dev.lathe.base;

import java.util.OptionalLong;

/// How far a step is.
///
/// @param step what is being done, in the user's words: "measuring static-int8, fork 2 of 2"
/// @param fraction done, in 0..1
/// @param remainingNs time left as predicted, in nanoseconds; empty while nothing can be said
public record Progress(String step, double fraction, OptionalLong remainingNs) {

    /// Progress whose time left is not known.
    public static Progress of(String step, double fraction) {
        return new Progress(step, fraction, OptionalLong.empty());
    }

    /// Receives progress; must be quick and must not throw.
    @FunctionalInterface
    public interface Listener {
        /// Ignores progress.
        Listener NONE = _ -> {};

        /// Called at every step, from the thread that does the work.
        void progress(Progress progress);
    }
}
