package dev.lathe.profile.drive;

import dev.lathe.profile.load.Arrivals;
import dev.lathe.profile.load.LoadPlan;
import dev.lathe.profile.load.QueryLog;
import dev.lathe.profile.load.QueryLog.Outcome;
import dev.lathe.profile.load.Scenario;
import dev.lathe.serving.queue.Batching;
import dev.lathe.serving.queue.BatchingQueue;
import java.util.Arrays;

/// A run under load as a state machine: queries arrive, wait, are taken by a free instance in batches, and are answered.
///
/// It knows neither threads nor a clock: a driver says what time it is (nanoseconds after the start) and runs what was
/// taken. Real and virtual drivers use the same harness, so what is tested under a virtual clock is what measures. Nothing
/// is allocated for a query. Not thread-safe: a driver with threads holds a lock.
public final class Harness {
    private final LoadPlan plan;
    private final QueryLog log;
    private final BatchingQueue queue;
    private final Arrivals.Times times;
    private final int samples;
    private final long deadAfterNs;
    private final long[][] taken;
    private final int[][] batchSamples;
    private final int[] running;
    private int runningInstances;
    private long nextArrivalNs;
    private long latestNs;
    /// Queries of closed-loop clients that are to be asked again.
    private int toAsk;

    /// A harness for one run.
    ///
    /// @param samples how many different samples there are
    /// @param log where the queries go; the run ends when it is full
    public Harness(LoadPlan plan, int samples, QueryLog log) {
        this.plan = plan;
        this.samples = samples;
        this.log = log;
        this.queue = new BatchingQueue(
                plan.scenario() instanceof Scenario.SingleStream ? Batching.SINGLE : plan.batching(), this::expired);
        this.times = plan.scenario() instanceof Scenario.Server(Arrivals arrivals)
                ? arrivals.times()
                : () -> Arrivals.NO_MORE;
        this.deadAfterNs = plan.batching().timeoutNs().orElse(BatchingQueue.NEVER);
        this.taken = new long[plan.instances()][plan.maxBatch()];
        this.batchSamples = new int[plan.instances()][plan.maxBatch()];
        this.running = new int[plan.instances()];
        this.nextArrivalNs = bounded(times.nextNs());
    }

    /// How many queries a plan can bring, for the size of its log.
    ///
    /// @param fastestNs the shortest duration of a query, which bounds those of a closed loop
    public static int capacity(LoadPlan plan, long fastestNs) {
        if (plan.scenario() instanceof Scenario.Server(Arrivals arrivals)) {
            Arrivals.Times times = arrivals.times();
            int n = 0;
            while (n < plan.mostQueries() && times.nextNs() < plan.durationNs()) {
                n++;
            }
            return Math.max(1, n);
        }
        double most = (double) plan.instances() * plan.maxBatch() * plan.durationNs() / Math.max(1, fastestNs);
        return (int) Math.min(plan.mostQueries(), most + outstanding(plan) + 1000);
    }

    private static long outstanding(LoadPlan plan) {
        return switch (plan.scenario()) {
            case Scenario.SingleStream() -> 1;
            case Scenario.Concurrency(int clients, int inFlight) -> (long) clients * inFlight;
            case Scenario.Offline(int batch) -> (long) batch * plan.instances();
            case Scenario.Server _ -> 0;
        };
    }

    private long bounded(long arrivalNs) {
        return arrivalNs < plan.durationNs() ? arrivalNs : Arrivals.NO_MORE;
    }

    /// Starts the run at time 0: clients of a closed loop ask for the first time.
    public void begin() {
        if (!(plan.scenario() instanceof Scenario.Offline)) {
            toAsk = (int) Math.min(Integer.MAX_VALUE, outstanding(plan));
            ask(0);
        }
    }

    /// Lets time pass: what was to arrive by now arrives, what waited too long is given up.
    public void advance(long nowNs) {
        while (nextArrivalNs <= nowNs && !log.isFull()) {
            // the queue sees the arrival when it was scheduled: a late generator changes no decision of the queue
            latestNs = Math.max(latestNs, nextArrivalNs);
            admit(log.add(nextArrivalNs, Math.max(nowNs, latestNs)), nextArrivalNs);
            nextArrivalNs = bounded(times.nextNs());
        }
        if (log.isFull()) {
            nextArrivalNs = Arrivals.NO_MORE;
        }
        latestNs = Math.max(latestNs, nowNs);
        queue.advance(latestNs);
        ask(latestNs);
    }

    private void admit(int query, long scheduledNs) {
        long deadline = deadAfterNs >= BatchingQueue.NEVER - scheduledNs
                ? BatchingQueue.NEVER
                : scheduledNs + deadAfterNs;
        if (!queue.offer(query, latestNs, deadline)) {
            log.lost(query, latestNs, Outcome.SHED);
        }
    }

