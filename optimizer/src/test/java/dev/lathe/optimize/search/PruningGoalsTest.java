package dev.lathe.optimize.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.Reading;
import dev.lathe.graph.Model;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.Tiny;
import dev.lathe.profile.kernels.KernelWidths;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PruningGoalsTest {
    @TempDir
    Path folder;

    private final Model network = Tiny.network();

    private PruningGoals goals(Reading<KernelWidths> widths) {
        return new PruningGoals(Tiny.context(folder, Tiny.samples(network, 4, 2)), () -> widths, _ -> {
            throw new IllegalStateException("nobody has asked for times");
        });
    }

    /// Floats in blocks of 16, integers in blocks of 4.
    private static KernelWidths widths() {
        return new KernelWidths(1, "r", Reading.known(blocks(16), "test"), Reading.known(blocks(4), "test"), "");
    }

    private static List<KernelWidths.Timed> blocks(int block) {
        List<KernelWidths.Timed> times = new ArrayList<>();
        for (int width = 64; width <= 128; width++) {
            times.add(new KernelWidths.Timed("Conv", width, 1.0 + (width + block - 1) / block * block));
        }
        return times;
    }

    private static List<Object> widthsOf(Recipe recipe) {
        return recipe.steps().stream().filter(s -> s.pass().equals("prune-channels"))
                .map(s -> s.options().getOrDefault("round-to", 0)).toList();
    }

    @Test
    void widthsThatAreLeftOpenBecomeWhatTheKernelsLikeThatWillRun() {
        assertThat(widthsOf(goals(Reading.known(widths(), "test")).settled(network, Recipes.named("pruned"))))
                .containsExactly(16);
        assertThat(widthsOf(goals(Reading.known(widths(), "test")).settled(network, Recipes.named("pruned-int8"))))
                .containsExactly(4);
    }

    @Test
    void whereNothingWasMeasuredTheyAreMultiplesOfEight() {
        assertThat(widthsOf(goals(Reading.unknown("no worker")).settled(network, Recipes.named("pruned"))))
                .containsExactly(8);
    }

    @Test
    void whatARecipeSaysItselfStays() {
        Recipe recipe = new Recipe("mine", List.of(Passes.step("prune-channels:round-to=4,macs=0.2")));
        assertThat(PruningGoals.areOpen(recipe)).isFalse();
        assertThat(PruningGoals.areOpen(Recipes.named("static-int8"))).isFalse();
        assertThat(PruningGoals.areOpen(Recipes.named("pruned"))).isTrue();
        assertThat(widthsOf(goals(Reading.unknown("")).settled(network, recipe))).containsExactly(4);
    }

    @Test
    void onlyAGoalInTimeAsksForTimes() {
        Recipe recipe = new Recipe("mine", List.of(Passes.step("prune-channels:round-to=4,time=0.2")));
        assertThat(PruningGoals.areTimed(recipe)).isTrue();
        assertThat(PruningGoals.areTimed(Recipes.named("pruned"))).isFalse();
        assertThatThrownBy(() -> goals(Reading.unknown("")).settled(network, recipe))
                .hasMessage("nobody has asked for times");
    }
}
