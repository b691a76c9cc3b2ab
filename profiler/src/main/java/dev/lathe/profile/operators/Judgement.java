package dev.lathe.profile.operators;

import dev.lathe.base.Reading;
import dev.lathe.profile.stats.Estimate;

/// What holds an operator back, and how near it comes to that ceiling.
///
/// @param bound by the rule of [Roofline]
/// @param share of the ceiling it comes nearest to, 1 at the ceiling itself; above 1 where a cache helps more than the
///     copy test did, or the ceilings were measured in a worse moment
/// @param operationsPerS achieved, two for a multiply-accumulate
/// @param bytesPerS achieved, counting each byte once
public record Judgement(Bound bound, Reading<Estimate> share, Reading<Estimate> operationsPerS,
        Reading<Estimate> bytesPerS) {

    /// What an operator's time is made of: its arithmetic, moving its data, or neither (starting the kernel, sharing the
    /// work among threads, or a kernel that uses the machine badly). Unknown where its work is not known.
    public enum Bound {
        COMPUTE("compute-bound"), MEMORY("memory-bound"), OVERHEAD("overhead-bound"), UNKNOWN("unknown");

        private final String words;

        Bound(String words) {
            this.words = words;
        }

        /// As users read it.
        public String words() {
            return words;
        }
    }

    static Judgement unknown(String why) {
        return new Judgement(Bound.UNKNOWN, Reading.unknown(why), Reading.unknown(why), Reading.unknown(why));
    }
}
