package dev.lathe.app.gui.measure;

import dev.lathe.app.gui.work.Numbers;
import dev.lathe.app.gui.work.Row.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Where a cell of the grid stands.
public sealed interface CellState {

    /// Not measured.
    record Open() implements CellState {}

    /// Being measured.
    record Measuring() implements CellState {}

    /// Measured.
    ///
    /// @param medianNs of one query
    /// @param perSecond samples a second; empty where it cannot be told
    /// @param facts everything that is known of it
    record Done(Figure medianNs, Optional<Figure> perSecond, List<Fact> facts) implements CellState {
        /// Copies the list.
        public Done {
            facts = List.copyOf(facts);
        }
    }

    /// Not measured, and why.
    record Failed(String why) implements CellState {}

    /// A figure in words.
    ///
    /// @param label its name
    /// @param value with unit, interval and n; or why it is not known
    record Fact(String label, String value) {}

    /// Reads what the engine tells of a cell, in the words that the history keeps.
    static CellState of(JsonNode json) {
        if (json.has("failed")) {
            return new Failed(json.path("failed").asString(""));
        }
        // under a load that is not one query after the other, a query also waits
        JsonNode latency = json.has("latency") ? json.path("latency") : json.path("response");
        Optional<Figure> median = figure(latency, "medianNs", "lowNs", "highNs");
        if (median.isEmpty()) {
            return new Failed(latency.path("reason").asString(latency.path("medianReason").asString(
                    "too few queries were answered to tell how long one takes")));
        }
        Optional<Figure> rate = figure(json.path("throughput"), "perSecond", "low", "high");
        return new Done(median.get(), rate, facts(json, latency, median.get(), rate));
    }

    private static Optional<Figure> figure(JsonNode node, String value, String low, String high) {
        return node.path(value).isNumber()
                ? Optional.of(new Figure(node.path(value).asDouble(), node.path(low).asDouble(Double.NaN),
                        node.path(high).asDouble(Double.NaN), node.path("n").asInt(0)))
                : Optional.empty();
    }

    private static List<Fact> facts(JsonNode json, JsonNode latency, Figure median, Optional<Figure> rate) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact(json.has("latency") ? "Median" : "Median response", plain(median.value() / 1e6) + " ms "
                + interval(median, 1e-6) + ", n = " + median.n()));
        for (String percentile : List.of("p90", "p99")) {
            JsonNode value = latency.path(percentile + "Ns");
            facts.add(new Fact(percentile, value.isNumber()
                    ? plain(value.asDouble() / 1e6) + " ms"
                    : latency.path(percentile + "NsReason").asString("n too small")));
        }
        rate.ifPresent(r -> facts.add(new Fact("Throughput", (plain(r.value()) + " items/s "
                + interval(r, 1)).strip())));
        figure(json.path("ratioToFirst"), "value", "low", "high").ifPresent(r -> facts.add(new Fact("Against the first",
                String.format(Locale.ROOT, "%.2fx %s", r.value(), interval(r, "%.2f")).strip())));
        if (json.has("queries")) {
            JsonNode queries = json.path("queries");
            facts.add(new Fact("Queries", String.format(Locale.ROOT, "%d answered, %d turned away, batches of %.2g",
                    queries.path("done").asLong(0), queries.path("shed").asLong(0),
                    queries.path("meanBatch").asDouble(1))));
        }
        if (json.path("memoryPeakBytes").isNumber()) {
            facts.add(new Fact("Memory at its peak", String.format(Locale.ROOT, "%.1f MB, private",
                    json.path("memoryPeakBytes").asLong() / 1e6)));
        }
        if (json.path("energyMillijoules").isNumber()) {
            facts.add(new Fact("Energy", String.format(Locale.ROOT, "%.3g mJ a query",
                    json.path("energyMillijoules").asDouble())));
        } else if (json.has("energyReason")) {
            facts.add(new Fact("Energy", json.path("energyReason").asString("")));
        }
        return facts;
    }

    /// Four digits, and no exponent.
    private static String plain(double value) {
        return Numbers.significant(value, 4);
    }

    private static String interval(Figure figure, double factor) {
        return isBounded(figure)
                ? "[" + plain(figure.low() * factor) + ", " + plain(figure.high() * factor) + "]"
                : "";
    }

    private static String interval(Figure figure, String form) {
        return isBounded(figure)
                ? String.format(Locale.ROOT, "[" + form + ", " + form + "]", figure.low(), figure.high())
                : "";
    }

    private static boolean isBounded(Figure figure) {
        return Double.isFinite(figure.low()) && Double.isFinite(figure.high());
    }
}
