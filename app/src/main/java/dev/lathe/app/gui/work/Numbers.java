package dev.lathe.app.gui.work;

import java.util.Locale;

/// Numbers as people read them, with no more digits than their interval supports.
public final class Numbers {
    private static final int MOST_DECIMALS = 6;
    private static final int LARGEST_PLAIN = 1_000;

    private Numbers() {}

    /// Decimals that a value deserves whose interval is that wide: the first digit that the interval leaves open is the last.
    public static int decimals(double low, double high) {
        double half = (high - low) / 2;
        if (!(half > 0)) {
            return 2;
        }
        return Math.clamp(-(int) Math.floor(Math.log10(half)), 0, MOST_DECIMALS);
    }

    /// A number with that many decimals.
    public static String fixed(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /// A number with that many significant digits, without exponent.
    public static String significant(double value, int digits) {
        if (value == 0 || !Double.isFinite(value)) {
            return value == 0 ? "0" : Double.toString(value);
        }
        int magnitude = (int) Math.floor(Math.log10(Math.abs(value)));
        return fixed(value, Math.clamp(digits - 1 - magnitude, 0, 9));
    }

    /// A size in bytes, with its unit.
    public static String bytes(long bytes) {
        return bytes < LARGEST_PLAIN
                ? bytes + " B"
                : bytes < 1_000_000 ? fixed(bytes / 1e3, 1) + " kB" : fixed(bytes / 1e6, 2) + " MB";
    }
}
