package dev.lathe.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.base.VariantId;
import dev.lathe.evaluate.Scored;
import dev.lathe.evaluate.metric.PairedComparison;
import dev.lathe.evaluate.metric.Score;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Interval;
import dev.lathe.profile.stats.RatioInterval;
import dev.lathe.profile.stats.Summary;
import dev.lathe.profile.stats.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DecisionTest {
    private static final OptionalLong NO_SLO = OptionalLong.empty();

    private static Reading<Estimate> ns(double value) {
        return Reading.known(new Estimate(value, new Interval(value * 0.98, value * 1.02), 1000), "test");
    }

    private static VariantResult row(String name, long sizeBytes, double medianNs, Optional<Reading<Estimate>> p99,
            Optional<RatioInterval> ratio, double drop) {
        Score score = new Score("top-1", 0.9, new Interval(0.88, 0.92), 1000, true);
        Optional<PairedComparison> lost = ratio.map(_ -> new PairedComparison("top-1", drop,
                new Interval(drop - 0.5, drop + 0.5), OptionalDouble.empty(), 1000, true));
        Summary latency = new Summary(ns(medianNs), ns(medianNs * 1.1),
                p99.orElseGet(() -> Reading.unknown("n too small (needs 662)")),
                1, 2, 1000, Reading.unknown("one fork"));
        VariantResult.Timed timed = new VariantResult.Timed(latency, 1, new TreeMap<>(), new TreeMap<>(),
                ratio.map(r -> new VariantResult.Ratios(Reading.known(r, "test"), Reading.known(r, "test"))), ns(1),
                List.of());
        return new VariantResult(name,
                Optional.of(new VariantResult.Made(VariantId.of(name), Path.of(name), sizeBytes, "", List.of(), "{}",
                        Optional.empty())),
                Optional.of(new Scored(score, List.of(), lost, List.of())), Optional.of(timed), Optional.empty(),
                List.of(), "");
    }

    private static Optional<RatioInterval> ratio(double value, Verdict verdict) {
        return Optional.of(
                new RatioInterval(value, new Interval(value - 0.02, value + 0.02), 20, List.of(value, value), verdict));
    }

    private static VariantResult original() {
        return row("original", 1000, 10e6, Optional.of(ns(12e6)), Optional.empty(), 0);
    }

    @Test
    void theFastestWithinTheAccuracyBudgetWins() {
        Decision decision = Decision.of(List.of(original(),
                row("quick", 400, 5e6, Optional.empty(), ratio(0.5, Verdict.FASTER), 0.3),
                row("quicker but wrong", 300, 4e6, Optional.empty(), ratio(0.4, Verdict.FASTER), 3.2)), 1.0, NO_SLO);
        assertThat(decision.winner()).isEqualTo("quick");
        assertThat(decision.qualifies()).isTrue();
        assertThat(decision.verdicts().get(2).verdict()).contains("loses 3.20 points, more than the budget of 1.00");
    }

    @Test
    void withoutAFasterOneTheSmallestThatIsNotSlowerWins() {
        Decision decision = Decision.of(List.of(original(),
                row("small", 400, 10e6, Optional.empty(), ratio(1.0, Verdict.NO_DIFFERENCE), 0),
                row("smaller but slower", 200, 12e6, Optional.empty(), ratio(1.2, Verdict.SLOWER), 0)), 1.0, NO_SLO);
        assertThat(decision.winner()).isEqualTo("small");
        assertThat(decision.why()).contains("no variant is shown to be faster");
    }

    @Test
    void aWideIntervalIsNotShownNotToBeSlower() {
        RatioInterval wide = new RatioInterval(2.1, new Interval(0.8, 4.8), 4, List.of(1.0, 3.2),
                Verdict.NO_DIFFERENCE);
        Decision decision = Decision.of(List.of(original(),
                row("small", 400, 10e6, Optional.empty(), Optional.of(wide), 0)), 1.0, NO_SLO);
        assertThat(decision.winner()).isEqualTo("original");
    }

    @Test
    void theOriginalStaysWhereNothingIsBetter() {
        Decision decision = Decision.of(List.of(original(),
                row("larger", 2000, 10e6, Optional.empty(), ratio(1.0, Verdict.NO_DIFFERENCE), 0),
                row("slower", 200, 12e6, Optional.empty(), ratio(1.2, Verdict.SLOWER), 0)), 1.0, NO_SLO);
        assertThat(decision.winner()).isEqualTo("original");
        assertThat(decision.qualifies()).isTrue();
    }

    @Test
    void anSloThatNCannotDecideExcludesNobody() {
        Decision decision = Decision.of(List.of(original(),
                row("quick", 400, 5e6, Optional.empty(), ratio(0.5, Verdict.FASTER), 0)), 1.0,
                OptionalLong.of(6_000_000));
        assertThat(decision.winner()).isEqualTo("quick");
        assertThat(decision.verdicts().get(1).verdict()).contains("SLO not shown");
    }

    @Test
    void aMedianOverTheSloMissesItWhateverNIs() {
        Decision decision = Decision.of(List.of(original(),
                row("quick", 400, 5e6, Optional.empty(), ratio(0.5, Verdict.FASTER), 0)), 1.0,
                OptionalLong.of(4_000_000));
        assertThat(decision.qualifies()).isFalse();
        assertThat(decision.winner()).isEqualTo("quick");
        assertThat(decision.why()).isEqualTo("nothing holds the SLO; quick comes closest");
    }

    @Test
    void aVariantThatFailedSaysWhyAndIsNoCandidate() {
        VariantResult failed = new VariantResult("static-int8", Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(),
                List.of(Problem.error("no-calibration-data", "static-int8", "there is no calibration data",
                        "Give --data.")),
                "");
        Decision decision = Decision.of(List.of(original(), failed), 1.0, NO_SLO);
        assertThat(decision.winner()).isEqualTo("original");
        assertThat(decision.verdicts().get(1).verdict()).isEqualTo("there is no calibration data");
    }
}
