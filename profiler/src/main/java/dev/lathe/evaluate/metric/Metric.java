package dev.lathe.evaluate.metric;

import dev.lathe.base.Problem;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A way to say how good outputs are. Stateless; the id is what a dataset's `metrics` names.
public interface Metric {

    /// Permanent and kebab-case: `top-1`.
    String id();

    /// Whether a larger number is better.
    boolean higherIsBetter();

    /// Whether the number lies in 0..1 (or -1..1), so that a drop is told in points: 100 times the number.
    boolean inPoints();

    /// Looks at every output once; what comes back gives the metric of any weighting of the samples cheaply.
    ///
    /// @param outputs of the variant, one for each sample of the reference
    /// @throws dev.lathe.base.ProblemException if outputs, labels and metric do not fit together
    Prepared prepare(Outputs outputs, Reference reference);

    /// Whether it compares with the original's outputs ([Reference.Original]) and needs no labels.
    default boolean needsOriginal() {
        return false;
    }

    /// All metrics.
    static List<Metric> all() {
        return Stream.<List<? extends Metric>>of(List.of(new TopK(1), new TopK(5)), List.of(ConfusionMetric.values()),
                List.of(new Auc(), new Rmse()), List.of(Correlation.values()), List.of(new Agreement()),
                List.of(Similarity.values()), List.of(new Divergence(), new MaxError(), new BoxAgreement()),
                List.of(MeanAveragePrecision.values())).<Metric>flatMap(List::stream).toList();
    }

    /// The metric with an id.
    ///
    /// @throws dev.lathe.base.ProblemException if there is none: the sentence lists those there are
    static Metric named(String id) {
        return all().stream().filter(metric -> metric.id().equals(id)).findFirst()
                .orElseThrow(() -> Problem.error("unknown-metric", "metric " + id, "there is no such metric",
                        "Known are " + all().stream().map(Metric::id).sorted(Comparator.naturalOrder())
                                .collect(Collectors.joining(", ")) + ".")
                        .toException());
    }

    /// Refuses a reference with another number of samples.
    static void requireSameCount(Outputs outputs, Reference reference) {
        if (outputs.count() != reference.count() || outputs.count() == 0) {
            throw new IllegalArgumentException(
                    outputs.count() + " outputs against " + reference.count() + " references");
        }
    }
}
