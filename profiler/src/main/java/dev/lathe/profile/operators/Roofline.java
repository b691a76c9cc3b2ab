package dev.lathe.profile.operators;

import dev.lathe.base.Reading;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Interval;

/// The rule by which operators are judged, after Williams, Waterman and Patterson, "Roofline" (2009).
///
/// An operator needs at least the time of its arithmetic at the machine's arithmetic ceiling, and at least the time of its
/// bytes at the bandwidth of its working set. The longer of the two is what holds it back, if it explains a tenth of the
/// measured time or more: then the operator is compute-bound or memory-bound. If it explains less, the operator is
/// overhead-bound.
public final class Roofline {
    /// Below this share of its ceiling an operator's time is something else.
    public static final double EXPLAINED = 0.1;
    /// The profile counts whole microseconds, rounded down.
    static final double RESOLUTION_NS = 1000;

    private Roofline() {}

    /// Judges work that took this long.
    ///
    /// @param work of one query
    /// @param perQuery time of one query, in nanoseconds, as the profile counts
    /// @param calls how many calls a query takes
    public static Judgement judge(Work work, Estimate perQuery, double calls, Reading<Ceilings> ceilings) {
        Estimate seconds = seconds(perQuery, calls);
        Reading<Estimate> operations = work.operations().map(o -> rate(o, seconds));
        Reading<Estimate> bytes = work.bytes().map(b -> rate(b, seconds));
        return switch (ceilings) {
            case Reading.Unknown<Ceilings>(var why) ->
                new Judgement(Judgement.Bound.UNKNOWN, Reading.unknown(why), operations, bytes);
            case Reading.Known<Ceilings>(var known, _) -> {
                if (!(work.macs() instanceof Reading.Known<Double>(Double macs, _))) {
                    yield new Judgement(Judgement.Bound.UNKNOWN, operations, operations, bytes);
                }
                Reading<Estimate> compute = macs == 0
                        ? Reading.known(new Estimate(0, new Interval(0, 0), perQuery.n()), "no arithmetic")
                        : known.arithmetic(work.arithmetic()).map(c -> share(rate(2 * macs, seconds), c));
                double set = work.bytes().toOptional().orElse(0.0) / Math.max(1, calls);
                Reading<Estimate> memory = bytes.map(b -> share(b, known.bandwidth(set).bytesPerS()));
                yield judged(compute, memory, operations, bytes);
            }
        };
    }

    private static Judgement judged(Reading<Estimate> compute, Reading<Estimate> memory, Reading<Estimate> operations,
            Reading<Estimate> bytes) {
        if (compute instanceof Reading.Unknown<Estimate>) {
            return new Judgement(Judgement.Bound.UNKNOWN, compute, operations, bytes);
        }
        double computing = compute.toOptional().map(Estimate::value).orElse(0.0);
        double moving = memory.toOptional().map(Estimate::value).orElse(0.0);
        Reading<Estimate> nearest = computing >= moving ? compute : memory;
        Judgement.Bound bound = Math.max(computing, moving) < EXPLAINED
                ? Judgement.Bound.OVERHEAD
                : computing >= moving ? Judgement.Bound.COMPUTE : Judgement.Bound.MEMORY;
        return new Judgement(bound, nearest, operations, bytes);
    }

    /// The true time lies up to a microsecond a call above the one counted; half of that is added.
    private static Estimate seconds(Estimate perQuery, double calls) {
        double step = RESOLUTION_NS * Math.max(1, calls);
        return new Estimate((perQuery.value() + step / 2) / 1e9, new Interval(
                Math.max(step / 10, perQuery.interval().low()) / 1e9, (perQuery.interval().high() + step) / 1e9),
                perQuery.n());
    }

    private static Estimate rate(double amount, Estimate seconds) {
        return new Estimate(amount / seconds.value(), new Interval(amount / seconds.interval().high(),
                amount / Math.min(seconds.value(), seconds.interval().low())), seconds.n());
    }

    private static Estimate share(Estimate rate, Estimate ceiling) {
        return new Estimate(rate.value() / ceiling.value(),
                new Interval(rate.interval().low() / ceiling.interval().high(),
                        rate.interval().high() / Math.max(Double.MIN_NORMAL, ceiling.interval().low())),
                Math.min(rate.n(), ceiling.n()));
    }
}
