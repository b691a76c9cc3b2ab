package dev.lathe.optimize;

import dev.lathe.base.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Recipes that are a preset with other options, for targets whose kernels want other types: `derived-recipes.json`, each
/// line with its source.
final class DerivedRecipes {
    private static final List<Row> ROWS = read("derived-recipes.json").valueStream()
            .map(n -> new Row(n.path("recipe").asString(), n.path("base").asString(), n.path("pass").asString(),
                    n.path("option").asString(), new JsonMapper().treeToValue(n.path("value"), Object.class)))
            .toList();

    private DerivedRecipes() {}

    private record Row(String recipe, String base, String pass, String option, Object value) {

        boolean isKnown() {
            return Passes.options(Passes.of(Step.of(pass))).containsKey(option);
        }
    }

    static List<String> names() {
        return ROWS.stream().map(Row::recipe).distinct().toList();
    }

    /// Whether the passes of this build have all options that it sets.
    static boolean isPossible(String name) {
        return ROWS.stream().filter(r -> r.recipe().equals(name)).allMatch(Row::isKnown);
    }

    /// The recipe.
    ///
    /// @throws dev.lathe.base.ProblemException if a pass of this build has no such option
    static Recipe named(String name) {
        List<Row> rows = ROWS.stream().filter(r -> r.recipe().equals(name)).toList();
        rows.stream().filter(r -> !r.isKnown()).findFirst().ifPresent(r -> {
            throw Problem.error("recipe-unsupported", name,
                    "the pass " + r.pass() + " has no option " + r.option() + " in this version",
                    "Use " + r.base() + ".").toException();
        });
        List<Step> steps = new ArrayList<>();
        for (Step step : Recipes.named(rows.getFirst().base()).steps()) {
            SortedMap<String, Object> options = new TreeMap<>(step.options());
            rows.stream().filter(r -> r.pass().equals(step.pass())).forEach(r -> options.put(r.option(), r.value()));
            steps.add(new Step(step.pass(), options));
        }
        return new Recipe(name, steps);
    }

    static JsonNode read(String resource) {
        try (InputStream in = Objects.requireNonNull(DerivedRecipes.class.getResourceAsStream(resource), resource)) {
            return new JsonMapper().readTree(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
