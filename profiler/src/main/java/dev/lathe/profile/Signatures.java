package dev.lathe.profile;

import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Types and shapes of values as JSON: `{"name":"x","type":"FLOAT","shape":[-1,"batch",3]}`; -1 is a size about which
/// nothing is known, and no `shape` is a shape about which nothing is known.
public final class Signatures {
    private Signatures() {}

    /// One value, ready for Jackson.
    public static Map<String, Object> write(ValueInfo value) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", value.name());
        map.put("type", value.type().name());
        value.shape().ifPresent(s -> map.put("shape", s.stream().map(Signatures::write).toList()));
        return map;
    }

    /// Adds what the user says of a model to the arguments of `load`.
    static void put(ObjectNode arguments, Declared declared) {
        ObjectNode node = arguments.putObject("declared");
        node.putPOJO("inputs", declared.inputs().stream().map(Signatures::write).toList());
        node.putPOJO("outputs", declared.outputs());
    }

    private static Object write(Dim dim) {
        return switch (dim) {
            case Dim.Fixed(long size) -> size;
            case Dim.Symbol(String name) -> name;
            case Dim.Any _ -> -1;
        };
    }

    /// The values of an array.
    public static List<ValueInfo> read(JsonNode array) {
        List<ValueInfo> values = new ArrayList<>();
        array.forEach(n -> values.add(value(n)));
        return values;
    }

    private static ValueInfo value(JsonNode node) {
        String name = node.path("name").asString();
        DataType type = DataType.valueOf(node.path("type").asString());
        if (!node.has("shape")) {
            return ValueInfo.tensor(name, type);
        }
        List<Dim> dims = new ArrayList<>();
        node.path("shape").forEach(d -> dims.add(d.isString()
                ? new Dim.Symbol(d.asString())
                : d.asLong() < 0 ? new Dim.Any() : new Dim.Fixed(d.asLong())));
        return ValueInfo.tensor(name, type, dims);
    }
}
