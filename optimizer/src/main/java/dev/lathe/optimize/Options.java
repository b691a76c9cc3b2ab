package dev.lathe.optimize;

import dev.lathe.optimize.OptionInfo.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads what a pass's record says of its options: names and types are those of the components, numbers are bounded by
/// [Range], and meanings come from the Javadoc, which a test keeps in `meanings.json` beside this class.
final class Options {
    private static final JsonNode MEANINGS = meanings();

    private Options() {}

    private static JsonNode meanings() {
        try (InputStream in = Options.class.getResourceAsStream("meanings.json")) {
            return in == null
                    ? JsonMapper.shared().createObjectNode()
                    : JsonMapper.shared().readTree(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What an option does; empty where nothing is written.
    static String meaning(String pass, String option) {
        return MEANINGS.path(pass).path(option).asString("");
    }

    /// The options of a pass, by name.
    static List<OptionInfo> of(Pass pass) {
        Map<String, Object> values = Passes.options(pass);
        List<OptionInfo> options = new ArrayList<>();
        for (RecordComponent component : pass.getClass().getRecordComponents()) {
            String name = kebab(component.getName());
            Kind kind = kind(component.getGenericType());
            options.add(new OptionInfo(name, kind, words(component, kind),
                    Objects.requireNonNull(values.get(name), name),
                    meaning(pass.info().id(), name)));
        }
        options.sort(Comparator.comparing(OptionInfo::name));
        return List.copyOf(options);
    }

    static Optional<OptionInfo> of(Pass pass, String name) {
        return of(pass).stream().filter(o -> o.name().equals(name)).findFirst();
    }

    /// The name that a component has in JSON: `weightBits` is `weight-bits`.
    private static String kebab(String component) {
        return component.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    private static Kind kind(Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() instanceof Class<?> raw
                && Collection.class.isAssignableFrom(raw)) {
            return switch (kind(list.getActualTypeArguments()[0])) {
                case TEXT, CHOICE -> Kind.TEXTS;
                case NUMBER, WHOLE -> Kind.NUMBERS;
                case YES_OR_NO, TEXTS, NUMBERS, OTHER -> Kind.OTHER;
            };
        }
        if (!(type instanceof Class<?> plain)) {
            return Kind.OTHER;
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return Kind.YES_OR_NO;
        }
        if (plain == int.class || plain == long.class || plain == Integer.class || plain == Long.class) {
            return Kind.WHOLE;
        }
        if (plain == double.class || plain == float.class || plain == Double.class || plain == Float.class) {
            return Kind.NUMBER;
        }
        return plain == String.class ? Kind.TEXT : plain.isEnum() ? Kind.CHOICE : Kind.OTHER;
    }

    private static String words(RecordComponent component, Kind kind) {
        return switch (kind) {
            case YES_OR_NO -> "true or false";
            case WHOLE -> "a whole number" + range(component);
            case NUMBER -> "a number" + range(component);
            case CHOICE -> "one of " + String.join(", ", choices(component.getType()));
            case TEXT -> "a text";
            case TEXTS -> "a list of texts";
            case NUMBERS -> "a list of numbers" + range(component);
            case OTHER -> "an object";
        };
    }

    private static String range(RecordComponent component) {
        Range range = component.getAnnotation(Range.class);
        if (range == null) {
            return "";
        }
        if (range.allowed().length > 0) {
            return ": " + DoubleStream.of(range.allowed()).mapToObj(Options::number).collect(Collectors.joining(", "));
        }
        return range.max() == Double.POSITIVE_INFINITY
                ? " of at least " + number(range.min())
                : " in " + number(range.min()) + ".." + number(range.max());
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private static List<String> choices(Class<?> type) {
        return Arrays.stream(type.getEnumConstants()).map(c -> Passes.json(c).asString()).toList();
    }

    /// What values a component takes, in the words of JSON Schema.
    static ObjectNode schema(RecordComponent component) {
        ObjectNode schema = schema(component.getGenericType());
        Range range = component.getAnnotation(Range.class);
        if (range != null) {
            ObjectNode bounded = schema.path("items") instanceof ObjectNode items ? items : schema;
            if (range.allowed().length > 0) {
                ArrayNode allowed = bounded.putArray("enum");
                DoubleStream.of(range.allowed()).forEach(v -> allowed.add((long) v));
            }
            bound(bounded, "minimum", range.min());
            bound(bounded, "maximum", range.max());
        }
        return schema;
    }

    private static void bound(ObjectNode schema, String name, double value) {
        if (value == Math.rint(value) && Double.isFinite(value)) {
            schema.put(name, (long) value);
        } else if (Double.isFinite(value)) {
            schema.put(name, value);
        }
    }

    private static ObjectNode schema(Type type) {
        ObjectNode schema = JsonMapper.shared().createObjectNode();
        switch (kind(type)) {
            case YES_OR_NO -> schema.put("type", "boolean");
            case WHOLE -> schema.put("type", "integer");
            case NUMBER -> schema.put("type", "number");
            case TEXT -> schema.put("type", "string");
            case CHOICE -> choices((Class<?>) type).forEach(schema.putArray("enum")::add);
            case TEXTS, NUMBERS -> schema.put("type", "array").set("items",
                    schema(((ParameterizedType) type).getActualTypeArguments()[0]));
            case OTHER -> other(schema, type);
        }
        return schema;
    }

    private static void other(ObjectNode schema, Type type) {
        if (type instanceof ParameterizedType map && map.getRawType() instanceof Class<?> raw
                && Map.class.isAssignableFrom(raw)) {
            schema.put("type", "object").set("additionalProperties", schema(map.getActualTypeArguments()[1]));
        } else if (type instanceof Class<?> plain && plain.isRecord()) {
            ObjectNode properties = schema.put("type", "object").put("additionalProperties", false)
                    .putObject("properties");
            for (RecordComponent component : plain.getRecordComponents()) {
                properties.set(kebab(component.getName()), schema(component));
            }
        }
    }

    /// The schema of a pass's options, with defaults and meanings.
    static ObjectNode schema(Pass pass, BinaryOperator<String> meanings) {
        ObjectNode schema = JsonMapper.shared().createObjectNode().put("type", "object").put("additionalProperties",
                false);
        ObjectNode properties = schema.putObject("properties");
        Map<String, RecordComponent> components = Arrays.stream(pass.getClass().getRecordComponents())
                .collect(Collectors.toMap(c -> kebab(c.getName()), c -> c));
        for (OptionInfo option : of(pass)) {
            ObjectNode own = schema(Objects.requireNonNull(components.get(option.name())));
            own.set("default", Passes.json(option.defaultValue()));
            String meaning = meanings.apply(pass.info().id(), option.name());
            if (!meaning.isEmpty()) {
                own.put("description", meaning);
            }
            properties.set(option.name(), own);
        }
        return schema;
    }
}
