package dev.lathe.graph.inspect;

import dev.lathe.base.Reading;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A summary as JSON. A fact that may be unknown is `{"value": …, "source": "…"}` or `{"unknown": "why"}`.
public final class SummaryJson {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private SummaryJson() {}

    /// The whole summary, MACs per node included.
    public static ObjectNode of(ModelSummary summary) {
        ObjectNode json = MAPPER.createObjectNode();
        ModelSummary.Origin origin = summary.origin();
        json.put("name", origin.name());
        json.set("sizeBytes", fact(origin.sizeBytes()));
        putAll(json.putObject("externalBytes"), origin.external());
        putAll(json.putObject("opsets"), origin.opsets());
        json.put("irVersion", origin.irVersion());
        json.put("producer", origin.producer());
        origin.functions().forEach(json.putArray("functions")::add);
        values(json.putArray("inputs"), summary.signature().inputs());
        values(json.putArray("outputs"), summary.signature().outputs());
        json.put("initializersListedAsInputs", summary.signature().initializersListedAsInputs());
        json.put("parameters", summary.weights().parameters());
        ObjectNode weights = json.putObject("weightBytes");
        summary.weights().bytes().forEach((type, bytes) -> weights.put(type.label(), bytes));
        json.put("nodes", summary.operators().nodes());
        putAll(json.putObject("operators"), summary.operators().histogram());
        json.put("quantized", summary.operators().isQuantized());
        putAll(json.putObject("quantizedOperators"), summary.operators().quantized());
        putAll(json.putObject("controlFlow"), summary.operators().controlFlow());
        json.set("macs", macs(summary.macs()));
        return json;
    }

    private static ObjectNode macs(Macs macs) {
        ObjectNode json = MAPPER.createObjectNode();
        json.set("total", fact(macs.total()));
        json.put("atLeast", macs.atLeast());
        json.put("batch", macs.sizes().batch());
        putAll(json.putObject("sizes"), macs.sizes().symbols());
        putAll(json.putObject("perNode"), macs.perNode());
        return json;
    }

    private static ObjectNode fact(Reading<Long> reading) {
        ObjectNode json = MAPPER.createObjectNode();
        return switch (reading) {
            case Reading.Known<Long>(Long value, String source) -> json.put("value", value).put("source", source);
            case Reading.Unknown<Long>(String why) -> json.put("unknown", why);
        };
    }

    /// Shapes hold a number, a name, or null for a dimension about which nothing is said; an undeclared shape is null.
    private static void values(ArrayNode json, List<ValueInfo> values) {
        for (ValueInfo value : values) {
            ObjectNode entry = json.addObject().put("name", value.name()).put("type",
                    value.isTensor() ? value.type().label() : "non-tensor");
            value.shape().ifPresentOrElse(dims -> dims(entry.putArray("shape"), dims), () -> entry.putNull("shape"));
        }
    }

    private static void dims(ArrayNode json, List<Dim> dims) {
        for (Dim dim : dims) {
            switch (dim) {
                case Dim.Fixed(long size) -> json.add(size);
                case Dim.Symbol(String name) -> json.add(name);
                case Dim.Any _ -> json.addNull();
            }
        }
    }

    private static void putAll(ObjectNode json, Map<String, ? extends Number> numbers) {
        numbers.forEach((name, number) -> json.put(name, number.longValue()));
    }
}
