package dev.lathe.app.gui.prune;

import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.Step;
import dev.lathe.optimize.pass.PruneChannels;
import dev.lathe.optimize.prune.Importance;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Turns ratios into a recipe: the preset `pruned`, with what the recipe that is put together says of pruning beside amounts.
public final class PruningRecipe {
    private static final String PRESET = "pruned";
    private static final String PRUNING = "prune-channels";
    private static final String IMPORTANCE = "importance";
    private static final Set<String> AMOUNTS = Set.of("ratio", "ratios", "macs", "max-error", "uniform", "time");

    private final Supplier<Optional<Step>> step;
    private final BooleanSupplier hasData;

    /// @param step the pruning of the recipe that is put together, if it has one
    /// @param hasData whether there is data: without it channels are ranked by their weights
    public PruningRecipe(Supplier<Optional<Step>> step, BooleanSupplier hasData) {
        this.step = step;
        this.hasData = hasData;
    }

    /// The recipe with these ratios.
    Recipe at(double ratio, SortedMap<String, Double> ratios, String name) {
        return new Recipe(name, Recipes.named(PRESET).steps().stream()
                .map(s -> s.pass().equals(PRUNING) ? pruning(ratio, ratios) : s).toList());
    }

    private Step pruning(double ratio, SortedMap<String, Double> ratios) {
        Map<String, Object> options = new HashMap<>();
        step.get().ifPresent(s -> options.putAll(s.options()));
        options.keySet().removeAll(AMOUNTS);
        options.put("ratio", ratio);
        if (!ratios.isEmpty()) {
            options.put("ratios", Map.copyOf(ratios));
        }
        Step made = Step.of(PRUNING, options);
        if (!hasData.getAsBoolean() && Passes.of(made) instanceof PruneChannels pass
                && pass.importance().needsData()) {
            options.put(IMPORTANCE, Importance.L1.label());
            return Step.of(PRUNING, options);
        }
        return made;
    }
}
