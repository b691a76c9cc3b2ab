package dev.lathe.profile.stats;

import dev.lathe.base.Reading;
import java.util.OptionalLong;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/// How many queries a percentile needs, and what they show: the early-stopping rule of MLPerf LoadGen.
///
/// With `t` of `n` queries over an estimate, the estimate bounds the percentile `p` from above with confidence `c` once
/// BinomialCDF(t; n, 1-p) <= 1-c. Source: mlcommons/inference_policies, early stopping, tolerance d = 0.
public final class EarlyStopping {
    /// The confidence of LoadGen.
    public static final double CONFIDENCE = 0.99;

    private EarlyStopping() {}

    /// The smallest number of queries that backs a percentile when `overLatency` of them lie over the estimate.
    ///
    /// @param percentile in 0..1, both ends excluded: 0.99
    /// @param confidence in 0..1, both ends excluded: 0.99
    /// @param overLatency queries over the estimate, 0 or more
    /// @throws ArithmeticException if more than 2^31 - 1 queries are needed
    public static int minimumQueries(double percentile, double confidence, int overLatency) {
        check(percentile, confidence);
        if (overLatency < 0) {
            throw new IllegalArgumentException("overLatency " + overLatency);
        }
        long low = overLatency;
        long high = Math.max(2L, 2L * overLatency);
        while (!backs(Math.toIntExact(high), overLatency, percentile, confidence)) {
            low = high;
            high *= 2;
        }
        while (high - low > 1) {
            long middle = (low + high) >>> 1;
            if (backs((int) middle, overLatency, percentile, confidence)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return (int) high;
    }

    /// The first number of queries from which a percentile can be estimated at all (one query over it, 99 % confidence).
    public static int firstEstimable(double percentile) {
        return minimumQueries(percentile, CONFIDENCE, 1);
    }

    /// The most queries that may lie over an estimate made from `n` queries; empty if not even one may.
    public static OptionalLong overLatencyAllowed(int n, double percentile, double confidence) {
        check(percentile, confidence);
        if (n < 2 || !backs(n, 1, percentile, confidence)) {
            return OptionalLong.empty();
        }
        int low = 1;
        int high = n;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (backs(n, middle, percentile, confidence)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return OptionalLong.of(low);
    }

    /// The percentile's early-stopping estimate in nanoseconds: with the t-1 worst discarded, the largest of the rest.
    ///
    /// It errs on the slow side: the true percentile lies below it with 99 % confidence.
    ///
    /// @param sortedNs all durations, ascending
    /// @param percentile in 0..1, both ends excluded
    /// @return the estimate, or why there is none: "n too small (needs 662)"
    public static Reading<Long> percentileEstimate(long[] sortedNs, double percentile) {
        OptionalLong over = overLatencyAllowed(sortedNs.length, percentile, CONFIDENCE);
        if (over.isEmpty()) {
            return Reading.unknown(tooSmall(firstEstimable(percentile)));
        }
        int t = (int) over.getAsLong();
        return Reading.known(sortedNs[sortedNs.length - t], "early stopping, " + t + " over of " + sortedNs.length);
    }

    /// The words for too few queries.
    static String tooSmall(int needed) {
        return "n too small (needs " + needed + ")";
    }

    private static boolean backs(int n, int overLatency, double percentile, double confidence) {
        return BinomialDistribution.of(n, 1 - percentile).cumulativeProbability(overLatency) <= 1 - confidence;
    }

    private static void check(double percentile, double confidence) {
        if (!(percentile > 0 && percentile < 1 && confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException("percentile " + percentile + ", confidence " + confidence);
        }
    }
}
