package dev.lathe.evaluate.metric;

/// The largest difference of any number of an output from the original's, in the output's own unit; needs no labels.
///
/// An output with NaN or infinity counts as the largest magnitude the original gave anywhere.
public record MaxError() implements Metric {
    @Override
    public String id() {
        return "max-error";
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
        if (!(outputs instanceof Outputs.Rows mine && original instanceof Outputs.Rows theirs)) {
            throw Outputs.unfit(id(), "the outputs are not numbers", "Use agreement or box-agreement.");
        }
        double largest = 0;
        for (int i = 0; i < theirs.count(); i++) {
            largest = theirs.finite(i) ? Math.max(largest, distance(theirs.samples().get(i), null)) : largest;
        }
        double[] errors = new double[mine.count()];
        for (int i = 0; i < errors.length; i++) {
            Agreement.requireSameShape(id(), mine, theirs, i);
            errors[i] = mine.finite(i) && theirs.finite(i)
                    ? distance(theirs.samples().get(i), mine.samples().get(i))
                    : largest;
        }
        return Prepared.of(errors.length, weights -> {
            double most = 0;
            for (int i = 0; i < errors.length; i++) {
                most = weights[i] > 0 ? Math.max(most, errors[i]) : most;
            }
            return most;
        }, Agreement.nonFinite(outputs, original));
    }

    private static double distance(float[] a, float @org.jspecify.annotations.Nullable [] b) {
        double most = 0;
        for (int i = 0; i < a.length; i++) {
            most = Math.max(most, Math.abs((double) a[i] - (b == null ? 0 : b[i])));
        }
        return most;
    }
}
