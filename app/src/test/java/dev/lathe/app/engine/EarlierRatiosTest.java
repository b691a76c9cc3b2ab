package dev.lathe.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunRequest;
import dev.lathe.app.engine.store.RunState;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.app.engine.store.Workspace;
import dev.lathe.base.Problem;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.stats.Interval;
import dev.lathe.profile.stats.RatioInterval;
import dev.lathe.profile.stats.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EarlierRatiosTest {
    private static final SessionSettings TWO_THREADS = SessionSettings.threads(2);
    private static final EarlierRatios.Side ORIGINAL = new EarlierRatios.Side("aa", TWO_THREADS, 1);
    private static final EarlierRatios.Side VARIANT = new EarlierRatios.Side("bb", TWO_THREADS, 1);

    @TempDir
    Path folder;

    private RunStore store;

    @BeforeEach
    void open() {
        store = RunStore.open(new Workspace(folder));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void isSilentWhereRunsAgree() {
        assertThat(note(begin(), VARIANT, 0.48, 0.47, 0.50)).isEmpty();
        assertThat(note(begin(), VARIANT, 0.49, 0.48, 0.51)).isEmpty();
    }

    @Test
    void tellsOfARunThatContradictsTheOneBefore() {
        RunId first = begin();
        note(first, VARIANT, 0.48, 0.47, 0.50);
        assertThat(note(begin(), VARIANT, 0.69, 0.65, 0.71)).get().extracting(Problem::sentence).isEqualTo(
                "static-int8: this run found 0.69x [0.65, 0.71]; the run before found 0.48x [0.47, 0.50] (run "
                        + first.text() + "), so runs here differ by more than an interval shows. Count on what both"
                        + " allow, or repeat it when the machine is quiet.");
    }

    @Test
    void countsHowManyRunsFoundAnotherRatio() {
        note(begin(), VARIANT, 0.48, 0.47, 0.50);
        note(begin(), VARIANT, 0.69, 0.65, 0.71);
        assertThat(note(begin(), VARIANT, 0.48, 0.47, 0.49)).get().extracting(Problem::what).asString()
                .contains("1 of the last 2 such runs found another ratio, the latest 0.69x [0.65, 0.71]");
    }

    @Test
    void comparesOnlyWhatWasRunInTheSameWay() {
        note(begin(), VARIANT, 0.48, 0.47, 0.50);
        EarlierRatios.Side oneThread = new EarlierRatios.Side("bb", SessionSettings.threads(1), 1);
        assertThat(note(begin(), oneThread, 0.69, 0.65, 0.71)).isEmpty();
        assertThat(new EarlierRatios(store, begin(), "another machine").note("static-int8", VARIANT, ORIGINAL,
                ratio(0.69, 0.65, 0.71))).isEmpty();
    }

    @Test
    void doesNotContradictItselfWhenItGoesOn() {
        RunId run = begin();
        note(run, VARIANT, 0.48, 0.47, 0.50);
        assertThat(note(run, VARIANT, 0.69, 0.65, 0.71)).isEmpty();
    }

    @Test
    void leavesTheRunFitToGoOn() {
        RunId run = begin();
        note(run, VARIANT, 0.48, 0.47, 0.50);
        new StoreLog(store, run).fact("static-int8", 0, "loadNs", 12);
        assertThat(new StoreLog(store, run).fact("static-int8", 0, "loadNs")).contains(12L);
    }

    @Test
    void forgetsRunsThatWereDeleted() {
        RunId run = begin();
        note(run, VARIANT, 0.48, 0.47, 0.50);
        store.finish(run, RunState.FINISHED);
        assertThat(store.delete(run)).isTrue();
        assertThat(note(begin(), VARIANT, 0.69, 0.65, 0.71)).isEmpty();
    }

    private Optional<Problem> note(RunId run, EarlierRatios.Side variant, double value, double low, double high) {
        return new EarlierRatios(store, run, "this machine").note("static-int8", variant, ORIGINAL,
                ratio(value, low, high));
    }

    private RunId begin() {
        return store.begin(new RunRequest("auto", Path.of("m.onnx"), "ab", "key", "{}", "{}"));
    }

    private static RatioInterval ratio(double value, double low, double high) {
        return new RatioInterval(value, new Interval(low, high), 20, List.of(value, value), Verdict.FASTER);
    }
}
