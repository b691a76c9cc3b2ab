package dev.lathe.serving.queue;

import dev.lathe.base.Problem;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// How requests are batched and how long they may wait; the names are Triton's dynamic batcher's.
///
/// @param maxBatch most requests in one batch, at least 1
/// @param preferred batch sizes worth starting at once, ascending, none above `maxBatch`; empty for `maxBatch` alone
/// @param maxDelayNs how long the oldest request may wait for a preferred size, in nanoseconds; 0 starts at once
/// @param queueLimit most requests that wait; one more is shed; empty for no bound
/// @param timeoutNs a request that has not started after this long is given up, in nanoseconds; empty for never
public record Batching(int maxBatch, List<Integer> preferred, long maxDelayNs, OptionalInt queueLimit,
        OptionalLong timeoutNs) {
    /// One request at a time, no bound, no deadline.
    public static final Batching SINGLE = upTo(1);

    /// Sorts the preferred sizes.
    ///
    /// @throws dev.lathe.base.ProblemException if a number cannot be, naming it
    public Batching {
        preferred = preferred.stream().distinct().sorted().toList();
        if (maxBatch < 1) {
            throw impossible("a batch of at most " + maxBatch, "Choose 1 or more.");
        }
        for (int size : preferred) {
            if (size < 1 || size > maxBatch) {
                throw impossible("preferred batch " + size + " with at most " + maxBatch + " in a batch",
                        "Choose preferred sizes from 1 to " + maxBatch + ".");
            }
        }
        if (maxDelayNs < 0) {
            throw impossible("a batching delay of " + maxDelayNs + " ns", "Choose 0 or more.");
        }
        if (queueLimit.isPresent() && queueLimit.getAsInt() < 1) {
            throw impossible("a queue of at most " + queueLimit.getAsInt() + " requests", "Choose 1 or more.");
        }
        if (timeoutNs.isPresent() && timeoutNs.getAsLong() < 1) {
            throw impossible("a timeout of " + timeoutNs.getAsLong() + " ns", "Choose more than 0.");
        }
    }

    private static dev.lathe.base.ProblemException impossible(String what, String remedy) {
        return Problem.error("batching-impossible", "", what + " cannot be", remedy).toException();
    }

    /// Batches of up to this size, started as soon as an instance is free.
    public static Batching upTo(int maxBatch) {
        return new Batching(maxBatch, List.of(), 0, OptionalInt.empty(), OptionalLong.empty());
    }

    /// The same with a batching delay.
    public Batching delayed(long ns) {
        return new Batching(maxBatch, preferred, ns, queueLimit, timeoutNs);
    }

    /// The same with a bounded queue.
    public Batching bounded(int requests) {
        return new Batching(maxBatch, preferred, maxDelayNs, OptionalInt.of(requests), timeoutNs);
    }

    /// The same with a timeout.
    public Batching within(long ns) {
        return new Batching(maxBatch, preferred, maxDelayNs, queueLimit, OptionalLong.of(ns));
    }
}
