package dev.lathe.serving.queue;

import java.util.ArrayList;
import java.util.List;

/// What a batching queue is to do, written down as plainly as can be: the specification that the real one is checked
/// against. Every call looks at every request.
final class NaiveQueue {
    private final Batching batching;
    private final List<Request> waiting = new ArrayList<>();
    final List<Long> expired = new ArrayList<>();

    private record Request(long id, long arrivedNs, long deadlineNs) {}

    NaiveQueue(Batching batching) {
        this.batching = batching;
    }

    int size() {
        return waiting.size();
    }

    void advance(long now) {
        for (Request request : List.copyOf(waiting)) {
            if (request.deadlineNs() <= now) {
                waiting.remove(request);
                expired.add(request.id());
            }
        }
    }

    boolean offer(long id, long now, long deadline) {
        advance(now);
        if (deadline <= now) {
            expired.add(id);
            return true;
        }
        if (waiting.size() >= batching.queueLimit().orElse(Integer.MAX_VALUE)) {
            return false;
        }
        waiting.add(new Request(id, now, deadline));
        return true;
    }

    List<Long> take(long now) {
        advance(now);
        int count = count(now);
        List<Long> ids = waiting.subList(0, count).stream().map(Request::id).toList();
        waiting.subList(0, count).clear();
        return ids;
    }

    private int count(long now) {
        int most = Math.min(waiting.size(), batching.maxBatch());
        if (most == 0) {
            return 0;
        }
        boolean waitedEnough = now - waiting.getFirst().arrivedNs() >= batching.maxDelayNs();
        if (batching.maxDelayNs() > 0 && waitedEnough) {
            return most;
        }
        List<Integer> preferred = batching.preferred().isEmpty()
                ? List.of(batching.maxBatch())
                : batching.preferred();
        for (int size : preferred.reversed()) {
            if (size <= most) {
                return size;
            }
        }
        return batching.maxDelayNs() == 0 ? most : 0;
    }

    /// The first time from `now` on at which a batch can be taken, found by looking at each event; NEVER if at none.
    long nextBatchNs(long now) {
        if (count(now) > 0) {
            return now;
        }
        return waiting.isEmpty() ? BatchingQueue.NEVER : waiting.getFirst().arrivedNs() + batching.maxDelayNs();
    }

    long nextDeadlineNs() {
        return waiting.stream().mapToLong(Request::deadlineNs).min().orElse(BatchingQueue.NEVER);
    }
}
