package dev.lathe.profile.stats;

import dev.lathe.base.Reading;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// How the medians of two variants compare that were measured in interleaved blocks (A B B A).
///
/// The value is the geometric mean over forks of (variant's median / original's median) inside the fork; below 1 is
/// faster. Blocks are resampled in pairs of neighbours, so drift and whatever else both had in common cancels. Blocks
/// cannot show how processes differ, so the interval is never narrower than [ForkNoise] says, and with two forks it
/// holds both forks' own ratios. Its assumptions and their limits stand there.
///
/// @param value the ratio
/// @param interval its 95 % interval
/// @param pairs how many pairs of blocks (or of pieces of them, where blocks were few) were resampled
/// @param forkRatios the ratio of each fork by itself, to be shown beside
/// @param verdict what the interval shows
public record RatioInterval(double value, Interval interval, int pairs, List<Double> forkRatios, Verdict verdict) {
    private static final int MINIMUM_PAIRS = 3;
    /// Of 20 blocks of the shortest run: how sure an interval by blocks is of its own width.
    private static final int FREEDOM_APART = 18;

    /// Keeps the fork ratios.
    public RatioInterval {
        forkRatios = List.copyOf(forkRatios);
    }

    /// Compares two variants, with the fork noise that these two alone show.
    ///
    /// @param variant its forks; block `i` of fork `f` was measured beside the original's block `i` of fork `f`
    /// @param original as many forks, and in each as many blocks
    /// @return the ratio, or why there is none
    public static Reading<RatioInterval> of(List<Fork> variant, List<Fork> original, long seed) {
        return of(variant, original, ForkNoise.pooled(List.of(variant, original)), BlockBootstrap.seeded(seed));
    }

    /// Compares two variants, with the fork noise of the whole run ([ForkNoise#pooled]).
    ///
    /// @param variant its forks; block `i` of fork `f` was measured beside the original's block `i` of fork `f`
    /// @param original as many forks, and in each as many blocks
    /// @return the ratio, or why there is none
    public static Reading<RatioInterval> of(List<Fork> variant, List<Fork> original, ForkNoise noise,
            BlockBootstrap bootstrap) {
        return of(variant, original, noise, bootstrap, 1);
    }

    /// Compares two of several variants so that all intervals together hold with 95 % (Bonferroni).
    ///
    /// @param comparisons how many intervals are to hold together, this one included
    public static Reading<RatioInterval> of(List<Fork> variant, List<Fork> original, ForkNoise noise,
            BlockBootstrap bootstrap, int comparisons) {
        List<PairedFork> forks = paired(variant, original);
        int fewest = forks.stream().mapToInt(fork -> fork.pairs).min().orElse(0);
        if (fewest < MINIMUM_PAIRS) {
            return Reading.unknown(
                    "too few paired blocks in a fork (" + fewest + ", needs " + MINIMUM_PAIRS + ")");
        }
        List<Double> forkRatios = forks.stream().map(fork -> Math.exp(fork.logRatio(fork.all()))).toList();
        if (forkRatios.stream().anyMatch(ratio -> !Double.isFinite(ratio) || ratio == 0)) {
            return Reading.unknown("a median of 0 ns has no ratio");
        }
        double logValue = forkRatios.stream().mapToDouble(Math::log).average().orElse(0);
        double[] resampled = resample(forks, bootstrap);
        int pairs = forks.stream().mapToInt(fork -> fork.pairs).sum();
        Interval log = BlockBootstrap.widened(BlockBootstrap.percentiles(resampled), logValue,
                BlockBootstrap.studentFactor(pairs, forks.size(), comparisons));
        double between = noise.halfWidth(forks.size(), comparisons);
        log = log.union(new Interval(logValue - between, logValue + between));
        if (forks.size() == 2) {
            log = log.including(Math.log(forkRatios.get(0))).including(Math.log(forkRatios.get(1)));
        }
        Interval interval = new Interval(Math.exp(log.low()), Math.exp(log.high()));
        return Reading.known(
                new RatioInterval(Math.exp(logValue), interval, pairs, forkRatios, verdictOf(interval)),
                "paired block bootstrap, " + forks.size() + (forks.size() == 1 ? " fork" : " forks"));
    }

    /// Compares two figures that were found apart, each with an interval of its own, in runs that took turns.
    ///
    /// On the logarithm each side's distance from value to end stands for its error, and the two are added as independent ones
    /// are (MOVER; Zou and Donner, Statistics in Medicine 27, 2008). Where both had the same arrivals they are not quite
    /// independent, and the interval is wider than it need be. It is never narrower than what processes differ by, and with
    /// two forks holds both forks' own ratios.
    ///
    /// @param variant what is compared
    /// @param original what it is held against, in the same unit
    /// @param forkRatios the ratio of each fork by itself
    /// @param comparisons how many intervals are to hold together, this one included
    /// @return the ratio, or why there is none
    public static Reading<RatioInterval> apart(Estimate variant, Estimate original, List<Double> forkRatios,
            ForkNoise noise, int comparisons) {
        if (!(variant.interval().low() > 0) || !(original.interval().low() > 0)
                || !Double.isFinite(variant.interval().high()) || !Double.isFinite(original.interval().high())) {
            return Reading.unknown("the runs of one of them differ so much that its interval has no end");
        }
        double factor = BlockBootstrap.student(FREEDOM_APART, comparisons) / BlockBootstrap.student(FREEDOM_APART);
        double log = Math.log(variant.value() / original.value());
        double below = factor * Math.hypot(Math.log(variant.value() / variant.interval().low()),
                Math.log(original.interval().high() / original.value()));
        double above = factor * Math.hypot(Math.log(variant.interval().high() / variant.value()),
                Math.log(original.value() / original.interval().low()));
        double between = noise.halfWidth(Math.max(1, forkRatios.size()), comparisons);
        Interval both = new Interval(log - Math.max(below, between), log + Math.max(above, between));
        if (forkRatios.size() == 2) {
            both = both.including(Math.log(forkRatios.get(0))).including(Math.log(forkRatios.get(1)));
        }
        Interval interval = new Interval(Math.exp(both.low()), Math.exp(both.high()));
        return Reading.known(new RatioInterval(Math.exp(log), interval, forkRatios.size(), forkRatios,
                verdictOf(interval)), "errors of both added, " + forkRatios.size() + " runs each");
    }

