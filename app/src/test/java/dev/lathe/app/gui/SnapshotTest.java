package dev.lathe.app.gui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.chart.ConfusionMap;
import dev.lathe.app.gui.variants.VariantsViewModel;
import dev.lathe.app.gui.work.FakeEngine;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import dev.lathe.profile.Block;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.TableView;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
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
    /// A blank window has its background and little else.
    private static final int COLOURS_OF_A_SCREEN = 40;

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void statesBeforeAndWhileARunGoesOn(boolean dark) throws Exception {
        FakeEngine engine = new FakeEngine(folder).holding(FakeEngine.Hold.WHILE_MEASURING);
        try (Windows window = new Windows(engine, dark, 1280, 800, false)) {
            window.until(() -> window.model().machineScreen().stage().get() == Stage.FULL);
            shoot(window, "model-empty", dark);
            window.go(Screen.RUN);
            shoot(window, "run-empty", dark);
            window.go(Screen.EXPORT);
            shoot(window, "export-empty", dark);
            Path bad = Files.writeString(folder.resolve("notes.onnx"), "this is no model");
            window.go(Screen.MODEL);
            Windows.on(() -> {
                window.model().modelScreen().open(bad);
                return true;
            });
            window.until(() -> window.model().modelScreen().stage().get() == Stage.FAILED);
            shoot(window, "model-failed", dark);
            openSample(window);
            shoot(window, "model-full", dark);
            window.go(Screen.RUN);
            shoot(window, "run-ready", dark);
            Windows.on(() -> {
                window.model().run();
                return true;
            });
            window.until(() -> !window.model().runScreen().timelines().isEmpty());
            shoot(window, "run-working", dark);
            engine.release();
            window.until(() -> window.model().runScreen().stage().get() == Stage.FULL);
            shoot(window, "run-full", dark);
            looksCloser(window, dark);
            fire(window, "#command");
            shoot(window, "command-line", dark);
            window.go(Screen.EXPORT);
            window.until(() -> !window.model().exportScreen().preview().get().isEmpty());
            shoot(window, "export-full", dark);
            fire(window, "#close-command");
            window.go(Screen.HISTORY);
            window.until(() -> window.model().historyScreen().stage().get() == Stage.FULL);
            shoot(window, "history-full", dark);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void statesOfMeasuring(boolean dark) throws Exception {
        FakeEngine engine = new FakeEngine(folder).holding(FakeEngine.Hold.WHILE_MEASURING);
        try (Windows window = new Windows(engine, dark, 1280, 800, false)) {
            window.go(Screen.MEASURE);
            shoot(window, "measure-empty", dark);
            openSample(window);
            window.go(Screen.MEASURE);
            Windows.on(() -> {
                window.model().desk().sides().add(List.of(Path.of("models/static-int8.onnx"),
                        Path.of("models/pruned.onnx")));
                return true;
            });
            shoot(window, "measure-ready", dark);
            fire(window, "#measure-run");
            window.until(() -> !window.model().measureScreen().throughput().isEmpty());
            shoot(window, "measure-working", dark);
            engine.release();
            window.until(() -> !window.model().measureScreen().caveats().isEmpty());
            fire(window, "#cell-2-4");
            shoot(window, "measure-full", dark);
            fire(window, "#show-operators");
            shoot(window, "measure-operators-empty", dark);
            fire(window, "#profile");
            window.until(() -> !window.model().measureScreen().profiling().bars().isEmpty());
            shoot(window, "measure-operators", dark);
            fire(window, "#show-queries");
            fire(window, "#measure-to-histogram");
            Windows.on(() -> {
                window.model().measureScreen().form().byClients().set(true);
                window.model().measureScreen().form().threads().set("1,2");
                return true;
            });
            fire(window, "#measure-run");
            window.until(() -> !window.model().desk().jobs().running().get());
            shoot(window, "measure-clients", dark);
            reopensAGrid(window, dark);
        }
    }

    /// A sweep of the history, of which one cell failed and one was left out.
    private static void reopensAGrid(Windows window, boolean dark) {
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
        fire(window, "#cell-1-8");
        shoot(window, "measure-reopened", dark);
        fire(window, "#measure-leave");
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
            shoot(window, "accuracy-empty", dark);
            openSample(window);
            window.go(Screen.ACCURACY);
            Windows.on(() -> {
                window.model().desk().sides().add(List.of(Path.of("models/dynamic-int8.onnx"),
                        Path.of("models/broken.onnx"), Path.of("models/static-int8.onnx")));
                return true;
            });
            shoot(window, "accuracy-ready", dark);
            fire(window, "#score");
            shoot(window, "accuracy-working", dark);
            engine.release();
            window.until(() -> window.model().accuracyScreen().stage().get() == Stage.FULL);
            window.settle();
            shoot(window, "accuracy-full", dark);
            fire(window, "#show-all");
            fire(window, "#sample-4");
            shoot(window, "accuracy-all", dark);
            Windows.on(() -> {
                window.model().accuracyScreen().field().set(Optional.of(new ConfusionMap.Place(1, 2)));
                return true;
            });
            shoot(window, "accuracy-field", dark);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void statesOfVariants(boolean dark) throws Exception {
        FakeEngine engine = new FakeEngine(folder).holding(FakeEngine.Hold.AFTER_SCORING);
        try (Windows window = new Windows(engine, dark, 1280, 800, false)) {
            window.go(Screen.VARIANTS);
            shoot(window, "variants-empty", dark);
            openSample(window);
            window.go(Screen.VARIANTS);
            shoot(window, "variants-ready", dark);
            fire(window, "#make");
            window.until(() -> window.model().desk().jobs().running().get());
            shoot(window, "variants-working", dark);
            engine.release();
            window.until(() -> !window.model().desk().jobs().running().get());
            Windows.on(() -> {
                VariantsViewModel model = window.model().variantsScreen();
                model.parent().set(model.selected().get());
                model.form().selected().get().orElseThrow().options().stream()
                        .filter(o -> o.info().name().equals("fewest-db")).findFirst().orElseThrow().text()
                        .set("many");
                return true;
            });
            shoot(window, "variants-wrong", dark);
            Windows.on(() -> {
                VariantsViewModel model = window.model().variantsScreen();
                model.preset("weights-int8");
                model.make();
                return true;
            });
            window.until(() -> !window.model().desk().jobs().running().get());
            shoot(window, "variants-full", dark);
            findsOut(window, dark);
            prunes(window, dark);
            engine.failing(Problem.error("quantized-before-pruned", "QuantizeLinear_3",
                    "the model is quantized already, and rounded weights cannot make up for what is cut",
                    "Prune the float model and quantize the result, as the preset pruned-int8 does."));
            fire(window, "#lineage-0");
            fire(window, "#prune");
            window.until(() -> window.model().variantsScreen().pruning().stage() == Stage.FAILED);
            shoot(window, "variants-prune-failed", dark);
        }
    }

    /// Ratios before and after damage and operators were measured, and the variant beside what it was made of.
    private static void prunes(Windows window, boolean dark) throws TimeoutException {
        VariantsViewModel model = window.model().variantsScreen();
        Windows.on(() -> {
            model.parent().set(Optional.empty());
            return true;
        });
        fire(window, "#prune");
        window.until(() -> model.pruning().stage() == Stage.FULL);
        shoot(window, "variants-prune", dark);
        fire(window, "#measure-damage");
        window.until(() -> model.pruning().damage().isPresent());
        fire(window, "#time-operators");
        window.until(() -> model.pruning().estimated().orElseThrow().timeNs().isPresent());
        Windows.on(() -> {
            model.pruning().choose("conv2");
            model.pruning().ratio("conv2", 0.6);
            return true;
        });
        shoot(window, "variants-prune-full", dark);
        fire(window, "#make");
        window.until(() -> model.beforeAfter().shown().get().isPresent());
        shoot(window, "variants-before-after", dark);
        fire(window, "#score-both");
        window.until(() -> model.beforeAfter().shown().get().orElseThrow().figures().after().score().isPresent());
        fire(window, "#measure-both");
        window.until(() -> model.beforeAfter().shown().get().orElseThrow().figures().speed().isPresent());
        shoot(window, "variants-before-after-full", dark);
    }

    /// Why a variant is as it is, the layers of the model by their damage, one of them left in float, and its channels.
    private static void findsOut(Windows window, boolean dark) throws TimeoutException {
        VariantsViewModel model = window.model().variantsScreen();
        fire(window, "#explain");
        window.until(() -> model.explanation(model.selected().get().orElseThrow()).isPresent());
        shoot(window, "variants-explained", dark);
        fire(window, "#lineage-0");
        shoot(window, "variants-model", dark);
        Windows.on(() -> {
            model.preset("static-int8");
            return true;
        });
        fire(window, "#layers");
        window.until(() -> model.findings().shown().get().isPresent());
        Windows.on(() -> {
            TableView<?> table = (TableView<?>) window.scene().lookup("#layer-table");
            table.getSelectionModel().select(0);
            table.fireEvent(key(KeyCode.SPACE));
            table.getSelectionModel().clearSelection();
            return true;
        });
        assertThat(model.form().recipe().steps().toString()).contains("exclude=[fc2]");
        shoot(window, "variants-layers", dark);
        fire(window, "#groups");
        window.until(() -> window.scene().lookup("#group-table").isVisible());
        shoot(window, "variants-groups", dark);
    }

    /// Opened rows, a histogram, the point under the mouse, the log, help and where the focus is.
    private static void looksCloser(Windows window, boolean dark) {
        fire(window, "#to-histogram");
        Windows.on(() -> {
            TableView<?> table = (TableView<?>) window.scene().lookup("#results");
            table.getSelectionModel().select(0);
            table.fireEvent(key(KeyCode.ENTER));
            window.scene().getRoot().fireEvent(key(KeyCode.F1));
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
        // an opened row makes the table higher, which is laid out at the next drawing
        window.picture("run-closer" + (dark ? "-dark" : "-light"));
        shoot(window, "run-closer", dark);
        Windows.on(() -> {
            window.model().desk().jobs().dismiss(window.model().desk().jobs().notices().getLast());
            TableView<?> table = (TableView<?>) window.scene().lookup("#results");
            table.fireEvent(key(KeyCode.ENTER));
            return true;
        });
        fire(window, "#to-percentiles");
        fire(window, "#show-log");
        shoot(window, "run-log", dark);
        fire(window, "#show-log");
    }

    private static KeyEvent key(KeyCode code) {
        return new KeyEvent(KeyEvent.KEY_PRESSED, "", "", code, false, false, false, false);
    }

    private static MouseEvent moved(double x, double y) {
        return new MouseEvent(MouseEvent.MOUSE_MOVED, x, y, x, y, MouseButton.NONE, 0, false, false, false, false,
                false,
                false, false, false, false, false, null);
    }

    private static void fire(Windows window, String button) {
        Windows.on(() -> {
            ((ButtonBase) window.scene().lookup(button)).fire();
            return true;
        });
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
            shoot(window, "machine-full", dark);
            openSample(window);
            Windows.on(() -> {
                window.model().run();
                return true;
            });
            window.until(() -> window.model().runScreen().stage().get() == Stage.FAILED);
            shoot(window, "run-failed", dark);
        }
    }

    /// Nothing is clipped on the smallest and on a large screen, and where each pixel is drawn as four: then the window has
    /// the room of the smaller one.
    @ParameterizedTest
    @CsvSource({"1024,700,1", "2560,1440,1", "1280,720,2"})
    void fitsFromTheSmallestToALargeScreenAndAtTwiceTheScale(int width, int height, int scale) throws Exception {
        FakeEngine engine = new FakeEngine(folder);
        String size = "-" + width * scale + "x" + height * scale + (scale == 1 ? "" : "-scaled");
        try (Windows window = new Windows(engine, false, width, height, false)) {
            window.scale(scale);
            openSample(window);
            shoot(window, "model-full" + size, false);
            window.go(Screen.MACHINE);
            window.until(() -> window.model().machineScreen().cpu().size() > 2);
            shoot(window, "machine-full" + size, false);
            Windows.on(() -> {
                window.model().run();
                return true;
            });
            window.until(() -> window.model().runScreen().stage().get() == Stage.FULL);
            window.go(Screen.RUN);
            shoot(window, "run-full" + size, false);
            window.go(Screen.VARIANTS);
            fire(window, "#make");
            window.until(() -> !window.model().desk().jobs().running().get());
            shoot(window, "variants-full" + size, false);
            fire(window, "#lineage-0");
            fire(window, "#layers");
            window.until(() -> window.model().variantsScreen().findings().shown().get().isPresent());
            shoot(window, "variants-layers" + size, false);
            fire(window, "#prune");
            window.until(() -> window.model().variantsScreen().pruning().stage() == Stage.FULL);
            shoot(window, "variants-prune" + size, false);
            window.go(Screen.ACCURACY);
            fire(window, "#score");
            window.until(() -> window.model().accuracyScreen().stage().get() == Stage.FULL);
            shoot(window, "accuracy-full" + size, false);
            window.go(Screen.MEASURE);
            fire(window, "#measure-run");
            window.until(() -> !window.model().measureScreen().caveats().isEmpty());
            shoot(window, "measure-full" + size, false);
            window.go(Screen.EXPORT);
            window.until(() -> !window.model().exportScreen().preview().get().isEmpty());
            shoot(window, "export-full" + size, false);
            window.go(Screen.HISTORY);
            window.until(() -> window.model().historyScreen().stage().get() == Stage.FULL);
            shoot(window, "history-full" + size, false);
        }
    }

    private static void openSample(Windows window) throws TimeoutException {
        Windows.on(() -> {
            window.model().modelScreen().openSample();
            return true;
        });
        window.until(() -> window.model().modelScreen().stage().get() == Stage.FULL);
    }

    private static void shoot(Windows window, String name, boolean dark) {
        int colours = window.picture(name + (dark ? "-dark" : "-light"));
        assertThat(colours).as("colours of %s", name).isGreaterThan(COLOURS_OF_A_SCREEN);
        assertThat(Windows.on(() -> Screenshots.cut(window.scene().getRoot()))).as("cut words of %s", name).isEmpty();
    }
}
