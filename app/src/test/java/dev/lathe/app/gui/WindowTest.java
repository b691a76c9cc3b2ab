package dev.lathe.app.gui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.engine.Workbench;
import dev.lathe.app.engine.store.Run;
import dev.lathe.app.engine.store.RunState;
import dev.lathe.app.engine.store.Workspace;
import dev.lathe.app.gui.work.Row;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.app.gui.work.WorkbenchEngine;
import dev.lathe.base.Problem;
import dev.lathe.hardware.Host;
import dev.lathe.serving.PriceCatalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javafx.scene.control.Button;
import javafx.scene.control.Labeled;
import javafx.scene.control.ProgressBar;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The window over the real engine, with real workers, by mouse and keyboard.
class WindowTest {
    private static final double WIDTH = 1000;
    private static final double HEIGHT = 760;

    @TempDir
    Path workspace = Path.of("");

    private static KeyCode digit(Screen screen) {
        return KeyCode.valueOf("DIGIT" + (List.of(Screen.values()).indexOf(screen) + 1));
    }

    private Windows window() throws TimeoutException {
        return new Windows(new WorkbenchEngine(
                new Workbench(new Workspace(workspace), Host.local(), PriceCatalogue.builtIn())), false, WIDTH, HEIGHT,
                true);
    }

    @Test
    void goesTheWholeWayOnTheSample() throws Exception {
        try (Windows window = window()) {
            openSample(window);
            Windows.on(() -> {
                window.model().desk().choices().budgetS().set("4");
                return true;
            });
            window.robot().push(KeyCode.CONTROL, KeyCode.R);
            window.until(() -> window.model().screen().get() == Screen.RUN
                    && window.model().runScreen().stage().get() == Stage.WORKING);
            window.until(() -> !window.model().runScreen().timelines().isEmpty());
            assertThat(window.scene().lookup("#run-full")).isNotNull();
            window.until(() -> window.model().runScreen().stage().get() != Stage.WORKING);
            assertThat(window.model().runScreen().problems()).isEmpty();
            List<Row> rows = Windows.on(() -> List.copyOf(window.model().runScreen().rows()));
            assertThat(rows).extracting(Row::name).containsExactly("original", "clean", "dynamic-int8", "static-int8");
            assertThat(rows).allSatisfy(r -> assertThat(r.speed()).as(r.name()).isPresent());
            exportsWhatItPreviews(window);
            reopensFromTheHistory(window);
            keepsTheKindOfResultThatTheCommandLineKeeps();
            deletesTheRunWithItsBundle(window);
        }
    }

    /// What was rendered into the workspace goes with its run; what was saved elsewhere stays.
    private void deletesTheRunWithItsBundle(Windows window) throws TimeoutException {
        assertThat(bundlesInTheWorkspace()).isNotEmpty();
        window.go(Screen.HISTORY);
        Windows.on(() -> {
            window.model().historyScreen().delete(List.copyOf(window.model().historyScreen().entries()));
            return true;
        });
        window.until(() -> window.model().historyScreen().stage().get() == Stage.EMPTY);
        assertThat(bundlesInTheWorkspace()).isEmpty();
        assertThat(workspace.resolve("saved bundle").resolve("manifest.json")).exists();
        assertThat(window.model().runScreen().stage().get()).isEqualTo(Stage.EMPTY);
    }

