package dev.lathe.app.gui.work;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/// A variant as the table shows it, read from an event or from a stored result.
///
/// @param name the recipe's name
/// @param sizeBytes of its file
/// @param accuracy its score
/// @param speed its figures, once measured
/// @param cost for a million inferences
/// @param verdict in words; empty before the decision
/// @param failed why there is no variant; empty if there is one
/// @param why what runs on what in it, in sentences
public record Row(String name, OptionalLong sizeBytes, Optional<Accuracy> accuracy, Optional<Speed> speed,
        Optional<Cost> cost, String verdict, String failed, List<String> why) {

    /// Copies the list.
    public Row {
        why = List.copyOf(why);
    }

    /// A row of which nothing is explained.
    public Row(String name, OptionalLong sizeBytes, Optional<Accuracy> accuracy, Optional<Speed> speed,
            Optional<Cost> cost, String verdict, String failed) {
        this(name, sizeBytes, accuracy, speed, cost, verdict, failed, List.of());
    }

    /// A value, its interval and how much it rests on.
    public record Figure(double value, double low, double high, int n) {}

    /// A cost, which nobody measures: it follows from a price.
    ///
    /// @param amount in the price's currency
    /// @param words the price and what is assumed, and that it is estimated, or projected from a price that is not this
    ///     machine's
    public record Cost(Figure amount, String words) {}

    /// A score.
    ///
    /// @param metric its name
    /// @param score empty where it cannot be told
    /// @param drop what was lost against the original, if it was compared
    /// @param unit of the drop
    public record Accuracy(String metric, Optional<Figure> score, Optional<Figure> drop, String unit) {}

    /// Speed.
    ///
    /// @param medianNs the median latency
    /// @param p90Ns empty where n is too small
    /// @param p99Ns empty where n is too small
    /// @param p99Reason why there is no p99
    /// @param ratio of the median latency to the original's
    /// @param throughput in samples a second, by batch
    /// @param memoryPeakBytes private memory at its peak
    public record Speed(Optional<Figure> medianNs, OptionalDouble p90Ns, OptionalDouble p99Ns, String p99Reason,
            Optional<Figure> ratio, List<Throughput> throughput, OptionalLong memoryPeakBytes) {

        /// Copies the list.
        public Speed {
            throughput = List.copyOf(throughput);
        }

        /// The highest throughput.
        public Optional<Throughput> best() {
            return throughput.stream().max((a, b) -> Double.compare(a.perSecond().value(), b.perSecond().value()));
        }
    }

    /// Throughput at a batch size.
    public record Throughput(int batch, Figure perSecond) {}

    /// Reads a `variant` or `measurement` event, or an entry of a result's `variants`.
    public static Row of(JsonNode json) {
        return new Row(json.path("name").asString(""), whole(json.path("sizeBytes")),
                Optional.of(json).filter(j -> j.has("score")).map(Row::accuracy),
                Optional.of(json).filter(j -> j.has("latency")).map(Row::speed),
                figure(json.path("costPerMillion"), "value", "low", "high", "n")
                        .map(f -> new Cost(f, costWords(json.path("costPerMillion")))),
                json.path("verdict").asString(""),
                json.path("failed").asString(""),
                json.path("why").path("words").valueStream().map(w -> w.asString("")).toList());
    }

    private static String costWords(JsonNode cost) {
        return (cost.path("projection").asBoolean(false) ? "projected: " : "estimated: ")
                + cost.path("price").asString("") + ", " + cost.path("basis").asString("");
    }

    private static Accuracy accuracy(JsonNode json) {
        JsonNode score = json.path("score");
        JsonNode drop = json.path("drop");
        return new Accuracy(score.path("metric").asString(""), figure(score, "value", "low", "high", "n"),
                figure(drop, "value", "low", "high", "n"), drop.path("unit").asString(""));
    }

    private static Speed speed(JsonNode json) {
        JsonNode latency = json.path("latency");
        List<Throughput> throughput = new ArrayList<>();
        json.path("throughputs").forEach(t -> figure(t, "perSecond", "low", "high", "n")
                .ifPresent(f -> throughput.add(new Throughput(t.path("batch").asInt(1), f))));
        return new Speed(figure(latency, "medianNs", "lowNs", "highNs", "n"), number(latency.path("p90Ns")),
                number(latency.path("p99Ns")), latency.path("reason").asString(""),
                figure(json.path("ratioToOriginal"), "value", "low", "high", "pairs"), throughput,
                whole(json.path("memoryPeakBytes")));
    }

    private static Optional<Figure> figure(JsonNode node, String value, String low, String high, String n) {
        if (!node.path(value).isNumber()) {
            return Optional.empty();
        }
        double number = node.path(value).asDouble();
        return Optional.of(new Figure(number, node.path(low).asDouble(number), node.path(high).asDouble(number),
                node.path(n).asInt(0)));
    }

    private static OptionalDouble number(JsonNode node) {
        return node.isNumber() ? OptionalDouble.of(node.asDouble()) : OptionalDouble.empty();
    }

    private static OptionalLong whole(JsonNode node) {
        return node.isNumber() ? OptionalLong.of(node.asLong()) : OptionalLong.empty();
    }
}
