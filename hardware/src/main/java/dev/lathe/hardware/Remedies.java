package dev.lathe.hardware;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// Looks up what to do, in `remedies.csv` and `failures.csv`.
final class Remedies {
    private static final List<String[]> BY_DEVICE = lines("remedies.csv", 4);
    private static final List<String[]> BY_WORDS = lines("failures.csv", 2);

    private Remedies() {}

    /// The first line that fits.
    ///
    /// @param when `missing`, `unseen` or `runtime`
    /// @param kind `cpu`, `gpu` or `npu`
    static String of(String when, String kind, String vendor) {
        return BY_DEVICE.stream().filter(line -> line[0].equals(when) && line[1].equals(kind)
                && (line[2].isEmpty() || line[2].equals(vendor))).map(line -> line[3]).findFirst().orElse("");
    }

    /// What to do about a driver that says this.
    static String ofFailure(String words) {
        String lower = words.toLowerCase(Locale.ROOT);
        return BY_WORDS.stream().filter(line -> lower.contains(line[0])).map(line -> line[1]).findFirst()
                .orElse("Look for its name in the kernel's log (dmesg).");
    }

    private static List<String[]> lines(String table, int columns) {
        try (InputStream in = Objects.requireNonNull(Remedies.class.getResourceAsStream(table), table)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#")).map(line -> line.split(",", columns))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
