package dev.lathe.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import dev.lathe.optimize.Recipes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptSearchTest {
    private static final Problem UNMET = Problem.warning("budget-not-met", "mixed-int8",
            "no mix of integers and floats loses at most 0.10; the closest loses 0.40 (2 layers in float)",
            "Allow more with --max-drop, or leave it as it is.");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void anUnmetBudgetIsToldAgainWithAKeptSearch() {
        Path file = folder.resolve("searches/one.json");
        new KeptSearch(Recipes.named("static-int8"), Optional.of(UNMET)).write(file);

        List<Problem> told = new ArrayList<>();
        assertThat(KeptSearch.read(file).orElseThrow().told(told::add)).isEqualTo(Recipes.named("static-int8"));
        assertThat(told).containsExactly(UNMET);
        assertThat(told.getFirst().sentence()).isEqualTo("mixed-int8: no mix of integers and floats loses at most 0.10;"
                + " the closest loses 0.40 (2 layers in float). Allow more with --max-drop, or leave it as it is.");
    }

    @Test
    void aMetBudgetTellsNothing() {
        Path file = folder.resolve("one.json");
        new KeptSearch(Recipes.named("static-int8"), Optional.empty()).write(file);

        List<Problem> told = new ArrayList<>();
        KeptSearch.read(file).orElseThrow().told(told::add);
        assertThat(told).isEmpty();
    }

    @Test
    void whatIsBrokenOrOfAnEarlierFormIsSearchedAgain() throws IOException {
        assertThat(KeptSearch.read(folder.resolve("absent.json"))).isEmpty();
        for (String content : List.of("", "{\"recipe\":", "{}", Recipes.toJson(Recipes.named("static-int8")))) {
            Path file = Files.writeString(folder.resolve("broken.json"), content);
            assertThat(KeptSearch.read(file)).as(content).isEmpty();
        }
    }
}
