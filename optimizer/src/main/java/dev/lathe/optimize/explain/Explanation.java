package dev.lathe.optimize.explain;

import dev.lathe.base.Reading;
import dev.lathe.profile.operators.ProfileComparison;
import dev.lathe.profile.stats.Estimate;
import java.util.List;
import java.util.Optional;

/// Why a variant is as fast, and as large, as it is.
///
/// @param variant its name
/// @param structure what runs on what; or why that cannot be told
/// @param savings what it saves of its parent
/// @param time which operators gained and lost time against the parent; empty where nothing was profiled
public record Explanation(String variant, Reading<Structure> structure, Savings savings, Optional<Times> time) {

    /// What a variant saves.
    ///
    /// @param parent name of the model it was made of; empty where none was given
    /// @param sizeBytes the variant's size
    /// @param parentSizeBytes the parent's size; the variant's own where there is no parent
    /// @param macs multiply-accumulates of one inference at batch 1
    /// @param parentMacs the parent's
    public record Savings(Optional<String> parent, long sizeBytes, long parentSizeBytes, Reading<Long> macs,
            Reading<Long> parentMacs) {

        /// Bytes that the variant is smaller by; negative where it is larger.
        public long savedBytes() {
            return parentSizeBytes - sizeBytes;
        }

        /// Multiply-accumulates that the variant does not do; unknown if one of both numbers is.
        public Reading<Long> savedMacs() {
            return parentMacs instanceof Reading.Known<Long>(Long before, _)
                    ? macs.map(after -> before - after)
                    : parentMacs;
        }
    }

    /// How long a query takes, and where.
    ///
    /// @param before a query of the parent, without profiling, in nanoseconds
    /// @param after a query of the variant, likewise
    /// @param operators which operators gained and lost
    public record Times(Reading<Estimate> before, Reading<Estimate> after, ProfileComparison operators) {

        /// What the times say.
        public Speed speed() {
            if (!(before instanceof Reading.Known<Estimate>(var first, _))
                    || !(after instanceof Reading.Known<Estimate>(var second, _))) {
                return Speed.NOT_TIMED;
            }
            if (second.interval().low() > first.interval().high()) {
                return Speed.SLOWER;
            }
            return second.interval().high() < first.interval().low() ? Speed.FASTER : Speed.NO_DIFFERENCE;
        }
    }

    /// What is known of a variant's speed against its parent's.
    public enum Speed {
        FASTER("faster"), SLOWER("slower"), NO_DIFFERENCE("no difference shown"), NOT_TIMED("not timed");

        private final String words;

        Speed(String words) {
            this.words = words;
        }

        /// As users read it.
        public String words() {
            return words;
        }
    }

    /// The same with times.
    public Explanation timed(Times times) {
        return new Explanation(variant, structure, savings, Optional.of(times));
    }

    /// The verdict in words, from the times of the profile: `slower: 14 Q/DQ pairs were not fused (Resize -> Concat); 3 Conv
    /// fell back to float`.
    public String verdict() {
        return verdict(time.map(Times::speed).orElse(Speed.NOT_TIMED));
    }

    /// The verdict in words, where the speed is known from elsewhere.
    public String verdict(Speed speed) {
        String reasons = String.join("; ", reasons(speed));
        return reasons.isEmpty() ? speed.words() : speed.words() + ": " + reasons;
    }

    /// What explains that speed, the weightiest first; empty where nothing does.
    public List<String> reasons(Speed speed) {
        return Reasons.of(this, speed);
    }
}
