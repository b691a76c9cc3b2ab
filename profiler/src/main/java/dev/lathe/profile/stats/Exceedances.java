package dev.lathe.profile.stats;

import dev.lathe.base.Reading;
import java.util.Arrays;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/// How many durations of a run lie over a limit, and how many of them are news.
///
/// Response times come in clusters: who waits behind a long query waits long as well. Clusters are told apart by the
/// intervals estimator of the extremal index (Ferro and Segers, JRSS B 65, 2003), and a cluster of k counts as k squared
/// does in the variance of their sum: the design effect is the sum of squares over the sum. Queries and exceedances
/// count that many times less in a test. Without it a short run at a busy server is taken for thousands of independent
/// answers.
///
/// @param n queries
/// @param over queries over the limit
/// @param designEffect how many queries count as one, at least 1: where exceedances come independently
public record Exceedances(int n, int over, double designEffect) {
    /// With fewer independent exceedances their clusters are not known well enough.
    private static final int ENOUGH = 5;
    private static final double MORE = 4;
    /// Below this percentile exceedances are too many for the extremal index to mean anything.
    private static final double LOWEST = 0.9;
    private static final double TAIL = 0.025;
    private static final double CONFIDENCE = EarlyStopping.CONFIDENCE;

    /// Counts what lies over a limit.
    ///
    /// Clusters are looked for at the limit, or lower where less than four times the allowed share lies over the limit: a
    /// run without any exceedance tells nothing about their clusters.
    ///
    /// @param inOrder durations in nanoseconds, in the order of arrival
    /// @param percentile that is to lie within the limit, in 0..1
    public static Exceedances of(long[] inOrder, long limitNs, double percentile) {
        int over = 0;
        for (long value : inOrder) {
            over += value > limitNs ? 1 : 0;
        }
        if (inOrder.length < 2) {
            return new Exceedances(inOrder.length, over, 1);
        }
        return new Exceedances(inOrder.length, over, designEffect(inOrder, limitNs, percentile));
    }

    /// The larger of the design effects at a threshold and at a lower one: there several times as many exceedances tell
    /// about their clusters, so that a run that happened to have few and small ones does not think itself surer than it is.
    private static double designEffect(long[] inOrder, long limitNs, double percentile) {
        long[] sorted = inOrder.clone();
        Arrays.sort(sorted);
        double lower = Math.max(Math.min(percentile, LOWEST), 1 - MORE * (1 - percentile));
        return Math.max(designEffect(inOrder, Math.min(limitNs, quantile(sorted, percentile))),
                designEffect(inOrder, Math.min(limitNs, quantile(sorted, lower))));
    }

    private static long quantile(long[] sorted, double percentile) {
        return sorted[Math.max(0, (int) Math.ceil(percentile * sorted.length) - 1)];
    }

    /// The design effect of the clusters over a threshold; 1 with fewer than two exceedances.
    static double designEffect(long[] inOrder, long threshold) {
        int[] gaps = gaps(inOrder, threshold);
        if (gaps.length == 0) {
            return 1;
        }
        int clusters = Math.clamp(Math.round(index(gaps) * (gaps.length + 1)), 1, gaps.length + 1);
        int[] sorted = gaps.clone();
        Arrays.sort(sorted);
        int shortestBetween = clusters == 1 ? Integer.MAX_VALUE : sorted[sorted.length - clusters + 1];
        double squares = 0;
        double size = 1;
        for (int gap : gaps) {
            if (gap >= shortestBetween) {
                squares += size * size;
                size = 0;
            }
            size++;
        }
        squares += size * size;
        return squares / (gaps.length + 1);
    }

    /// How many queries lie from each exceedance to the next.
    private static int[] gaps(long[] inOrder, long threshold) {
        int[] gaps = new int[inOrder.length];
        int n = 0;
        int last = -1;
        for (int i = 0; i < inOrder.length; i++) {
            if (inOrder[i] > threshold) {
                if (last >= 0) {
                    gaps[n++] = i - last;
                }
                last = i;
            }
        }
        return Arrays.copyOf(gaps, n);
    }

    /// The intervals estimator of the extremal index: the share of exceedances that start a cluster.
    static double index(int[] gaps) {
        double sum = 0;
        double squares = 0;
        double sumLess = 0;
        double products = 0;
        int largest = 0;
        for (int gap : gaps) {
            sum += gap;
            squares += (double) gap * gap;
            sumLess += gap - 1.0;
            products += (gap - 1.0) * (gap - 2.0);
            largest = Math.max(largest, gap);
        }
        double index = largest <= 2
                ? 2 * sum * sum / (gaps.length * squares)
                : 2 * sumLess * sumLess / (gaps.length * products);
        return Math.min(1, index);
    }

    /// Whether the percentile lies within the limit with 99 % confidence: the early-stopping rule on what is news.
    public boolean showsWithin(double percentile) {
        int trials = (int) Math.floor(n / designEffect);
        int hits = (int) Math.ceil(over / designEffect);
        return trials >= EarlyStopping.firstEstimable(percentile)
                && BinomialDistribution.of(trials, 1 - percentile).cumulativeProbability(hits) <= 1 - CONFIDENCE;
    }

    /// Whether it lies over the limit with 99 % confidence.
    public boolean showsBeyond(double percentile) {
        int trials = (int) Math.ceil(n / designEffect);
        int hits = (int) Math.floor(over / designEffect);
        return hits >= ENOUGH
                && BinomialDistribution.of(trials, 1 - percentile).survivalProbability(hits - 1) <= 1 - CONFIDENCE;
    }

    /// The 95 % interval of a percentile by ranks, as far apart as so many independent durations would have them.
    ///
    /// @param inOrder durations in nanoseconds, in the order of arrival
    /// @return the interval, or "n too small (needs 6620: queries come in clusters of about 10)"
    public static Reading<Interval> interval(long[] inOrder, double percentile) {
        long[] sorted = inOrder.clone();
        Arrays.sort(sorted);
        double effect = sorted.length < 2
                ? 1
                : designEffect(inOrder, Long.MAX_VALUE, percentile);
        int trials = (int) Math.floor(sorted.length / effect);
        int needed = EarlyStopping.firstEstimable(percentile);
        if (trials < needed) {
            String clusters = effect < 1.5 ? "" : ": queries come in clusters of about " + Math.round(effect);
            return Reading.unknown("n too small (needs " + (long) Math.ceil(needed * effect) + clusters + ")");
        }
        BinomialDistribution below = BinomialDistribution.of(trials, percentile);
        double low = (double) below.inverseCumulativeProbability(TAIL) / trials;
        double high = (double) Math.min(trials, below.inverseSurvivalProbability(TAIL) + 1) / trials;
        int lowRank = Math.max(1, (int) Math.floor(low * sorted.length));
        int highRank = Math.min(sorted.length, (int) Math.ceil(high * sorted.length));
        return Reading.known(new Interval(sorted[lowRank - 1], sorted[highRank - 1]),
                "ranks of " + trials + " independent queries");
    }
}
