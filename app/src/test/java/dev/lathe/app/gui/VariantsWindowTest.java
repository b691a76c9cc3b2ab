package dev.lathe.app.gui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.lathe.app.engine.Workbench;
import dev.lathe.app.engine.store.Workspace;
import dev.lathe.app.gui.prune.PruningViewModel;
import dev.lathe.app.gui.variants.FindingsViewModel;
import dev.lathe.app.gui.variants.VariantsViewModel;
import dev.lathe.app.gui.work.BeforeAfter;
import dev.lathe.app.gui.work.Descendant;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.app.gui.work.Tied;
import dev.lathe.app.gui.work.WorkbenchEngine;
import dev.lathe.hardware.Host;
import dev.lathe.optimize.explain.ExplanationText;
import dev.lathe.optimize.prune.LayerWidth;
import dev.lathe.serving.PriceCatalogue;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Variants screen over the real engine, with real workers.
class VariantsWindowTest {
    @TempDir
    Path workspace = Path.of("");

    @Test
    void makesAVariantAndAVariantOfItFromTheSample() throws Exception {
        Workbench workbench = new Workbench(new Workspace(workspace), Host.local(), PriceCatalogue.builtIn());
        try (Windows window = new Windows(new WorkbenchEngine(workbench), false, 1000, 760, true)) {
            Windows.on(() -> {
                window.model().modelScreen().openSample();
                return true;
            });
            window.until(() -> window.model().modelScreen().stage().get() == Stage.FULL);
            window.go(Screen.VARIANTS);
            VariantsViewModel model = window.model().variantsScreen();
            Windows.on(() -> {
                model.preset("clean");
                return true;
            });
            window.robot().clickOn("#make");
            window.until(() -> !model.desk().jobs().running().get() && !model.made().isEmpty());
            assertThat(model.problems()).isEmpty();
            Descendant clean = model.selected().get().orElseThrow();
            assertThat(clean.file()).exists();
            assertThat(clean.parent()).isEmpty();
            window.robot().clickOn("#go-on-from");
            Windows.on(() -> {
                model.preset("dynamic-int8");
                return true;
            });
            window.robot().clickOn("#make");
            window.until(() -> model.made().size() == 2);
            assertThat(model.tree()).extracting(b -> b.depth() + " " + b.variant().name())
                    .containsExactly("0 clean", "1 dynamic-int8");
            assertThat(model.tree().getLast().variant().changes()).isNotEmpty();
            assertThat(window.model().desk().sides().names()).containsExactly("digits", "clean", "dynamic-int8");
            Descendant made = model.tree().getLast().variant();
            window.robot().clickOn("#make");
            window.until(() -> !model.desk().jobs().running().get());
            // it is there already, and is found instead of made once more
            assertThat(model.selected().get().orElseThrow().id()).isEqualTo(made.id());
            assertThat(model.made()).hasSize(2);
            assertThat(workbench.store().leftovers().items()).as("what was made stays when the history is cleaned")
                    .isEmpty();
        }
    }

    @Test
    void explainsAVariantOfTheSampleAndFindsOutAboutItsLayersAndChannels() throws Exception {
        try (Windows window = new Windows(new WorkbenchEngine(
                new Workbench(new Workspace(workspace), Host.local(), PriceCatalogue.builtIn())), false, 1000, 760,
                true)) {
            Windows.on(() -> {
                window.model().modelScreen().openSample();
                return true;
            });
            window.until(() -> window.model().modelScreen().stage().get() == Stage.FULL);
            window.go(Screen.VARIANTS);
            VariantsViewModel model = window.model().variantsScreen();
            window.robot().clickOn("#layers");
            window.until(() -> !model.desk().jobs().running().get());
            assertThat(model.desk().jobs().notices()).isEmpty();
            var layers = (FindingsViewModel.Layers) model.findings().shown().get().orElseThrow();
            assertThat(layers.table().layers()).isNotEmpty().allSatisfy(l -> {
                assertThat(l.signalToNoiseDb()).isPositive();
                assertThat(layers.heat(l)).isBetween(0.0, 1.0);
            });
            window.robot().clickOn("#groups");
            window.until(() -> !model.desk().jobs().running().get());
            var groups = (FindingsViewModel.Groups) model.findings().shown().get().orElseThrow();
            assertThat(groups.all()).anyMatch(Tied::canBeCut).anyMatch(
                    t -> t.why().startsWith("it is the graph's output"));
            window.picture("variants-real-groups-light");
            Windows.on(() -> {
                model.findings().close();
                model.preset("dynamic-int8");
                model.make();
                return true;
            });
            window.until(() -> !model.desk().jobs().running().get());
            window.robot().clickOn("#explain");
            window.until(() -> !model.desk().jobs().running().get());
            assertThat(model.desk().jobs().notices()).isEmpty();
            assertThat(ExplanationText.lines(model.explanation(model.selected().get().orElseThrow()).orElseThrow()))
                    .anyMatch(l -> l.startsWith("Operators: ")).anyMatch(l -> l.contains("fewer than digits.onnx"));
            prunesTheSample(window, model);
        }
    }

    /// Ratios by keys, damage on real samples, and a variant whose figures are held against what was foretold.
    private static void prunesTheSample(Windows window, VariantsViewModel model) throws TimeoutException {
        window.robot().clickOn("#lineage-0");
        window.robot().clickOn("#prune");
        window.until(() -> model.pruning().stage() == Stage.FULL);
        Windows.on(() -> {
            window.scene().lookup("#ratio-all").requestFocus();
            return true;
        });
        window.robot().push(KeyCode.PAGE_UP).push(KeyCode.PAGE_UP).push(KeyCode.LEFT);
        assertThat(model.pruning().ratio()).isEqualTo(0.34);
        window.robot().clickOn("#measure-damage");
        window.until(() -> !model.desk().jobs().running().get());
        assertThat(model.desk().jobs().notices()).isEmpty();
        assertThat(model.pruning().damage().orElseThrow().curves()).isNotEmpty().allSatisfy(
                c -> assertThat(List.copyOf(c.damage().values())).isSorted().last().satisfies(
                        d -> assertThat(d).isPositive()));
        PruningViewModel.Estimated foretold = model.pruning().estimated().orElseThrow();
        window.picture("variants-real-pruning-light");
        window.robot().clickOn("#make");
        window.until(() -> model.beforeAfter().shown().get().isPresent());
        BeforeAfter both = model.beforeAfter().shown().get().orElseThrow().figures();
        window.picture("variants-real-before-after-light");
        assertThat(both.after().macs().toOptional().orElseThrow().doubleValue()).as("fitting adds no work")
                .isCloseTo(foretold.left().macs(), withinPercentage(0.1));
        assertThat((double) both.after().sizeBytes()).isCloseTo(foretold.sizeBytes(), withinPercentage(3));
        assertThat(both.layers()).anyMatch(LayerWidth::changed);
        assertThat(both.after().score()).as("nobody has scored it").isEmpty();
    }
}
