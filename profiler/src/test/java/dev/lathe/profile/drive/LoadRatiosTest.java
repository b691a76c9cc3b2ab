package dev.lathe.profile.drive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Reading;
import dev.lathe.profile.load.Arrivals;
import dev.lathe.profile.load.LoadPlan;
import dev.lathe.profile.load.LoadRatios;
import dev.lathe.profile.load.LoadResult;
import dev.lathe.profile.load.LoadRun;
import dev.lathe.profile.load.Scenario;
import dev.lathe.profile.stats.RatioInterval;
import dev.lathe.profile.stats.Verdict;
import dev.lathe.serving.queue.Batching;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Ratios under load against truths that are known, under a clock that only events move.
class LoadRatiosTest {
    private static final long SECOND = 1_000_000_000L;

    private static LoadPlan plan(Scenario scenario, long seed) {
        return new LoadPlan(scenario, Batching.SINGLE, 1, 5 * SECOND, SECOND / 2, SECOND, 200_000, seed);
    }

    private static Scenario poisson(long seed) {
        return new Scenario.Server(new Arrivals.Poisson(500, seed));
    }

    private static LoadRatios.Side side(Function<Long, Scenario> scenario, long seed, Driven.Draw draw) {
        List<LoadRun> runs = new ArrayList<>();
        for (int fork = 0; fork < 2; fork++) {
            LoadRun run = Driven.run(plan(scenario.apply(seed + fork), seed), Driven.drawn(draw, ~seed * 7 + fork));
            runs.add(new LoadRun(fork, run.queries(), run.generator()));
        }
        return new LoadRatios.Side(LoadResult.of(plan(scenario.apply(seed), seed), runs), runs);
    }

    private static Driven.Draw exponential(double meanNs) {
        return random -> -Math.log(1 - random.nextDouble()) * meanNs;
    }

    private static LoadRatios compare(LoadRatios.Side one, LoadRatios.Side other) {
        return LoadRatios.of(one, other, LoadRatios.Noise.pooled(List.of(one, other)), 1);
    }

    /// Over so many seeds, how often the interval held the truth and how often a difference was told.
    private record Tally(int held, int told) {
        static Tally of(int seeds, double truth, Function<LoadRatios, Reading<RatioInterval>> figure,
                Function<Long, Scenario> scenario, double oneNs, double otherNs) {
            int held = 0;
            int told = 0;
            for (long seed = 0; seed < seeds; seed++) {
                RatioInterval ratio = figure.apply(compare(side(scenario, 1000 * seed, exponential(oneNs)),
                        side(scenario, 1000 * seed + 500, exponential(otherNs)))).toOptional().orElseThrow();
                held += ratio.interval().contains(truth) ? 1 : 0;
                told += ratio.verdict() == Verdict.NO_DIFFERENCE ? 0 : 1;
            }
            return new Tally(held, told);
        }
    }

    /// M/M/1 at half its capacity. Over 200 seeds 196 held the truth.
    @Test
    void twoCopiesAtAQueueAreNotToldApart() {
        Tally copies = Tally.of(40, 1, LoadRatios::response, LoadRatiosTest::poisson, 1e6, 1e6);
        assertThat(copies.held()).isGreaterThanOrEqualTo(36);
        assertThat(copies.told()).isLessThanOrEqualTo(4);
    }

    /// The response time of M/M/1 is exponential with a mean of 1 / (mu - lambda): a fifth less service is a third less response.
    @Test
    void theRatioOfResponseTimesIsThatOfUsersNotThatOfTheModel() {
        Tally faster = Tally.of(20, 500 / 750.0, LoadRatios::response, LoadRatiosTest::poisson, 0.8e6, 1e6);
        assertThat(faster.held()).isGreaterThanOrEqualTo(17);
        assertThat(faster.told()).isEqualTo(20);
    }

    @Test
    void aClosedLoopIsComparedByTheTimeAnAnswerTakes() {
        Tally slower = Tally.of(20, 1.4, LoadRatios::timePerAnswer, _ -> Scenario.Concurrency.synchronous(2), 1.4e6,
                1e6);
        assertThat(slower.held()).isGreaterThanOrEqualTo(17);
        assertThat(slower.told()).isEqualTo(20);
    }

    @Test
    void whoDoesNotKeepUpHasNoRatio() {
        LoadRatios ratios = compare(side(LoadRatiosTest::poisson, 1, exponential(1e6)),
                side(LoadRatiosTest::poisson, 2, _ -> 4e6));
        assertThat(ratios.response()).asString().containsPattern(
                "\\d\\d\\.\\d % of the queries of one of them were not answered, so the answered ones are not the same");
        assertThat(ratios.timePerAnswer()).asString().contains("an open loop is answered as often as it asks");
        assertThat(ratios.verdict()).isEqualTo(ratios.response());
    }

    @Test
    void severalIntervalsThatHoldTogetherAreWider() {
        LoadRatios.Side one = side(LoadRatiosTest::poisson, 1, exponential(1e6));
        LoadRatios.Side other = side(LoadRatiosTest::poisson, 501, exponential(1e6));
        LoadRatios.Noise noise = LoadRatios.Noise.pooled(List.of(one, other));
        RatioInterval alone = LoadRatios.of(one, other, noise, 1).response().toOptional().orElseThrow();
        RatioInterval among = LoadRatios.of(one, other, noise, 10).response().toOptional().orElseThrow();
        assertThat(among.interval().low()).isLessThan(alone.interval().low());
        assertThat(among.interval().high()).isGreaterThan(alone.interval().high());
        assertThat(among.value()).isEqualTo(alone.value());
    }
}
