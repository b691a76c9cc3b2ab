package dev.lathe.profile.stats;

import java.util.List;

/// How much the ratio of two variants differs from one pair of processes to the next, beyond what blocks show.
///
/// A process has its own luck (memory layout, page colours, thread placement) which lasts as long as it lives, so blocks
/// inside it cannot reveal it. Two forks reveal it with one degree of freedom, for which Student's factor is 12.7. Two
/// things make that bearable, and both are assumptions a reader should know:
/// - all variants of a run are taken to share one process variance (residual of a two-way table variant x fork), so five
///   variants and two forks give four degrees of freedom;
/// - it is moderated by [#ASSUMED], worth two further degrees of freedom at 1 % of the ratio, unless at least four degrees
///   of freedom found more than that.
///
/// Limit: five variants pooled, or five forks, keep the level of the interval however much processes differ. One pair alone
/// keeps it up to a process standard deviation of about 1 %; with two forks at 3 % it calls two copies different in 22 of
/// 100 runs (RatioIntervalTest holds these figures). So pool what was measured together.
///
/// @param logVariance variance of the natural logarithm of one fork's ratio
/// @param degreesOfFreedom how well that variance is known
public record ForkNoise(double logVariance, double degreesOfFreedom) {
    /// What is assumed before any fork was seen: ratios of two processes of one variant differ by 1 % (one sigma).
    public static final ForkNoise ASSUMED = new ForkNoise(0.01 * 0.01, 2);

    private static final double ENOUGH_FREEDOM = 4;

    /// The noise found in a run, moderated by what is assumed.
    ///
    /// @param variants all variants measured together, the original and its copy included; the same number of forks each
    public static ForkNoise pooled(List<List<Fork>> variants) {
        int forks = variants.isEmpty() ? 0 : variants.getFirst().size();
        double[][] logMedians = new double[variants.size()][forks];
        for (int v = 0; v < variants.size(); v++) {
            if (variants.get(v).size() != forks) {
                throw new IllegalArgumentException("variants with " + forks + " and " + variants.get(v).size()
                        + " forks cannot be pooled");
            }
            for (int f = 0; f < forks; f++) {
                long[] sorted = variants.get(v).get(f).sorted();
                logMedians[v][f] = Math.log((double) Math.max(1, sorted[(sorted.length - 1) / 2]));
            }
        }
        return ofLogValues(logMedians);
    }

    /// The noise in a table of logarithms of medians or means, variant by fork; moderated as in [#pooled].
    public static ForkNoise ofLogValues(double[][] logMedians) {
        int variants = logMedians.length;
        int forks = variants == 0 ? 0 : logMedians[0].length;
        if (variants < 2 || forks < 2) {
            return ASSUMED;
        }
        double[] variantMean = new double[variants];
        double[] forkMean = new double[forks];
        double mean = 0;
        for (int v = 0; v < variants; v++) {
            for (int f = 0; f < forks; f++) {
                variantMean[v] += logMedians[v][f] / forks;
                forkMean[f] += logMedians[v][f] / variants;
                mean += logMedians[v][f] / forks / variants;
            }
        }
        double squares = 0;
        for (int v = 0; v < variants; v++) {
            for (int f = 0; f < forks; f++) {
                double residual = logMedians[v][f] - variantMean[v] - forkMean[f] + mean;
                squares += residual * residual;
            }
        }
        double freedom = (variants - 1.0) * (forks - 1);
        // the residual variance is that of one process; a ratio has two
        return new ForkNoise(2 * squares / freedom, freedom).moderated();
    }

    /// Half the width of the 95 % interval of the mean log ratio of `forks` forks.
    double halfWidth(int forks) {
        return halfWidth(forks, 1);
    }

    /// The same for one of several intervals that hold together (Bonferroni).
    double halfWidth(int forks, int comparisons) {
        return BlockBootstrap.student(degreesOfFreedom, comparisons) * Math.sqrt(logVariance / forks);
    }

    private ForkNoise moderated() {
        if (degreesOfFreedom >= ENOUGH_FREEDOM && logVariance > ASSUMED.logVariance) {
            return this;
        }
        double freedom = degreesOfFreedom + ASSUMED.degreesOfFreedom;
        double sum = degreesOfFreedom * logVariance + ASSUMED.degreesOfFreedom * ASSUMED.logVariance;
        return new ForkNoise(sum / freedom, freedom);
    }
}
