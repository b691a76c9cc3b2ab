package dev.lathe.app.cli;

import dev.lathe.base.Reading;
import dev.lathe.profile.stats.Estimate;
import java.util.Locale;

/// Numbers as people read them: with their unit, and with no more digits than their interval supports.
final class Texts {
    private static final double[] STEPS = {1e9, 1e6, 1e3};
    private static final String[] UNITS = {"s", "ms", "µs"};

    private Texts() {}

    static String bytes(long bytes) {
        return bytes < 1_000_000
                ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
                : String.format(Locale.ROOT, "%.2f MB", bytes / 1e6);
    }

    /// A duration in the unit that keeps it readable.
    static String duration(double ns) {
        for (int i = 0; i < STEPS.length; i++) {
            if (ns >= STEPS[i] || i == STEPS.length - 1) {
                return significant(ns / STEPS[i], 3) + " " + UNITS[i];
            }
        }
        throw new IllegalStateException("unreachable");
    }

    /// A duration with its interval in the same unit: `0.640 ms [0.636, 0.645]`.
    static String duration(Estimate estimate) {
        for (int i = 0; i < STEPS.length; i++) {
            if (estimate.value() >= STEPS[i] || i == STEPS.length - 1) {
                double step = STEPS[i];
                return significant(estimate.value() / step, 3) + " " + UNITS[i] + " ["
                        + significant(estimate.interval().low() / step, 3)
                        + ", " + significant(estimate.interval().high() / step, 3) + "]";
            }
        }
        throw new IllegalStateException("unreachable");
    }

    static String duration(Reading<Estimate> reading) {
        return switch (reading) {
            case Reading.Known<Estimate>(var estimate, _) -> duration(estimate);
            case Reading.Unknown<Estimate>(var why) -> why;
        };
    }

    /// A number with that many significant digits, without exponent.
    static String significant(double value, int digits) {
        if (value == 0 || !Double.isFinite(value)) {
            return value == 0 ? "0" : Double.toString(value);
        }
        int magnitude = (int) Math.floor(Math.log10(Math.abs(value)));
        int decimals = Math.max(0, digits - 1 - magnitude);
        return String.format(Locale.ROOT, "%." + Math.min(decimals, 9) + "f", value);
    }
}
