package dev.lathe.profile.drive;

import dev.lathe.serving.queue.BatchingQueue;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Drives a harness in real time: the calling thread keeps the schedule, and each instance has a thread of its own.
///
/// The generator parks until shortly before it is needed, then spins. An instance that has answered takes the next batch
/// itself, so nothing is handed over while there is work; an instance that waits is parked, and waking it is part of the
/// response time, as in any server.
public final class ThreadDrive {
    /// A parked thread wakes up to this much late on a quiet Linux (50 us of timer slack and a wake-up).
    private static final long SPIN_NS = 80_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Harness harness;
    private final Object lock = new Object();
    private final List<Runner> runners = new ArrayList<>();
    private final Thread generator = Thread.currentThread();
    private final int[] idle;
    private int idleCount;
    private long generatorWakeNs;
    private volatile boolean nudged;
    private volatile boolean stopped;
    private volatile @Nullable Throwable failure;
    private long originNs;

    /// One session that runs batches.
    @FunctionalInterface
    public interface Instance {
        /// Runs some samples together, to the end.
        ///
        /// @param samples which ones
        /// @param count how many, from the front of the array
        void run(int[] samples, int count);
    }

    /// What driving took.
    ///
    /// @param wallNs the whole run
    /// @param generatorCpuNs processor time of the generator
    public record Took(long wallNs, long generatorCpuNs) {}

    private ThreadDrive(Harness harness, List<Instance> instances) {
        this.harness = harness;
        this.idle = new int[instances.size()];
        for (int i = instances.size() - 1; i >= 0; i--) {
            idle[idleCount++] = i;
        }
        for (int i = 0; i < instances.size(); i++) {
            runners.add(new Runner(i, instances.get(i)));
        }
    }

    /// Drives a run to its end.
    ///
    /// @throws RuntimeException what an instance threw
    public static Took run(Harness harness, List<Instance> instances) {
        return new ThreadDrive(harness, instances).run();
    }

    private long now() {
        return System.nanoTime() - originNs;
    }

    private Took run() {
        runners.forEach(r -> r.thread.start());
        long cpuBefore = THREADS.getCurrentThreadCpuTime();
        originNs = System.nanoTime();
        try {
            synchronized (lock) {
                harness.begin();
            }
            while (turn()) {
                await(generatorWakeNs);
            }
        } finally {
            stopped = true;
            runners.forEach(r -> LockSupport.unpark(r.thread));
            runners.forEach(Runner::join);
        }
        long wallNs = now();
        rethrow();
        harness.end(wallNs);
        return new Took(wallNs, THREADS.getCurrentThreadCpuTime() - cpuBefore);
    }

    private void rethrow() {
        switch (failure) {
            case null -> {
                // all well
            }
            case Error e -> throw e;
            case RuntimeException e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    /// The generator looks: arrivals that are due, batches that are ready. False at the end.
    private boolean turn() {
        synchronized (lock) {
            nudged = false;
            long now = now();
            harness.advance(now);
            dispatch(now);
            if (failure != null || harness.over(now)) {
                return false;
            }
            generatorWakeNs = harness.wakeNs(now, idleCount > 0);
        }
        wake();
        return true;
    }

    /// Gives ready batches to idle instances; they are woken after the lock is released.
    private void dispatch(long now) {
        while (idleCount > 0) {
            int i = idle[idleCount - 1];
            int count = harness.take(i, now);
            if (count == 0) {
                return;
            }
            idleCount--;
            runners.get(i).count = count;
        }
    }

    private void wake() {
        for (int i = 0; i < runners.size(); i++) {
            Runner runner = runners.get(i);
            if (runner.asleep && runner.count > 0) {
                LockSupport.unpark(runner.thread);
            }
        }
    }

    private void await(long untilNs) {
        while (!nudged) {
            long left = untilNs - now();
            if (left <= 0) {
                return;
            }
            if (untilNs == BatchingQueue.NEVER) {
                LockSupport.park(this);
            } else if (left > SPIN_NS) {
                LockSupport.parkNanos(this, left - SPIN_NS);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private void nudge() {
        nudged = true;
        LockSupport.unpark(generator);
    }

    private final class Runner implements Runnable {
        private final int index;
        private final Instance instance;
        private final Thread thread;
        private volatile int count;
        private volatile boolean asleep;

        Runner(int index, Instance instance) {
            this.index = index;
            this.instance = instance;
            this.thread = new Thread(this, "instance-" + index);
            thread.setDaemon(true);
        }

        @Override
        public void run() {
            try {
                while (sleep()) {
                    int n = count;
                    count = 0;
                    while (n > 0) {
                        long started = now();
                        instance.run(harness.samples(index), n);
                        n = next(started, now());
                    }
                }
            } catch (Throwable e) { // also an OutOfMemoryError: the run is over, and its caller is told
                failure = e;
                nudge();
            }
        }

        /// Waits for a batch; false at the end of the run.
        private boolean sleep() {
            while (count == 0) {
                if (stopped) {
                    return false;
                }
                asleep = true;
                if (count == 0 && !stopped) {
                    LockSupport.park(ThreadDrive.this);
                }
                asleep = false;
            }
            return true;
        }

        /// Notes the answer and takes the next batch; 0 if there is none for now.
        private int next(long started, long ended) {
            int n;
            boolean nudge;
            synchronized (lock) {
                harness.finish(index, started, ended);
                if (stopped) {
                    return 0;
                }
                long now = now();
                harness.advance(now);
                n = harness.take(index, now);
                if (n == 0) {
                    idle[idleCount++] = index;
                } else {
                    dispatch(now);
                }
                nudge = n == 0 && (harness.over(now) || harness.wakeNs(now, true) < generatorWakeNs);
            }
            wake();
            if (nudge) {
                ThreadDrive.this.nudge();
            }
            return n;
        }

        private void join() {
            boolean interrupted = false;
            while (true) {
                try {
                    thread.join();
                    break;
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
