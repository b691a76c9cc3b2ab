package dev.lathe.app.gui.variants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.gui.work.Descendant;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.DirectJobRunner;
import dev.lathe.app.gui.work.FakeEngine;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VariantsViewModelTest {
    @TempDir
    Path folder = Path.of("");

    private VariantsViewModel model(FakeEngine engine) {
        Desk desk = Desk.of(engine, new DirectJobRunner());
        VariantsViewModel model = new VariantsViewModel(desk);
        desk.choices().model().set(Optional.of(Path.of("digits.onnx")));
        return model;
    }

    private static OptionForm option(StepForm step, String name) {
        return step.options().stream().filter(o -> o.info().name().equals(name)).findFirst().orElseThrow();
    }

    private static StepForm step(RecipeForm form, String pass) {
        return form.steps().stream().filter(s -> s.info().id().equals(pass)).findFirst().orElseThrow();
    }

    static List<String> presets() {
        return Recipes.PRESETS;
    }

    @ParameterizedTest
    @MethodSource("presets")
    void aPresetSurvivesTheForm(String name) {
        RecipeForm form = new RecipeForm();
        form.load(Recipes.named(name));
        assertThat(form.trouble()).isEmpty();
        assertThat(form.recipe().canonical()).isEqualTo(Recipes.named(name).canonical());
        assertThat(form.name().get()).isEqualTo(name);
    }

    @Test
    void everyPassHasAFormAndItsOwnValuesAreSound() {
        RecipeForm form = new RecipeForm();
        form.load(new Recipe("all", List.of()));
        Passes.all().forEach(p -> form.add(p.info().id()));
        assertThat(form.steps()).hasSameSizeAs(Passes.all()).noneMatch(StepForm::isWrong);
        assertThat(form.steps()).allSatisfy(s -> assertThat(s.step().options()).as(s.info().id()).isEmpty());
    }

    @Test
    void optionsAreTypedAndWhatIsUsualIsLeftOut() {
        RecipeForm form = new RecipeForm();
        StepForm step = step(form, "quantize-static");
        option(step, "weight-bits").text().set("7");
        option(step, "symmetric").text().set("true");
        option(step, "exclude").text().set("/head/*, Gather");
        option(step, "percentile").text().set("99.9");
        option(step, "overrides").text().set("{\"Conv_1\": {\"method\": \"mse\"}}");
        assertThat(form.trouble()).isEmpty();
        assertThat(form.recipe().steps()).contains(Step.of("quantize-static", Map.of("weight-bits", 7L, "symmetric",
                true, "exclude", List.of("/head/*", "Gather"), "percentile", 99.9, "overrides",
                Map.of("Conv_1", Map.of("method", "mse")))));
        assertThat(step.words()).isEqualTo("5 options changed");
        option(step, "symmetric").reset();
        assertThat(form.recipe().steps().toString()).doesNotContain("symmetric");
    }

    @Test
    void aWrongValueSaysSoAtItsField() {
        VariantsViewModel model = model(new FakeEngine(folder));
        OptionForm percentile = option(step(model.form(), "quantize-static"), "percentile");
        percentile.text().set("abc");
        assertThat(percentile.trouble().get()).isEqualTo(
                "the option percentile cannot be abc. It is a number; its default is 99.99.");
        assertThat(step(model.form(), "quantize-static").isWrong()).isTrue();
        assertThat(model.canMake()).isFalse();
        percentile.text().set("99.5");
        assertThat(percentile.trouble().get()).isEmpty();
        assertThat(model.canMake()).isTrue();
    }

    @Test
    void choicesComeFromThePass() {
        StepForm step = step(new RecipeForm(), "quantize-static");
        assertThat(option(step, "operators").choices()).containsExactly("auto", "all", "core");
        assertThat(option(step, "per-channel").choices()).containsExactly("true", "false");
        assertThat(option(step, "percentile").choices()).isEmpty();
    }

    @Test
    void stepsAreAddedMovedAndTakenOut() {
        RecipeForm form = new RecipeForm();
        form.load(Recipes.named("clean"));
        int count = form.steps().size();
        form.add("fold-constants");
        assertThat(form.name().get()).isEqualTo("clean-mine");
        StepForm added = form.steps().getLast();
        assertThat(form.selected().get()).contains(added);
        form.move(added, -1);
        assertThat(form.steps().get(count - 1)).isSameAs(added);
        form.move(added, 1);
        form.move(added, 1);
        assertThat(form.steps().getLast()).isSameAs(added);
        form.remove(added);
        assertThat(form.steps()).hasSize(count);
        assertThat(form.selected().get()).contains(form.steps().getLast());
    }

    @Test
    void aVariantOfAVariantStandsBelowIt() {
        VariantsViewModel model = model(new FakeEngine(folder));
        model.preset("clean");
        model.make();
        Descendant first = model.selected().get().orElseThrow();
        model.parent().set(Optional.of(first));
        model.preset("static-int8");
        model.make();
        assertThat(model.tree()).extracting(b -> b.depth() + " " + b.variant().name()).containsExactly("0 clean",
                "1 static-int8");
        assertThat(model.desk().sides().names()).containsExactly("digits", "clean", "static-int8");
        assertThat(model.stage().get()).isEqualTo(Stage.FULL);
    }

    @Test
    void theRecipeOfAVariantIsTakenIntoTheEditor() {
        VariantsViewModel model = model(new FakeEngine(folder));
        model.preset("dynamic-int8");
        model.make();
        model.preset("clean");
        model.take(model.selected().get().orElseThrow());
        assertThat(model.form().name().get()).isEqualTo("dynamic-int8");
    }

    @Test
    void whatCannotBeMadeSaysWhyAndTheRecipeStays() {
        VariantsViewModel model = model(new FakeEngine(folder).failing(Problem.error("opset-too-old", "digits.onnx",
                "opset 9 cannot be quantized", "Upgrade it with upgrade-opset.")));
        model.make();
        assertThat(model.problems()).singleElement().satisfies(p -> assertThat(p.sentence())
                .isEqualTo("digits.onnx: opset 9 cannot be quantized. Upgrade it with upgrade-opset."));
        assertThat(model.stage().get()).isEqualTo(Stage.FULL);
        assertThat(model.form().name().get()).isEqualTo("static-int8");
    }

    @Test
    void recipesAreSavedAndOpened() throws IOException {
        VariantsViewModel model = model(new FakeEngine(folder));
        option(step(model.form(), "quantize-static"), "weight-bits").text().set("7");
        Path file = folder.resolve("mine.json");
        model.save(file);
        String before = model.form().recipe().canonical();
        model.preset("clean");
        model.open(file);
        assertThat(model.form().recipe().canonical()).isEqualTo(before);
        Files.writeString(file, "{\"name\": \"x\", \"steps\": [{\"pass\": \"fold-constant\"}]}");
        model.open(file);
        assertThat(model.desk().jobs().notices()).singleElement().satisfies(
                n -> assertThat(n.sentence()).contains("Did you mean fold-constants?"));
        assertThat(model.form().recipe().canonical()).isEqualTo(before);
    }

    @Test
    void theCommandLineNamesThePresetOrTheRecipesFile() {
        VariantsViewModel model = model(new FakeEngine(folder));
        assertThat(model.command())
                .isEqualTo("lathe optimize digits.onnx --recipe static-int8 --out static-int8.onnx");
        option(step(model.form(), "quantize-static"), "weight-bits").text().set("7");
        model.desk().choices().data().set(Optional.of(Path.of("my data.json")));
        assertThat(model.command()).isEqualTo("lathe optimize digits.onnx --recipe static-int8-mine.json"
                + " --data 'my data.json' --out static-int8-mine.onnx");
    }
}
