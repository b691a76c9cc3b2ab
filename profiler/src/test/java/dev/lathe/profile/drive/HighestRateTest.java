package dev.lathe.profile.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.profile.load.Arrivals;
import dev.lathe.profile.load.HighestRate;
import dev.lathe.profile.load.LoadPlan;
import dev.lathe.profile.load.RateTrial;
import dev.lathe.profile.load.Scenario;
import dev.lathe.profile.load.Slo;
import dev.lathe.serving.queue.Batching;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/// The search against servers whose limit is known.
class HighestRateTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MS = 1_000_000;
    /// M/M/1 with 1 ms of service on average: the response time is exponential with rate 1000 - x, and its p99 is
    /// ln(100) / (1000 - x) seconds.
    private static final double CAPACITY = 1000;

    private static LoadPlan plan(double startRate, long seed) {
        return new LoadPlan(new Scenario.Server(new Arrivals.Poisson(startRate, seed)), Batching.SINGLE, 1, 4 * SECOND,
                SECOND, 100 * MS, 200_000, seed);
    }

    /// Each run draws its own service times.
    private static HighestRate.Driver exponential() {
        return plan -> {
            long seed = plan.scenario() instanceof Scenario.Server(Arrivals.Poisson(double rate, long s))
                    ? 31 * ~s + Math.round(rate)
                    : 0;
            return Driven.run(plan, Driven.drawn(r -> -Math.log(1 - r.nextDouble()) * 1e9 / CAPACITY, seed));
        };
    }

    private static double limit(Slo slo) {
        return CAPACITY - Math.log(100) * 1e9 / slo.limitNs();
    }

    private static HighestRate.Found search(HighestRate search, HighestRate.Driver driver) {
        return search.search(driver, List.of(), _ -> {}, Progress.Listener.NONE);
    }

    private static double known(Reading<Double> reading) {
        return reading.toOptional().orElseThrow();
    }

    @Test
    void theLimitOfAQueueLiesInTheInterval() {
        Slo slo = Slo.p99(20 * MS);
        int held = 0;
        int close = 0;
        for (long seed = 0; seed < 40; seed++) {
            HighestRate.Found found = search(HighestRate.of(slo, plan(400, seed), 10_000), exponential());
            double meets = known(found.meets());
            double misses = known(found.misses());
            assertThat(meets).isLessThan(misses);
            held += meets <= limit(slo) && misses >= limit(slo) ? 1 : 0;
            close += meets >= 0.7 * limit(slo) && misses <= 1.35 * limit(slo) ? 1 : 0;
        }
        // 99 % for each look at a rate beside the limit; a search takes a few such looks
        assertThat(held).isGreaterThanOrEqualTo(36);
        assertThat(close).as("of 40, held " + held).isGreaterThanOrEqualTo(36);
    }

    /// Constant arrivals and constant service: the wait is nothing up to the capacity, and grows without end above it.
    @Test
    void theCapacityOfAConstantServerIsFoundWithinTheTolerance() {
        for (double start : new double[]{20, 700, 950, 5000}) {
            LoadPlan plan = plan(100, 1).with(new Scenario.Server(new Arrivals.Constant(start)));
            HighestRate.Found found = search(HighestRate.of(Slo.p99(5 * MS), plan, 100_000),
                    each -> Driven.run(each, (_, _, _, _) -> MS));
            assertThat(known(found.meets())).isBetween(CAPACITY / 1.051, CAPACITY * 1.002);
            assertThat(known(found.misses())).isBetween(CAPACITY, CAPACITY * 1.051);
        }
    }

    /// Poisson arrivals at a constant server (M/D/1): twice the instances carry more than twice the rate.
    @Test
    void moreInstancesCarryMore() {
        double one = known(search(HighestRate.of(Slo.p99(5 * MS), plan(400, 3), 100_000),
                each -> Driven.run(each, (_, _, _, _) -> MS)).meets());
        LoadPlan two = new LoadPlan(plan(400, 3).scenario(), Batching.SINGLE, 2, 4 * SECOND, SECOND, 100 * MS, 200_000,
                3);
        double both = known(search(HighestRate.of(Slo.p99(5 * MS), two, 100_000),
                each -> Driven.run(each, (_, _, _, _) -> MS)).meets());
        // M/D/1: the wait's tail is (1 - r) / (r e^d - 1) e^(-d t) with r (e^d - 1) = d; 1 % at t = 4 gives r = 0.56
        assertThat(one).isBetween(0.8 * 560, 570.0);
        assertThat(both).isBetween(2 * one, 2000.0);
    }

    @Test
    void shedQueriesBreakThePromise() {
        LoadPlan plan = new LoadPlan(new Scenario.Server(new Arrivals.Poisson(400, 1)), Batching.SINGLE.bounded(1), 1,
                4 * SECOND, SECOND, 100 * MS, 200_000, 1);
        HighestRate.Found found = search(HighestRate.of(Slo.p99(1 * SECOND), plan, 100_000),
                each -> Driven.run(each, (_, _, _, _) -> MS));
        // a queue of one loses 1 % long before the wait matters
        assertThat(known(found.meets())).isLessThan(400);
    }

    @Test
    void aSearchThatWasInterruptedGoesOnFromItsLog() {
        HighestRate search = HighestRate.of(Slo.p99(20 * MS), plan(400, 5), 10_000);
        HighestRate.Found whole = search(search, exponential());
        List<RateTrial> log = new ArrayList<>();
        assertThatThrownBy(() -> search.search(exponential(), List.of(), trial -> {
            log.add(trial);
            if (log.size() == 3) {
                throw new CancellationException();
            }
        }, Progress.Listener.NONE)).isInstanceOf(CancellationException.class);
        List<RateTrial> rest = new ArrayList<>();
        HighestRate.Found continued = search.search(exponential(), log, rest::add, Progress.Listener.NONE);
        assertThat(continued).isEqualTo(whole);
        assertThat(rest).hasSize(whole.trials().size() - 3);
        List<RateTrial> none = new ArrayList<>();
        assertThat(search.search(_ -> {
            throw new AssertionError("all is known");
        }, whole.trials(), none::add, Progress.Listener.NONE)).isEqualTo(whole);
        assertThat(none).isEmpty();
    }

    @Test
    void whatRemainsIsPredictedAndReachesNothing() {
        List<Progress> progress = new ArrayList<>();
        HighestRate.Found found = HighestRate.of(Slo.p99(20 * MS), plan(400, 5), 10_000).search(exponential(),
                List.of(), _ -> {}, progress::add);
        assertThat(progress).hasSameSizeAs(found.trials());
        assertThat(progress).allMatch(p -> p.remainingNs().orElse(-1) >= 0 && p.fraction() >= 0 && p.fraction() <= 1);
        assertThat(progress.getFirst().step()).isEqualTo("trying 400 queries a second");
        assertThat(progress.getFirst().remainingNs().orElse(0)).isPositive();
    }

    @Test
    void aPromiseThatNoRateKeepsIsSaid() {
        HighestRate.Found found = search(HighestRate.of(Slo.p99(MS / 2), plan(400, 1), 10_000),
                each -> Driven.run(each, (_, _, _, _) -> MS));
        assertThat(found.meets()).isEqualTo(Reading.unknown(
                "no rate down to 0.78 queries a second was shown to keep p99 <= 0.5 ms"));
        assertThat(known(found.misses())).isPositive();
    }

    @Test
    void aPromiseThatTheHighestRateKeepsIsSaid() {
        HighestRate.Found found = search(HighestRate.of(Slo.p99(5 * MS), plan(400, 1), 600),
                each -> Driven.run(each, (_, _, _, _) -> MS / 10));
        assertThat(known(found.meets())).isEqualTo(600);
        assertThat(found.misses())
                .isEqualTo(Reading.unknown("no rate up to 600 queries a second was shown to break p99 <= 5 ms"));
    }

    @Test
    void onlyAServerHasARate() {
        LoadPlan closed = plan(400, 1).with(new Scenario.SingleStream());
        assertThatThrownBy(() -> HighestRate.of(Slo.p99(MS), closed, 100)).isInstanceOf(ProblemException.class)
                .hasMessage("the scenario single-stream has no rate to search for. Choose --scenario server.");
    }
}
