package dev.lathe.profile.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.profile.load.Arrivals;
import dev.lathe.profile.load.LoadPlan;
import dev.lathe.profile.load.QueryLog;
import dev.lathe.profile.load.QueryLog.Outcome;
import dev.lathe.profile.load.Scenario;
import dev.lathe.serving.queue.Batching;
import java.lang.foreign.Arena;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Real threads and a real clock: that nothing is lost, and nothing hangs. How fast it is, benchmarks tell.
@Timeout(60)
class ThreadDriveTest {
    private static final long MS = 1_000_000;

    private final AtomicInteger answered = new AtomicInteger();

    private static LoadPlan plan(Scenario scenario, Batching batching, int instances, long durationNs) {
        return new LoadPlan(scenario, batching, instances, durationNs, 0, 10_000 * MS, 20_000, 1);
    }

    private QueryLog drive(LoadPlan plan) {
        QueryLog log = QueryLog.allocate(plan.mostQueries(), Arena.ofAuto());
        ThreadDrive.run(new Harness(plan, 4, log),
                Collections.nCopies(plan.instances(), (_, count) -> answered.addAndGet(count)));
        return log;
    }

    private void allAnswered(QueryLog log) {
        assertThat(IntStream.range(0, log.size()).mapToObj(log::outcome).filter(o -> o != Outcome.DONE)).isEmpty();
        assertThat(answered.getAndSet(0)).isEqualTo(log.size()).isPositive();
        assertThat(IntStream.range(0, log.size())
                .allMatch(q -> log.admittedNs(q) >= log.scheduledNs(q) && log.startedNs(q) >= log.scheduledNs(q)
                        && log.endedNs(q) >= log.startedNs(q)))
                .isTrue();
    }

    @Test
    void everyArrivalIsAnsweredOnce() {
        for (int instances = 1; instances <= 3; instances++) {
            QueryLog log = drive(plan(new Scenario.Server(new Arrivals.Poisson(5000, instances)),
                    Batching.upTo(4).delayed(instances % 2 * MS), instances, 150 * MS));
            allAnswered(log);
        }
    }

    @Test
    void closedLoopsAndOfflineGoOnUntilTheirTimeIsOver() {
        for (Scenario scenario : List.of(new Scenario.SingleStream(), Scenario.Concurrency.synchronous(5),
                new Scenario.Concurrency(1, 3), new Scenario.Offline(3))) {
            QueryLog log = drive(plan(scenario, Batching.upTo(2), 2, 20 * MS));
            allAnswered(log);
        }
    }

    @Test
    void aTimerStartsABatchThatNobodyFills() {
        QueryLog log = drive(plan(new Scenario.Server(new Arrivals.Constant(50)), Batching.upTo(8).delayed(2 * MS), 1,
                100 * MS));
        allAnswered(log);
        assertThat(IntStream.range(0, log.size())
                .allMatch(q -> log.startedNs(q) >= log.scheduledNs(q) + 2 * MS)).isTrue();
    }

    @Test
    void whatAnInstanceThrowsEndsTheRun() {
        for (Throwable thrown : List.of(new IllegalStateException("the model fails"),
                new OutOfMemoryError("no more"))) {
            LoadPlan plan = plan(new Scenario.Server(new Arrivals.Constant(1000)), Batching.SINGLE, 2, 60_000 * MS);
            QueryLog log = QueryLog.allocate(plan.mostQueries(), Arena.ofAuto());
            ThreadDrive.Instance well = (_, _) -> answered.incrementAndGet();
            ThreadDrive.Instance ill = (_, _) -> {
                switch (thrown) {
                    case Error e -> throw e;
                    case RuntimeException e -> throw e;
                    default -> throw new IllegalStateException(thrown);
                }
            };
            assertThatThrownBy(() -> ThreadDrive.run(new Harness(plan, 4, log), List.of(ill, well))).isSameAs(thrown);
        }
    }
}
