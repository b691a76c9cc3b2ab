package dev.lathe.profile.drive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.profile.load.Arrivals;
import dev.lathe.profile.load.LoadPlan;
import dev.lathe.profile.load.LoadResult;
import dev.lathe.profile.load.QueryLog;
import dev.lathe.profile.load.QueryLog.Outcome;
import dev.lathe.profile.load.Scenario;
import dev.lathe.serving.queue.Batching;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the harness does with each query, by the log.
class HarnessTest {
    private static final long MS = 1_000_000;

    @TempDir
    Path folder;

    private Scenario at(double... milliseconds) throws Exception {
        StringBuilder text = new StringBuilder("at_ms\n0\n");
        for (double time : milliseconds) {
            text.append(time).append('\n');
        }
        Path file = Files.writeString(folder.resolve("trace.csv"), text);
        return new Scenario.Server(new Arrivals.Trace(file, OptionalDouble.empty()));
    }

    private static LoadPlan plan(Scenario scenario, Batching batching, int instances, long durationNs) {
        return new LoadPlan(scenario, batching, instances, durationNs, 0, 100 * MS, 10_000, 1);
    }

    private static QueryLog run(LoadPlan plan, long serviceNs) {
        return Driven.run(plan, (_, _, _, _) -> serviceNs).queries();
    }

    private static List<Long> endsMs(QueryLog log) {
        return IntStream.range(0, log.size()).mapToObj(q -> log.endedNs(q) / MS).toList();
    }

    private static List<Outcome> outcomes(QueryLog log) {
        return IntStream.range(0, log.size()).mapToObj(log::outcome).toList();
    }

    @Test
    void oneInstanceAnswersOneAfterTheOther() throws Exception {
        QueryLog log = run(plan(at(1, 2, 30), Batching.SINGLE, 1, 100 * MS), 10 * MS);
        assertThat(endsMs(log)).containsExactly(10L, 20L, 30L, 40L);
        assertThat(log.responseNs(2)).isEqualTo(28 * MS);
        assertThat(log.serviceNs(2)).isEqualTo(10 * MS);
        assertThat(log.latenessNs(2)).isZero();
    }

    @Test
    void twoInstancesShareTheQueue() throws Exception {
        QueryLog log = run(plan(at(1, 2, 3), Batching.SINGLE, 2, 100 * MS), 10 * MS);
        assertThat(endsMs(log)).containsExactly(10L, 11L, 20L, 21L);
        assertThat(IntStream.range(0, 4).map(log::instance)).containsExactly(0, 1, 0, 1);
    }

    @Test
    void whatWaitsIsBatched() throws Exception {
        QueryLog log = run(plan(at(1, 2, 3, 4, 5), Batching.upTo(4), 1, 100 * MS), 10 * MS);
        assertThat(IntStream.range(0, 6).map(log::batch)).containsExactly(1, 4, 4, 4, 4, 1);
        assertThat(endsMs(log)).containsExactly(10L, 20L, 20L, 20L, 20L, 30L);
    }

    @Test
    void aBatchingDelayCountsFromTheScheduledArrival() throws Exception {
        QueryLog log = run(plan(at(2, 20), Batching.upTo(2).delayed(5 * MS), 1, 100 * MS), MS);
        assertThat(IntStream.range(0, 3).map(log::batch)).containsExactly(2, 2, 1);
        assertThat(endsMs(log)).containsExactly(3L, 3L, 26L);
    }

    @Test
    void aFullQueueShedsAndATimeoutGivesUp() throws Exception {
        QueryLog shed = run(plan(at(1, 2, 3), Batching.SINGLE.bounded(1), 1, 100 * MS), 10 * MS);
        assertThat(outcomes(shed)).containsExactly(Outcome.DONE, Outcome.DONE, Outcome.SHED, Outcome.SHED);
        assertThat(endsMs(shed)).containsExactly(10L, 20L, 2L, 3L);

        QueryLog late = run(plan(at(1, 2, 3), Batching.SINGLE.within(12 * MS), 1, 100 * MS), 10 * MS);
        assertThat(outcomes(late)).containsExactly(Outcome.DONE, Outcome.DONE, Outcome.EXPIRED, Outcome.EXPIRED);
        assertThat(endsMs(late)).containsExactly(10L, 20L, 14L, 15L);
    }

