package dev.lathe.profile.worker;

import dev.lathe.profile.backend.Backend;
import dev.lathe.profile.backend.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// Several sessions of one model that run their queries at the same time, one thread each. All are busy until the last
/// has its count, so that no query is counted beside idle neighbours.
final class Instances implements Session.Queries {
    private final List<Session.Queries> each;
    private final ExecutorService threads;

    Instances(List<Session.Queries> each) {
        this.each = each;
        this.threads = Executors.newFixedThreadPool(each.size(), Thread.ofPlatform().daemon().factory());
    }

    @Override
    public int size() {
        return each.getFirst().size();
    }

    @Override
    public void run(int index) {
        each.forEach(q -> q.run(index % q.size()));
    }

    @Override
    public boolean finite(int index) {
        return each.stream().allMatch(q -> q.finite(index));
    }

    /// Runs so many queries on each instance.
    ///
    /// @param leadInNs how long all run queries first that are not counted
    /// @param counting called when counting begins
    /// @return their durations, instance after instance, in nanoseconds
    long[] together(Backend.Clock clock, int queries, int from, long leadInNs, Runnable counting) {
        CyclicBarrier ready = new CyclicBarrier(each.size());
        CyclicBarrier start = new CyclicBarrier(each.size(), counting);
        AtomicInteger busy = new AtomicInteger(each.size());
        List<Future<long[]>> results = new ArrayList<>();
        for (Session.Queries one : each) {
            results.add(threads.submit(() -> {
                ready.await();
                leadIn(one, clock, from, leadInNs);
                start.await();
                return alone(one, clock, queries, from, busy);
            }));
        }
        long[] all = new long[queries * each.size()];
        try {
            for (int i = 0; i < results.size(); i++) {
                System.arraycopy(results.get(i).get(), 0, all, i * queries, queries);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
        return all;
    }

    private static void leadIn(Session.Queries one, Backend.Clock clock, int from, long leadInNs) {
        long start = clock.nanoTime();
        for (int index = from; clock.nanoTime() - start < leadInNs; index++) {
            one.run(index % one.size());
        }
    }

    private static long[] alone(Session.Queries one, Backend.Clock clock, int queries, int from, AtomicInteger busy) {
        long[] samples = new long[queries];
        int index = from;
        try {
            for (int n = 0; n < queries; n++) {
                long before = clock.nanoTime();
                one.run(index++ % one.size());
                samples[n] = clock.nanoTime() - before;
            }
        } finally {
            busy.decrementAndGet();
        }
        while (busy.get() > 0) {
            one.run(index++ % one.size());
        }
        return samples;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        each.forEach(Session.Queries::close);
    }
}
