package dev.lathe.profile;

import dev.lathe.base.Progress;
import java.util.OptionalLong;

/// Predicts the time left of work whose steps take equally long.
final class Remaining {
    /// Below this part done a prediction says more about the start than about the rest.
    private static final double FIRST_WORD = 0.05;

    private Remaining() {}

    /// A listener that adds the time left, as it seems from the time so far.
    static Progress.Listener predicting(Progress.Listener listener, String step) {
        long start = System.nanoTime();
        return p -> listener.progress(new Progress(step, p.fraction(),
                p.fraction() < FIRST_WORD
                        ? OptionalLong.empty()
                        : OptionalLong.of((long) ((System.nanoTime() - start) * (1 / p.fraction() - 1)))));
    }
}
