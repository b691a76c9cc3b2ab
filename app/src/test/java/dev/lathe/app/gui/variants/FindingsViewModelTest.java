package dev.lathe.app.gui.variants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.DirectJobRunner;
import dev.lathe.app.gui.work.FakeEngine;
import dev.lathe.app.gui.work.Tied;
import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.optimize.Step;
import dev.lathe.optimize.explain.Explanation;
import dev.lathe.optimize.search.Sensitivities;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindingsViewModelTest {
    @TempDir
    Path folder = Path.of("");

    private static VariantsViewModel model(FakeEngine engine) {
        Desk desk = Desk.of(engine, new DirectJobRunner());
        VariantsViewModel model = new VariantsViewModel(desk);
        desk.choices().model().set(Optional.of(Path.of("digits.onnx")));
        desk.choices().data().set(Optional.of(Path.of("digits.dataset.json")));
        return model;
    }

    private static FindingsViewModel.Layers layers(VariantsViewModel model) {
        return (FindingsViewModel.Layers) model.findings().shown().get().orElseThrow();
    }

    private static Sensitivities.Layer layer(VariantsViewModel model, String name) {
        return layers(model).table().layers().stream().filter(l -> l.node().equals(name)).findFirst().orElseThrow();
    }

    private static OptionForm exclude(VariantsViewModel model) {
        return model.form().steps().stream().filter(s -> s.info().id().equals("quantize-static"))
                .flatMap(s -> s.options().stream()).filter(o -> o.info().name().equals("exclude")).findFirst()
                .orElseThrow();
    }

    private static Sensitivities.Layer named(String node, double db) {
        return new Sensitivities.Layer(node, "Conv", db, Reading.unknown("test"), 1);
    }

    @Test
    void withoutDataLayersAreNotRankedAndTheReasonIsSaid() {
        FakeEngine engine = new FakeEngine(folder);
        VariantsViewModel model = model(engine);
        model.desk().choices().data().set(Optional.empty());
        assertThat(model.findings().canRankLayers()).isFalse();
        assertThat(model.findings().layersTrouble()).isEqualTo(
                "It needs data, to learn ranges from and to judge outputs on: choose some on the Model screen.");
        model.findings().rankLayers();
        assertThat(engine.ranked()).isEmpty();
        model.desk().choices().data().set(Optional.of(Path.of("digits.dataset.json")));
        assertThat(model.findings().canRankLayers()).isTrue();
        model.preset("dynamic-int8");
        assertThat(model.findings().canRankLayers()).isFalse();
        assertThat(model.findings().layersTrouble())
                .isEqualTo("It needs a recipe that quantizes statically, such as the preset static-int8.");
    }

    @Test
    void aLayerIsLeftInFloatAndTakenBack() {
        VariantsViewModel model = model(new FakeEngine(folder));
        model.findings().rankLayers();
        Sensitivities.Layer worst = layer(model, "fc2");
        assertThat(model.findings().isInFloat(worst)).isFalse();
        model.findings().toggle(worst);
        model.findings().toggle(layer(model, "conv1"));
        assertThat(exclude(model).text().get()).isEqualTo("fc2, conv1");
        assertThat(model.findings().isInFloat(worst)).isTrue();
        assertThat(model.form().recipe().steps()).contains(
                Step.of("quantize-static", Map.of("exclude", List.of("fc2", "conv1"))));
        assertThat(model.form().name().get()).isEqualTo("static-int8-mine");
        model.findings().toggle(worst);
        assertThat(exclude(model).text().get()).isEqualTo("conv1");
        exclude(model).reset();
        assertThat(model.findings().isInFloat(layer(model, "conv1"))).isFalse();
    }

    @Test
    void whatIsLeftInFloatIsJudgedAllTheSame() {
        FakeEngine engine = new FakeEngine(folder);
        VariantsViewModel model = model(engine);
        exclude(model).text().set("fc2");
        model.findings().rankLayers();
        assertThat(engine.ranked()).singleElement().satisfies(r -> assertThat(r.steps().toString())
                .contains("quantize-static").doesNotContain("fc2"));
        assertThat(exclude(model).text().get()).isEqualTo("fc2");
        assertThat(model.findings().isInFloat(layer(model, "fc2"))).isTrue();
    }

    @Test
    void aLayerThatAGlobOrItsOperatorLeavesInFloatSaysSo() {
        VariantsViewModel model = model(new FakeEngine(folder));
        model.findings().rankLayers();
        exclude(model).text().set("Gemm, conv?");
        assertThat(layers(model).table().layers()).allMatch(model.findings()::isInFloat);
        model.findings().toggle(layer(model, "fc2"));
        assertThat(model.desk().jobs().notices()).singleElement().satisfies(n -> assertThat(n.sentence()).isEqualTo(
                "fc2: it is left in float by Gemm, which may stand for others too. Change exclude of"
                        + " quantize-static."));
        assertThat(exclude(model).text().get()).isEqualTo("Gemm, conv?");
    }

    @Test
    void aNameWithACommaStaysOneEntry() {
        VariantsViewModel model = model(new FakeEngine(folder));
        Sensitivities.Layer odd = named("block,1/conv", 30);
        model.findings().toggle(odd);
        assertThat(exclude(model).entries()).containsExactly("block?1/conv");
        assertThat(model.findings().isInFloat(odd)).isTrue();
        model.findings().toggle(odd);
        assertThat(exclude(model).entries()).isEmpty();
    }

    @Test
    void withoutAStaticQuantizationNothingIsLeftOut() {
        VariantsViewModel model = model(new FakeEngine(folder));
        model.findings().rankLayers();
        model.preset("clean");
        model.findings().toggle(layer(model, "fc2"));
        assertThat(model.desk().jobs().notices()).singleElement().satisfies(n -> assertThat(n.sentence()).isEqualTo(
                "clean: the recipe quantizes nothing statically, so there is nothing to leave fc2 out of. Take the preset"
                        + " static-int8, or add the pass quantize-static."));
        assertThat(model.isPreset()).isTrue();
    }

    @Test
    void heatFollowsDecibelsAndSmallDifferencesStayCool() {
        var table = new FindingsViewModel.Layers(new Sensitivities("m", 1, "min-max", 30, Reading.unknown("test"),
                List.of(named("a", 60), named("b", 35), named("c", 10), named("exact", Double.POSITIVE_INFINITY),
                        named("broken", Double.NaN))));
        assertThat(table.table().layers()).extracting(table::heat).containsExactly(0.0, 0.5, 1.0, 0.0, 1.0);
        var alike = new FindingsViewModel.Layers(new Sensitivities("m", 1, "min-max", 30, Reading.unknown("test"),
                List.of(named("a", 42), named("b", 40))));
        assertThat(alike.heat(named("b", 40))).isCloseTo(0.1, within(1e-9));
    }

    @Test
    void whatFallsTogetherIsListedAndAnotherModelHasNone() {
        VariantsViewModel model = model(new FakeEngine(folder));
        model.findings().listGroups();
        var groups = (FindingsViewModel.Groups) model.findings().shown().get().orElseThrow();
        assertThat(groups.model()).isEqualTo("digits.onnx");
        assertThat(groups.all()).filteredOn(t -> !t.canBeCut()).extracting(Tied::why)
                .containsExactly("it is the graph's output logits");
        model.desk().choices().model().set(Optional.of(Path.of("other.onnx")));
        assertThat(model.findings().shown().get()).isEmpty();
    }

    @Test
    void whatCannotBeRankedIsANotice() {
        VariantsViewModel model = model(new FakeEngine(folder).failing(Problem.error("no-calibration-data", "",
                "there is no calibration data", "Give samples.")));
        model.findings().rankLayers();
        model.findings().listGroups();
        assertThat(model.findings().shown().get()).isEmpty();
        assertThat(model.desk().jobs().notices()).extracting(Problem::code).containsExactly("no-calibration-data");
    }

    @Test
    void aVariantIsExplainedAgainstWhatItWasMadeOfByName() {
        VariantsViewModel model = model(new FakeEngine(folder));
        assertThat(model.canExplain()).isFalse();
        model.preset("clean");
        model.make();
        model.explain();
        assertThat(explained(model).savings().parent()).contains("digits.onnx");
        model.parent().set(model.selected().get());
        model.preset("static-int8");
        model.make();
        assertThat(model.explanation(model.selected().get().orElseThrow())).isEmpty();
        model.explain();
        assertThat(explained(model).variant()).isEqualTo("static-int8");
        assertThat(explained(model).savings().parent()).contains("clean");
        assertThat(explained(model).time()).isEmpty();
    }

    private static Explanation explained(VariantsViewModel model) {
        return model.explanation(model.selected().get().orElseThrow()).orElseThrow();
    }
}
