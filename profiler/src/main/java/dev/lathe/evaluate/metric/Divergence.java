package dev.lathe.evaluate.metric;

/// The mean Kullback-Leibler divergence of a variant's class probabilities from the original's, in nats; needs no labels.
///
/// Rows that lie in 0..1 and sum to 1 are probabilities already, others go through softmax. A sample with NaN or infinity
/// in either output counts with the logarithm of the number of classes, the divergence of knowing from not knowing.
public record Divergence() implements Metric {
    private static final double LEAST = 1e-12;
    private static final double TOLERANCE = 1e-3;

    @Override
    public String id() {
        return "kl";
    }

    @Override
    public boolean higherIsBetter() {
        return false;
    }

    @Override
    public boolean inPoints() {
        return false;
    }

    @Override
    public boolean needsOriginal() {
        return true;
    }

    @Override
    public Prepared prepare(Outputs outputs, Reference reference) {
        Metric.requireSameCount(outputs, reference);
        Outputs original = Agreement.original(id(), reference);
        if (!(outputs instanceof Outputs.Rows mine && original instanceof Outputs.Rows theirs) || mine.lastAxis() < 2) {
            throw Outputs.unfit(id(), "the outputs are not scores of classes", "Use cosine or sqnr.");
        }
        double[] divergences = new double[mine.count()];
        for (int i = 0; i < divergences.length; i++) {
            Agreement.requireSameShape(id(), mine, theirs, i);
            divergences[i] = mine.finite(i) && theirs.finite(i)
                    ? mean(theirs.samples().get(i), mine.samples().get(i), mine.lastAxis())
                    : Math.log(mine.lastAxis());
        }
        return Prepared.mean(divergences, Agreement.nonFinite(outputs, original));
    }

    private static double mean(float[] original, float[] variant, int classes) {
        int rows = original.length / classes;
        double sum = 0;
        for (int r = 0; r < rows; r++) {
            double[] p = probabilities(original, r * classes, classes);
            double[] q = probabilities(variant, r * classes, classes);
            for (int c = 0; c < classes; c++) {
                sum += p[c] <= 0 ? 0 : p[c] * Math.log(p[c] / Math.max(LEAST, q[c]));
            }
        }
        return Math.max(0, sum / rows);
    }

    private static double[] probabilities(float[] values, int from, int classes) {
        double[] row = new double[classes];
        double sum = 0;
        double largest = Double.NEGATIVE_INFINITY;
        boolean within = true;
        for (int c = 0; c < classes; c++) {
            row[c] = values[from + c];
            sum += row[c];
            largest = Math.max(largest, row[c]);
            within &= row[c] >= 0 && row[c] <= 1;
        }
        if (within && Math.abs(sum - 1) < TOLERANCE) {
            return row;
        }
        double total = 0;
        for (int c = 0; c < classes; c++) {
            row[c] = Math.exp(row[c] - largest);
            total += row[c];
        }
        for (int c = 0; c < classes; c++) {
            row[c] /= total;
        }
        return row;
    }
}
