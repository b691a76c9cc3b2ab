package dev.lathe.serving.queue;

import java.util.Arrays;
import java.util.function.LongConsumer;

/// Requests that wait for a model, first come first served, and when they may start together.
///
/// A pure state machine: no threads, no clock of its own, and nothing is allocated for a request. The caller says what time
/// it is at each call, and time must not go back. A request is a number of the caller's. The rules are those of Triton's
/// dynamic batcher with one priority and `REJECT` as its timeout action:
///
/// 1. A request that finds the queue full is shed.
/// 2. A request that has not started at its deadline is given up, wherever it stands.
/// 3. While the oldest has waited less than the delay, the largest preferred size that can be filled starts, and nothing
///    starts if none can. Without preferred sizes the maximum is preferred.
/// 4. Once the oldest has waited for the delay, or if there is no delay, all that wait start, up to the maximum; but
///    without a delay a preferred size that can be filled goes first.
///
/// Cost: constant a request while deadlines come in order, as one timeout gives them; otherwise one pass over the queue
/// each time the earliest deadline passes. Not thread-safe.
public final class BatchingQueue {
    /// The deadline of a request that waits for ever, and the time of what will not happen by itself.
    public static final long NEVER = Long.MAX_VALUE;
    private static final int FIRST_CAPACITY = 64;

    private final Batching batching;
    private final int limit;
    /// By number of requests up to the maximum: the largest preferred size that they fill, 0 for none.
    private final int[] preferredOf;
    private final LongConsumer expired;

    private long[] requests = new long[FIRST_CAPACITY];
    private long[] arrivedNs = new long[FIRST_CAPACITY];
    private long[] deadlineNs = new long[FIRST_CAPACITY];
    private int head;
    private int size;
    private long nowNs = Long.MIN_VALUE;
    /// No later than any deadline in the queue.
    private long earliestNs = NEVER;
    /// Whether deadlines ascend from head to tail, so that only the head needs to be looked at.
    private boolean ordered = true;

    /// An empty queue.
    ///
    /// @param expired told each request that is given up, from within the call that notices it
    public BatchingQueue(Batching batching, LongConsumer expired) {
        this.batching = batching;
        this.limit = batching.queueLimit().orElse(Integer.MAX_VALUE);
        this.expired = expired;
        int most = batching.maxBatch();
        preferredOf = new int[most + 1];
        for (int n = 1; n <= most; n++) {
            preferredOf[n] = preferredOf[n - 1];
            if (batching.preferred().isEmpty() ? n == most : batching.preferred().contains(n)) {
                preferredOf[n] = n;
            }
        }
    }

    /// How requests are batched here.
    public Batching batching() {
        return batching;
    }

    /// How many requests wait, those whose deadline has passed unnoticed included.
    public int size() {
        return size;
    }

    /// Lets time pass: requests whose deadline has come are given up.
    ///
    /// @throws IllegalArgumentException if time went back
    public void advance(long now) {
        if (now < nowNs) {
            throw new IllegalArgumentException("time went back from " + nowNs + " to " + now);
        }
        nowNs = now;
        if (earliestNs <= now) {
            expire();
        }
    }

    /// A request arrives.
    ///
    /// @param deadline when it is given up if it has not started, [#NEVER] for never
    /// @return false if the queue is full and the request was shed
    public boolean offer(long request, long now, long deadline) {
        advance(now);
        if (deadline <= now) {
            expired.accept(request);
            return true;
        }
        if (size >= limit) {
            return false;
        }
        if (size == requests.length) {
            grow();
        }
        ordered = size == 0 || (ordered && deadlineNs[slot(size - 1)] <= deadline);
        int slot = slot(size);
        requests[slot] = request;
        arrivedNs[slot] = now;
        deadlineNs[slot] = deadline;
        size++;
        earliestNs = size == 1 ? deadline : Math.min(earliestNs, deadline);
        return true;
    }

    /// How many requests should start together now if an instance is free; 0 if none should.
    public int ready(long now) {
        advance(now);
        if (size == 0) {
            return 0;
        }
        int most = Math.min(size, batching.maxBatch());
        long delayNs = batching.maxDelayNs();
        if (delayNs > 0 && now - arrivedNs[head] >= delayNs) {
            return most;
        }
        int best = preferredOf[most];
        if (best > 0) {
            return best;
        }
        return delayNs == 0 ? most : 0;
    }

    /// Takes the requests that should start together now, oldest first.
    ///
    /// @param into room for `maxBatch` requests
    /// @return how many there are; 0 if none should start
    public int take(long now, long[] into) {
        int count = ready(now);
        for (int i = 0; i < count; i++) {
            into[i] = requests[slot(i)];
        }
        drop(count);
        return count;
    }

    /// When a batch can start if nothing more arrives: now, at the end of the oldest request's delay, or [#NEVER].
    public long nextBatchNs(long now) {
        if (ready(now) > 0) {
            return now;
        }
        return size == 0 ? NEVER : arrivedNs[head] + batching.maxDelayNs();
    }

    /// When the next request may be given up, or earlier; [#NEVER] if none has a deadline.
    public long nextDeadlineNs() {
        return size == 0 ? NEVER : earliestNs;
    }

    private int slot(int position) {
        return (head + position) & (requests.length - 1);
    }

    private void drop(int count) {
        head = slot(count);
        size -= count;
        if (size == 0) {
            earliestNs = NEVER;
            ordered = true;
        } else if (ordered) {
            earliestNs = deadlineNs[head];
        }
    }

    private void expire() {
        if (ordered) {
            while (size > 0 && deadlineNs[head] <= nowNs) {
                long request = requests[head];
                drop(1);
                expired.accept(request);
            }
            return;
        }
        int kept = 0;
        long earliest = NEVER;
        long previous = Long.MIN_VALUE;
        boolean ascending = true;
        for (int i = 0; i < size; i++) {
            int from = slot(i);
            long deadline = deadlineNs[from];
            if (deadline <= nowNs) {
                expired.accept(requests[from]);
                continue;
            }
            int to = slot(kept++);
            requests[to] = requests[from];
            arrivedNs[to] = arrivedNs[from];
            deadlineNs[to] = deadline;
            earliest = Math.min(earliest, deadline);
            ascending &= previous <= deadline;
            previous = deadline;
        }
        size = kept;
        earliestNs = earliest;
        ordered = ascending;
    }

    private void grow() {
        int capacity = requests.length;
        requests = unrolled(requests, capacity);
        arrivedNs = unrolled(arrivedNs, capacity);
        deadlineNs = unrolled(deadlineNs, capacity);
        head = 0;
    }

    /// The ring laid out from its head, in twice the room.
    private long[] unrolled(long[] ring, int capacity) {
        long[] larger = Arrays.copyOfRange(ring, head, head + Math.multiplyExact(capacity, 2));
        System.arraycopy(ring, 0, larger, capacity - head, head);
        return larger;
    }
}
