package dev.lathe.optimize.explain;

import dev.lathe.base.Reading;
import dev.lathe.profile.operators.OperatorTime;
import dev.lathe.profile.operators.ProfileComparison;
import dev.lathe.profile.stats.Estimate;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Explanations as JSON. What is not known is `{"value":null,"reason":…}`; times are nanoseconds.
public final class ExplanationJson {
    /// How many operators are named that gained, and how many that lost.
    public static final int MOST = 10;
    private static final JsonMapper JSON = new JsonMapper();

    private ExplanationJson() {}

    /// An explanation.
    ///
    /// @param verdict its verdict, in words
    public static ObjectNode of(Explanation explanation, String verdict) {
        ObjectNode node = JSON.createObjectNode().put("verdict", verdict);
        node.set("words", JSON.valueToTree(ExplanationText.lines(explanation)));
        Explanation.Savings savings = explanation.savings();
        ObjectNode saved = node.putObject("savings").put("parent", savings.parent().orElse(null))
                .put("sizeBytes", savings.sizeBytes()).put("savedBytes", savings.savedBytes());
        saved.set("macs", number(savings.macs()));
        saved.set("savedMacs", number(savings.savedMacs()));
        switch (explanation.structure()) {
            case Reading.Known<Structure>(var structure, String source) ->
                node.set("structure", structure(structure).put("source", source));
            case Reading.Unknown<Structure>(String why) -> node.set("structure", unknown(why));
        }
        explanation.time().ifPresent(t -> node.set("time", time(t)));
        return node;
    }

    private static ObjectNode structure(Structure structure) {
        ObjectNode node = JSON.createObjectNode().put("pairsInFile", structure.pairs().inFile())
                .put("pairsFused", structure.pairs().fused()).put("dynamic", structure.dynamic());
        node.set("unfused", JSON.valueToTree(structure.pairs().unfused()));
        node.set("precisions", JSON.valueToTree(structure.precisions()));
        node.set("changes", JSON.valueToTree(structure.changes()));
        node.set("inFloat", JSON.valueToTree(structure.inFloat()));
        return node;
    }

    private static ObjectNode time(Explanation.Times times) {
        ObjectNode node = JSON.createObjectNode().put("speed", times.speed().words());
        node.set("beforeNs", estimate(times.before()));
        node.set("afterNs", estimate(times.after()));
        node.set("gained", pairs(times.operators().gained(MOST)));
        node.set("lost", pairs(times.operators().lost(MOST)));
        node.set("onlyBefore", alone(times.operators().onlyBefore()));
        node.set("onlyAfter", alone(times.operators().onlyAfter()));
        return node;
    }

    private static JsonNode pairs(List<ProfileComparison.Pair> pairs) {
        var array = JSON.createArrayNode();
        pairs.forEach(p -> array.addObject().put("label", p.label()).put("operatorBefore", p.operatorBefore())
                .put("operatorAfter", p.operatorAfter()).put("beforeNs", p.before().value())
                .put("afterNs", p.after().value()).put("gainNs", p.gainNs()).put("shown", p.isShown()));
        return array;
    }

    private static JsonNode alone(List<OperatorTime> times) {
        var array = JSON.createArrayNode();
        times.stream().limit(MOST).forEach(t -> array.addObject().put("label", t.identity().label())
                .put("operator", t.identity().operator()).put("perQueryNs", t.perQuery().value()));
        return array;
    }

    private static JsonNode estimate(Reading<Estimate> reading) {
        return switch (reading) {
            case Reading.Known<Estimate>(var e, _) -> JSON.createObjectNode().put("value", e.value())
                    .put("low", e.interval().low()).put("high", e.interval().high()).put("n", e.n());
            case Reading.Unknown<Estimate>(String why) -> unknown(why);
        };
    }

    private static JsonNode number(Reading<Long> reading) {
        return switch (reading) {
            case Reading.Known<Long>(Long value, _) -> JSON.getNodeFactory().numberNode(value);
            case Reading.Unknown<Long>(String why) -> unknown(why);
        };
    }

    private static ObjectNode unknown(String why) {
        return JSON.createObjectNode().putNull("value").put("reason", why);
    }
}
