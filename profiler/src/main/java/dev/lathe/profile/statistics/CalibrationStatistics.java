package dev.lathe.profile.statistics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// What a model's values were on the calibration samples: on all of them, and on the first three quarters, so that what is
/// learned there can be judged on the rest.
///
/// @param all by value, over all samples; values that no sample made are missing
/// @param part by value, over the first [#partOf] samples
public record CalibrationStatistics(SequencedMap<String, ValueStatistics> all,
        SequencedMap<String, ValueStatistics> part) {
    private static final int FEWEST_TO_SPLIT = 4;

    /// Copies the maps.
    public CalibrationStatistics {
        all = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(all));
        part = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(part));
    }

    /// Nothing seen.
    public static CalibrationStatistics none() {
        return new CalibrationStatistics(new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    /// How many of so many samples count as the part: three quarters, or all where there are fewer than four.
    public static int partOf(int samples) {
        return samples < FEWEST_TO_SPLIT ? samples : samples - samples / 4;
    }

    /// These and others of further values.
    public CalibrationStatistics with(CalibrationStatistics others) {
        SequencedMap<String, ValueStatistics> bothAll = new LinkedHashMap<>(all);
        bothAll.putAll(others.all);
        SequencedMap<String, ValueStatistics> bothPart = new LinkedHashMap<>(part);
        bothPart.putAll(others.part);
        return new CalibrationStatistics(bothAll, bothPart);
    }
}
