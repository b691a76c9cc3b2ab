package dev.lathe.profile.load;

import dev.lathe.base.Problem;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What users are promised: a percentile of the response time within a limit. A query that is shed, given up or never
/// answered breaks it like one that takes for ever.
///
/// @param percentile in 0..1, both ends excluded: 0.99
/// @param limitNs the limit in nanoseconds
public record Slo(double percentile, long limitNs) {
    private static final Pattern TEXT = Pattern
            .compile("\\s*p([0-9]+(?:\\.[0-9]+)?)\\s*<=?\\s*([0-9]+(?:\\.[0-9]+)?)\\s*(ns|us|µs|ms|s)\\s*");

    /// Checks the numbers.
    ///
    /// @throws dev.lathe.base.ProblemException if a number cannot be, naming it
    public Slo {
        if (!(percentile > 0 && percentile < 1) || limitNs <= 0) {
            throw Problem.error("slo-impossible", "", "a percentile of " + percentile * 100 + " within " + limitNs
                    + " ns cannot be",
                    "Choose a percentile between 0 and 100 and a limit above 0, such as p99 <= 20ms.")
                    .toException();
        }
    }

    /// The 99th percentile within a limit.
    public static Slo p99(long limitNs) {
        return new Slo(0.99, limitNs);
    }

    /// Reads `p99 <= 20 ms`.
    ///
    /// @throws dev.lathe.base.ProblemException if it is none, naming it
    public static Slo parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw Problem.error("slo-malformed", "", "\"" + text + "\" is no limit of a percentile",
                    "Write it as p99 <= 20ms.").toException();
        }
        BigDecimal percentile = new BigDecimal(matcher.group(1)).movePointLeft(2);
        BigDecimal unit = switch (matcher.group(3)) {
            case "ns" -> BigDecimal.ONE;
            case "ms" -> new BigDecimal("1e6");
            case "s" -> new BigDecimal("1e9");
            default -> new BigDecimal("1e3");
        };
        return new Slo(percentile.doubleValue(), new BigDecimal(matcher.group(2)).multiply(unit).longValue());
    }

    /// The promise in one line: `p99 <= 20 ms`.
    public String text() {
        return "p" + BigDecimal.valueOf(percentile).movePointRight(2).stripTrailingZeros().toPlainString() + " <= "
                + BigDecimal.valueOf(limitNs).movePointLeft(6).stripTrailingZeros().toPlainString() + " ms";
    }
}
