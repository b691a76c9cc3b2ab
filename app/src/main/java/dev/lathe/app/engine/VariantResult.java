package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.base.Severity;
import dev.lathe.base.VariantId;
import dev.lathe.evaluate.Scored;
import dev.lathe.optimize.explain.Explanation;
import dev.lathe.profile.Measured;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.RatioInterval;
import dev.lathe.profile.stats.Summary;
import dev.lathe.serving.Cost;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/// One row of the table: a variant and everything that was found out about it.
///
/// @param name the recipe's name
/// @param made the file; empty if it could not be made
/// @param scored its accuracy; empty if it was not scored
/// @param timed its speed; empty if it was not measured
/// @param cost what a million inferences cost
/// @param problems what went wrong, and what to know
/// @param verdict in words: why it won or lost
public record VariantResult(String name, Optional<Made> made, Optional<Scored> scored, Optional<Timed> timed,
        Optional<Cost> cost, List<Problem> problems, String verdict) {

    /// Copies the list.
    public VariantResult {
        problems = List.copyOf(problems);
    }

    /// A variant's file.
    ///
    /// @param changes what its recipe's steps did, in words
    /// @param recipeJson the recipe
    /// @param why what runs on what in it; empty where nobody looked
    public record Made(VariantId id, Path file, long sizeBytes, String sha256, List<String> changes,
            String recipeJson, Optional<Explanation> why) {

        /// Copies the list.
        public Made {
            changes = List.copyOf(changes);
        }

        /// A variant's file, with its explanation.
        Made explained(Explanation explanation) {
            return new Made(id, file, sizeBytes, sha256, changes, recipeJson, Optional.of(explanation));
        }
    }

    /// A variant's speed.
    ///
    /// @param latency of single queries
    /// @param itemsPerQuery samples in a single query: 1, or the batch size the model insists on
    /// @param throughput samples per second by batch size, closed loop with one client
    /// @param leftOut why a batch size was not measured
    /// @param ratios against the original; empty for the original itself
    /// @param cpuNs processor time a query
    /// @param figures loading, first inference, warm-up, memory, by fork
    public record Timed(Summary latency, int itemsPerQuery, SortedMap<Integer, Estimate> throughput,
            SortedMap<Integer, String> leftOut, Optional<Ratios> ratios, Reading<Estimate> cpuNs,
            List<Measured.Figures> figures) {

        /// Copies the collections.
        public Timed {
            throughput = Collections.unmodifiableSortedMap(new TreeMap<>(throughput));
            leftOut = Collections.unmodifiableSortedMap(new TreeMap<>(leftOut));
            figures = List.copyOf(figures);
        }

        /// The batch size with the highest throughput, and that throughput.
        public Optional<Map.Entry<Integer, Estimate>> bestThroughput() {
            return throughput.entrySet().stream().max(Map.Entry.comparingByValue(
                    (a, b) -> Double.compare(a.value(), b.value())));
        }
    }

    /// Ratios against the original, below 1 being faster.
    ///
    /// @param latency of the medians
    /// @param cpu of the processor time, which other load disturbs less
    public record Ratios(Reading<RatioInterval> latency, Reading<RatioInterval> cpu) {}

    /// Why there is no variant, or no figures of it; empty if there are.
    public Optional<Problem> failure() {
        return made.isPresent() && timed.isPresent()
                ? Optional.empty()
                : problems.stream().filter(p -> p.severity() == Severity.ERROR).findFirst();
    }

    /// The same row with an explanation of its file, where it has one.
    VariantResult explained(Function<Made, Explanation> explain) {
        return new VariantResult(name, made.map(m -> m.explained(explain.apply(m))), scored, timed, cost, problems,
                verdict);
    }

    /// The same row with a verdict.
    VariantResult saying(String words) {
        return new VariantResult(name, made, scored, timed, cost, problems, words);
    }

    /// What runs on what in it, if somebody looked.
    public Optional<Explanation> why() {
        return made.flatMap(Made::why);
    }

    /// What its measurements say of its speed.
    public Explanation.Speed speed() {
        return ratio().map(r -> switch (r.verdict()) {
            case FASTER -> Explanation.Speed.FASTER;
            case SLOWER -> Explanation.Speed.SLOWER;
            case NO_DIFFERENCE -> Explanation.Speed.NO_DIFFERENCE;
        }).orElse(Explanation.Speed.NOT_TIMED);
    }

    /// The ratio of the median latency to the original's, if it was measured.
    public Optional<RatioInterval> ratio() {
        return timed.flatMap(Timed::ratios).flatMap(r -> r.latency().toOptional());
    }
}
