package dev.lathe.evaluate.description;

import dev.lathe.base.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The fields of one JSON object, read one by one; what is wrong with them is gathered, and reading goes on with a
/// stand-in, so that all of it can be said at once.
final class Fields {
    private final Path file;
    private final String path;
    private final JsonNode object;
    private final List<Problem> problems;
    private final Set<String> known = new LinkedHashSet<>();

    Fields(Path file, String path, JsonNode object, List<Problem> problems) {
        this.file = file;
        this.path = path;
        this.object = object;
        this.problems = problems;
    }

    static String kebab(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Path file() {
        return file;
    }

    Set<String> names() {
        return new LinkedHashSet<>(object.propertyNames());
    }

    String text(String name) {
        return required(name, "text", optionalText(name), "");
    }

    Optional<String> optionalText(String name) {
        JsonNode node = node(name);
        if (node != null && !node.isString()) {
            wrong(name, node, "text");
            return Optional.of("");
        }
        return Optional.ofNullable(node).map(JsonNode::stringValue);
    }

    boolean flag(String name, boolean fallback) {
        JsonNode node = node(name);
        if (node != null && !node.isBoolean()) {
            wrong(name, node, "true or false");
        }
        return (node != null && node.isBoolean()) ? node.booleanValue() : fallback;
    }

    OptionalInt integer(String name, int least, int most) {
        JsonNode node = node(name);
        if (node == null) {
            return OptionalInt.empty();
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < least || node.intValue() > most) {
            wrong(name, node, most == Integer.MAX_VALUE
                    ? "a whole number of at least " + least
                    : "a whole number from " + least + " to " + most);
            return OptionalInt.of(least);
        }
        return OptionalInt.of(node.intValue());
    }

    int requiredInteger(String name, int least) {
        OptionalInt value = integer(name, least, Integer.MAX_VALUE);
        return required(name, "a whole number", value.isPresent() ? Optional.of(value.getAsInt()) : Optional.empty(),
                least);
    }

    long whole(String name, long fallback) {
        JsonNode node = node(name);
        if (node != null && !node.isIntegralNumber()) {
            wrong(name, node, "a whole number");
        }
        return (node != null && node.isIntegralNumber()) ? node.longValue() : fallback;
    }

    double number(String name, double fallback) {
        JsonNode node = node(name);
        if (node != null && !node.isNumber()) {
            wrong(name, node, "a number");
        }
        return (node != null && node.isNumber()) ? node.doubleValue() : fallback;
    }

    /// A number or a list of numbers; empty where the field is missing.
    List<Double> numbers(String name) {
        JsonNode node = node(name);
        if (node == null) {
            return List.of();
        }
        List<JsonNode> items = node.isArray() ? new ArrayList<>(node.values()) : List.of(node);
        if (items.isEmpty() || !items.stream().allMatch(JsonNode::isNumber)) {
            wrong(name, node, "a number or a list of numbers");
            return List.of(1.0);
        }
        return items.stream().map(JsonNode::doubleValue).toList();
    }

    List<Integer> columns(String name) {
        JsonNode node = node(name);
        boolean good = node != null && node.isArray() && !node.isEmpty()
                && node.values().stream().allMatch(v -> v.isInt() && v.intValue() >= 0);
        if (node != null && !good) {
            wrong(name, node, "a list of column numbers from 0");
        }
        Optional<List<Integer>> columns = (good && node != null)
                ? Optional.of(node.values().stream().map(JsonNode::intValue).toList())
                : Optional.empty();
        return node == null
                ? required(name, "a list of column numbers", columns, List.of())
                : columns.orElse(List.of());
    }

    List<String> texts(String name) {
        JsonNode node = node(name);
        if (node == null) {
            return List.of();
        }
        if (!node.isArray() || !node.values().stream().allMatch(JsonNode::isString)) {
            wrong(name, node, "a list of texts");
            return List.of();
        }
        return node.values().stream().map(JsonNode::stringValue).toList();
    }

    boolean isText(String name) {
        return object.path(name).isString();
    }

    <E extends Enum<E>> Optional<E> choice(String name, Class<E> type, Function<E, String> spelling) {
        Optional<String> text = optionalText(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        E[] values = type.getEnumConstants();
        Optional<E> value = Arrays.stream(values).filter(v -> spelling.apply(v).equals(text.get())).findFirst();
        if (value.isEmpty()) {
            unknown(name, text.get(), Arrays.stream(values).map(spelling).toList());
        }
        return value;
    }

    Fields child(String name) {
        return required(name, "an object", optionalChild(name), empty(name));
    }

    Optional<Fields> optionalChild(String name) {
        JsonNode node = node(name);
        if (node != null && !node.isObject()) {
            wrong(name, node, "an object");
            return Optional.of(empty(name));
        }
        return Optional.ofNullable(node).map(n -> new Fields(file, full(name), n, problems));
    }

    /// Says that the field's value is none of those that are known.
    void unknown(String name, String value, List<String> choices) {
        problem(name, "is '" + value + "', which is not known", "Write one of: " + String.join(", ", choices) + ".");
    }

    void problem(String name, String what, String remedy) {
        problems.add(Problem.error("dataset-field", file.toString(), "field '" + full(name) + "' " + what, remedy));
    }

    void missing(String name, String kind) {
        problem(name, "is missing", "Add it as " + kind + ".");
    }

    /// Complains about every field that was not asked for.
    void done() {
        for (String name : object.propertyNames()) {
            if (!known.contains(name)) {
                problem(name, "is not known", "Correct its name or remove it; known here are: "
                        + known.stream().sorted().collect(Collectors.joining(", ")) + ".");
            }
        }
    }

    private @Nullable JsonNode node(String name) {
        known.add(name);
        JsonNode node = object.get(name);
        return node == null || node.isNull() ? null : node;
    }

    private <T> T required(String name, String kind, Optional<T> value, T standIn) {
        if (value.isEmpty()) {
            missing(name, kind);
        }
        return value.orElse(standIn);
    }

    private void wrong(String name, JsonNode node, String kind) {
        problem(name, "is " + node + ", but must be " + kind, "Correct it.");
    }

    private Fields empty(String name) {
        return new Fields(file, full(name), JsonNodeFactory.instance.objectNode(),
                new ArrayList<>());
    }

    private String full(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
