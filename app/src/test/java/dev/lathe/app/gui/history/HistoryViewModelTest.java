package dev.lathe.app.gui.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.engine.history.StoredResult;
import dev.lathe.app.engine.store.Run;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunRequest;
import dev.lathe.app.engine.store.RunState;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.DirectJobRunner;
import dev.lathe.app.gui.work.FakeEngine;
import dev.lathe.app.gui.work.Report;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryViewModelTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void listsRunsAndReopensOneWithItsBlocks() {
        Desk desk = Desk.of(new FakeEngine(folder), new DirectJobRunner());
        List<Report> reopened = new ArrayList<>();
        HistoryViewModel model = new HistoryViewModel(desk, (report, blocks) -> {
            assertThat(blocks).isNotEmpty();
            reopened.add(report);
        }, (_, _) -> {
            throw new AssertionError("no grid to reopen");
        });
        model.refresh();
        assertThat(model.stage().get()).isEqualTo(Stage.FULL);
        assertThat(model.entries()).extracting(e -> e.state() + " " + e.model().getFileName() + " " + e.outcome())
                .containsExactly("cancelled digits.onnx ", "finished digits.onnx static-int8 0.38x");
        model.reopen(model.entries().get(1));
        assertThat(reopened).singleElement().satisfies(r -> assertThat(r.rows()).hasSize(4));
        assertThat(desk.choices().command()).isEqualTo(
                "lathe auto /models/digits.onnx --data /data/digits.json --slo-p99 20ms --max-drop 0.5 --budget 12s");
    }

    @Test
    void deletesOnlyWhatWasConfirmed() {
        Desk desk = Desk.of(new FakeEngine(folder), new DirectJobRunner());
        HistoryViewModel model = new HistoryViewModel(desk, (_, _) -> {}, (_, _) -> {});
        model.refresh();
        model.ask(model.entries().subList(0, 1));
        assertThat(model.asked().get()).hasSize(1);
        model.ask(List.of());
        assertThat(model.entries()).hasSize(2);
        model.delete(List.copyOf(model.entries().subList(0, 1)));
        assertThat(model.entries()).extracting(e -> e.id().text()).containsExactly("20261124-080015-cbc16f");
        assertThat(model.asked().get()).isEmpty();
        assertThat(desk.jobs().notices()).extracting(Problem::sentence).containsExactly(
                "1 file or folder of the workspace, 1.50 MB, that no other run uses went with it.");
    }

    @Test
    void aRunThatChoseNoVariantShowsItsFigures() {
        Desk desk = Desk.of(new FakeEngine(folder), new DirectJobRunner());
        HistoryViewModel model = new HistoryViewModel(desk, (_, _) -> {
            throw new AssertionError("nothing to reopen");
        }, (_, _) -> {
            throw new AssertionError("no grid to reopen");
        });
        Run run = new Run(new RunId("20261124-090000-abcdef"), new RunRequest("measure", Path.of("/models/digits.onnx"),
                "00", "key", "{}", "{}"), Instant.parse("2026-11-24T09:00:00Z"), RunState.FINISHED,
                Optional.of("""
                        {"event":"result","cells":[{"name":"digits","latency":{"medianNs":178000,"lowNs":176000,
                        "highNs":180000,"n":400}},{"name":"small","failed":"the worker died"}],
                        "caveats":[{"what":"other programs used 41 % of the CPU"}]}"""));
        HistoryViewModel.Entry entry = new HistoryViewModel.Entry(run.id(), "today", "finished", StoredResult.of(run));
        model.reopen(entry);
        assertThat(model.opened().get()).contains(entry);
        assertThat(Figures.of(entry.stored())).contains(
                new Figures("digits", "latency median", "178 µs", "[176 µs, 180 µs]", "400"),
                new Figures("small", "failed", "the worker died", "", ""),
                new Figures("", "caveat", "other programs used 41 % of the CPU", "", ""));
        assertThat(desk.jobs().notices()).isEmpty();
        model.close();
        assertThat(model.opened().get()).isEmpty();
    }

    @Test
    void saysWhyARunWithoutAResultCannotBeShown() {
        Desk desk = Desk.of(new FakeEngine(folder), new DirectJobRunner());
        HistoryViewModel model = new HistoryViewModel(desk, (_, _) -> {
            throw new AssertionError("nothing to reopen");
        }, (_, _) -> {
            throw new AssertionError("no grid to reopen");
        });
        model.refresh();
        model.reopen(model.entries().getFirst());
        assertThat(desk.jobs().notices()).extracting(Problem::sentence)
                .containsExactly("20260131-130000-aaaaaa: the run is cancelled and has no result to show. Give the same"
                        + " command again: it continues where it was interrupted.");
    }
}
