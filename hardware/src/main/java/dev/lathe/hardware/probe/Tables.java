package dev.lathe.hardware.probe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The tables of known devices: comma-separated resources beside this class, each with its sources in its first lines.
final class Tables {
    private static final Map<String, List<String[]>> READ = new ConcurrentHashMap<>();

    private Tables() {}

    /// The rows of a table; columns are as its head says.
    static List<String[]> rows(String table) {
        return READ.computeIfAbsent(table, Tables::load);
    }

    /// The first row whose first column is this.
    static Optional<String[]> row(String table, String key) {
        return rows(table).stream().filter(row -> row[0].equals(key)).findFirst();
    }

    private static List<String[]> load(String table) {
        try (InputStream in = Objects.requireNonNull(Tables.class.getResourceAsStream(table), table)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#")).map(line -> line.split(",", -1)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
