package dev.lathe.profile.load;

import dev.lathe.base.Reading;
import dev.lathe.profile.stats.Estimate;

/// One rate that was tried in a search.
///
/// @param ratePerSecond offered
/// @param verdict what it showed
/// @param percentileNs the promised percentile of the response time with its interval; queries without an answer count as endless
/// @param attainment share of the queries that kept the promise
/// @param queries how many were counted
/// @param spentNs how long it took
public record RateTrial(double ratePerSecond, Verdict verdict, Reading<Estimate> percentileNs,
        Reading<Estimate> attainment, long queries, long spentNs) {

    /// Whether a rate keeps a promise, with 99 % confidence; `UNDECIDED` where so many queries show neither.
    public enum Verdict {
        MEETS, MISSES, UNDECIDED
    }
}
