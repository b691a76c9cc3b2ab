package dev.lathe.evaluate.metric;

/// The root of the mean squared error of one number a sample, in the unit of the label; lower is better.
///
/// An output that is not finite counts with the largest error there is: that of the worst finite output, or the range of
/// the labels if that is more.
public record Rmse() implements Metric {
    @Override
    public String id() {
        return "rmse";
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
    public Prepared prepare(Outputs outputs, Reference reference) {
        Metric.requireSameCount(outputs, reference);
        if (!(reference instanceof Reference.Values truth)) {
            throw Outputs.unfit(id(), "the data has no numbers as labels", "Set the task to regression.");
        }
        double[] errors = new double[outputs.count()];
        double worst = truth.values().stream().mapToDouble(v -> v).max().orElse(0)
                - truth.values().stream().mapToDouble(v -> v).min().orElse(0);
        for (int i = 0; i < errors.length; i++) {
            errors[i] = predicted(id(), outputs, i) - truth.values().get(i);
            worst = Double.isFinite(errors[i]) ? Math.max(worst, Math.abs(errors[i])) : worst;
        }
        double[] squares = new double[errors.length];
        for (int i = 0; i < errors.length; i++) {
            squares[i] = Double.isFinite(errors[i]) ? errors[i] * errors[i] : worst * worst;
        }
        Prepared mean = Prepared.mean(squares, outputs.nonFinite("variant"));
        return Prepared.of(squares.length, weights -> Math.sqrt(mean.value(weights)), mean.problems());
    }

    /// The one number a sample.
    static double predicted(String metric, Outputs outputs, int sample) {
        return switch (outputs) {
            case Outputs.Labels labels -> labels.classes().get(sample);
            case Outputs.Boxes _ -> throw Outputs.unfit(metric, "the outputs are boxes", "Use box-agreement.");
            case Outputs.Rows rows -> {
                float[] values = rows.samples().get(sample);
                if (values.length != 1) {
                    throw Outputs.unfit(metric, "the output has " + values.length + " numbers a sample, not one",
                            "Name another output in the dataset's output.name.");
                }
                yield values[0];
            }
        };
    }
}
