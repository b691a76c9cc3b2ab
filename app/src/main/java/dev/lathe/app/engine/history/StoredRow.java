package dev.lathe.app.engine.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// One variant, one model, or one cell of a grid, of a stored result.
///
/// @param name the recipe's name, or the model's
/// @param variantId 12 hexadecimal digits; empty for a model that is no variant
/// @param figures what was kept of it, in a fixed order
/// @param verdict in words; empty where nothing was decided
/// @param failed why there are no figures; empty if there are
public record StoredRow(String name, Optional<String> variantId, List<StoredFigure> figures, String verdict,
        Optional<String> failed) {
    static final String RATIO = "latency against the original";

    /// Copies the list.
    public StoredRow {
        figures = List.copyOf(figures);
    }

    /// Reads an entry of a result's `variants` or `cells`, which is also what a `variant` or `measurement` event holds.
    public static StoredRow of(JsonNode node) {
        return new StoredRow(node.path("name").asString(""), text(node, "id"), figures(node),
                node.path("verdict").asString(""), text(node, "failed"));
    }

    /// The figure of this name.
    public Optional<StoredFigure> figure(String name) {
        return figures.stream().filter(f -> f.name().equals(name)).findFirst();
    }

    private static Optional<String> text(JsonNode node, String field) {
        return Optional.of(node.path(field)).filter(JsonNode::isString).map(JsonNode::asString);
    }

    private static List<StoredFigure> figures(JsonNode node) {
        List<StoredFigure> figures = new ArrayList<>();
        exact(figures, "size", "bytes", node, "sizeBytes");
        score(figures, node.path("score"));
        if (node.path("drop").isObject()) {
            figures.add(StoredFigure.of("drop", node.path("drop").path("unit").asString(""), node.path("drop"),
                    "value"));
        }
        latency(figures, "latency", node.path("latency"));
        latency(figures, "response time", node.path("response"));
        latency(figures, "service time", node.path("service"));
        if (node.has("cpuNs")) {
            figures.add(StoredFigure.of("processor time a query", "ns", node,
                    new StoredFigure.Fields("cpuNs", "cpuLowNs", "cpuHighNs", "cpuReason")));
        }
        if (node.has("throughputs")) {
            node.path("throughputs").forEach(t -> throughput(figures, t));
        } else {
            throughput(figures, node.path("throughput"));
        }
        ratio(figures, RATIO, node.path("ratioToOriginal"));
        ratio(figures, RATIO, node.path("ratioToFirst"));
        ratio(figures, "processor time against the original", node.path("cpuRatioToOriginal"));
        node.path("operators").forEach(o -> figures.add(StoredFigure.of(
                o.path("operator").asString("") + " (" + o.path("nodes").asInt() + ", " + o.path("bound").asString("")
                        + ")",
                "ns", o.path("perQueryNs"), "value")));
        exact(figures, "load", "ns", node, "loadNs");
        exact(figures, "first inference", "ns", node, "firstInferenceNs");
        exact(figures, "warm-up", "ns", node, "warmUpNs");
        exact(figures, "private memory after load", "bytes", node, "memoryLoadedBytes");
        exact(figures, "private memory at peak", "bytes", node, "memoryPeakBytes");
        if (node.path("costPerMillion").isObject()) {
            JsonNode cost = node.path("costPerMillion");
            figures.add(StoredFigure.of("cost of a million", cost.path("currency").asString(""), cost, "value"));
        }
        node.path("otherScores").forEach(s -> score(figures, s));
        return figures;
    }

    private static void exact(List<StoredFigure> figures, String name, String unit, JsonNode node, String field) {
        if (node.path(field).isNumber()) {
            figures.add(StoredFigure.exact(name, unit, node.path(field)));
        }
    }

    private static void score(List<StoredFigure> figures, JsonNode score) {
        if (score.isObject()) {
            figures.add(StoredFigure.of(score.path("metric").asString("score"), "", score, "value"));
        }
    }

    private static void ratio(List<StoredFigure> figures, String name, JsonNode ratio) {
        if (ratio.isObject()) {
            figures.add(StoredFigure.of(name, "x", ratio, "value"));
        }
    }

    private static void throughput(List<StoredFigure> figures, JsonNode node) {
        if (node.isObject()) {
            String batch = node.has("batch") ? " at batch " + node.path("batch").asInt(1) : "";
            figures.add(StoredFigure.of("throughput" + batch, "1/s", node, "perSecond"));
        }
    }

    private static void latency(List<StoredFigure> figures, String name, JsonNode node) {
        if (node.isObject()) {
            figures.add(StoredFigure.of(name + " median", "ns", node,
                    new StoredFigure.Fields("medianNs", "lowNs", "highNs", "medianReason")));
            figures.add(StoredFigure.of(name + " p90", "ns", node,
                    new StoredFigure.Fields("p90Ns", "p90LowNs", "p90HighNs", "p90Reason")));
            figures.add(StoredFigure.of(name + " p99", "ns", node,
                    new StoredFigure.Fields("p99Ns", "p99LowNs", "p99HighNs", "reason")));
        }
    }
}
