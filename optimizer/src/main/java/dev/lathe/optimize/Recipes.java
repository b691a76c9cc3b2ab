package dev.lathe.optimize;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The preset recipes, and recipes as JSON: `{"name":"mine","steps":[{"pass":"fold-constants","options":{}}]}`.
public final class Recipes {
    /// Names of the presets, in the order they are offered in; permanent.
    public static final List<String> PRESETS = List.of("original", "clean", "dynamic-int8", "static-int8", "float16",
            "weights-int8", "weights-int4", "low-rank", "pruned", "pruned-int8", "mixed-int8");
    /// The preset that is searched for: the mix of integers and floats that holds an accuracy budget, see
    /// [dev.lathe.optimize.search.MixedPrecision]. Applied as it stands it is `static-int8`.
    public static final String MIXED = "mixed-int8";
    /// The presets that are tried where nobody says which: the others save memory rather than time on a processor.
    public static final List<String> TRIED = List.of("original", "clean", "dynamic-int8", "static-int8");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String FORM = "A recipe is {\"name\": \"…\", \"steps\": [{\"pass\": \"…\", \"options\": {}}]}.";

    private Recipes() {}

    /// The preset of that name, or the recipe in that JSON file.
    ///
    /// @throws ProblemException if there is neither, or the file holds no recipe, an unknown pass or an unknown option
    public static Recipe named(String nameOrFile) {
        if (PRESETS.contains(nameOrFile)) {
            return preset(nameOrFile);
        }
        if (DerivedRecipes.names().contains(nameOrFile)) {
            return DerivedRecipes.named(nameOrFile);
        }
        Path file = Path.of(nameOrFile);
        if (!nameOrFile.endsWith(".json") && !Files.isRegularFile(file)) {
            throw Problem.error("unknown-recipe", nameOrFile, "there is no recipe of this name",
                    "Use one of " + String.join(", ", PRESETS) + ", or give a JSON file.").toException();
        }
        try {
            return parse(Files.readString(file, StandardCharsets.UTF_8), nameOrFile);
        } catch (IOException e) {
            throw new ProblemException(Problem.error("file-unreadable", nameOrFile,
                    "the recipe cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Check that the file exists, that you may read it and that it is text."), e);
        }
    }

    /// The recipe in this text.
    ///
    /// @param where the file, for the messages
    /// @throws ProblemException if the text holds no recipe, an unknown pass or an unknown option
    public static Recipe parse(String json, String where) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JacksonException e) {
            throw new ProblemException(malformed(where, "the recipe is no JSON: " + e.getOriginalMessage()), e);
        }
        onlyFields(root, Set.of("$schema", "name", "steps"), where, "the recipe");
        if (!root.path("name").isString() || !root.path("steps").isArray()) {
            throw malformed(where, "the recipe needs a name (a text) and steps (a list)").toException();
        }
        List<Step> steps = new ArrayList<>();
        for (JsonNode node : root.path("steps")) {
            onlyFields(node, Set.of("pass", "options"), where, "step " + (steps.size() + 1));
            JsonNode options = node.path("options");
            if (!node.path("pass").isString() || !(options.isMissingNode() || options.isObject())) {
                throw malformed(where, "step " + (steps.size() + 1)
                        + " needs a pass (a text) and may have options (an object)").toException();
            }
            Map<String, Object> values = new TreeMap<>();
            for (var option : options.properties()) {
                values.put(option.getKey(), JSON.treeToValue(option.getValue(), Object.class));
            }
            Step step = Step.of(node.path("pass").asString(), values);
            Passes.of(step);
            steps.add(step);
        }
        return new Recipe(root.path("name").asString(), steps);
    }

    /// The recipe as JSON in lines, for a file that people read and compare.
    public static String toText(Recipe recipe) {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(fields(recipe))
                .replace(System.lineSeparator(), "\n") + "\n";
    }

    /// The recipe as JSON, as [#parse] reads it.
    public static String toJson(Recipe recipe) {
        return JSON.writeValueAsString(fields(recipe));
    }

    private static Map<String, Object> fields(Recipe recipe) {
        List<Map<String, Object>> steps = new ArrayList<>();
        for (Step step : recipe.steps()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("pass", step.pass());
            fields.put("options", step.options());
            steps.add(fields);
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", recipe.name());
        fields.put("steps", steps);
        return fields;
    }

    static String canonical(Recipe recipe) {
        return toJson(new Recipe(recipe.name(),
                recipe.steps().stream().map(s -> new Step(s.pass(), Passes.options(Passes.of(s)))).toList()));
    }

    private static Recipe preset(String name) {
        try (InputStream in = Recipes.class.getResourceAsStream("recipes/" + name + ".json")) {
            if (in == null) {
                throw new IllegalStateException("preset is missing from the build: " + name);
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void onlyFields(JsonNode node, Set<String> known, String where, String what) {
        if (!node.isObject()) {
            throw malformed(where, what + " is no JSON object").toException();
        }
        for (var field : node.properties()) {
            if (!known.contains(field.getKey())) {
                throw malformed(where, what + " has the unknown field " + field.getKey()).toException();
            }
        }
    }

    private static Problem malformed(String where, String what) {
        return Problem.error("malformed-recipe", where, what, FORM);
    }
}