    /// This over another, both being ratios to one anchor that was measured anew beside each: their errors add up.
    ///
    /// @return the ratio, without fork ratios since no fork held both
    public RatioInterval over(RatioInterval other) {
        double log = Math.log(value / other.value);
        double low = log - Math.hypot(Math.log(value / interval.low()), Math.log(other.interval.high() / other.value));
        double high = log + Math.hypot(Math.log(interval.high() / value), Math.log(other.value / other.interval.low()));
        Interval both = new Interval(Math.exp(low), Math.exp(high));
        return new RatioInterval(Math.exp(log), both, Math.min(pairs, other.pairs), List.of(), verdictOf(both));
    }

    /// The other way round: the original over the variant.
    public RatioInterval inverse() {
        Interval turned = new Interval(1 / interval.high(), 1 / interval.low());
        return new RatioInterval(1 / value, turned, pairs, forkRatios.stream().map(r -> 1 / r).toList(),
                verdictOf(turned));
    }

    /// The verdict in words: "1.83x faster [1.79, 1.87]", "no difference shown (0.97 to 1.04)".
    public String words() {
        return switch (verdict) {
            case FASTER -> "%sx faster [%s, %s]".formatted(number(1 / value), number(1 / interval.high()),
                    number(1 / interval.low()));
            case SLOWER -> "%sx slower [%s, %s]".formatted(number(value), number(interval.low()),
                    number(interval.high()));
            case NO_DIFFERENCE -> String.format(Locale.ROOT, "no difference shown (%.2f to %.2f)", interval.low(),
                    interval.high());
        };
    }

    /// The largest fork ratio over the smallest: 1 when all forks agree.
    public double forkSpread() {
        double largest = forkRatios.stream().mapToDouble(Double::doubleValue).max().orElse(1);
        double smallest = forkRatios.stream().mapToDouble(Double::doubleValue).min().orElse(1);
        return largest / smallest;
    }

    static Verdict verdictOf(Interval interval) {
        if (interval.high() < 1) {
            return Verdict.FASTER;
        }
        return interval.low() > 1 ? Verdict.SLOWER : Verdict.NO_DIFFERENCE;
    }

    /// Two decimals, and more only where two would read 1.00 although the number is above 1.
    private static String number(double ratio) {
        for (int decimals = 2; decimals < 5; decimals++) {
            String text = String.format(Locale.ROOT, "%." + decimals + "f", ratio);
            if (Double.parseDouble(text) > 1) {
                return text;
            }
        }
        return String.format(Locale.ROOT, "%.5f", ratio);
    }

    private static double[] resample(List<PairedFork> forks, BlockBootstrap bootstrap) {
        SplittableRandom random = new SplittableRandom(bootstrap.seed());
        double[] values = new double[bootstrap.resamples()];
        for (int b = 0; b < values.length; b++) {
            for (PairedFork fork : forks) {
                values[b] += fork.logRatio(fork.draw(random)) / forks.size();
            }
        }
        return values;
    }

    private static List<PairedFork> paired(List<Fork> variant, List<Fork> original) {
        if (variant.isEmpty() || variant.size() != original.size()) {
            throw new IllegalArgumentException(
                    variant.size() + " forks of the variant against " + original.size() + " of the original");
        }
        List<PairedFork> forks = new ArrayList<>();
        for (int f = 0; f < variant.size(); f++) {
            forks.add(new PairedFork(variant.get(f).blocks(), original.get(f).blocks()));
        }
        return forks;
    }

    /// One fork's pairs, ready to be resampled.
    private static final class PairedFork {
        private final int pairs;
        private final WeightedQuantile variant;
        private final WeightedQuantile original;

        PairedFork(List<long[]> variantBlocks, List<long[]> originalBlocks) {
            if (variantBlocks.size() != originalBlocks.size()) {
                throw new IllegalArgumentException(variantBlocks.size() + " blocks of the variant against "
                        + originalBlocks.size() + " of the original in one fork");
            }
            int parts = Math.min(Units.parts(variantBlocks), Units.parts(originalBlocks));
            variant = new WeightedQuantile(Units.split(variantBlocks, parts));
            original = new WeightedQuantile(Units.split(originalBlocks, parts));
            pairs = variantBlocks.size() * parts;
        }

        int[] all() {
            int[] weights = new int[pairs];
            Arrays.fill(weights, 1);
            return weights;
        }

        int[] draw(SplittableRandom random) {
            int[] weights = new int[pairs];
            for (int i = 0; i < pairs; i++) {
                weights[random.nextInt(pairs)]++;
            }
            return weights;
        }

        double logRatio(int[] weights) {
            return Math.log((double) variant.of(weights, 0.5) / original.of(weights, 0.5));
        }
    }
}
