package dev.lathe.profile.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.profile.load.QueryLog.Outcome;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.serving.queue.Batching;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Figures and caveats from logs that are written by hand.
class LoadResultTest {
    private static final long MS = 1_000_000;
    private static final LoadRun.Generator GENERATOR = new LoadRun.Generator(2000 * MS, 500 * MS, 3000 * MS, 0, 16,
            false);

    private final QueryLog log = QueryLog.allocate(4000, Arena.ofAuto());

    private static LoadPlan plan(Scenario scenario) {
        return new LoadPlan(scenario, Batching.upTo(4), 1, 2000 * MS, 200 * MS, 0, 4000, 1);
    }

    private static final LoadPlan SERVER = plan(new Scenario.Server(new Arrivals.Constant(1000)));

    /// 2,000 arrivals a millisecond apart, each answered after a while.
    private void answers(long lateNs, long responseNs) {
        for (int i = 0; i < 2000; i++) {
            int query = log.add(i * MS, i * MS + lateNs);
            log.done(query, i * MS + responseNs / 2, i * MS + responseNs, 1, 0);
        }
    }

    private LoadResult result(LoadPlan plan) {
        return LoadResult.of(plan, List.of(new LoadRun(0, log, GENERATOR)));
    }

    private static double value(Reading<Estimate> reading) {
        return reading.toOptional().orElseThrow().value();
    }

    @Test
    void countsWhatComesAfterTheLeadIn() {
        answers(0, 3 * MS);
        LoadResult result = result(SERVER);
        assertThat(result.counts())
                .isEqualTo(new LoadResult.Counts(1800, 1800, 0, 0, 0, new java.util.TreeMap<>(Map.of(1, 1800L))));
        Quantiles response = result.response().toOptional().orElseThrow();
        assertThat(value(response.p50())).isEqualTo(3 * MS);
        assertThat(value(response.p99())).isEqualTo(3 * MS);
        assertThat(response.p999()).isEqualTo(Reading.unknown("n too small (needs 6636)"));
        assertThat(response.n()).isEqualTo(1800);
        assertThat(value(result.service().toOptional().orElseThrow().p50())).isEqualTo(1.5 * MS);
        assertThat(value(result.throughput())).isEqualTo(1000);
        assertThat(result.generator().cpuShare()).isEqualTo(0.25);
        assertThat(result.generator().workerCpuShare()).isEqualTo(1.5);
        assertThat(result.caveats()).isEmpty();
    }

    @Test
    void aGeneratorThatIsLateIsACaveat() {
        answers(200_000, MS);
        assertThat(result(SERVER).caveats()).isEmpty();
        assertThat(result(SERVER).generator().latenessP99Ns()).isEqualTo(200_000);
        QueryLog late = QueryLog.allocate(4000, Arena.ofAuto());
        for (int i = 0; i < 2000; i++) {
            late.done(late.add(i * MS, i * MS + 201_000), i * MS, i * MS + MS, 1, 0);
        }
        LoadResult result = LoadResult.of(SERVER, List.of(new LoadRun(0, late, GENERATOR)));
        assertThat(result.caveats()).extracting(Problem::sentence).containsExactly(
                "the load generator was up to 201 us late at p99 (more than 200 us), which is in the response times. "
                        + "Leave the generator a processor of its own: fewer threads or instances, or a lower rate.");
    }

    @Test
    void aSlowModelAllowsALaterGenerator() {
        answers(400_000, 10 * MS);
        assertThat(result(SERVER).caveats()).as("5 %% of 10 ms").isEmpty();
    }

    @Test
    void lostQueriesBreakThePromiseAndAreACaveat() {
        for (int i = 0; i < 2000; i++) {
            int query = log.add(i * MS, i * MS);
            if (i % 20 == 0) {
                log.lost(query, i * MS, i % 40 == 0 ? Outcome.SHED : Outcome.EXPIRED);
            } else {
                log.done(query, i * MS, i * MS + MS, 1, 0);
            }
        }
        List<LoadRun> runs = List.of(new LoadRun(0, log, GENERATOR));
        LoadResult result = LoadResult.of(SERVER, runs);
        assertThat(result.counts().shed()).isEqualTo(45);
        assertThat(result.counts().expired()).isEqualTo(45);
        assertThat(result.caveats()).extracting(Problem::code).containsExactly("overloaded", "queries-lost");
        assertThat(result.caveats().getLast().sentence())
                .isEqualTo("45 queries were shed and 45 expired, of 1800; percentiles are of those that were answered. "
                        + "Lower the rate, or allow a longer queue or timeout.");
        assertThat(value(LoadResult.attainment(SERVER, runs, Slo.p99(2 * MS)))).isEqualTo(0.95);
        assertThat(value(LoadResult.percentile(SERVER, runs, Slo.p99(2 * MS)))).isGreaterThan(1e18);
        assertThat(value(LoadResult.percentile(SERVER, runs, new Slo(0.9, MS)))).isEqualTo(MS);
    }

    @Test
    void aClosedLoopSaysWhatItHides() {
        answers(0, MS);
        assertThat(result(plan(new Scenario.SingleStream())).caveats()).extracting(Problem::sentence).containsExactly(
                "a closed loop hides queueing: each client waits for its answer before it asks again, so a slow answer "
                        + "puts off the questions behind it.");
    }

    @Test
    void oneSampleForAllIsACaveat() {
        answers(0, MS);
        LoadRun.Generator one = new LoadRun.Generator(1, 0, 0, 0, 1, false);
        assertThat(LoadResult.of(SERVER, List.of(new LoadRun(0, log, one))).caveats()).extracting(Problem::sentence)
                .containsExactly("all queries carried the same sample, which caches favour. Give more samples.");
    }

    @Test
    void fullBatchesCountAsBatchesInTheThroughput() {
        for (int b = 0; b < 200; b++) {
            for (int i = 0; i < 8; i++) {
                log.done(log.add(b * 10L * MS, b * 10L * MS), b * 10L * MS, (b + 1) * 10L * MS, 8, 0);
            }
        }
        LoadResult result = result(plan(new Scenario.Offline(8)));
        assertThat(value(result.throughput())).isEqualTo(800);
        assertThat(result.counts().meanBatch()).isEqualTo(8);
        assertThat(result.response()).isEqualTo(Reading.unknown("offline has no arrivals to answer to"));
    }

    @Test
    void runsOfSeveralForksCountTogether() {
        answers(0, MS);
        LoadResult result = LoadResult.of(SERVER,
                List.of(new LoadRun(0, log, GENERATOR), new LoadRun(1, log, GENERATOR),
                        new LoadRun(0, log, GENERATOR)));
        assertThat(result.counts().done()).isEqualTo(5400);
        assertThat(result.response().toOptional().orElseThrow().n()).isEqualTo(5400);
        assertThat(result.caveats()).as("three runs of one rate are no three times the rate").isEmpty();
    }

    @Test
    void aRunWithoutAnAnswerHasNoFigures() {
        LoadResult result = result(SERVER);
        assertThat(result.response()).isEqualTo(Reading.unknown("no query was answered"));
        assertThat(result.throughput()).isEqualTo(Reading.unknown("fewer than two answers"));
        assertThat(LoadResult.attainment(SERVER, List.of(new LoadRun(0, log, GENERATOR)), Slo.p99(MS)))
                .isEqualTo(Reading.unknown("no query arrived"));
    }
}
