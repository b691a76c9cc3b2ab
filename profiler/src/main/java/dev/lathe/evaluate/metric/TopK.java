package dev.lathe.evaluate.metric;

import dev.lathe.base.Problem;

/// The share of samples whose right class is among the `k` best.
///
/// Of equal scores the lower index is better. A single score a sample is read as in [Outputs#chosen].
///
/// @param k how many count, at least 1
public record TopK(int k) implements Metric {
    @Override
    public String id() {
        return "top-" + k;
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
        int[] labels = classLabels(id(), outputs, reference);
        double[] right = new double[labels.length];
        if (k == 1) {
            int[] chosen = outputs.chosen(id());
            for (int i = 0; i < right.length; i++) {
                right[i] = chosen[i] == labels[i] ? 1 : 0;
            }
        } else if (outputs instanceof Outputs.Rows rows) {
            Outputs.requireOneRow(rows, id());
            for (int i = 0; i < right.length; i++) {
                right[i] = rows.finite(i) && rank(rows.samples().get(i), labels[i]) < k ? 1 : 0;
            }
        } else {
            throw Outputs.unfit(id(), "the output holds one class a sample, not scores", "Use top-1.");
        }
        return Prepared.mean(right, outputs.nonFinite("variant"));
    }

    private static int rank(float[] scores, int label) {
        int better = 0;
        for (int c = 0; c < scores.length; c++) {
            if (scores[c] > scores[label] || (scores[c] == scores[label] && c < label)) {
                better++;
            }
        }
        return better;
    }

    /// Class labels that lie within the model's classes.
    static int[] classLabels(String metric, Outputs outputs, Reference reference) {
        if (!(reference instanceof Reference.Classes classes)) {
            throw Outputs.unfit(metric, "the data has no class labels", "Give labels, or use agreement.");
        }
        int[] labels = classes.array();
        int limit = outputs instanceof Outputs.Rows ? outputs.classCount() : Integer.MAX_VALUE;
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= limit) {
                throw Problem.error("label-out-of-range", "label of sample " + i,
                        labels[i] + " is not one of the model's " + limit + " classes",
                        "Check labels.classes and output.offset of the dataset.").toException();
            }
        }
        return labels;
    }
}
