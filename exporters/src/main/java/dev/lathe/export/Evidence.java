package dev.lathe.export;

import dev.lathe.base.VariantId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;

/// What a manifest states: what was asked for, what was measured, on what, and what it costs.
///
/// @param variant which variant this is and how it was made
/// @param machine the machine the figures were measured on, as its probe describes it
/// @param limits what was asked for
/// @param figures every figure, those that cannot be shown included
/// @param score accuracy, if it was scored
/// @param cost what it costs, if a price is known
/// @param versions versions of what took part, by name; `lathe` is one of them
/// @param created when the decision was made
public record Evidence(Variant variant, JsonNode machine, Limits limits, List<Figure> figures, Optional<Score> score,
        Optional<Cost> cost, SequencedMap<String, String> versions, Instant created) {

    /// Copies what could change.
    public Evidence {
        machine = machine.deepCopy();
        figures = List.copyOf(figures);
        versions = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(versions));
    }

    /// A copy, because a JSON node can be changed.
    @Override
    public JsonNode machine() {
        return machine.deepCopy();
    }

    /// The variant and the recipe that made it.
    ///
    /// @param name permanent name of its recipe, for example `static-int8`
    /// @param id its id
    /// @param recipe passes and options, as JSON
    public record Variant(String name, VariantId id, JsonNode recipe) {

        /// Copies the recipe.
        public Variant {
            recipe = recipe.deepCopy();
        }

        /// A copy, because a JSON node can be changed.
        @Override
        public JsonNode recipe() {
            return recipe.deepCopy();
        }
    }

    /// What was asked for.
    ///
    /// @param sloP99Ns the latency that 99 of 100 requests must keep, in nanoseconds; empty if none was given
    /// @param maxDrop the accuracy that may be lost, in points; empty if none was given
    public record Limits(OptionalLong sloP99Ns, OptionalDouble maxDrop) {}

    /// Where a number comes from: `MEASURED` on the machine of this evidence, `ESTIMATED` from other measurements,
    /// `PROJECTED` to a machine that was not measured.
    public enum Origin {
        MEASURED, ESTIMATED, PROJECTED
    }

    /// One number, or why there is none.
    ///
    /// @param name what it is, for example `latency-p99`
    /// @param unit its unit, for example `ns`, `1/s`, `bytes`
    /// @param amount the number
    /// @param origin where it comes from
    public record Figure(String name, String unit, Amount amount, Origin origin) {

        /// A measured number with its interval.
        public static Figure measured(String name, String unit, double value, double low, double high, long n) {
            return new Figure(name, unit, new Shown(value, Optional.of(new Interval(low, high)), n), Origin.MEASURED);
        }

        /// A number that is read off rather than sampled, such as a size.
        public static Figure exact(String name, String unit, double value) {
            return new Figure(name, unit, new Shown(value, Optional.empty(), 1), Origin.MEASURED);
        }

        /// A number that the samples do not support.
        public static Figure withheld(String name, String unit, String reason, long n) {
            return new Figure(name, unit, new Withheld(reason, n), Origin.MEASURED);
        }
    }

    /// A number, or the reason why there is none.
    public sealed interface Amount {
        /// How many observations stand behind it.
        long n();
    }

    /// A number.
    ///
    /// @param value the number
    /// @param interval its confidence interval; empty where nothing was sampled
    /// @param n how many observations stand behind it
    public record Shown(double value, Optional<Interval> interval, long n) implements Amount {}

    /// No number.
    ///
    /// @param reason why, for example "p99 needs 662 queries, 400 were made"
    /// @param n how many observations there were
    public record Withheld(String reason, long n) implements Amount {}

    /// A confidence interval, at the level the measuring plan states.
    public record Interval(double low, double high) {}

    /// Accuracy on data.
    ///
    /// @param metric the metric's name, for example `top-1`, or `top-1-agreement` without labels
    /// @param value the metric, in its own unit
    /// @param interval its confidence interval; empty if none is known
    /// @param n how many samples were scored
    /// @param data what they were, for a reader
    public record Score(String metric, double value, Optional<Interval> interval, long n, String data) {}

    /// What a million inferences cost.
    ///
    /// @param perMillion the amount
    /// @param currency ISO 4217
    /// @param asOf the price's date
    /// @param source where the price comes from
    /// @param basis under which assumption, for example "at full use, no queueing"
    /// @param origin projected when the price is another machine's
    public record Cost(double perMillion, String currency, String asOf, String source, String basis, Origin origin) {}
}
