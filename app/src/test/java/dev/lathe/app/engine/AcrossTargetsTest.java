package dev.lathe.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.engine.store.RunId;
import dev.lathe.base.Reading;
import dev.lathe.profile.Plan;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.Target;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Interval;
import dev.lathe.profile.stats.Summary;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AcrossTargetsTest {
    private static final List<Target> TARGETS = List.of(Target.CPU, Target.named("cuda"));

    private static final Plan PLAN = new Plan(SessionSettings.threads(1), 2, 5, List.of(1), 1_000_000_000L, 7);

    private static AutoResult result(String winner, double medianNs, boolean qualifies) {
        Reading<Estimate> median = Reading.known(
                new Estimate(medianNs, new Interval(medianNs * 0.95, medianNs * 1.05), 100), "test");
        Summary latency = new Summary(median, median, median, 1, 2, 100, Reading.unknown("one fork"));
        VariantResult row = new VariantResult(winner, Optional.empty(), Optional.empty(),
                Optional.of(new VariantResult.Timed(latency, 1, new TreeMap<>(), new TreeMap<>(), Optional.empty(),
                        median, List.of())),
                Optional.empty(), List.of(), "");
        return new AutoResult(new RunId("20260101-000000-aaaaaa"), Path.of("m.onnx"), List.of(row),
                new Decision(winner, qualifies, "", List.of(row)),
                new AutoResult.Context(PLAN, "", 1, Reading.unknown(""), Reading.unknown(""), List.of()),
                Optional.empty());
    }

    private static AcrossTargets across(boolean force, AutoResult... results) {
        return AcrossTargets.of(TARGETS, List.of(results), force);
    }

    @Test
    void theFastestWinnerIsTheBest() {
        AcrossTargets across = across(false, result("static-int8", 80_000, true), result("float16", 20_000, true));
        assertThat(across.best()).contains(1);
        assertThat(across.why()).isEqualTo("cuda: its winner is the fastest");
    }

    @Test
    void aFasterOneThatMissesTheBudgetIsNot() {
        assertThat(across(false, result("a", 80_000, true), result("b", 20_000, false)).best()).contains(0);
        assertThat(across(true, result("a", 80_000, true), result("b", 20_000, false)).best()).contains(0);
    }

    @Test
    void whereNothingHoldsTheBudgetNothingIsExportedUnlessForced() {
        AcrossTargets none = across(false, result("a", 80_000, false), result("b", 20_000, false));
        assertThat(none.best()).isEmpty();
        assertThat(none.why()).isEqualTo("nothing holds the budget on any target");
        assertThat(across(true, result("a", 80_000, false), result("b", 20_000, false)).best()).contains(1);
    }

    @Test
    void winnersWhoseIntervalsMeetAreNotToldApart() {
        AcrossTargets across = across(false, result("a", 21_000, true), result("b", 20_000, true));
        assertThat(across.why()).isEqualTo("cuda: its winner has the shortest median; not told apart from that on cpu");
    }
}
