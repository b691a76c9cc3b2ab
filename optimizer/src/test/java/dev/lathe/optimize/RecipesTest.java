package dev.lathe.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipesTest {
    @TempDir
    Path folder;

    @Test
    void presetsHaveTheirNames() {
        assertThat(Recipes.PRESETS).allSatisfy(name -> assertThat(Recipes.named(name).name()).isEqualTo(name));
        assertThat(Recipes.named("original").steps()).isEmpty();
        assertThat(Recipes.named("static-int8").steps()).extracting(Step::pass).endsWith("quantize-static",
                "correct-bias");
    }

    @Test
    void aFileGivesTheRecipeItHolds() throws IOException {
        Path file = folder.resolve("mine.json");
        Files.writeString(file, Recipes.toJson(Recipes.named("dynamic-int8")));
        assertThat(Recipes.named(file.toString())).isEqualTo(Recipes.named("dynamic-int8"));
    }

    @Test
    void canonicalTextFillsInDefaultsAndIgnoresTheOrderOfOptions() {
        Recipe terse = Recipes.parse("{'name':'a','steps':[{'pass':'quantize-dynamic'}]}".replace('\'', '"'), "a");
        Recipe wordy = Recipes.parse(
                "{'steps':[{'options':{'weight-bits':0,'conv':false},'pass':'quantize-dynamic'}],'name':'a'}"
                        .replace('\'', '"'),
                "a");
        assertThat(terse.canonical()).isEqualTo(wordy.canonical()).contains("\"per-channel\":true");
        Recipe other = new Recipe("a", List.of(Step.of("quantize-dynamic", Map.of("conv", true))));
        assertThat(other.canonical()).isNotEqualTo(terse.canonical());
    }

    @Test
    void anUnknownRecipeListsTheOnesThereAre() {
        assertThatThrownBy(() -> Recipes.named("statik-int8")).isInstanceOf(ProblemException.class)
                .hasMessage("statik-int8: there is no recipe of this name. Use one of original, clean, dynamic-int8,"
                        + " static-int8, float16, weights-int8, weights-int4, low-rank, pruned, pruned-int8, mixed-int8,"
                        + " or give a JSON file.");
    }

    @Test
    void aMissingFileIsNamed() {
        String file = folder.resolve("none.json").toString();
        assertThatThrownBy(() -> Recipes.named(file)).hasMessage(file + ": the recipe cannot be read"
                + " (NoSuchFileException). Check that the file exists, that you may read it and that it is text.");
    }

    @Test
    void anUnknownPassListsTheOnesThereAre() {
        assertThatThrownBy(() -> parse("{'name':'a','steps':[{'pass':'prune'}]}"))
                .hasMessageStartingWith("prune: there is no pass of this name. Use one of constants-to-initializers, ")
                .hasMessageContaining("quantize-static");
    }

    @Test
    void anUnknownPassThatResemblesOneNamesIt() {
        assertThatThrownBy(() -> parse("{'name':'a','steps':[{'pass':'quantise-weight'}]}"))
                .hasMessageStartingWith("quantise-weight: there is no pass of this name. Did you mean quantize-weights?"
                        + " Use one of constants-to-initializers, ");
    }

    @Test
    void aFileForPeopleIsTheSameRecipe() {
        Recipe recipe = Recipes.named("weights-int8");
        assertThat(Recipes.parse(Recipes.toText(recipe), "test")).isEqualTo(recipe);
        assertThat(Recipes.toText(recipe)).contains("\n    \"pass\" : \"quantize-weights\"").endsWith("}\n");
        assertThat(parse("{'$schema':'recipe.schema.json','name':'a','steps':[]}").steps()).isEmpty();
    }

    @Test
    void anUnknownOptionListsTheOnesThereAre() {
        assertThatThrownBy(() -> parse("{'name':'a','steps':[{'pass':'upgrade-opset','options':{'version':17}}]}"))
                .hasMessage("upgrade-opset: there is no option version. Use one of min-version.");
        assertThatThrownBy(() -> parse("{'name':'a','steps':[{'pass':'fold-batch-norm','options':{'x':1}}]}"))
                .hasMessage("fold-batch-norm: there is no option x. This pass has no options.");
    }

    @Test
    void aValueThatDoesNotFitIsNamedWithItsOption() {
        assertThatThrownBy(() -> parse("{'name':'a','steps':[{'pass':'quantize-dynamic','options':{'conv':'maybe'}}]}"))
                .hasMessage(
                        "quantize-dynamic: the option conv cannot be maybe. It is true or false; its default is false.");
        assertThatThrownBy(
                () -> parse("{'name':'a','steps':[{'pass':'quantize-dynamic','options':{'weight-bits':5}}]}"))
                .hasMessageContaining("weight-bits must be 0, 7 or 8, and is 5");
    }

    @Test
    void whatIsNoRecipeIsSaidSo() {
        String form = ". A recipe is {\"name\": \"…\", \"steps\": [{\"pass\": \"…\", \"options\": {}}]}.";
        assertThatThrownBy(() -> parse("[]")).hasMessage("test: the recipe is no JSON object" + form);
        assertThatThrownBy(() -> parse("{'name':'a'}"))
                .hasMessage("test: the recipe needs a name (a text) and steps (a list)" + form);
        assertThatThrownBy(() -> parse("{'name':'a','steps':[],'passes':[]}"))
                .hasMessage("test: the recipe has the unknown field passes" + form);
        assertThatThrownBy(() -> parse("{'name':'a','steps':[{'pass':3}]}"))
                .hasMessage("test: step 1 needs a pass (a text) and may have options (an object)" + form);
        assertThatThrownBy(() -> parse("<html>")).hasMessageStartingWith("test: the recipe is no JSON: ");
    }

    private static Recipe parse(String json) {
        return Recipes.parse(json.replace('\'', '"'), "test");
    }
}
