package dev.lathe.app.gui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.gui.work.FakeEngine;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;
import javafx.scene.control.Button;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
            Windows.on(() -> {
                ((Button) window.scene().lookup("#command")).fire();
                return true;
            });
            shoot(window, "command-line", dark);
            window.go(Screen.EXPORT);
            window.until(() -> !window.model().exportScreen().preview().get().isEmpty());
            shoot(window, "export-full", dark);
            window.go(Screen.HISTORY);
            window.until(() -> window.model().historyScreen().stage().get() == Stage.FULL);
            shoot(window, "history-full", dark);
        }
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

    @ParameterizedTest
    @ValueSource(strings = {"1024x700", "2560x1440"})
    void fitsFromTheSmallestToALargeScreen(String size) throws Exception {
        String[] sides = size.split("x", 2);
        FakeEngine engine = new FakeEngine(folder);
        try (Windows window = new Windows(engine, false, Integer.parseInt(sides[0]), Integer.parseInt(sides[1]),
                false)) {
            openSample(window);
            shoot(window, "model-full-" + size, false);
            Windows.on(() -> {
                window.model().run();
                return true;
            });
            window.until(() -> window.model().runScreen().stage().get() == Stage.FULL);
            shoot(window, "run-full-" + size, false);
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
