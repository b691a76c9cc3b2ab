package dev.lathe.evaluate.metric;

/// How near a variant's numbers come to the original's: `cosine` (mean over samples), `cosine-min`, and `sqnr` in dB.
///
/// SQNR is 10 log10(sum x^2 / sum (x-y)^2) over all samples, x being the original; +infinity for identical outputs. A
/// sample with NaN or infinity in either output has cosine 0, and for SQNR an output of zeros.
public enum Similarity implements Metric {
    COSINE("cosine", true) {
        @Override
        double of(Sums[] sums, int[] weights) {
            double sum = 0;
            long total = 0;
            for (int i = 0; i < weights.length; i++) {
                sum += weights[i] * sums[i].cosine();
                total += weights[i];
            }
            return sum / total;
        }
    },
    COSINE_MIN("cosine-min", true) {
        @Override
        double of(Sums[] sums, int[] weights) {
            double least = 1;
            for (int i = 0; i < weights.length; i++) {
                least = weights[i] > 0 ? Math.min(least, sums[i].cosine()) : least;
            }
            return least;
        }
    },
    SQNR("sqnr", false) {
        @Override
        double of(Sums[] sums, int[] weights) {
            double signal = 0;
            double noise = 0;
            for (int i = 0; i < weights.length; i++) {
                signal += weights[i] * sums[i].original;
                noise += weights[i] * sums[i].noise;
            }
            return noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
        }
    };

    private final String id;
    private final boolean inPoints;

    Similarity(String id, boolean inPoints) {
        this.id = id;
        this.inPoints = inPoints;
    }

    abstract double of(Sums[] sums, int[] weights);

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
        return inPoints;
    }

    @Override
    public boolean needsOriginal() {
        return true;
    }

    @Override
    public Prepared prepare(Outputs outputs, Reference reference) {
        Metric.requireSameCount(outputs, reference);
        Outputs original = Agreement.original(id, reference);
        if (!(outputs instanceof Outputs.Rows mine && original instanceof Outputs.Rows theirs)) {
            throw Outputs.unfit(id, "the outputs are not numbers", "Use agreement or box-agreement.");
        }
        Sums[] sums = new Sums[outputs.count()];
        for (int i = 0; i < sums.length; i++) {
            Agreement.requireSameShape(id, mine, theirs, i);
            sums[i] = Sums.of(theirs.samples().get(i), mine.samples().get(i), mine.finite(i) && theirs.finite(i));
        }
        return Prepared.of(sums.length, weights -> of(sums, weights), Agreement.nonFinite(outputs, original));
    }

    /// Sums of squares and products of one sample.
    record Sums(double original, double variant, double product, double noise) {
        static Sums of(float[] original, float[] variant, boolean finite) {
            double x2 = 0;
            double y2 = 0;
            double xy = 0;
            double noise = 0;
            for (int i = 0; i < original.length; i++) {
                double x = Float.isFinite(original[i]) ? original[i] : 0;
                double y = finite ? variant[i] : 0;
                x2 += x * x;
                y2 += y * y;
                xy += x * y;
                noise += (x - y) * (x - y);
            }
            return new Sums(x2, y2, finite ? xy : Double.NaN, noise);
        }

        double cosine() {
            if (Double.isNaN(product)) {
                return 0;
            }
            if (original == 0 && variant == 0) {
                return 1;
            }
            return original == 0 || variant == 0
                    ? 0
                    : Math.clamp(product / Math.sqrt(original * variant), -1.0, 1.0);
        }
    }
}
