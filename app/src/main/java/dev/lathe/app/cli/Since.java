package dev.lathe.app.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A time in the past as users write it: `2026-01-31`, `2026-01-31T12:00`, or how long ago: `90m`, `12h`, `7d`.
final class Since implements ITypeConverter<Instant> {
    private static final Pattern AGO = Pattern.compile("(\\d{1,6})\\s*(m|h|d)");

    @Override
    public Instant convert(String text) {
        String given = text.strip();
        Matcher ago = AGO.matcher(given);
        if (ago.matches()) {
            long amount = Long.parseLong(ago.group(1));
            return Instant.now().minus(switch (ago.group(2)) {
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            });
        }
        ZoneId here = ZoneId.systemDefault();
        try {
            return given.contains("T")
                    ? given.endsWith("Z") ? Instant.parse(given) : LocalDateTime.parse(given).atZone(here).toInstant()
                    : LocalDate.parse(given).atStartOfDay(here).toInstant();
        } catch (DateTimeException _) {
            throw new TypeConversionException("'" + text
                    + "' is no time: write 2026-01-31, 2026-01-31T12:00, or how long ago, such as 90m, 12h or 7d");
        }
    }
}
