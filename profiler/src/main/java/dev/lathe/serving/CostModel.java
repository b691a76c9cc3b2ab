package dev.lathe.serving;

import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Interval;

/// Cost from price and throughput.
///
/// `cost per million = price per hour / (throughput x 3600) x 10^6`. The price is taken as exact; the interval is that of
/// the throughput, turned round.
public final class CostModel {
    /// What a cost from a closed-loop throughput is, and is not.
    public static final String AT_FULL_USE = "at full use, no queueing";

    private static final double SECONDS_PER_HOUR = 3600;
    private static final double MILLION = 1e6;

    private CostModel() {}

    /// The cost of a million inferences on a machine that is never idle.
    ///
    /// @param throughputPerSecond inferences (not calls) a second, value and interval above 0
    public static Cost costPerMillion(Price price, Estimate throughputPerSecond) {
        Interval interval = throughputPerSecond.interval();
        if (!(throughputPerSecond.value() > 0 && interval.low() >= 0)) {
            throw new IllegalArgumentException("throughput " + throughputPerSecond);
        }
        double perSecond = price.perHour() / SECONDS_PER_HOUR * MILLION;
        return new Cost(new Estimate(perSecond / throughputPerSecond.value(),
                new Interval(perSecond / interval.high(), perSecond / interval.low()), throughputPerSecond.n()), price,
                AT_FULL_USE);
    }
}
