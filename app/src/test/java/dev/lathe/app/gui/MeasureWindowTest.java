package dev.lathe.app.gui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.engine.Workbench;
import dev.lathe.app.engine.store.Workspace;
import dev.lathe.app.gui.measure.CellState;
import dev.lathe.app.gui.measure.MeasureViewModel;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.app.gui.work.WorkbenchEngine;
import dev.lathe.hardware.Host;
import dev.lathe.profile.sweep.Cell;
import dev.lathe.serving.PriceCatalogue;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javafx.scene.control.Labeled;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Measure screen over the real engine, with real workers.
class MeasureWindowTest {
    @TempDir
    Path workspace = Path.of("");

    private Windows window() throws TimeoutException {
        Windows window = new Windows(new WorkbenchEngine(
                new Workbench(new Workspace(workspace), Host.local(), PriceCatalogue.builtIn())), false, 1000, 760,
                true);
        Windows.on(() -> {
            window.model().modelScreen().openSample();
            return true;
        });
        window.until(() -> window.model().modelScreen().stage().get() == Stage.FULL);
        Windows.on(() -> {
            window.model().measureScreen().form().batches().set("1,4,16");
            window.model().measureScreen().form().threads().set("1");
            return true;
        });
        window.go(Screen.MEASURE);
        return window;
    }

    private static List<Cell> cells(MeasureViewModel model) {
        return model.grid().get().orElseThrow().cells();
    }

    @Test
    void ticksMeasuresAndProfilesTheSample() throws Exception {
        try (Windows window = window()) {
            MeasureViewModel model = window.model().measureScreen();
            Windows.on(() -> {
                model.form().budgetS().set("2");
                return true;
            });
            window.robot().clickOn("#cell-1-16");
            assertThat(((Labeled) window.scene().lookup("#measure-run")).getText())
                    .startsWith("Run 2 cells · at most ");
            window.robot().clickOn("#measure-run");
            window.until(() -> !model.charts().shown().timelines().isEmpty());
            window.until(() -> !model.desk().jobs().running().get());
            assertThat(model.problems()).isEmpty();
            assertThat(cells(model).subList(0, 2)).extracting(model::state).allSatisfy(
                    s -> assertThat(s).isInstanceOfSatisfying(CellState.Done.class, done -> {
                        assertThat(done.medianNs().value()).isPositive();
                        assertThat(done.perSecond()).isPresent();
                    }));
            assertThat(model.state(cells(model).getLast())).isEqualTo(new CellState.Open());
            assertThat(((Labeled) window.scene().lookup("#cell-1-4")).getText()).matches("[0-9.]+ ms · [0-9.]+/s");
            assertThat(model.charts().batches()).containsExactly(1, 4);
            reopensWhatItMeasured(window, model);
            window.robot().clickOn("#show-operators").clickOn("#profile");
            window.until(() -> !model.desk().jobs().running().get());
            assertThat(model.desk().jobs().notices()).isEmpty();
            assertThat(model.profiling().bars()).isNotEmpty();
            assertThat(Focus.unreachable(window)).isEmpty();
        }
    }

    /// The history has the same figures, cell by cell, and the queries; the grid that was typed comes back after it.
    private static void reopensWhatItMeasured(Windows window, MeasureViewModel model) throws TimeoutException {
        List<Cell> measured = cells(model).subList(0, 2);
        List<CellState> found = measured.stream().map(model::state).toList();
        window.go(Screen.HISTORY);
        window.until(() -> window.model().historyScreen().stage().get() == Stage.FULL);
        Windows.on(() -> {
            window.model().historyScreen().reopen(window.model().historyScreen().entries().getFirst());
            return true;
        });
        window.until(() -> window.model().screen().get() == Screen.MEASURE);
        assertThat(model.reopened().get()).isPresent();
        assertThat(cells(model)).containsExactlyElementsOf(measured);
        assertThat(cells(model)).extracting(model::state).containsExactlyElementsOf(found);
        assertThat(model.charts().shown().timelines()).isNotEmpty();
        window.robot().clickOn("#measure-leave");
        assertThat(cells(model)).hasSize(3);
    }

    @Test
    void clientsAtOnceAreMeasuredAndCancelledByKey() throws Exception {
        try (Windows window = window()) {
            MeasureViewModel model = window.model().measureScreen();
            Windows.on(() -> {
                model.form().byClients().set(true);
                model.form().clients().set("2");
                model.form().budgetS().set("1");
                return true;
            });
            window.robot().clickOn("#measure-run");
            window.until(() -> !model.desk().jobs().running().get());
            assertThat(model.problems()).isEmpty();
            assertThat(model.state(cells(model).getFirst())).isInstanceOf(CellState.Done.class);
            Windows.on(() -> {
                model.form().byClients().set(false);
                model.form().budgetS().set("60");
                return true;
            });
            window.robot().clickOn("#measure-run");
            window.until(() -> !model.charts().shown().timelines().isEmpty());
            window.robot().push(KeyCode.ESCAPE);
            window.until(() -> !model.desk().jobs().running().get());
            assertThat(model.stage().get()).isEqualTo(Stage.FULL);
            assertThat(model.desk().jobs().step().get()).endsWith("cancelled; what was measured is kept");
            assertThat(cells(model)).extracting(model::state).noneMatch(s -> s instanceof CellState.Measuring);
        }
    }
}