    @Test
    void whatIsUnansweredAtTheEndOfTheDrainIsPendingAndCountsAsThatLate() throws Exception {
        QueryLog log = run(plan(at(1, 2), Batching.SINGLE, 1, 10 * MS), 60 * MS);
        assertThat(outcomes(log)).containsExactly(Outcome.DONE, Outcome.DONE, Outcome.PENDING);
        assertThat(endsMs(log)).containsExactly(60L, 120L, 120L);
        LoadResult result = LoadResult.of(plan(at(1, 2), Batching.SINGLE, 1, 10 * MS),
                List.of(Driven.run(plan(at(1, 2), Batching.SINGLE, 1, 10 * MS), (_, _, _, _) -> 60 * MS)));
        assertThat(result.counts().pending()).isEqualTo(1);
        assertThat(result.response().toOptional().orElseThrow().maxNs()).isEqualTo(119 * MS);
        assertThat(result.response().toOptional().orElseThrow().n()).isEqualTo(3);
    }

    @Test
    void aSynchronousClientWaitsForItsAnswer() {
        QueryLog log = run(plan(new Scenario.SingleStream(), Batching.upTo(8).delayed(MS), 1, 50 * MS), 10 * MS);
        assertThat(endsMs(log)).containsExactly(10L, 20L, 30L, 40L, 50L);
        assertThat(log.scheduledNs(3)).isEqualTo(30 * MS);
    }

    @Test
    void clientsHaveNoMoreInFlightThanTheyMay() {
        for (Scenario scenario : List.of(Scenario.Concurrency.synchronous(6), new Scenario.Concurrency(2, 3))) {
            QueryLog log = run(plan(scenario, Batching.upTo(2), 2, 100 * MS), 10 * MS);
            assertThat(mostInFlight(log)).isEqualTo(6);
            assertThat(log.size()).as("two instances, batches of two, ten rounds, and two that wait").isEqualTo(42);
            assertThat(outcomes(log)).containsOnly(Outcome.DONE);
        }
    }

    private static long mostInFlight(QueryLog log) {
        return IntStream.range(0, log.size()).mapToLong(q -> IntStream.range(0, log.size())
                .filter(o -> log.scheduledNs(o) <= log.scheduledNs(q) && log.endedNs(o) > log.scheduledNs(q)).count())
                .max().orElse(0);
    }

    @Test
    void aClientThatIsShedAsksAgainWhenSomethingHasHappened() {
        QueryLog log = run(plan(Scenario.Concurrency.synchronous(3), Batching.SINGLE.bounded(1), 1, 30 * MS), 10 * MS);
        assertThat(outcomes(log).stream().filter(o -> o == Outcome.DONE).count()).isEqualTo(4);
        assertThat(outcomes(log)).contains(Outcome.SHED).hasSizeLessThan(20);
    }

    @Test
    void offlineRunsFullBatchesWithoutAGap() {
        LoadPlan plan = plan(new Scenario.Offline(8), Batching.SINGLE, 2, 100 * MS);
        LoadResult result = Driven.result(plan, (_, _, _, _) -> 10 * MS);
        assertThat(result.counts().batches()).containsExactly(java.util.Map.entry(8, 160L));
        assertThat(result.throughput().toOptional().orElseThrow().value()).as("two times eight in 10 ms")
                .isBetween(1590.0, 1780.0);
        assertThat(result.response().toOptional()).isEmpty();
    }

