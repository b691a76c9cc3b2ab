package dev.lathe.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Cancellation;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.Step;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OptimizeCommandTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        Terminal terminal = new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return Main.run(args, terminal, new Cancellation());
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void passesAreListedWithTheirOptions() {
        assertThat(run("optimize", "--list-passes")).isZero();
        assertThat(Passes.all()).allSatisfy(p -> assertThat(out()).contains(p.info().id() + ": " + p.info().summary()));
        assertThat(out().lines()).anySatisfy(line -> assertThat(line).startsWith("  block-size ")
                .containsSubsequence("a whole number: 16, 32, 64, 128, 256", " 32 ", "weights that share a scale"));
    }

    @Test
    void passesAreListedAsJsonOneALine() {
        assertThat(run("optimize", "--list-passes", "--format", "json")).isZero();
        List<JsonNode> lines = out().lines().map(l -> JsonMapper.shared().readTree(l)).toList();
        assertThat(lines).extracting(l -> l.path("id").asString())
                .containsExactlyElementsOf(Passes.all().stream().map(p -> p.info().id()).toList());
        assertThat(lines).allSatisfy(l -> assertThat(l.path("schema").asInt()).isEqualTo(1));
    }

    @Test
    void aComposedRecipeIsSavedAfterItsBase() {
        Path file = folder.resolve("mine.json");
        assertThat(
                run("optimize", "--recipe", "clean", "--pass", "equalize-layers", "--pass", "quantize-weights:bits=8",
                        "--save-recipe", file.toString()))
                .isZero();
        Recipe saved = Recipes.named(file.toString());
        assertThat(saved.name()).isEqualTo("mine");
        assertThat(saved.steps().subList(0, saved.steps().size() - 2)).isEqualTo(Recipes.named("clean").steps());
        assertThat(saved.steps()).endsWith(Step.of("equalize-layers"), Step.of("quantize-weights", Map.of("bits", 8)));
        assertThat(run("optimize", "--pass", "fold-bias", "--save-recipe", file.toString())).isEqualTo(Main.PROBLEM);
        assertThat(err()).contains("mine.json: the file exists already. Choose another --save-recipe, or pass --force");
    }

    @Test
    void whatIsMissingIsAskedFor() {
        assertThat(run("optimize", "model.onnx")).isEqualTo(Main.USAGE);
        assertThat(run("optimize", "--recipe", "clean")).isEqualTo(Main.USAGE);
        assertThat(run("optimize", "model.onnx", "--recipe", "clean")).isEqualTo(Main.USAGE);
        assertThat(err()).contains("lathe: give --recipe, or passes with --pass",
                "lathe: give a MODEL, or --save-recipe or --list-passes", "lathe: give the file to write with --out");
    }

    @Test
    void aPassThatDoesNotExistIsAnsweredWithTheNearest() {
        assertThat(run("optimize", "model.onnx", "--pass", "quantize-weight:bits=8", "--out", "o.onnx"))
                .isEqualTo(Main.PROBLEM);
        assertThat(err()).startsWith("lathe: quantize-weight: there is no pass of this name. Did you mean"
                + " quantize-weights? Use one of ");
    }
}