    private List<Path> bundlesInTheWorkspace() {
        try (var entries = Files.list(workspace.resolve("runs"))) {
            return entries.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void exportsWhatItPreviews(Windows window) throws TimeoutException, IOException {
        window.robot().push(KeyCode.CONTROL, digit(Screen.EXPORT));
        if (window.model().exportScreen().files().isEmpty()) {
            // nothing qualified on a busy machine; the closest is rendered all the same
            window.robot().clickOn("#render");
        }
        window.until(() -> window.model().exportScreen().stage().get() == Stage.FULL);
        List<String> previewed = Windows.on(
                () -> window.model().exportScreen().files().stream().map(f -> f.path()).toList());
        assertThat(previewed).contains("README.md", "manifest.json", "triton/digits/config.pbtxt",
                "triton/digits/1/model.onnx");
        window.until(() -> !window.model().exportScreen().preview().get().isEmpty());
        Path target = workspace.resolve("saved bundle");
        Windows.on(() -> {
            window.model().exportScreen().folder().set(target.toString());
            return true;
        });
        window.robot().clickOn("#save");
        window.until(() -> !window.model().exportScreen().saved().get().isEmpty());
        for (String path : previewed) {
            assertThat(target.resolve(path)).exists();
        }
        assertThat(Files.readString(target.resolve("manifest.json"))).contains("lathe-bundle/1");
        assertThat(window.model().command()).isEqualTo("lathe export " + window.model().exportScreen().report()
                .orElseThrow().run().text() + " --out '" + target + "'");
    }

    private void reopensFromTheHistory(Windows window) throws TimeoutException {
        window.robot().push(KeyCode.CONTROL, digit(Screen.HISTORY));
        window.until(() -> window.model().historyScreen().stage().get() == Stage.FULL);
        assertThat(window.model().historyScreen().entries()).hasSize(1);
        Windows.on(() -> {
            window.model().historyScreen().reopen(window.model().historyScreen().entries().getFirst());
            return true;
        });
        window.until(() -> window.model().screen().get() == Screen.RUN
                && !window.model().runScreen().timelines().isEmpty());
        assertThat(window.model().runScreen().rows()).hasSize(4);
        assertThat(window.model().runScreen().headline().get()).isNotEmpty();
    }

    /// The same request from the command line ends in the same verb: [Workbench#auto], which keeps the result itself.
    private void keepsTheKindOfResultThatTheCommandLineKeeps() {
        try (Workbench workbench = new Workbench(new Workspace(workspace), Host.local(), PriceCatalogue.builtIn())) {
            Run run = workbench.store().runs().getFirst();
            assertThat(run.request().kind()).isEqualTo("auto");
            assertThat(run.state()).isEqualTo(RunState.FINISHED);
            assertThat(run.resultJson().orElseThrow()).startsWith("{\"schema\":1,\"event\":\"result\",\"winner\":");
        }
    }

    @Test
    void cancelsInTheMiddleAndKeepsWhatWasMeasured() throws Exception {
        try (Windows window = window()) {
            openSample(window);
            Windows.on(() -> {
                window.model().run();
                return true;
            });
            window.until(() -> !window.model().runScreen().timelines().isEmpty());
            Button cancel = (Button) window.scene().lookup("#cancel");
            assertThat(cancel.isVisible()).isTrue();
            assertThat(window.scene().lookup(".job-bar .progress-bar")).isInstanceOf(ProgressBar.class);
            window.robot().push(KeyCode.ESCAPE);
            window.until(() -> !window.model().desk().jobs().running().get());
            assertThat(window.model().runScreen().headline().get())
                    .isEqualTo("Cancelled. What was measured is kept; Run continues from there.");
            assertThat(window.model().runScreen().rows()).isNotEmpty();
            assertThat(window.model().runScreen().problems()).isEmpty();
            window.go(Screen.HISTORY);
            window.until(() -> window.model().historyScreen().stage().get() == Stage.FULL);
            assertThat(window.model().historyScreen().entries()).singleElement().satisfies(
                    e -> assertThat(e.state()).isEqualTo("cancelled"));
        }
        assertThat(workspace.resolve("cache")).satisfies(c -> {
            try (var files = Files.list(c)) {
                assertThat(files.filter(f -> f.getFileName().toString().startsWith("scratch-"))).isEmpty();
            }
        });
    }

    @Test
    void aKilledWorkerMarksItsRowWithTheCauseAndTheRunGoesOn() throws Exception {
        KillingEngine engine = new KillingEngine(new WorkbenchEngine(
                new Workbench(new Workspace(workspace), Host.local(), PriceCatalogue.builtIn())), "static-int8");
        try (Windows window = new Windows(engine, false, WIDTH, HEIGHT, true)) {
            openSample(window);
            Windows.on(() -> {
                window.model().desk().choices().budgetS().set("4");
                window.model().run();
                window.model().screen().set(Screen.RUN);
                return true;
            });
            window.until(() -> window.model().runScreen().stage().get() != Stage.WORKING);
            assertThat(engine.killed()).isTrue();
            assertThat(window.model().runScreen().stage().get()).isEqualTo(Stage.FULL);
            List<Row> rows = Windows.on(() -> List.copyOf(window.model().runScreen().rows()));
            assertThat(rows).extracting(Row::name).containsExactly("original", "clean", "dynamic-int8", "static-int8");
            assertThat(rows.getLast().failed())
                    .startsWith("static-int8: the worker ended with status 137 (killed, often for lack of memory) at")
                    .endsWith("try another variant, or report it with the log.");
            assertThat(rows.subList(0, 3)).allSatisfy(r -> {
                assertThat(r.failed()).as(r.name()).isEmpty();
                assertThat(r.speed()).as(r.name()).isPresent();
            });
            assertThat(Windows.on(() -> window.scene().getRoot().lookupAll(".why"))).extracting(
                    n -> ((Labeled) n).getText()).anyMatch(t -> t.startsWith("Failed: static-int8: the worker ended"));
            assertThat(window.model().desk().jobs().log()).anyMatch(l -> l.contains("measurement static-int8: "));
            window.picture("run-worker-killed-light");
            exportsWhatItPreviews(window);
        }
    }

    @Test
    void saysWhatIsWrongWithABadModel() throws Exception {
        Path bad = Files.writeString(workspace.resolve("notes.onnx"), "these are notes and no model");
        try (Windows window = window()) {
            Windows.on(() -> {
                window.model().modelScreen().open(bad);
                return true;
            });
            window.until(() -> window.model().modelScreen().stage().get() == Stage.FAILED);
            Problem problem = Windows.on(() -> window.model().modelScreen().problems().getFirst());
            assertThat(problem.where()).isEqualTo(bad.toString());
            assertThat(problem.what()).startsWith("the file is not an ONNX model");
            assertThat(problem.remedy()).isEqualTo("Export the model to ONNX and give that file.");
            assertThat(window.scene().lookup("#model-failed")).isNotNull();
            assertThat(window.model().desk().jobs().notices()).contains(problem);
            window.robot().clickOn("#sample-failed");
            window.until(() -> window.model().modelScreen().stage().get() == Stage.FULL);
            assertThat(window.model().desk().jobs().notices()).isEmpty();
        }
    }

    private static void openSample(Windows window) throws TimeoutException {
        window.robot().clickOn("#sample");
        window.until(() -> window.model().modelScreen().stage().get() == Stage.FULL);
        assertThat(window.model().modelScreen().facts()).anySatisfy(
                f -> assertThat(f.label() + " " + f.text()).matches("Computation .*MACs at batch 1"));
    }
}
