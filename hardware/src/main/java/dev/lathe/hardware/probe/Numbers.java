package dev.lathe.hardware.probe;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Numbers as tools and kernels print them.
final class Numbers {
    private static final Pattern SIZE = Pattern.compile("(\\d+(?:[.,]\\d+)?)\\s*([KMGT]?)(?:i?B)?");

    private Numbers() {}

    static Optional<Integer> toInt(String text) {
        try {
            return Optional.of(Integer.parseInt(text.strip()));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    static Optional<Long> toLong(String text) {
        try {
            return Optional.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    static Optional<Double> toDouble(String text) {
        try {
            return Optional.of(Double.parseDouble(text.strip())).filter(Double::isFinite);
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /// Megahertz with a point or a decimal comma, in hertz.
    static Optional<Long> megahertz(String text) {
        try {
            double megahertz = Double.parseDouble(text.strip().replace(',', '.'));
            return megahertz > 0 ? Optional.of(Math.round(megahertz * 1e6)) : Optional.empty();
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /// `48K`, `32768K`, `1.5 MiB` in bytes. All units are powers of 1024, as in the kernel and lscpu.
    static Optional<Long> bytes(String text) {
        Matcher matcher = SIZE.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        double number = Double.parseDouble(matcher.group(1).replace(',', '.'));
        int power = "KMGT".indexOf(matcher.group(2).toUpperCase(Locale.ROOT)) + 1;
        return Optional.of(Math.round(number * Math.pow(1024, matcher.group(2).isEmpty() ? 0 : power)));
    }
}
