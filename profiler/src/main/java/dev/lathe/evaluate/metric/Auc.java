package dev.lathe.evaluate.metric;

import java.util.Comparator;
import java.util.stream.IntStream;

/// The area under the ROC curve of two classes: how often a sample of class 1 scores above one of class 0.
///
/// Equal scores count half. The score is the single number, or that of class 1 minus that of class 0. An output that is
/// not finite is put at the wrong end.
public record Auc() implements Metric {
    @Override
    public String id() {
        return "auc";
    }

    @Override
    public boolean higherIsBetter() {
        return true;
    }

    @Override
    public boolean inPoints() {
        return true;
    }

    @Override
    public Prepared prepare(Outputs outputs, Reference reference) {
        Metric.requireSameCount(outputs, reference);
        int[] labels = TopK.classLabels(id(), outputs, reference);
        boolean[] positive = new boolean[labels.length];
        for (int i = 0; i < labels.length; i++) {
            positive[i] = labels[i] == 1;
        }
        double[] scores = scores(outputs, positive);
        if (IntStream.of(labels).anyMatch(label -> label > 1) || IntStream.of(labels).distinct().count() < 2) {
            throw Outputs.unfit(id(), "the labels are not of two classes, 0 and 1", "Use top-1 or f1.");
        }
        int[] order = IntStream.range(0, scores.length).boxed().sorted(Comparator.comparingDouble(i -> scores[i]))
                .mapToInt(Integer::intValue).toArray();
        return Prepared.of(scores.length, weights -> area(order, scores, positive, weights),
                outputs.nonFinite("variant"));
    }

    private static double area(int[] order, double[] scores, boolean[] positive, int[] weights) {
        double above = 0;
        double negativesBelow = 0;
        double positives = 0;
        int from = 0;
        while (from < order.length) {
            double tiedPositives = 0;
            double tiedNegatives = 0;
            int to = from;
            while (to < order.length && scores[order[to]] == scores[order[from]]) {
                if (positive[order[to]]) {
                    tiedPositives += weights[order[to]];
                } else {
                    tiedNegatives += weights[order[to]];
                }
                to++;
            }
            above += tiedPositives * (negativesBelow + tiedNegatives / 2);
            negativesBelow += tiedNegatives;
            positives += tiedPositives;
            from = to;
        }
        return above / (positives * negativesBelow);
    }

    private double[] scores(Outputs outputs, boolean[] positive) {
        double[] scores = new double[positive.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = switch (outputs) {
                case Outputs.Labels labels -> labels.classes().get(i);
                case Outputs.Boxes _ -> throw Outputs.unfit(id(), "the outputs are boxes", "Use box-agreement.");
                case Outputs.Rows rows -> score(rows, i, positive[i]);
            };
        }
        return scores;
    }

    private double score(Outputs.Rows rows, int sample, boolean positive) {
        float[] values = rows.samples().get(sample);
        if (values.length != rows.lastAxis() || values.length > 2) {
            throw Outputs.unfit(id(), "the output has " + values.length + " numbers a sample, not one or two",
                    "Use top-1 or f1.");
        }
        if (!rows.finite(sample)) {
            return positive ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        return values.length == 1 ? values[0] : (double) values[1] - values[0];
    }
}