    /// Clients that may ask, do; one that was turned away tries again when something else has happened.
    private void ask(long nowNs) {
        while (toAsk > 0 && nowNs < plan.durationNs() && !log.isFull()) {
            toAsk--;
            int query = log.add(nowNs, nowNs);
            admit(query, nowNs);
            if (log.outcome(query) == Outcome.SHED) {
                toAsk++;
                return;
            }
        }
    }

    private void expired(long query) {
        log.lost((int) query, latestNs, Outcome.EXPIRED);
        if (plan.scenario().closedLoop()) {
            toAsk++;
        }
    }

    /// A free instance takes what should start now.
    ///
    /// @return how many queries; 0 if none should
    public int take(int instance, long nowNs) {
        latestNs = Math.max(latestNs, nowNs);
        int count;
        if (latestNs >= plan.durationNs() + plan.drainNs()) {
            count = 0;
        } else if (plan.scenario() instanceof Scenario.Offline(int batch)) {
            count = takeOffline(instance, batch);
        } else {
            count = queue.take(latestNs, taken[instance]);
            ask(latestNs);
        }
        for (int i = 0; i < count; i++) {
            batchSamples[instance][i] = sample(taken[instance][i]);
        }
        running[instance] = count;
        runningInstances += count > 0 ? 1 : 0;
        return count;
    }

    private int takeOffline(int instance, int batch) {
        if (latestNs >= plan.durationNs() || log.room() < batch) {
            return 0;
        }
        for (int i = 0; i < batch; i++) {
            taken[instance][i] = log.add(latestNs, latestNs);
        }
        return batch;
    }

    /// Which sample a query carries: drawn, so that neither caches nor branch predictors learn an order.
    private int sample(long query) {
        // SplitMix64's finalizer
        long mixed = ((query + 1) * 0x9E3779B97F4A7C15L) ^ (plan.seed() * 0xD1B54A32D192ED03L);
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return (int) Long.remainderUnsigned(mixed ^ (mixed >>> 31), samples);
    }

    /// The samples of what an instance took; the array is reused.
    public int[] samples(int instance) {
        return batchSamples[instance];
    }

    /// An instance has answered what it took.
    public void finish(int instance, long startedNs, long endedNs) {
        int count = running[instance];
        for (int i = 0; i < count; i++) {
            log.done((int) taken[instance][i], startedNs, endedNs, count, instance);
        }
        running[instance] = 0;
        runningInstances--;
        latestNs = Math.max(latestNs, endedNs);
        if (plan.scenario() instanceof Scenario.SingleStream || plan.scenario() instanceof Scenario.Concurrency) {
            toAsk += count;
            ask(latestNs);
        }
    }

    /// When something happens by itself: an arrival, a deadline, the end of a batching delay, the end of the run.
    ///
    /// @param idle whether an instance is free
    /// @return [BatchingQueue#NEVER] if only a running instance can change anything
    public long wakeNs(long nowNs, boolean idle) {
        latestNs = Math.max(latestNs, nowNs);
        long deadEndNs = plan.durationNs() + plan.drainNs();
        if (latestNs >= deadEndNs) {
            return BatchingQueue.NEVER;
        }
        long wake = Math.min(nextArrivalNs, queue.nextDeadlineNs());
        if (idle) {
            wake = Math.min(wake, queue.nextBatchNs(latestNs));
        }
        return queue.size() == 0 ? wake : Math.min(wake, deadEndNs);
    }

    /// Whether all is answered, or the time to wait for answers is over; running instances are waited for.
    public boolean over(long nowNs) {
        if (runningInstances > 0) {
            return false;
        }
        long now = Math.max(latestNs, nowNs);
        if (plan.scenario() instanceof Scenario.Offline(int batch)) {
            return now >= plan.durationNs() || log.room() < batch;
        }
        return now >= plan.durationNs() + plan.drainNs() || (nextArrivalNs == Arrivals.NO_MORE && queue.size() == 0);
    }

    /// Ends the run: what still waits is noted as pending.
    public void end(long nowNs) {
        latestNs = Math.max(latestNs, nowNs);
        for (int q = 0; q < log.size(); q++) {
            if (log.outcome(q) == Outcome.PENDING) {
                log.lost(q, latestNs, Outcome.PENDING);
            }
        }
    }

    /// What happened so far.
    public QueryLog log() {
        return log;
    }

    @Override
    public String toString() {
        return plan.scenario().text() + " " + Arrays.toString(running) + " running, " + queue.size() + " waiting";
    }
}
