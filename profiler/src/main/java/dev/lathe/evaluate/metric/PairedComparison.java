package dev.lathe.evaluate.metric;

import dev.lathe.profile.stats.Interval;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/// How much a variant lost against the original on the same samples.
///
/// A drop is positive where the variant is worse, by the metric's better direction: in points (100 times the metric) where
/// the metric lies in 0..1, in the metric's own unit otherwise.
///
/// @param metricId which metric
/// @param drop the paired point estimate, by which a variant is accepted
/// @param interval its 95 % interval: Bonett and Price's where each sample is right or wrong, else by resampling samples
/// @param mcNemarP the exact two-sided p of McNemar's test; empty where a sample is not just right or wrong
/// @param n how many samples
/// @param inPoints whether drop and interval are points
public record PairedComparison(String metricId, double drop, Interval interval, OptionalDouble mcNemarP, int n,
        boolean inPoints) {
    private static final double Z = 1.959964;
    private static final double TAIL = 0.025;

    /// Compares two preparations of one metric on the same samples in the same order.
    ///
    /// @param seed of the resampling
    public static PairedComparison of(Metric metric, Prepared original, Prepared variant, long seed) {
        if (original.count() != variant.count()) {
            throw new IllegalArgumentException(
                    original.count() + " samples of the original against " + variant.count() + " of the variant");
        }
        int n = original.count();
        double unit = (metric.inPoints() ? 100 : 1) * (metric.higherIsBetter() ? 1 : -1);
        double drop = unit * (original.value() - variant.value());
        Optional<double[]> before = original.contributions();
        Optional<double[]> after = variant.contributions();
        if (before.isPresent() && after.isPresent() && Score.isShare(before.get()) && Score.isShare(after.get())) {
            return ofShares(metric, before.get(), after.get(), drop);
        }
        Interval interval = Score.resampled(n, seed, w -> unit * (original.value(w) - variant.value(w)))
                .orElse(new Interval(drop, drop)).including(drop);
        if (metric.inPoints() && interval.low() == interval.high()) {
            interval = new Interval(drop - 100 * unseen(n), drop + 100 * unseen(n));
        }
        return new PairedComparison(metric.id(), drop, interval, OptionalDouble.empty(), n, metric.inPoints());
    }

    /// The loss of agreement with the original, for data without labels: 100 x (1 - agreement) points.
    public static PairedComparison lossOfAgreement(Score agreement) {
        Interval points = new Interval(100 * (1 - agreement.interval().high()), 100 * (1 - agreement.interval().low()));
        double loss = 100 * (1 - agreement.value());
        return new PairedComparison(agreement.metricId(), loss, points.including(loss), OptionalDouble.empty(),
                agreement.n(), true);
    }

    /// The largest drop that so few samples leave possible: the upper end of the interval, at least 0.
    public double cannotExclude() {
        return Math.max(0, interval.high());
    }

    /// The drop in words: "drop 0.25 points [-0.31, 0.81]; n = 1200 cannot exclude a drop of 0.81 points".
    public String words() {
        String unit = inPoints ? " points" : "";
        return String.format(Locale.ROOT, "drop %.2f%s [%.2f, %.2f]; n = %d cannot exclude a drop of %.2f%s",
                drop + 0.0,
                unit, interval.low(), interval.high(), n, cannotExclude(), unit);
    }

    /// Bonett and Price, Statistics in Medicine 31 (2012): Wald's interval with one pair added to each kind of disagreement,
    /// so that no disagreement at all still leaves a drop possible.
    private static PairedComparison ofShares(Metric metric, double[] before, double[] after, double drop) {
        int n = before.length;
        int lost = 0;
        int gained = 0;
        for (int i = 0; i < n; i++) {
            lost += before[i] > after[i] ? 1 : 0;
            gained += before[i] < after[i] ? 1 : 0;
        }
        double pLost = (lost + 1.0) / (n + 2);
        double pGained = (gained + 1.0) / (n + 2);
        double centre = pLost - pGained;
        double half = Z * Math.sqrt((pLost + pGained - centre * centre) / (n + 2));
        Interval points = new Interval(100 * Math.max(-1, centre - half), 100 * Math.min(1, centre + half));
        return new PairedComparison(metric.id(), drop, points.including(drop), OptionalDouble.of(mcNemar(lost, gained)),
                n, true);
    }

    /// The exact two-sided p of McNemar's test: samples lost and gained as fair coin tosses.
    static double mcNemar(int lost, int gained) {
        if (lost + gained == 0) {
            return 1;
        }
        int fewer = Math.min(lost, gained);
        return Math.min(1, 2 * BinomialDistribution.of(lost + gained, 0.5).cumulativeProbability(fewer));
    }

    /// The largest share of samples that may differ although none of `n` did, with 97.5 % confidence.
    private static double unseen(int n) {
        return 1 - Math.pow(TAIL, 1.0 / n);
    }
}
