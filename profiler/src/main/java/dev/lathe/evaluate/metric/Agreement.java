package dev.lathe.evaluate.metric;

import dev.lathe.base.Problem;
import java.util.List;
import java.util.stream.Stream;

/// How often a variant chooses the class that the original chose; needs no labels.
///
/// The class is the largest number along the last axis. With several rows a sample (`[batch, position, classes]`) a sample
/// adds the share of its rows that agree. A sample with NaN or infinity in either output agrees in nothing.
public record Agreement() implements Metric {
    @Override
    public String id() {
        return "agreement";
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
    public boolean needsOriginal() {
        return true;
    }

    @Override
    public Prepared prepare(Outputs outputs, Reference reference) {
        Metric.requireSameCount(outputs, reference);
        Outputs original = original(id(), reference);
        double[] agreed = new double[outputs.count()];
        for (int i = 0; i < agreed.length; i++) {
            if (outputs.finite(i) && original.finite(i)) {
                agreed[i] = share(outputs, original, i);
            }
        }
        return Prepared.mean(agreed, nonFinite(outputs, original));
    }

    private double share(Outputs outputs, Outputs original, int sample) {
        if (outputs instanceof Outputs.Labels mine && original instanceof Outputs.Labels theirs) {
            return mine.classes().get(sample).equals(theirs.classes().get(sample)) ? 1 : 0;
        }
        if (!(outputs instanceof Outputs.Rows mine && original instanceof Outputs.Rows theirs)) {
            throw Outputs.unfit(id(), "variant and original give outputs of different kinds, or boxes",
                    "Boxes are compared by box-agreement.");
        }
        requireSameShape(id(), mine, theirs, sample);
        int rows = mine.samples().get(sample).length / mine.lastAxis();
        int agreed = 0;
        for (int r = 0; r < rows; r++) {
            boolean same = mine.lastAxis() == 1
                    ? mine.samples().get(sample)[r] > 0.5 == theirs.samples().get(sample)[r] > 0.5
                    : mine.best(sample, r) == theirs.best(sample, r);
            agreed += same ? 1 : 0;
        }
        return (double) agreed / rows;
    }

    static Outputs original(String metric, Reference reference) {
        if (reference instanceof Reference.Original(Outputs outputs)) {
            return outputs;
        }
        throw Outputs.unfit(metric, "it compares with the original's outputs, not with labels",
                "Evaluate the original first.");
    }

    static void requireSameShape(String metric, Outputs.Rows mine, Outputs.Rows theirs, int sample) {
        if (mine.lastAxis() != theirs.lastAxis()
                || mine.samples().get(sample).length != theirs.samples().get(sample).length) {
            throw Outputs.unfit(metric,
                    "sample " + sample + " has " + mine.samples().get(sample).length + " numbers (last axis "
                            + mine.lastAxis() + ") against " + theirs.samples().get(sample).length + " ("
                            + theirs.lastAxis() + ") of the original",
                    "A variant must keep the outputs' shapes.");
        }
    }

    static List<Problem> nonFinite(Outputs outputs, Outputs original) {
        return Stream.concat(outputs.nonFinite("variant").stream(), original.nonFinite("original").stream()).toList();
    }
}
