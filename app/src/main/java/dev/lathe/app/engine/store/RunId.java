package dev.lathe.app.engine.store;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/// The name of a run, such as `20260131-142503-7fa2c1`: its start in UTC and six random hexadecimal digits.
///
/// @param text the name; fit for a file name and never mistaken for a [dev.lathe.base.VariantId]
public record RunId(String text) {
    private static final Pattern FORM = Pattern.compile("[0-9]{8}-[0-9]{6}-[0-9a-f]{6}");
    private static final DateTimeFormatter START = DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final int RANDOM_BYTES = 3;

    /// Checks the form.
    public RunId {
        if (!isRunId(text)) {
            throw new IllegalArgumentException("not a run id: " + text);
        }
    }

    /// Whether text has the form of a run id.
    public static boolean isRunId(String text) {
        return FORM.matcher(text).matches();
    }

    static RunId startedAt(Instant start) {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        return new RunId(START.format(start) + "-" + HexFormat.of().formatHex(random));
    }

    @Override
    public String toString() {
        return text;
    }
}
