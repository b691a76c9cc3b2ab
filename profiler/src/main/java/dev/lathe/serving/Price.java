package dev.lathe.serving;

import dev.lathe.base.Problem;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/// What an hour of a machine costs, and where that figure comes from.
///
/// @param perHour in the currency, above 0
/// @param currency ISO 4217: `USD`
/// @param asOf the date of the price as its source states it; empty for a price the user gave
/// @param origin "--price", or "aws c7i.large us-east-1"
/// @param projection whether it is the price of another machine than the one that was measured
public record Price(double perHour, String currency, Optional<String> asOf, String origin, boolean projection) {

    /// Checks the figure.
    public Price {
        if (!(perHour > 0) || Double.isInfinite(perHour)) {
            throw new IllegalArgumentException("price per hour " + perHour);
        }
    }

    /// The price that the user gave for this machine with `--price`, in US dollars an hour.
    ///
    /// @throws dev.lathe.base.ProblemException if it is not above 0
    public static Price given(double usdPerHour) {
        if (!(usdPerHour > 0) || Double.isInfinite(usdPerHour)) {
            throw Problem.error("price-not-positive", "--price",
                    usdPerHour + " is not a price", "Give US dollars an hour above 0, for example --price 0.09.")
                    .toException();
        }
        return new Price(usdPerHour, "USD", Optional.empty(), "--price", false);
    }

    /// Price, origin and date: "priced as aws c7i.large us-east-1, 0.0893 USD/h as of 2025-06 (projection)".
    public String words() {
        return String.format(Locale.ROOT, "priced as %s, %s %s/h%s%s", origin, number(perHour), currency,
                asOf.map(date -> " as of " + date).orElse(""), projection ? " (projection)" : "");
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
