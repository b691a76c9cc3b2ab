package dev.lathe.app.gui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.gui.work.FakeEngine;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import java.nio.file.Path;
import java.util.List;
import javafx.scene.control.Labeled;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A run that ends badly leaves a window that goes on.
class CrashTest {
    private static final Problem DIED = Problem.error("worker-died", "static-int8",
            "the worker ended with status 139 while it measured", "Run again; if it stays, leave static-int8 out.");

    @TempDir
    Path folder = Path.of("");

    @Test
    void aCrashingWorkerIsToldWithItsRemedyAndTheWindowGoesOn() throws Exception {
        FakeEngine engine = new FakeEngine(folder).failing(DIED);
        try (Windows window = new Windows(engine, true, 1000, 760, true)) {
            window.robot().clickOn("#sample");
            window.until(() -> window.model().modelScreen().stage().get() == Stage.FULL);
            window.robot().push(KeyCode.CONTROL, KeyCode.R);
            window.until(() -> window.model().runScreen().stage().get() == Stage.FAILED);
            assertThat(Windows.on(() -> window.scene().lookup("#run-failed").lookupAll(".label")))
                    .extracting(n -> ((Labeled) n).getText())
                    .contains("static-int8: the worker ended with status 139 while it measured.",
                            "Run again; if it stays, leave static-int8 out.");
            assertThat(window.model().desk().jobs().notices()).containsExactly(DIED);
            window.robot().push(KeyCode.ESCAPE);
            assertThat(window.model().desk().jobs().notices()).isEmpty();
            window.robot().push(KeyCode.CONTROL, KeyCode.DIGIT2);
            window.until(() -> window.model().machineScreen().stage().get() == Stage.FULL);
            assertThat(window.scene().lookup("#machine-full").isVisible()).isTrue();
        }
    }

    @Test
    void keysReachEveryScreenAndHelp() throws Exception {
        try (Windows window = new Windows(new FakeEngine(folder), false, 1000, 760, true)) {
            for (Screen screen : List.of(Screen.values()).reversed()) {
                window.robot().push(KeyCode.CONTROL,
                        KeyCode.valueOf("DIGIT" + (List.of(Screen.values()).indexOf(screen) + 1)));
                assertThat(window.model().screen().get()).isEqualTo(screen);
            }
            window.robot().push(KeyCode.CONTROL, KeyCode.DIGIT9);
            assertThat(window.model().screen().get()).isEqualTo(Screen.MODEL);
            window.robot().push(KeyCode.F1);
            assertThat(window.model().desk().jobs().notices()).singleElement()
                    .satisfies(n -> assertThat(n.where()).isEqualTo("Model"));
        }
    }

    @Test
    void asksForAModelBeforeItRuns() throws Exception {
        try (Windows window = new Windows(new FakeEngine(folder), false, 1000, 760, true)) {
            window.robot().push(KeyCode.CONTROL, KeyCode.R);
            assertThat(window.model().desk().jobs().notices()).singleElement().satisfies(
                    n -> assertThat(n.sentence())
                            .isEqualTo("no model is open. Open one with Ctrl+O, or take the sample."));
            assertThat(window.scene().lookup("#run-empty")).isNotNull();
        }
    }
}
