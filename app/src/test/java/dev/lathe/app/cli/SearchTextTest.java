package dev.lathe.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.engine.SearchJson;
import dev.lathe.app.engine.Searched;
import dev.lathe.base.Cancellation;
import dev.lathe.base.Reading;
import dev.lathe.base.VariantId;
import dev.lathe.optimize.Provenance;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.Variant;
import dev.lathe.optimize.search.MixedPrecision;
import dev.lathe.optimize.search.Sensitivities;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SearchTextTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        Terminal terminal = new Terminal(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return Main.run(args, terminal, new Cancellation());
    }

    private static Searched searched(boolean holds, boolean written) {
        Variant variant = new Variant(VariantId.of("x"), Recipes.named("static-int8"), Path.of("mixed.onnx"), 5000,
                List.of(), new Provenance("p", "r", "c", "t", "1"));
        List<MixedPrecision.Round> rounds = List.of(
                new MixedPrecision.Round("all operators on integers", List.of(), Reading.known(2.5, "scored"), false,
                        true),
                new MixedPrecision.Round("1 of 2 layers in float", List.of("conv1"),
                        Reading.known(holds ? 0.5 : 1.5, "scored"), holds, true),
                new MixedPrecision.Round("conv1 on integers again", List.of(),
                        Reading.unknown("the runtime refuses it"),
                        false, false));
        return new Searched(written ? Optional.of(variant) : Optional.empty(), new MixedPrecision.Outcome(variant,
                holds ? 0.5 : 1.5, holds, false, rounds, Optional.empty()), 1);
    }

    @Test
    void everyRoundIsTold() {
        assertThat(SearchText.of(searched(true, true)).lines()).anySatisfy(l -> assertThat(l).containsSubsequence("1",
                "all operators on integers", "0", "2.50", "too much, kept"))
                .anySatisfy(l -> assertThat(l).contains("passed over: the runtime refuses it"))
                .contains("holds the budget: 0.50 lost of 1.00; in float: conv1");
    }

    @Test
    void aBudgetThatCannotBeMetNamesTheClosestAndWhatToDo() {
        assertThat(SearchText.unmet(searched(false, false)))
                .isEqualTo("no mix of integers and floats loses at most 1.00;"
                        + " the closest loses 1.50. Nothing was written: allow more with --max-drop, or pass --force to write the"
                        + " closest.");
        assertThat(SearchText.of(searched(false, false))).contains("does not hold the budget: 1.50 lost of 1.00");
    }

    @Test
    void jsonHasTheRounds() {
        var json = SearchJson.of(searched(true, true).outcome(), 1);
        assertThat(json.path("holds").asBoolean()).isTrue();
        assertThat(json.path("rounds")).hasSize(3);
        assertThat(json.path("rounds").path(2).path("reason").asString()).isEqualTo("the runtime refuses it");
    }

    @Test
    void layersAreSortedAsAskedFor() {
        Sensitivities table = new Sensitivities("m.onnx", 8, "min-max", 30, Reading.known("1 threads", "test"), List.of(
                new Sensitivities.Layer("quick", "Conv", 50,
                        Reading.known(new Sensitivities.Saved(2000, true), "test"), 10),
                new Sensitivities.Layer("harmful", "Gemm", 20,
                        Reading.known(new Sensitivities.Saved(-3000, false), "test"), 20)));
        assertThat(SensitivityCommand.text(table, Sensitivities.Order.DAMAGE))
                .containsSubsequence("harmful", "1.00e-02",
                        "20.0 dB", "-3.00 µs (not shown)", "quick", "2.00 µs")
                .contains("30.0 dB with all of them quantized");
        assertThat(SensitivityCommand.text(table, Sensitivities.Order.TIME)).containsSubsequence("quick", "harmful");
    }

    @Test
    void withoutDataNothingIsSearched() {
        assertThat(run("sensitivity", "model.onnx")).isEqualTo(Main.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("give real samples with --data");
        assertThat(run("optimize", "model.onnx", "--recipe", "static-int8", "--max-drop", "1", "--out", "x.onnx"))
                .isEqualTo(Main.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("candidates are scored on them");
    }
}
