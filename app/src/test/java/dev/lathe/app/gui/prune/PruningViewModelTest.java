package dev.lathe.app.gui.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.app.engine.OperatorTimes;
import dev.lathe.app.gui.variants.VariantsViewModel;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.DirectJobRunner;
import dev.lathe.app.gui.work.FakeEngine;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Step;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Interval;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PruningViewModelTest {
    @TempDir
    Path folder = Path.of("");

    private static VariantsViewModel variants(FakeEngine engine) {
        Desk desk = Desk.of(engine, new DirectJobRunner());
        VariantsViewModel model = new VariantsViewModel(desk);
        desk.choices().model().set(Optional.of(Path.of("digits.onnx")));
        desk.choices().data().set(Optional.of(Path.of("digits.dataset.json")));
        return model;
    }

    private PruningViewModel opened() {
        PruningViewModel pruning = variants(new FakeEngine(folder)).pruning();
        pruning.open();
        return pruning;
    }

    private static PruningViewModel.Estimated estimated(PruningViewModel pruning) {
        return pruning.estimated().orElseThrow();
    }

    private static Step pruningStep(Recipe recipe) {
        return recipe.steps().stream().filter(s -> s.pass().equals("prune-channels")).findFirst().orElseThrow();
    }

    @Test
    void ratiosSayWhatWouldBeLeft() {
        PruningViewModel pruning = opened();
        assertThat(pruning.stage()).isEqualTo(Stage.FULL);
        pruning.ratio(0.5);
        assertThat(estimated(pruning).left().cuts()).containsExactly(Map.entry("conv1", 16), Map.entry("conv2", 32),
                Map.entry("attention", 4));
        assertThat(estimated(pruning).left().macs()).isEqualTo(200_000 + 900_000 + 51_200 + 500_000);
        assertThat(estimated(pruning).whole().macs()).isEqualTo(5_102_400);
        assertThat(estimated(pruning).sizeBytes())
                .isEqualTo(1_092_300 - 1_600 - 0.75 * 73_728 - 204_800 - 131_072);
        pruning.ratio("attention", 0);
        assertThat(estimated(pruning).left().cuts()).containsEntry("attention", 0).containsEntry("conv1", 16);
        pruning.release("attention");
        assertThat(estimated(pruning).left().cuts()).containsEntry("attention", 4);
    }

    @Test
    void ratiosStayWithinWhatIsLeftOfAGroup() {
        PruningViewModel pruning = opened();
        pruning.ratio(7);
        assertThat(pruning.ratio()).isEqualTo(PruningViewModel.MOST);
        pruning.ratio("conv1", -1);
        assertThat(pruning.ratio("conv1")).isZero();
        pruning.ratio(0.123456);
        assertThat(pruning.ratio()).isEqualTo(0.12);
    }

    @Test
    void nothingThatWasNotMeasuredHasAFigure() {
        PruningViewModel pruning = opened();
        assertThat(estimated(pruning).timeNs()).isEmpty();
        assertThat(estimated(pruning).damage()).isEmpty();
        assertThat(pruning.curve("conv1")).isEmpty();
        pruning.measureDamage();
        pruning.ratio(0.25);
        assertThat(estimated(pruning).damage().orElseThrow()).isCloseTo(4e-4 + 2e-5 + 0.01, within(1e-12));
        assertThat(pruning.curve("conv1").orElseThrow().damage()).containsEntry(16, 0.006);
    }

    @Test
    void timeShrinksWithMultiplyAccumulatesAndOthersKeepTheirs() {
        OperatorTimes times = new OperatorTimes(new Estimate(200, new Interval(190, 210), 50),
                List.of(new OperatorTimes.NodeTime(List.of("conv1", "relu1"), 60),
                        new OperatorTimes.NodeTime(List.of("softmax"), 20),
                        new OperatorTimes.NodeTime(List.of(), 20)),
                2);
        Map<String, Double> left = Map.of("conv1", 0.5);
        assertThat(times.estimatedNs(left)).isEqualTo(140);
        assertThat(times.shrinkingShare(left)).isEqualTo(0.6);
        assertThat(times.estimatedNs(Map.of())).isEqualTo(200);
    }

    @Test
    void theRecipeIsThatOfThePresetWithTheRatios() {
        VariantsViewModel variants = variants(new FakeEngine(folder));
        variants.preset("pruned");
        variants.form().steps().stream().flatMap(s -> s.options().stream())
                .filter(o -> o.info().name().equals("round-to")).findFirst().orElseThrow().text().set("4");
        PruningViewModel pruning = variants.pruning();
        pruning.open();
        pruning.ratio(0.5);
        pruning.ratio("conv2", 0.3);
        Step step = pruningStep(pruning.recipe());
        assertThat(step.options()).containsEntry("ratio", 0.5).containsEntry("ratios", Map.of("conv2", 0.3))
                .containsKey("round-to").doesNotContainKeys("macs", "importance");
        assertThat(pruning.recipe().name()).isEqualTo("pruned-58");
        variants.makePruned();
        assertThat(variants.made()).singleElement().satisfies(v -> assertThat(v.name()).isEqualTo("pruned-58"));
        assertThat(variants.form().trouble()).isEmpty();
        assertThat(variants.desk().jobs().log()).anyMatch(l -> l.contains("Holding pruned-58 against digits.onnx"));
        assertThat(pruning.stage()).as("the variant is shown beside its parent instead").isEqualTo(Stage.EMPTY);
        assertThat(variants.beforeAfter().shown().get().orElseThrow().parent()).isEqualTo("digits.onnx");
    }

    @Test
    void withoutDataChannelsAreRankedByWeightsAndDamageIsNotMeasured() {
        VariantsViewModel variants = variants(new FakeEngine(folder));
        variants.desk().choices().data().set(Optional.empty());
        PruningViewModel pruning = variants.pruning();
        pruning.open();
        assertThat(pruning.canMeasureDamage()).isFalse();
        assertThat(pruning.damageTrouble())
                .isEqualTo("Damage needs data, to judge outputs on: choose some on the Model screen.");
        pruning.measureDamage();
        assertThat(pruning.damage()).isEmpty();
        assertThat(pruningStep(pruning.recipe()).options()).containsEntry("importance", "l1");
    }

    @Test
    void nothingIsMadeWhereNothingIsCut() {
        PruningViewModel pruning = opened();
        pruning.ratio(0);
        assertThat(pruning.canMake()).isFalse();
        pruning.ratio("conv1", 0.25);
        assertThat(pruning.canMake()).isTrue();
    }

    @Test
    void onlyWhatCanBeCutIsChosen() {
        PruningViewModel pruning = opened();
        assertThat(pruning.chosen().orElseThrow().name()).isEqualTo("conv1");
        pruning.choose("conv2");
        assertThat(pruning.chosen().orElseThrow().name()).isEqualTo("conv2");
        pruning.choose("fc2");
        assertThat(pruning.chosen().orElseThrow().name()).isEqualTo("conv2");
    }

    @Test
    void aModelThatCannotBePrunedSaysWhy() {
        PruningViewModel pruning = variants(new FakeEngine(folder).failing(Problem.error("already-pruned", "",
                "the model was pruned already: 30 % of the multiply-accumulates removed",
                "Start from the model it was made of, and ask for all that is to go at once."))).pruning();
        pruning.open();
        assertThat(pruning.stage()).isEqualTo(Stage.FAILED);
        assertThat(pruning.problems()).extracting(Problem::code).containsExactly("already-pruned");
        assertThat(pruning.desk().jobs().notices()).as("the pane says it").isEmpty();
        assertThat(pruning.canMake()).isFalse();
        pruning.close();
        assertThat(pruning.stage()).isEqualTo(Stage.EMPTY);
    }

    @Test
    void anotherModelClosesWhatWasOpen() {
        VariantsViewModel variants = variants(new FakeEngine(folder));
        variants.pruning().open();
        variants.pruning().ratio("conv1", 0.5);
        variants.desk().choices().model().set(Optional.of(Path.of("other.onnx")));
        assertThat(variants.pruning().shown()).isEmpty();
        assertThat(variants.pruning().own()).isEmpty();
    }

    @Test
    void whatIsNotKnownOfAVariantIsAskedForBesideItsParent() {
        FakeEngine engine = new FakeEngine(folder);
        VariantsViewModel variants = variants(engine);
        variants.make();
        variants.compare();
        BeforeAfterViewModel both = variants.beforeAfter();
        assertThat(both.shown().get().orElseThrow().figures().after().score()).isEmpty();
        assertThat(both.shown().get().orElseThrow().figures().speed()).isEmpty();
        both.score();
        assertThat(both.shown().get().orElseThrow().figures().after().score()).isPresent();
        both.measure();
        assertThat(engine.sweeps()).singleElement().satisfies(request -> {
            assertThat(request.models()).containsExactly(Path.of("digits.onnx"),
                    variants.selected().get().orElseThrow().file());
            assertThat(request.cells()).hasSize(2);
        });
        assertThat(both.shown().get().orElseThrow().figures().speed()).isPresent();
        variants.findings().listGroups();
        assertThat(both.shown().get()).as("there is room for one of both").isEmpty();
    }
}
