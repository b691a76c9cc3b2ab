package dev.lathe.profile.drive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.profile.load.Arrivals;
import dev.lathe.profile.load.LoadPlan;
import dev.lathe.profile.load.LoadResult;
import dev.lathe.profile.load.Quantiles;
import dev.lathe.profile.load.Scenario;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.serving.queue.Batching;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/// The harness against truths that are known, under a clock that only events move; see MEASURING.
class HarnessTruthTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MS = 1_000_000;
    private static final int SEEDS = 1000;

    private static LoadPlan plan(Scenario scenario, long durationNs, long seed) {
        return new LoadPlan(scenario, Batching.SINGLE, 1, durationNs, durationNs / 10, SECOND, 200_000, seed);
    }

    private static Quantiles known(Reading<Quantiles> reading) {
        return reading.toOptional().orElseThrow();
    }

    private static double value(Reading<Estimate> reading) {
        return reading.toOptional().orElseThrow().value();
    }

    /// 1 % of 2,000 arrivals between two stalls wait longer than the 20th of them: 100 ms minus 20 ms.
    @Test
    void aStallShowsInTheOpenLoopAndHidesInTheClosedOne() {
        VirtualDrive.Service stalls = Driven.stalling(50_000, 2 * SECOND, 100 * MS);
        LoadResult open = Driven.result(plan(new Scenario.Server(new Arrivals.Constant(1000)), 20 * SECOND, 1),
                stalls);
        assertThat(value(known(open.response()).p99()) / MS).isBetween(76.0, 86.0);
        assertThat(value(known(open.service()).p99())).as("each stall hits one query").isEqualTo(50_000);

        LoadPlan closed = plan(new Scenario.SingleStream(), 5 * SECOND, 1);
        LoadResult hiding = Driven.result(closed, stalls);
        LoadResult undisturbed = Driven.result(closed, Driven.drawn(_ -> 50_000, 1));
        assertThat(value(known(hiding.response()).p99()))
                .isEqualTo(value(known(undisturbed.response()).p99())).isEqualTo(50_000);
        assertThat(known(hiding.response()).maxNs()).isEqualTo(100 * MS + 50_000);
        assertThat(hiding.caveats()).extracting(Problem::code).containsExactly("closed-loop");
        assertThat(open.caveats()).isEmpty();
    }

    @Test
    void theMedianOfAClosedLoopIsHeldForEveryDistribution() {
        assertThat(closedMedian(1e6, _ -> 1e6)).isGreaterThanOrEqualTo(930);
        assertThat(closedMedian(1e6, random -> 1e6 * Math.exp(0.3 * random.nextGaussian())))
                .isGreaterThanOrEqualTo(930);
        // 60 % near 1 ms, 40 % near 3 ms: the median is where the lower mode has 5/6 of its weight, z = 0.9674
        assertThat(closedMedian(1e6 * Math.exp(0.05 * 0.9674216),
                random -> (random.nextDouble() < 0.6 ? 1e6 : 3e6) * Math.exp(0.05 * random.nextGaussian())))
                .isGreaterThanOrEqualTo(930);
        // a query in fifty stalls: the median is where the others have 25/49 of their weight, z = 0.0255798
        assertThat(closedMedian(1e6 * Math.exp(0.05 * 0.0255798),
                random -> 1e6 * Math.exp(0.05 * random.nextGaussian()) + (random.nextInt(50) == 0 ? 5e7 : 0)))
                .isGreaterThanOrEqualTo(930);
    }

    private static int closedMedian(double truthNs, Driven.Draw draw) {
        return held(truthNs, LoadResult::response, Quantiles::p50,
                seed -> new Run(new LoadPlan(new Scenario.SingleStream(), Batching.SINGLE, 1, SECOND / 2, SECOND / 20,
                        SECOND, 1000, seed), Driven.drawn(draw, seed)));
    }

    private record Run(LoadPlan plan, VirtualDrive.Service service) {}

    private static int held(double truth, Function<LoadResult, Reading<Quantiles>> kind,
            Function<Quantiles, Reading<Estimate>> quantile, LongFunction<Run> runs) {
        int held = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Run run = runs.apply(seed);
            LoadResult result = Driven.result(run.plan(), run.service());
            Estimate estimate = quantile.apply(known(kind.apply(result))).toOptional().orElseThrow();
            held += estimate.interval().contains(truth) ? 1 : 0;
        }
        return held;
    }

    /// M/M/1 at half its capacity of 1,000/s: the response time is exponential with a mean of 2 ms.
    @Test
    void theResponseTimeOfAQueueIsHeld() {
        LongFunction<Run> runs = seed -> new Run(
                plan(new Scenario.Server(new Arrivals.Poisson(500, seed)), 10 * SECOND, seed),
                Driven.drawn(random -> -Math.log(1 - random.nextDouble()) * 1e6, ~seed));
        assertThat(held(2e6 * Math.log(2), LoadResult::response, Quantiles::p50, runs)).isGreaterThanOrEqualTo(930);
        assertThat(held(2e6 * Math.log(10), LoadResult::response, Quantiles::p90, runs)).isGreaterThanOrEqualTo(930);
    }

    /// The tail comes in clusters: of 18,000 queries about one in ten is news.
    @Test
    void theTailOfAQueueIsHeldAndNotShownTooEarly() {
        int held = 0;
        for (long seed = 0; seed < 100; seed++) {
            Run run = new Run(plan(new Scenario.Server(new Arrivals.Poisson(500, seed)), 40 * SECOND, seed),
                    Driven.drawn(random -> -Math.log(1 - random.nextDouble()) * 1e6, ~seed));
            Estimate p99 = known(Driven.result(run.plan(), run.service()).response()).p99().toOptional().orElseThrow();
            held += p99.interval().contains(2e6 * Math.log(100)) ? 1 : 0;
        }
        assertThat(held).isGreaterThanOrEqualTo(93);
        LoadPlan tooShort = plan(new Scenario.Server(new Arrivals.Poisson(500, 1)), 4 * SECOND, 1);
        assertThat(known(Driven.result(tooShort, Driven.drawn(random -> -Math.log(1 - random.nextDouble()) * 1e6, ~1))
                .response()).p99()).asString().contains("queries come in clusters of about");
    }

    /// What is lost when the clock starts where a worker becomes free: the same runs, measured by their service times.
    @Test
    void theServiceTimeWouldHideTheQueue() {
        LoadPlan plan = plan(new Scenario.Server(new Arrivals.Poisson(500, 1)), 20 * SECOND, 1);
        LoadResult result = Driven.result(plan,
                Driven.drawn(random -> -Math.log(1 - random.nextDouble()) * 1e6, 2));
        assertThat(value(known(result.response()).p90()) / MS).isBetween(4.1, 5.2);
        assertThat(value(known(result.service()).p90()) / MS).isBetween(2.2, 2.5);
    }

    @Test
    void theThroughputOfAClosedLoopIsHeld() {
        int held = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            LoadPlan plan = new LoadPlan(Scenario.Concurrency.synchronous(4), Batching.upTo(2), 2, SECOND / 2,
                    SECOND / 20, SECOND, 2000, seed);
            // two instances, batches of two, 1 ms on average
            LoadResult result = Driven.result(plan,
                    Driven.drawn(random -> -Math.log(1 - random.nextDouble()) * 1e6, seed));
            held += result.throughput().toOptional().orElseThrow().interval().contains(4000) ? 1 : 0;
        }
        assertThat(held).isGreaterThanOrEqualTo(930);
    }
}
