package dev.lathe.evaluate.metric;

/// Metrics of the confusion matrix: `f1` and `matthews`.
///
/// `F1` is that of class 1 where there are two classes, and the mean over the classes that occur (as label or as choice)
/// otherwise; 0 where nothing was found and nothing should be. `MATTHEWS` is the correlation coefficient, Gorodkin's for
/// more than two classes, in -1..1; 0 where only one class occurs. Both as scikit-learn defines them. An output that is
/// not finite chooses no class, which is always wrong.
public enum ConfusionMetric implements Metric {
    F1("f1") {
        @Override
        double of(Counts counts) {
            if (counts.binary) {
                return counts.f1(1);
            }
            double sum = 0;
            int occurring = 0;
            for (int c = 0; c < counts.actual.length - 1; c++) {
                if (counts.actual[c] + counts.chosen[c] > 0) {
                    sum += counts.f1(c);
                    occurring++;
                }
            }
            return occurring == 0 ? 0 : sum / occurring;
        }
    },
    MATTHEWS("matthews") {
        @Override
        double of(Counts counts) {
            double right = 0;
            double total = 0;
            double both = 0;
            double chosenSquares = 0;
            double actualSquares = 0;
            for (int c = 0; c < counts.actual.length; c++) {
                right += counts.right[c];
                total += counts.actual[c];
                both += counts.actual[c] * counts.chosen[c];
                chosenSquares += counts.chosen[c] * counts.chosen[c];
                actualSquares += counts.actual[c] * counts.actual[c];
            }
            double scale = (total * total - chosenSquares) * (total * total - actualSquares);
            return scale <= 0 ? 0 : (right * total - both) / Math.sqrt(scale);
        }
    };

    private static final int MOST_CLASSES = 1_000_000;

    private final String id;

    ConfusionMetric(String id) {
        this.id = id;
    }

    abstract double of(Counts counts);

    @Override
    public String id() {
        return id;
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
        int[] labels = TopK.classLabels(id, outputs, reference);
        int[] chosen = outputs.chosen(id);
        int classes = Math.max(2, outputs.classCount());
        for (int label : labels) {
            classes = Math.max(classes, label + 1);
        }
        if (classes > MOST_CLASSES) {
            throw Outputs.unfit(id, "the output chose class " + (classes - 1L) + ", which cannot be a class index",
                    "Name another output in the dataset's output.name.");
        }
        int none = classes;
        return Prepared.of(labels.length, weights -> {
            Counts counts = new Counts(none);
            for (int i = 0; i < weights.length; i++) {
                int choice = chosen[i] < 0 ? none : chosen[i];
                counts.actual[labels[i]] += weights[i];
                counts.chosen[choice] += weights[i];
                counts.right[choice] += choice == labels[i] ? weights[i] : 0;
            }
            return of(counts);
        }, outputs.nonFinite("variant"));
    }

    /// Row sums, column sums and diagonal of a confusion matrix; the last class is "none chosen".
    static final class Counts {
        private final boolean binary;
        private final double[] actual;
        private final double[] chosen;
        private final double[] right;

        Counts(int classes) {
            binary = classes == 2;
            actual = new double[classes + 1];
            chosen = new double[classes + 1];
            right = new double[classes + 1];
        }

        double f1(int c) {
            double sum = actual[c] + chosen[c];
            return sum == 0 ? 0 : 2 * right[c] / sum;
        }
    }
}
