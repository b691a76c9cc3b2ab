package dev.lathe.app.gui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.chart.ConfusionMap;
import dev.lathe.app.gui.work.FakeEngine;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import dev.lathe.profile.Block;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.TableView;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every state of every screen in both themes, as pictures in `app/target/snapshots` for a person to judge. What can be
/// told without one is asserted: something is drawn, and no words are cut.
class SnapshotTest {
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void statesBeforeAndWhileARunGoesOn(boolean dark) throws Exception {
        FakeEngine engine = new FakeEngine(folder).holding(FakeEngine.Hold.WHILE_MEASURING);
        try (Windows window = new Windows(engine, dark, 1280, 800, false)) {
            window.until(() -> window.model().machineScreen().stage().get() == Stage.FULL);
            window.shoot("model-empty");
            window.go(Screen.RUN);
            window.shoot("run-empty");
            window.go(Screen.EXPORT);
            window.shoot("export-empty");
            Path bad = Files.writeString(folder.resolve("notes.onnx"), "this is no model");
            window.go(Screen.MODEL);
            Windows.on(() -> {
                window.model().modelScreen().open(bad);
                return true;
            });
            window.until(() -> window.model().modelScreen().stage().get() == Stage.FAILED);
            window.shoot("model-failed");
            window.openSample();
            window.shoot("model-full");
            window.go(Screen.RUN);
            window.shoot("run-ready");
            Windows.on(() -> {
                window.model().run();
                return true;
            });
            window.until(() -> !window.model().runScreen().timelines().isEmpty());
            window.shoot("run-working");
            engine.release();
            window.until(() -> window.model().runScreen().stage().get() == Stage.FULL);
            window.shoot("run-full");
            looksCloser(window);
            window.fire("#command");
            window.shoot("command-line");
            window.go(Screen.EXPORT);
            window.until(() -> !window.model().exportScreen().preview().get().isEmpty());
            window.shoot("export-full");
            window.fire("#close-command");
            window.go(Screen.HISTORY);
            window.until(() -> window.model().historyScreen().stage().get() == Stage.FULL);
            window.shoot("history-full");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void statesOfMeasuring(boolean dark) throws Exception {
        FakeEngine engine = new FakeEngine(folder).holding(FakeEngine.Hold.WHILE_MEASURING);
        try (Windows window = new Windows(engine, dark, 1280, 800, false)) {
            window.go(Screen.MEASURE);
            window.shoot("measure-empty");
            window.openSample();
            window.go(Screen.MEASURE);
            Windows.on(() -> {
                window.model().desk().sides().add(List.of(Path.of("models/static-int8.onnx"),
                        Path.of("models/pruned.onnx")));
                return true;
            });
            window.shoot("measure-ready");
            window.fire("#measure-run");
            window.until(() -> !window.model().measureScreen().throughput().isEmpty());
            window.shoot("measure-working");
            engine.release();
            window.until(() -> !window.model().measureScreen().caveats().isEmpty());
            window.fire("#cell-2-4");
            window.shoot("measure-full");
            window.fire("#show-operators");
            window.shoot("measure-operators-empty");
            window.fire("#profile");
            window.until(() -> !window.model().measureScreen().profiling().bars().isEmpty());
            window.shoot("measure-operators");
            window.fire("#show-queries");
            window.fire("#measure-to-histogram");
            Windows.on(() -> {
                window.model().measureScreen().form().byClients().set(true);
                window.model().measureScreen().form().threads().set("1,2");
                return true;
            });
            window.fire("#measure-run");
            window.until(() -> !window.model().desk().jobs().running().get());
            window.shoot("measure-clients");
            reopensAGrid(window);
        }
    }

    /// A sweep of the history, of which one cell failed and one was left out.
    private static void reopensAGrid(Windows window) {
        JsonNode result = new JsonMapper().readTree(
                """
                        {"event":"result","cells":[
                        {"cell":{"variant":"digits","batch":1,"threads":2,"instances":1},"latency":{"medianNs":178000,"lowNs":176000,
                        "highNs":180000,"n":400},"throughput":{"perSecond":5600,"low":5500,"high":5700}},
                        {"cell":{"variant":"digits","batch":8,"threads":2,"instances":1},"latency":{"medianNs":780000,"lowNs":770000,
                        "highNs":790000,"n":200},"throughput":{"perSecond":10200,"low":10100,"high":10300}},
                        {"cell":{"variant":"small","batch":1,"threads":2,"instances":1},"failed":"the worker process ended"}]}""");
        List<Block> blocks = List.of(block("digits", 1, 178_000), block("digits", 8, 780_000));
        Windows.on(() -> window.model().measureScreen().reopen("20261124-090000-abcdef", result, blocks));
        window.fire("#cell-1-8");
        window.shoot("measure-reopened");
        window.fire("#measure-leave");
        assertThat(window.model().measureScreen().reopened().get()).isEmpty();
    }

    private static Block block(String subject, int batch, long medianNs) {
        long[] samples = new long[200];
        Arrays.setAll(samples, i -> medianNs + 1_000L * (i % 17) + (i == 90 ? medianNs : 0));
        return new Block(new Block.Key(subject, 0, batch, 0), samples, 1, 1, Instant.EPOCH);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void statesOfAccuracy(boolean dark) throws Exception {
        FakeEngine engine = new FakeEngine(folder).holding(FakeEngine.Hold.AFTER_SCORING);
        try (Windows window = new Windows(engine, dark, 1280, 800, false)) {
            window.go(Screen.ACCURACY);
            window.shoot("accuracy-empty");
            window.openSample();
            window.go(Screen.ACCURACY);
            Windows.on(() -> {
                window.model().desk().sides().add(List.of(Path.of("models/dynamic-int8.onnx"),
                        Path.of("models/broken.onnx"), Path.of("models/static-int8.onnx")));
                return true;
            });
            window.shoot("accuracy-ready");
            window.fire("#score");
            window.shoot("accuracy-working");
            engine.release();
            window.until(() -> window.model().accuracyScreen().stage().get() == Stage.FULL);
            window.settle();
            window.shoot("accuracy-full");
            window.fire("#show-all");
            window.fire("#sample-4");
            window.shoot("accuracy-all");
            Windows.on(() -> {
                window.model().accuracyScreen().field().set(Optional.of(new ConfusionMap.Place(1, 2)));
                return true;
            });
            window.shoot("accuracy-field");
        }
    }

    /// Opened rows, a histogram, the point under the mouse, the log, help and where the focus is.
    private static void looksCloser(Windows window) {
        window.fire("#to-histogram");
        Windows.on(() -> {
            TableView<?> table = (TableView<?>) window.scene().lookup("#results");
            table.getSelectionModel().select(0);
            table.fireEvent(Windows.key(KeyCode.ENTER));
            window.scene().getRoot().fireEvent(Windows.key(KeyCode.F1));
            return true;
        });
        window.settle();
        Windows.on(() -> {
            Node viewer = ((Parent) window.scene().lookup("#run-full .chart-stack")).getChildrenUnmodifiable()
                    .getFirst();
            viewer.requestFocus();
            viewer.fireEvent(moved(viewer.getBoundsInParent().getWidth() * 0.5, 60));
            return true;
        });
        window.shoot("run-closer");
        Windows.on(() -> {
            window.model().desk().jobs().dismiss(window.model().desk().jobs().notices().getLast());
            TableView<?> table = (TableView<?>) window.scene().lookup("#results");
            table.fireEvent(Windows.key(KeyCode.ENTER));
            return true;
        });
        window.fire("#to-percentiles");
        window.fire("#show-log");
        window.shoot("run-log");
        window.fire("#show-log");
    }

    private static MouseEvent moved(double x, double y) {
        return new MouseEvent(MouseEvent.MOUSE_MOVED, x, y, x, y, MouseButton.NONE, 0, false, false, false, false,
                false,
                false, false, false, false, false, null);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void machineAndFailure(boolean dark) throws Exception {
        FakeEngine engine = new FakeEngine(folder).failing(Problem.error("worker-died", "static-int8",
                "the worker ended with status 139 while it measured",
                "Run again; if it stays, leave static-int8 out."));
        try (Windows window = new Windows(engine, dark, 1280, 800, false)) {
            window.until(() -> window.model().machineScreen().stage().get() == Stage.FULL);
            window.go(Screen.MACHINE);
            window.until(() -> window.model().machineScreen().cpu().size() > 2);
            window.shoot("machine-full");
            window.openSample();
            Windows.on(() -> {
                window.model().run();
                return true;
            });
            window.until(() -> window.model().runScreen().stage().get() == Stage.FAILED);
            window.shoot("run-failed");
        }
    }

    /// Nothing is clipped on the smallest and on a large screen, and where each pixel is drawn as four: then the window has
    /// the room of the smaller one.
    @ParameterizedTest
    @CsvSource({"1024,700,1", "2560,1440,1", "1280,720,2"})
    void fitsFromTheSmallestToALargeScreenAndAtTwiceTheScale(int width, int height, int scale) throws Exception {
        FakeEngine engine = new FakeEngine(folder);
        String size = "-" + width * scale + "x" + height * scale + (scale == 1 ? "" : "-scaled");
        try (Windows window = new Windows(engine, width, height, scale)) {
            window.openSample();
            window.shoot("model-full" + size);
            window.go(Screen.MACHINE);
            window.until(() -> window.model().machineScreen().cpu().size() > 2);
            window.shoot("machine-full" + size);
            Windows.on(() -> {
                window.model().run();
                return true;
            });
            window.until(() -> window.model().runScreen().stage().get() == Stage.FULL);
            window.go(Screen.RUN);
            window.shoot("run-full" + size);
            variants(window, size);
            window.go(Screen.ACCURACY);
            window.fire("#score");
            window.until(() -> window.model().accuracyScreen().stage().get() == Stage.FULL);
            window.shoot("accuracy-full" + size);
            window.go(Screen.MEASURE);
            window.fire("#measure-run");
            window.until(() -> !window.model().measureScreen().caveats().isEmpty());
            window.shoot("measure-full" + size);
            window.go(Screen.EXPORT);
            window.until(() -> !window.model().exportScreen().preview().get().isEmpty());
            window.shoot("export-full" + size);
            window.go(Screen.HISTORY);
            window.until(() -> window.model().historyScreen().stage().get() == Stage.FULL);
            window.shoot("history-full" + size);
            isDarkToo(window, size);
        }
    }

    private static void variants(Windows window, String size) throws TimeoutException {
        window.go(Screen.VARIANTS);
        window.fire("#make");
        window.until(() -> !window.model().desk().jobs().running().get());
        window.shoot("variants-full" + size);
        window.fire("#lineage-0");
        window.fire("#layers");
        window.until(() -> window.model().variantsScreen().findings().shown().get().isPresent());
        window.shoot("variants-layers" + size);
        window.fire("#prune");
        window.until(() -> window.model().variantsScreen().pruning().stage() == Stage.FULL);
        window.shoot("variants-prune" + size);
    }

    /// The theme is changed while all the screens are full.
    private static void isDarkToo(Windows window, String size) throws TimeoutException {
        Windows.on(() -> {
            window.look().dark().set(true);
            return true;
        });
        for (Screen screen : Screen.values()) {
            window.go(screen);
            window.shoot(
                    (screen == Screen.VARIANTS ? "variants-prune" : screen.name().toLowerCase(Locale.ROOT) + "-full")
                            + size);
        }
        window.go(Screen.VARIANTS);
        window.fire("#close-pruning");
        window.fire("#layers");
        window.until(() -> !window.model().desk().jobs().running().get());
        window.shoot("variants-layers" + size);
    }
}