    @Test
    void theRunEndsWhenTheLogIsFull() {
        LoadPlan plan = new LoadPlan(new Scenario.SingleStream(), Batching.SINGLE, 1, 100 * MS, 0, 0, 3, 1);
        assertThat(run(plan, MS).size()).isEqualTo(3);
        LoadPlan server = new LoadPlan(new Scenario.Server(new Arrivals.Constant(1000)), Batching.SINGLE, 1, 100 * MS,
                0, 0, 3, 1);
        assertThat(run(server, MS).size()).isEqualTo(3);
        LoadPlan offline = new LoadPlan(new Scenario.Offline(2), Batching.SINGLE, 1, 100 * MS, 0, 0, 3, 1);
        assertThat(outcomes(run(offline, MS))).as("no batch that does not fit").containsExactly(Outcome.DONE,
                Outcome.DONE);
    }

    @Test
    void samplesAreDrawnEvenlyAndInNoOrder() {
        List<Integer> drawn = new ArrayList<>();
        LoadPlan plan = plan(new Scenario.SingleStream(), Batching.SINGLE, 1, 8000 * MS);
        Driven.run(plan, (_, samples, _, _) -> {
            drawn.add(samples[0]);
            return MS;
        });
        int[] counts = new int[16];
        drawn.forEach(s -> counts[s]++);
        // 8,000 draws of 16: 500 each, standard deviation 21.7
        assertThat(Arrays.stream(counts)).allMatch(n -> Math.abs(n - 500) < 90);
        assertThat(IntStream.range(1, drawn.size()).filter(i -> drawn.get(i).equals(drawn.get(i - 1))).count())
                .isBetween(400L, 600L);
    }

    @Test
    void everyQueryIsAnsweredOnceWhateverTheLoad() {
        for (long seed = 0; seed < 60; seed++) {
            LoadPlan plan = new LoadPlan(new Scenario.Server(new Arrivals.Poisson(900, seed)),
                    Batching.upTo(1 + (int) (seed % 5)).delayed(seed % 3 * MS), 1 + (int) (seed % 4), 1000 * MS, 0,
                    10_000 * MS, 10_000, seed);
            QueryLog log = Driven.run(plan, Driven.drawn(r -> -Math.log(1 - r.nextDouble()) * 2e6, seed)).queries();
            assertThat(outcomes(log)).containsOnly(Outcome.DONE);
            assertThat(IntStream.range(0, log.size()).allMatch(q -> log.startedNs(q) >= log.scheduledNs(q))).isTrue();
            assertNoOverlap(log, plan.instances());
        }
    }

    private static void assertNoOverlap(QueryLog log, int instances) {
        for (int i = 0; i < instances; i++) {
            int instance = i;
            long[] starts = IntStream.range(0, log.size()).filter(q -> log.instance(q) == instance)
                    .mapToLong(log::startedNs).sorted().distinct().toArray();
            long[] ends = IntStream.range(0, log.size()).filter(q -> log.instance(q) == instance)
                    .mapToLong(log::endedNs).sorted().distinct().toArray();
            assertThat(ends).hasSameSizeAs(starts);
            assertThat(LongStream.range(1, starts.length).allMatch(b -> starts[(int) b] >= ends[(int) b - 1])).isTrue();
        }
    }

    @Test
    void theLogHasRoomForAllThatAPlanBrings() {
        LoadPlan server = plan(new Scenario.Server(new Arrivals.Constant(1000)), Batching.SINGLE, 1, 100 * MS);
        assertThat(Harness.capacity(server, 1)).isEqualTo(100);
        LoadPlan closed = plan(Scenario.Concurrency.synchronous(4), Batching.SINGLE, 2, 100 * MS);
        assertThat(Harness.capacity(closed, MS)).isBetween(200, 2000);
        assertThat(Harness.capacity(closed, 1)).isEqualTo(10_000);
    }

    @Test
    void theLogSurvivesItsFile() throws Exception {
        QueryLog log = run(plan(at(1, 2), Batching.SINGLE.bounded(1), 1, 100 * MS), 10 * MS);
        Path file = folder.resolve("log");
        log.write(file);
        QueryLog back = QueryLog.read(file);
        assertThat(back.bytes()).isEqualTo(log.bytes()).hasSize(120);
        try (Arena arena = Arena.ofConfined()) {
            assertThat(QueryLog.allocate(2, arena).isFull()).isFalse();
        }
    }
}
