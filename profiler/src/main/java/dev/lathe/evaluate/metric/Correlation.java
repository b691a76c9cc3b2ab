package dev.lathe.evaluate.metric;

import java.util.Comparator;
import java.util.stream.IntStream;

/// How one number a sample goes with its label: `pearson` for a straight line, `spearman` for any rising curve; in -1..1.
///
/// Equal values share their mean rank. Where all labels or all outputs are equal there is no correlation: 0. An output
/// that is not finite is put at the mean of the others, where it says nothing.
public enum Correlation implements Metric {
    PEARSON("pearson") {
        @Override
        double of(double[] outputs, double[] labels, int[] weights) {
            return coefficient(outputs, labels, weights);
        }
    },
    SPEARMAN("spearman") {
        @Override
        double of(double[] outputs, double[] labels, int[] weights) {
            return coefficient(ranks(outputs, weights), ranks(labels, weights), weights);
        }
    };

    private final String id;

    Correlation(String id) {
        this.id = id;
    }

    abstract double of(double[] outputs, double[] labels, int[] weights);

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
        if (!(reference instanceof Reference.Values truth)) {
            throw Outputs.unfit(id, "the data has no numbers as labels", "Set the task to regression.");
        }
        double[] labels = truth.values().stream().mapToDouble(v -> v).toArray();
        double[] predicted = IntStream.range(0, labels.length).mapToDouble(i -> Rmse.predicted(id, outputs, i))
                .toArray();
        double mean = IntStream.range(0, labels.length).mapToDouble(i -> predicted[i]).filter(Double::isFinite)
                .average()
                .orElse(0);
        for (int i = 0; i < predicted.length; i++) {
            predicted[i] = Double.isFinite(predicted[i]) ? predicted[i] : mean;
        }
        return Prepared.of(labels.length, weights -> of(predicted, labels, weights), outputs.nonFinite("variant"));
    }

    private static double coefficient(double[] x, double[] y, int[] weights) {
        double total = 0;
        double meanX = 0;
        double meanY = 0;
        for (int i = 0; i < x.length; i++) {
            total += weights[i];
            meanX += weights[i] * x[i];
            meanY += weights[i] * y[i];
        }
        meanX /= total;
        meanY /= total;
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int i = 0; i < x.length; i++) {
            double dx = x[i] - meanX;
            double dy = y[i] - meanY;
            xx += weights[i] * dx * dx;
            yy += weights[i] * dy * dy;
            xy += weights[i] * dx * dy;
        }
        return xx <= 0 || yy <= 0 ? 0 : Math.clamp(xy / Math.sqrt(xx * yy), -1.0, 1.0);
    }

    /// The mean rank of each value among all, each counted `weights[i]` times.
    private static double[] ranks(double[] values, int[] weights) {
        int[] order = IntStream.range(0, values.length).boxed().sorted(Comparator.comparingDouble(i -> values[i]))
                .mapToInt(Integer::intValue).toArray();
        double[] ranks = new double[values.length];
        double below = 0;
        int from = 0;
        while (from < order.length) {
            int to = from;
            double tied = 0;
            while (to < order.length && values[order[to]] == values[order[from]]) {
                tied += weights[order[to]];
                to++;
            }
            for (int i = from; i < to; i++) {
                ranks[order[i]] = below + (tied + 1) / 2;
            }
            below += tied;
            from = to;
        }
        return ranks;
    }
}
