package dev.lathe.optimize.prune;

import dev.lathe.optimize.Calibration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// Which calibration samples are held back: nothing is learned on them, so they tell what was learned from what was learned by
/// heart.
///
/// @param available how many samples there are
/// @param count how many are looked at, evenly spread
record HeldBack(int available, int count) {
    /// Every so manieth sample that is looked at is held back.
    static final int EVERY = 4;

    /// Of the samples of which at most so many are looked at.
    static HeldBack of(Calibration calibration, int samples) {
        return new HeldBack(calibration.count(), Math.min(samples, calibration.count()));
    }

    /// Whether there are enough samples to hold some back.
    boolean isAny() {
        return count >= 2 * EVERY;
    }

    /// Whether a sample is held back.
    ///
    /// @param sample its number among those that are looked at
    boolean is(int sample) {
        return isAny() && sample % EVERY == EVERY - 1;
    }

    /// The numbers, among all, of those that are looked at.
    List<Integer> all() {
        return IntStream.range(0, count).map(s -> (int) ((long) s * available / count)).boxed().toList();
    }

    /// The numbers, among all, of samples that nothing is learned on: those held back, and those not even looked at.
    List<Integer> unlearned() {
        Set<Integer> learned = new HashSet<>(all());
        if (isAny()) {
            samples().forEach(learned::remove);
        }
        return IntStream.range(0, available).filter(s -> !learned.contains(s)).boxed().toList();
    }

    /// How many samples are there to learn from.
    int learned() {
        return isAny() ? count - count / EVERY : count;
    }

    /// The numbers, among all, of the samples held back; of all looked at where none is.
    List<Integer> samples() {
        return IntStream.range(0, count).filter(s -> !isAny() || is(s)).map(s -> (int) ((long) s * available / count))
                .boxed().toList();
    }
}
