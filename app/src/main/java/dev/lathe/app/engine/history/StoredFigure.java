package dev.lathe.app.engine.history;

import dev.lathe.profile.stats.Interval;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.JsonNode;

/// One figure of a stored result, as it was when it was measured.
///
/// @param name in words: `latency median`
/// @param unit `ns`, `1/s`, `bytes`, `x` for a ratio, a metric's or a currency's name
/// @param value empty where there is none
/// @param interval its 95 % interval; empty where none was kept
/// @param n how many samples it rests on; empty where that was not kept
/// @param reason why there is no value; empty if there is one
public record StoredFigure(String name, String unit, OptionalDouble value, Optional<Interval> interval, OptionalLong n,
        String reason) {

    /// Reads a node such as `{"value": 1, "low": 0.9, "high": 1.1, "n": 10}`.
    static StoredFigure of(String name, String unit, JsonNode node, String field) {
        return of(name, unit, node, new Fields(field, "low", "high", "reason"));
    }

    static StoredFigure of(String name, String unit, JsonNode node, Fields fields) {
        ToDoubleFunction<String> number = field -> node.path(field).asDouble(Double.NaN);
        double value = number.applyAsDouble(fields.value());
        double low = number.applyAsDouble(fields.low());
        double high = number.applyAsDouble(fields.high());
        JsonNode n = node.has("n") ? node.path("n") : node.path("pairs");
        return new StoredFigure(name, unit, Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty(),
                low <= high ? Optional.of(new Interval(low, high)) : Optional.empty(),
                n.isNumber() ? OptionalLong.of(n.asLong()) : OptionalLong.empty(),
                Double.isFinite(value)
                        ? ""
                        : node.path(fields.reason())
                                .asString(node.path(fields.value() + "Reason").asString("not known")));
    }

    /// A count or a size, which has no interval.
    static StoredFigure exact(String name, String unit, JsonNode value) {
        return new StoredFigure(name, unit, OptionalDouble.of(value.asDouble()), Optional.empty(),
                OptionalLong.empty(), "");
    }

    /// What the parts of a figure are called in a node.
    record Fields(String value, String low, String high, String reason) {}
}
