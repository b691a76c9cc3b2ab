package dev.lathe.graph.inspect;

import java.util.List;
import java.util.Locale;

/// Large numbers with three digits and a decimal prefix.
final class Units {
    private static final List<String> PREFIXES = List.of("", "k", "M", "G", "T", "P", "E");

    private Units() {}

    /// `1.24 M`, `349 M`, `270 k`, `12`; for a noun to follow after a space.
    static String count(long number) {
        return scaled(number, "");
    }

    /// `4.95 MB`, `991 kB`, `133 bytes`.
    static String bytes(long number) {
        return number < 1000 ? number + (number == 1 ? " byte" : " bytes") : scaled(number, "B");
    }

    private static String scaled(long number, String unit) {
        if (number < 1000) {
            return Long.toString(number);
        }
        double value = number;
        int prefix = 0;
        // 999.5 would be printed as 1000
        while (value >= 999.5 && prefix < PREFIXES.size() - 1) {
            value /= 1000;
            prefix++;
        }
        int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
        return String.format(Locale.ROOT, "%." + decimals + "f ", value) + PREFIXES.get(prefix) + unit;
    }
}
