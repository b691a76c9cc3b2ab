package dev.lathe.optimize;

import dev.lathe.base.Nearest;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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

    /// The options of a pass with their types, bounds, defaults and meanings, by name.
    public static List<OptionInfo> describe(Pass pass) {
        return Options.of(pass);
    }

    /// A value as recipes write it.
    static JsonNode json(Object value) {
        return JSON.valueToTree(value);
    }

    /// The step that a flag says: `quantize-weights:bits=8,exclude=/head/*,exclude=Gather`. A list's values are given one by
    /// one; what has a comma in it needs a recipe file.
    ///
    /// @throws ProblemException if there is no such pass or option, or a value does not fit
    public static Step step(String flag) {
        int colon = flag.indexOf(':');
        String id = colon < 0 ? flag : flag.substring(0, colon);
        Map<String, OptionInfo> known = describe(of(Step.of(id))).stream()
                .collect(Collectors.toMap(OptionInfo::name, o -> o));
        Map<String, Object> options = new TreeMap<>();
        for (String part : colon < 0 || colon == flag.length() - 1
                ? new String[0]
                : flag.substring(colon + 1).split(",")) {
            int equals = part.indexOf('=');
            if (equals < 1) {
                throw Problem.error("malformed-step", id, "the option " + part + " has no value",
                        "Write " + id + ":option=value,option=value.").toException();
            }
            String name = part.substring(0, equals);
            OptionInfo option = known.get(name);
            put(options, name, option == null ? OptionInfo.Kind.TEXT : option.kind(), part.substring(equals + 1));
        }
        Step step = Step.of(id, options);
        of(step);
        return step;
    }

    /// Puts a typed value, as a text where it is not what the option takes: the message about that comes with all others.
    private static void put(Map<String, Object> options, String name, OptionInfo.Kind kind, String text) {
        switch (kind) {
            case YES_OR_NO -> options.put(name,
                    text.equals("true") || text.equals("false") ? (Object) text.equals("true") : text);
            case WHOLE, NUMBER -> options.put(name, number(text));
            case TEXTS, NUMBERS -> {
                List<Object> values = new ArrayList<>(options.get(name) instanceof List<?> list ? list : List.of());
                values.add(kind == OptionInfo.Kind.NUMBERS ? number(text) : text);
                options.put(name, values);
            }
            case CHOICE, TEXT, OTHER -> options.put(name, text);
        }
    }

    private static Object number(String text) {
        try {
            return text.matches("[+-]?\\d{1,18}") ? (Object) Long.valueOf(text) : (Object) Double.valueOf(text);
        } catch (NumberFormatException _) {
            return text;
        }
    }

    /// The pass of a step, with its options.
    ///
    /// @throws ProblemException if there is no such pass or option (the sentence lists what there is), or a value does not
    ///     fit
    public static Pass of(Step step) {
        List<Pass> all = all();
        Pass defaults = all.stream().filter(p -> p.info().id().equals(step.pass())).findFirst()
                .orElseThrow(() -> unknown(step.pass(), all.stream().map(p -> p.info().id()).toList()));
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

    private static ProblemException unknown(String pass, List<String> ids) {
        String all = "Use one of " + String.join(", ", ids) + ".";
        return Problem.error("unknown-pass", pass, "there is no pass of this name",
                Nearest.to(pass, ids).map(n -> "Did you mean " + n + "? ").orElse("") + all).toException();
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
                Options.of(defaults, path).map(o -> "It is " + o.type() + "; its default is " + o.defaultValue() + ".")
                        .orElse("Its default is " + options(defaults).get(path) + "."));
    }
}
