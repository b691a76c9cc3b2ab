package dev.lathe.app.gui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.gui.variants.VariantsViewModel;
import dev.lathe.app.gui.work.FakeEngine;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javafx.scene.control.TableView;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every state of the Variants screen in both themes, as pictures like those of [SnapshotTest].
class VariantsSnapshotTest {
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void statesOfVariants(boolean dark) throws Exception {
        FakeEngine engine = new FakeEngine(folder).holding(FakeEngine.Hold.AFTER_SCORING);
        try (Windows window = new Windows(engine, dark, 1280, 800, false)) {
            window.go(Screen.VARIANTS);
            window.shoot("variants-empty");
            window.openSample();
            window.go(Screen.VARIANTS);
            window.shoot("variants-ready");
            window.fire("#make");
            window.until(() -> window.model().desk().jobs().running().get());
            window.shoot("variants-working");
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
            window.shoot("variants-wrong");
            Windows.on(() -> {
                VariantsViewModel model = window.model().variantsScreen();
                model.preset("weights-int8");
                model.make();
                return true;
            });
            window.until(() -> !window.model().desk().jobs().running().get());
            window.shoot("variants-full");
            findsOut(window);
            prunes(window);
            engine.failing(Problem.error("quantized-before-pruned", "QuantizeLinear_3",
                    "the model is quantized already, and rounded weights cannot make up for what is cut",
                    "Prune the float model and quantize the result, as the preset pruned-int8 does."));
            window.fire("#lineage-0");
            window.fire("#prune");
            window.until(() -> window.model().variantsScreen().pruning().stage() == Stage.FAILED);
            window.shoot("variants-prune-failed");
        }
    }

    /// Ratios before and after damage and operators were measured, and the variant beside what it was made of.
    private static void prunes(Windows window) throws TimeoutException {
        VariantsViewModel model = window.model().variantsScreen();
        Windows.on(() -> {
            model.parent().set(Optional.empty());
            return true;
        });
        window.fire("#prune");
        window.until(() -> model.pruning().stage() == Stage.FULL);
        window.shoot("variants-prune");
        window.fire("#measure-damage");
        window.until(() -> model.pruning().damage().isPresent());
        window.fire("#time-operators");
        window.until(() -> model.pruning().estimated().orElseThrow().timeNs().isPresent());
        Windows.on(() -> {
            model.pruning().choose("conv2");
            model.pruning().ratio("conv2", 0.6);
            return true;
        });
        window.shoot("variants-prune-full");
        window.fire("#make");
        window.until(() -> model.beforeAfter().shown().get().isPresent());
        window.shoot("variants-before-after");
        window.fire("#score-both");
        window.until(() -> model.beforeAfter().shown().get().orElseThrow().figures().after().score().isPresent());
        window.fire("#measure-both");
        window.until(() -> model.beforeAfter().shown().get().orElseThrow().figures().speed().isPresent());
        window.shoot("variants-before-after-full");
    }

    /// Why a variant is as it is, the layers of the model by their damage, one of them left in float, and its channels.
    private static void findsOut(Windows window) throws TimeoutException {
        VariantsViewModel model = window.model().variantsScreen();
        window.fire("#explain");
        window.until(() -> model.explanation(model.selected().get().orElseThrow()).isPresent());
        window.shoot("variants-explained");
        window.fire("#lineage-0");
        window.shoot("variants-model");
        Windows.on(() -> {
            model.preset("static-int8");
            return true;
        });
        window.fire("#layers");
        window.until(() -> model.findings().shown().get().isPresent());
        Windows.on(() -> {
            TableView<?> table = (TableView<?>) window.scene().lookup("#layer-table");
            table.getSelectionModel().select(0);
            table.fireEvent(Windows.key(KeyCode.SPACE));
            table.getSelectionModel().clearSelection();
            return true;
        });
        assertThat(model.form().recipe().steps().toString()).contains("exclude=[fc2]");
        window.shoot("variants-layers");
        window.fire("#groups");
        window.until(() -> window.scene().lookup("#group-table").isVisible());
        window.shoot("variants-groups");
    }
}
