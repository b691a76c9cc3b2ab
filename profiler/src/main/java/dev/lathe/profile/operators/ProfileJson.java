package dev.lathe.profile.operators;

import dev.lathe.base.Reading;
import dev.lathe.profile.Wire;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Profiles as JSON. What is not known is `{"value":null,"reason":…}`.
public final class ProfileJson {
    private static final JsonMapper JSON = new JsonMapper();

    private ProfileJson() {}

    /// A profile.
    public static ObjectNode of(OperatorProfile profile) {
        ObjectNode node = JSON.createObjectNode();
        OperatorProfile.Origin origin = profile.origin();
        node.put("model", origin.model()).put("runtime", origin.runtime()).put("data", origin.data());
        node.set("session", JSON.valueToTree(origin.session()));
        OperatorProfile.Times times = profile.times();
        ObjectNode all = node.putObject("timesNs");
        all.set("session", estimate(times.session()));
        all.set("nodes", estimate(times.nodes()));
        all.set("overhead", estimate(times.overhead()));
        all.set("plain", reading(times.plain(), ProfileJson::estimate));
        node.set("macs", number(profile.macs()));
        Placement placement = profile.placement();
        ObjectNode where = node.putObject("placement").put("requested", placement.requested())
                .put("words", placement.words());
        where.set("perProvider", JSON.valueToTree(placement.perProvider()));
        where.set("fallback", JSON.valueToTree(placement.fallback()));
        var operators = node.putArray("operators");
        profile.operators().forEach(o -> operators.add(of(o)));
        var nodes = node.putArray("nodes");
        profile.nodes().forEach(n -> nodes.add(of(n)));
        node.set("ceilings", reading(profile.ceilings(), ProfileJson::of));
        node.set("caveats", Wire.write(profile.caveats()));
        return node;
    }

    private static ObjectNode of(OperatorTotal total) {
        ObjectNode node = JSON.createObjectNode().put("operator", total.operator()).put("nodes", total.nodes())
                .put("shareOfNodes", total.shareOfNodes()).put("bound", total.bound().words());
        node.set("perQueryNs", estimate(total.perQuery()));
        node.set("macs", number(total.macs()));
        return node;
    }

    private static ObjectNode of(OperatorTime time) {
        ObjectNode node = JSON.createObjectNode().put("name", time.identity().name())
                .put("label", time.identity().label()).put("operator", time.identity().operator())
                .put("provider", time.identity().provider()).put("callsPerQuery", time.callsPerQuery());
        node.set("sources", JSON.valueToTree(time.identity().sources()));
        node.set("perQueryNs", estimate(time.perQuery()));
        node.put("kernelShare", time.details().kernelShare());
        node.set("schedulingShare", number(time.details().schedulingShare()));
        node.set("inputs", JSON.valueToTree(time.shapes().inputs().stream().map(TensorShape::toString).toList()));
        node.set("outputs", JSON.valueToTree(time.shapes().outputs().stream().map(TensorShape::toString).toList()));
        node.set("macs", number(time.work().macs()));
        node.set("bytes", number(time.work().bytes()));
        node.put("arithmetic", time.work().arithmetic().name().toLowerCase(java.util.Locale.ROOT));
        node.put("bound", time.judgement().bound().words());
        node.set("shareOfCeiling", reading(time.judgement().share(), ProfileJson::estimate));
        node.set("operationsPerS", reading(time.judgement().operationsPerS(), ProfileJson::estimate));
        node.set("bytesPerS", reading(time.judgement().bytesPerS(), ProfileJson::estimate));
        return node;
    }

    /// A comparison of two profiles.
    public static ObjectNode of(ProfileComparison comparison) {
        ObjectNode node = JSON.createObjectNode().put("model", comparison.other()).put("against", comparison.base());
        var pairs = node.putArray("pairs");
        comparison.pairs().forEach(p -> {
            ObjectNode pair = pairs.addObject().put("label", p.label()).put("operatorBefore", p.operatorBefore())
                    .put("operatorAfter", p.operatorAfter()).put("gainNs", p.gainNs()).put("shown", p.isShown());
            pair.set("beforeNs", estimate(p.before()));
            pair.set("afterNs", estimate(p.after()));
        });
        node.set("onlyBefore", alone(comparison.onlyBefore()));
        node.set("onlyAfter", alone(comparison.onlyAfter()));
        return node;
    }

    private static JsonNode alone(List<OperatorTime> times) {
        var array = JSON.createArrayNode();
        times.forEach(t -> array.addObject().put("label", t.identity().label())
                .put("operator", t.identity().operator()).set("perQueryNs", estimate(t.perQuery())));
        return array;
    }

    /// Ceilings.
    public static ObjectNode of(Ceilings ceilings) {
        ObjectNode node = JSON.createObjectNode().put("threads", ceilings.threads())
                .put("runtime", ceilings.runtime()).put("measuredAt", ceilings.measuredAt());
        node.set("float32", reading(ceilings.float32(), ProfileJson::estimate));
        node.set("int8", reading(ceilings.int8(), ProfileJson::estimate));
        var memory = node.putArray("memory");
        ceilings.memory().forEach(b -> memory.addObject().put("workingSetBytes", b.workingSetBytes()).set("bytesPerS",
                estimate(b.bytesPerS())));
        return node;
    }

    /// Ceilings that were written by [#of(Ceilings)].
    ///
    /// @throws IllegalArgumentException if they are incomplete
    static Ceilings ceilings(JsonNode node) {
        List<Ceilings.Bandwidth> memory = new ArrayList<>();
        node.path("memory").forEach(b -> memory.add(new Ceilings.Bandwidth(b.path("workingSetBytes").asLong(),
                estimate(b.path("bytesPerS")))));
        return new Ceilings(node.path("threads").asInt(0), node.path("runtime").asString(""),
                estimateReading(node.path("float32")), estimateReading(node.path("int8")), memory,
                node.path("measuredAt").asString(""));
    }

    private static Reading<Estimate> estimateReading(JsonNode node) {
        return node.path("value").isNumber()
                ? Reading.known(estimate(node), node.path("source").asString(""))
                : Reading.unknown(node.path("reason").asString("not measured"));
    }

    private static Estimate estimate(JsonNode node) {
        double value = node.path("value").asDouble(0);
        if (!(value > 0)) {
            throw new IllegalArgumentException("no ceiling: " + node);
        }
        return new Estimate(value, new Interval(node.path("low").asDouble(value), node.path("high").asDouble(value)),
                node.path("n").asInt(0));
    }

    private static ObjectNode estimate(Estimate estimate) {
        return JSON.createObjectNode().put("value", estimate.value()).put("low", estimate.interval().low())
                .put("high", estimate.interval().high()).put("n", estimate.n());
    }

    private static JsonNode number(Reading<Double> reading) {
        return switch (reading) {
            case Reading.Known<Double>(Double value, _) -> JSON.getNodeFactory().numberNode(value);
            case Reading.Unknown<Double>(String why) -> unknown(why);
        };
    }

    private static <T> JsonNode reading(Reading<T> reading, Function<T, ObjectNode> write) {
        return switch (reading) {
            case Reading.Known<T>(T value, String source) -> write.apply(value).put("source", source);
            case Reading.Unknown<T>(String why) -> unknown(why);
        };
    }

    private static ObjectNode unknown(String why) {
        return JSON.createObjectNode().putNull("value").put("reason", why);
    }
}
