package dev.lathe.profile.drive;

import dev.lathe.serving.queue.BatchingQueue;
import java.util.Arrays;

/// Drives a harness under a clock that only events move: deterministic, and as fast as it can be computed.
public final class VirtualDrive {
    private final Harness harness;
    private final Service service;
    private final long[] startedNs;
    private final long[] endNs;

    /// How long a batch takes.
    @FunctionalInterface
    public interface Service {
        /// Runs a batch, as far as there is anything to run.
        ///
        /// @param startNs when it starts
        /// @return how long it takes, in nanoseconds
        long serveNs(int instance, int[] samples, int count, long startNs);
    }

    private VirtualDrive(Harness harness, int instances, Service service) {
        this.harness = harness;
        this.service = service;
        startedNs = new long[instances];
        endNs = new long[instances];
        Arrays.fill(endNs, BatchingQueue.NEVER);
    }

    /// Drives a run to its end.
    ///
    /// @return how long it took on the virtual clock, in nanoseconds
    public static long run(Harness harness, int instances, Service service) {
        return new VirtualDrive(harness, instances, service).run();
    }

    private long run() {
        harness.begin();
        long now = 0;
        while (true) {
            harness.advance(now);
            boolean idle = start(now);
            if (harness.over(now)) {
                break;
            }
            long next = harness.wakeNs(now, idle);
            for (long end : endNs) {
                next = Math.min(next, end);
            }
            if (next == BatchingQueue.NEVER) {
                break;
            }
            now = Math.max(now, next);
            for (int i = 0; i < endNs.length; i++) {
                if (endNs[i] <= now) {
                    harness.finish(i, startedNs[i], endNs[i]);
                    endNs[i] = BatchingQueue.NEVER;
                }
            }
        }
        harness.end(now);
        return now;
    }

    /// Starts what can start; says whether an instance stays free.
    private boolean start(long now) {
        boolean idle = false;
        for (int i = 0; i < endNs.length; i++) {
            if (endNs[i] == BatchingQueue.NEVER) {
                int count = harness.take(i, now);
                if (count > 0) {
                    startedNs[i] = now;
                    endNs[i] = now + Math.max(1, service.serveNs(i, harness.samples(i), count, now));
                } else {
                    idle = true;
                }
            }
        }
        return idle;
    }
}
