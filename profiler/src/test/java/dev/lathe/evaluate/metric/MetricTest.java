package dev.lathe.evaluate.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.base.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MetricTest {
    private static final float NAN = Float.NaN;

    @Test
    void topOneCountsTheLargestScore() {
        Prepared top1 = new TopK(1).prepare(rows(3, 0.1, 0.7, 0.2, 5, -1, 0, 0, 0, 1), Reference.Classes.of(1, 0, 1));
        assertThat(top1.value()).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(top1.contributions().orElseThrow()).containsExactly(1, 1, 0);
        assertThat(top1.problems()).isEmpty();
    }

    @Test
    void topKCountsTheRankAndGivesTiesToTheLowerIndex() {
        Outputs ties = rows(4, 1, 1, 1, 1);
        assertThat(new TopK(1).prepare(ties, Reference.Classes.of(0)).value()).isEqualTo(1);
        assertThat(new TopK(2).prepare(ties, Reference.Classes.of(1)).value()).isEqualTo(1);
        assertThat(new TopK(2).prepare(ties, Reference.Classes.of(2)).value()).isEqualTo(0);
        Outputs seven = rows(7, 1, 2, 3, 4, 5, 6, 7);
        assertThat(new TopK(5).prepare(seven, Reference.Classes.of(2)).value()).isEqualTo(1);
        assertThat(new TopK(5).prepare(seven, Reference.Classes.of(1)).value()).isEqualTo(0);
    }

    @Test
    void topOneOfKAgreesWithTopOneOnRandomScores() {
        SplittableRandom random = new SplittableRandom(1);
        List<float[]> samples = new ArrayList<>();
        int[] labels = new int[200];
        for (int i = 0; i < labels.length; i++) {
            float[] row = new float[10];
            for (int c = 0; c < row.length; c++) {
                row[c] = random.nextInt(4);
            }
            samples.add(row);
            labels[i] = random.nextInt(10);
        }
        Outputs outputs = new Outputs.Rows(samples, 10);
        int[] chosen = outputs.chosen("top-1");
        for (int i = 0; i < labels.length; i++) {
            int sample = i;
            Outputs one = new Outputs.Rows(List.of(samples.get(sample)), 10);
            boolean first = new TopK(2).prepare(one, Reference.Classes.of(chosen[sample])).value() == 1;
            assertThat(first).isTrue();
        }
    }

    @Test
    void readsClassIndicesAndSingleScores() {
        assertThat(new TopK(1).prepare(Outputs.Labels.of(2, 0, 1), Reference.Classes.of(2, 0, 2)).value())
                .isCloseTo(2.0 / 3, within(1e-12));
        // probabilities: 0.5 decides; logits: 0 decides
        assertThat(rows(1, 0.4, 0.6).chosen("top-1")).containsExactly(0, 1);
        assertThat(rows(1, 0.4, -0.6, 3).chosen("top-1")).containsExactly(1, 0, 1);
    }

    @Test
    void f1AndMatthewsOfTwoClassesMatchTheConfusionMatrix() {
        // TP 3, FP 1, FN 2, TN 4
        Outputs chosen = Outputs.Labels.of(1, 1, 1, 1, 0, 0, 0, 0, 0, 0);
        Reference labels = Reference.Classes.of(1, 1, 1, 0, 1, 1, 0, 0, 0, 0);
        assertThat(ConfusionMetric.F1.prepare(chosen, labels).value()).isCloseTo(6.0 / 9, within(1e-12));
        double mcc = (3 * 4 - 1 * 2) / Math.sqrt(4.0 * 5 * 5 * 6);
        assertThat(ConfusionMetric.MATTHEWS.prepare(chosen, labels).value()).isCloseTo(mcc, within(1e-12));
    }

    @Test
    void f1IsTheMeanOverClassesWhereThereAreMore() {
        Outputs chosen = Outputs.Labels.of(0, 0, 1, 2, 2, 2);
        Reference labels = Reference.Classes.of(0, 1, 1, 2, 2, 0);
        // class 0: TP 1 of 2 chosen, 2 actual -> 0.5; class 1: 2*1/(1+2); class 2: 2*2/(3+2)
        assertThat(ConfusionMetric.F1.prepare(chosen, labels).value())
                .isCloseTo((0.5 + 2.0 / 3 + 0.8) / 3, within(1e-12));
        // Gorodkin: (c s - sum p t) / sqrt((s^2 - sum p^2)(s^2 - sum t^2)), c = 4, s = 6, p = 2 1 3, t = 2 2 2
        assertThat(ConfusionMetric.MATTHEWS.prepare(chosen, labels).value())
                .isCloseTo((4 * 6 - 12) / Math.sqrt((36 - 14) * (36 - 12)), within(1e-12));
    }

    @Test
    void matthewsOfOneClassIsZero() {
        assertThat(ConfusionMetric.MATTHEWS.prepare(Outputs.Labels.of(1, 1), Reference.Classes.of(1, 1)).value())
                .isZero();
    }

    @Test
    void aucCountsPairsAndHalvesTies() {
        // positives 0.9, 0.5; negatives 0.5, 0.1: above 3 of 4 pairs, one tie
        Outputs scores = rows(1, 0.9, 0.5, 0.5, 0.1);
        Reference labels = Reference.Classes.of(1, 1, 0, 0);
        assertThat(new Auc().prepare(scores, labels).value()).isCloseTo(3.5 / 4, within(1e-12));
        Outputs two = rows(2, 0.1, 0.9, 0.5, 0.5, 0.5, 0.5, 0.9, 0.1);
        assertThat(new Auc().prepare(two, labels).value()).isCloseTo(3.5 / 4, within(1e-6));
    }

    @Test
    void aucOfAWeightingEqualsAucOfTheResample() {
        SplittableRandom random = new SplittableRandom(3);
        double[] scores = random.doubles(20).map(s -> Math.round(s * 8) / 8.0).toArray();
        int[] labels = random.ints(20, 0, 2).toArray();
        int[] weights = random.ints(20, 0, 4).toArray();
        List<Double> drawn = new ArrayList<>();
        List<Integer> drawnLabels = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            for (int w = 0; w < weights[i]; w++) {
                drawn.add(scores[i]);
                drawnLabels.add(labels[i]);
            }
        }
        double[] copies = drawn.stream().mapToDouble(d -> d).toArray();
        assertThat(new Auc().prepare(rows(1, scores), Reference.Classes.of(labels)).value(weights)).isCloseTo(
                new Auc().prepare(rows(1, copies), new Reference.Classes(drawnLabels)).value(), within(1e-12));
    }

    @Test
    void rmseIsInTheLabelsUnit() {
        Prepared rmse = new Rmse().prepare(rows(1, 1, 2, 5), Reference.Values.of(1, 4, 1));
        assertThat(rmse.value()).isCloseTo(Math.sqrt(20.0 / 3), within(1e-6));
        assertThat(rmse.value(new int[]{1, 1, 0})).isCloseTo(Math.sqrt(2), within(1e-6));
    }

    @Test
    void agreementFollowsTheLastAxis() {
        Outputs original = rows(2, 0.2, 0.8, 0.9, 0.1);
        assertThat(new Agreement().prepare(rows(2, 0, 1, 0, 1), new Reference.Original(original)).value())
                .isEqualTo(0.5);
        // one sample of three positions, two of which agree
        Outputs positions = new Outputs.Rows(List.of(new float[]{1, 0, 1, 0, 0, 1}), 2);
        Outputs changed = new Outputs.Rows(List.of(new float[]{3, 0, 0, 9, 0, 1}), 2);
        assertThat(new Agreement().prepare(changed, new Reference.Original(positions)).value())
                .isCloseTo(2.0 / 3, within(1e-12));
        assertThat(new Agreement().prepare(Outputs.Labels.of(1, 2), new Reference.Original(Outputs.Labels.of(1, 3)))
                .value()).isEqualTo(0.5);
    }

    @Test
    void cosineIsPerSampleAndSqnrOverAll() {
        Reference original = new Reference.Original(rows(2, 3, 4, 1, 0));
        Outputs variant = rows(2, 6, 8, 0, 1);
        assertThat(Similarity.COSINE.prepare(variant, original).value()).isCloseTo(0.5, within(1e-12));
        assertThat(Similarity.COSINE_MIN.prepare(variant, original).value()).isCloseTo(0, within(1e-12));
        // signal 25 + 1, noise 25 + 2
        assertThat(Similarity.SQNR.prepare(variant, original).value())
                .isCloseTo(10 * Math.log10(26.0 / 27), within(1e-9));
    }

    @Test
    void identicalOutputsAreCalledIdentical() {
        Outputs outputs = rows(2, 3, 4, 1, 0);
        Prepared sqnr = Similarity.SQNR.prepare(outputs, new Reference.Original(outputs));
        assertThat(sqnr.value()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(Score.of(Similarity.SQNR, sqnr, 1).words()).isEqualTo("identical");
    }

    @Test
    void nanIsWrongInEveryMetricAndReported() {
        Outputs broken = rows(2, 0, 1, NAN, 1, Float.POSITIVE_INFINITY, 0, 1, 0);
        Reference labels = Reference.Classes.of(1, 1, 0, 0);
        String sentence = "output of the variant: NaN or infinite in 2 of 4 samples, first in sample 1; they count as wrong. "
                + "Look for an overflow: FP16, or a quantized range that is too narrow.";

        Prepared top1 = new TopK(1).prepare(broken, labels);
        assertThat(top1.value()).isEqualTo(0.5);
        assertThat(top1.problems()).extracting(Problem::sentence).containsExactly(sentence);
        assertThat(new TopK(2).prepare(broken, labels).value()).isEqualTo(0.5);
        // each class: one right, one chosen, two actual
        assertThat(ConfusionMetric.F1.prepare(broken, labels).value()).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(ConfusionMetric.MATTHEWS.prepare(broken, labels).value()).isLessThan(1);
        assertThat(new Auc().prepare(broken, labels).value()).isEqualTo(0.25);
        Reference self = new Reference.Original(rows(2, 0, 1, 0, 1, 1, 0, 1, 0));
        assertThat(new Agreement().prepare(broken, self).value()).isEqualTo(0.5);
        assertThat(Similarity.COSINE.prepare(broken, self).value()).isEqualTo(0.5);
        assertThat(Similarity.SQNR.prepare(broken, self).value()).isCloseTo(10 * Math.log10(2), within(1e-9));
        for (Metric metric : List.of(new TopK(5), ConfusionMetric.F1, ConfusionMetric.MATTHEWS, new Auc())) {
            assertThat(metric.prepare(broken, labels).problems()).as(metric.id()).extracting(Problem::sentence)
                    .containsExactly(sentence);
        }
        for (Metric metric : List.of(new Agreement(), Similarity.COSINE, Similarity.COSINE_MIN, Similarity.SQNR)) {
            assertThat(metric.prepare(broken, self).problems()).as(metric.id()).extracting(Problem::sentence)
                    .containsExactly(sentence);
        }
    }

    @Test
    void nanCountsWithTheLargestErrorInRmse() {
        Prepared rmse = new Rmse().prepare(rows(1, 1, NAN), Reference.Values.of(1, 11));
        assertThat(rmse.value()).isCloseTo(Math.sqrt(100.0 / 2), within(1e-9));
        assertThat(rmse.problems()).hasSize(1);
    }

    @Test
    void nanOfTheOriginalIsReportedAsTheOriginals() {
        Prepared agreement = new Agreement().prepare(rows(2, 0, 1), new Reference.Original(rows(2, NAN, 1)));
        assertThat(agreement.value()).isZero();
        assertThat(agreement.problems().getFirst().sentence())
                .startsWith("output of the original: NaN or infinite in 1 of 1 samples, first in sample 0");
    }

    @Test
    void correlationsMatchTheirFormulas() {
        Outputs outputs = rows(1, 1, 2, 3, 10);
        Reference labels = Reference.Values.of(2, 4, 6, 8);
        // squares about the means 4 and 5 sum to 50 and 20, products to 28
        assertThat(Correlation.PEARSON.prepare(outputs, labels).value()).isCloseTo(28 / Math.sqrt(50.0 * 20),
                within(1e-12));
        assertThat(Correlation.SPEARMAN.prepare(outputs, labels).value()).isCloseTo(1, within(1e-12));
        assertThat(Correlation.SPEARMAN.prepare(outputs, Reference.Values.of(4, 3, 2, 1)).value())
                .isCloseTo(-1, within(1e-12));
        assertThat(Correlation.PEARSON.prepare(rows(1, 3, 3, 3, 3), labels).value()).isZero();
    }

    @Test
    void correlationsOfAWeightingAreThoseOfTheDrawnSamples() {
        int[] weights = {2, 0, 1, 3, 1};
        Prepared weighted = Correlation.SPEARMAN.prepare(rows(1, 5, 1, 2, 5, 3), Reference.Values.of(1, 2, 3, 4, 5));
        Prepared drawn = Correlation.SPEARMAN.prepare(rows(1, 5, 5, 2, 5, 5, 5, 3),
                Reference.Values.of(1, 1, 3, 4, 4, 4, 5));
        assertThat(weighted.value(weights)).isCloseTo(drawn.value(), within(1e-12));
    }

    @Test
    void divergenceIsThatOfTheProbabilities() {
        Reference original = new Reference.Original(rows(2, 0.5, 0.5));
        assertThat(new Divergence().prepare(rows(2, 0.25, 0.75), original).value())
                .isCloseTo(0.5 * Math.log(2) + 0.5 * Math.log(2.0 / 3), within(1e-7));
        // logits that differ by a constant are the same probabilities
        assertThat(new Divergence().prepare(rows(3, 11, 12, 13), new Reference.Original(rows(3, 1, 2, 3))).value())
                .isCloseTo(0, within(1e-6));
        assertThat(new Divergence().prepare(rows(2, NAN, 1), original).value()).isCloseTo(Math.log(2), within(1e-12));
    }

    @Test
    void maxErrorIsTheLargestDifferenceAnywhere() {
        Reference original = new Reference.Original(rows(2, 1, 2, -8, 4));
        assertThat(new MaxError().prepare(rows(2, 1, 2.5, -7.75, 4), original).value()).isEqualTo(0.5);
        assertThat(new MaxError().prepare(rows(2, 1, NAN, -8, 4), original).value()).isEqualTo(8);
    }

    @Test
    void everyMetricIsFoundByItsId() {
        for (Metric metric : Metric.all()) {
            assertThat(Metric.named(metric.id())).isEqualTo(metric);
            assertThat(metric.id()).matches("[a-z0-9]+(-[a-z0-9]+)*");
        }
        assertThatThrownBy(() -> Metric.named("accuracy"))
                .hasMessage("metric accuracy: there is no such metric. Known are "
                        + "agreement, auc, box-agreement, cosine, cosine-min, f1, kl, map, map-50, matthews, max-error, "
                        + "pearson, rmse, spearman, sqnr, top-1, top-5.");
    }

    @Test
    void saysWhatDoesNotFit() {
        assertThatThrownBy(() -> new TopK(1).prepare(rows(3, 1, 2, 3), Reference.Classes.of(3)))
                .hasMessage("label of sample 0: 3 is not one of the model's 3 classes. "
                        + "Check labels.classes and output.offset of the dataset.");
        assertThatThrownBy(() -> new TopK(5).prepare(Outputs.Labels.of(1), Reference.Classes.of(1)))
                .hasMessage("metric top-5: the output holds one class a sample, not scores. Use top-1.");
        assertThatThrownBy(() -> new TopK(1).prepare(rows(3, 1, 2, 3), Reference.Values.of(3)))
                .hasMessage("metric top-1: the data has no class labels. Give labels, or use agreement.");
        assertThatThrownBy(
                () -> new TopK(1).prepare(new Outputs.Rows(List.of(new float[6]), 2), Reference.Classes.of(1)))
                .hasMessage("metric top-1: the output has 3 rows of 2 numbers for one label. "
                        + "Name another output in the dataset's output.name.");
        assertThatThrownBy(() -> new Auc().prepare(rows(3, 1, 2, 3), Reference.Classes.of(1)))
                .hasMessage("metric auc: the output has 3 numbers a sample, not one or two. Use top-1 or f1.");
        assertThatThrownBy(() -> new Auc().prepare(rows(1, 1, 2), Reference.Classes.of(1, 1)))
                .hasMessage("metric auc: the labels are not of two classes, 0 and 1. Use top-1 or f1.");
        assertThatThrownBy(() -> new Rmse().prepare(rows(1, 1), Reference.Classes.of(1)))
                .hasMessage("metric rmse: the data has no numbers as labels. Set the task to regression.");
        assertThatThrownBy(() -> new Agreement().prepare(rows(2, 1, 2), new Reference.Original(rows(1, 1))))
                .hasMessage("metric agreement: sample 0 has 2 numbers (last axis 2) against 1 (1) of the original. "
                        + "A variant must keep the outputs' shapes.");
        assertThatThrownBy(() -> ConfusionMetric.F1.prepare(Outputs.Labels.of(1L << 40, 2_000_000_000),
                Reference.Classes.of(1, 1))).hasMessageContaining("which cannot be a class index");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TopK(1).prepare(rows(1, 1), Reference.Classes.of(1, 0)))
                .withMessage("1 outputs against 2 references");
    }

    /// Rows of `width` numbers, one row a sample.
    static Outputs.Rows rows(int width, double... values) {
        List<float[]> samples = new ArrayList<>();
        for (int i = 0; i < values.length; i += width) {
            double[] row = Arrays.copyOfRange(values, i, i + width);
            float[] sample = new float[width];
            for (int c = 0; c < width; c++) {
                sample[c] = (float) row[c];
            }
            samples.add(sample);
        }
        return new Outputs.Rows(samples, width);
    }
}
