package dev.lathe.optimize;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The passes there are, and how their options are read and written.
public final class Passes {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private Passes() {}

    /// All passes with their default options, by id.
    public static List<Pass> all() {
        return ServiceLoader.load(Pass.class).stream().map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(p -> p.info().id())).toList();
    }

    /// The options of a pass by their kebab-case names, with the values they have.
    public static SortedMap<String, Object> options(Pass pass) {
        SortedMap<String, Object> options = new TreeMap<>();
        ObjectNode tree = JSON.valueToTree(pass);
        for (var option : tree.properties()) {
            options.put(option.getKey(), JSON.treeToValue(option.getValue(), Object.class));
        }
        return options;
    }

    /// The pass of a step, with its options.
    ///
    /// @throws ProblemException if there is no such pass or option (the sentence lists what there is), or a value does not
    ///     fit
    public static Pass of(Step step) {
        List<Pass> all = all();
        Pass defaults = all.stream().filter(p -> p.info().id().equals(step.pass())).findFirst()
                .orElseThrow(() -> Problem.error("unknown-pass", step.pass(), "there is no pass of this name",
                        "Use one of " + all.stream().map(p -> p.info().id()).collect(Collectors.joining(", ")) + ".")
                        .toException());
        ObjectNode tree = JSON.valueToTree(defaults);
        step.options().forEach((name, value) -> {
            if (!tree.has(name)) {
                throw Problem.error("unknown-option", step.pass(), "there is no option " + name,
                        tree.isEmpty()
                                ? "This pass has no options."
                                : "Use one of " + String.join(", ", new TreeMap<>(options(defaults)).keySet()) + ".")
                        .toException();
            }
            JsonNode fresh = JSON.valueToTree(value);
            tree.set(name, fresh);
        });
        try {
            return JSON.treeToValue(tree, defaults.getClass());
        } catch (JacksonException e) {
            throw new ProblemException(unfit(step, defaults, e), e);
        }
    }

    private static Problem unfit(Step step, Pass defaults, JacksonException e) {
        String path = e.getPath().isEmpty() ? "" : e.getPath().getFirst().getPropertyName();
        if (path == null || path.isEmpty()) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return Problem.error("unfit-option", step.pass(), "an option has a value that does not fit: "
                    + String.valueOf(cause.getMessage()).lines().findFirst().orElse(""), "");
        }
        return Problem.error("unfit-option", step.pass(),
                "the option " + path + " cannot be " + step.options().get(path),
                "Its default is " + options(defaults).get(path) + ".");
    }
}
