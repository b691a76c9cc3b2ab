package dev.lathe.profile;

import dev.lathe.base.Sha256;
import dev.lathe.base.WholeFile;
import dev.lathe.profile.statistics.CalibrationStatistics;
import dev.lathe.profile.statistics.StatisticsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Calibration statistics by model and data, kept from one command to the next: a second recipe on the same model pays
/// nothing. The oldest go when there are too many bytes. A file that cannot be read counts as none.
final class StatisticsCache {
    private static final long MOST_BYTES = 256L << 20;

    private final Path folder;

    StatisticsCache(Path folder) {
        this.folder = folder;
    }

    /// The name under which statistics of a model on inputs are kept.
    ///
    /// @param model the model's file; external data beside it counts too
    /// @param inputs hash of the samples
    /// @param how the runtime that makes the values
    static String key(Path model, String inputs, String how) {
        Path data = model.resolveSibling(model.getFileName() + ".data");
        return Sha256.ofText(String.join(" ", Sha256.ofFile(model),
                Files.exists(data) ? Sha256.ofFile(data) : "", inputs, how));
    }

    CalibrationStatistics read(String key) {
        try {
            Path file = file(key);
            if (!Files.isRegularFile(file)) {
                return CalibrationStatistics.none();
            }
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            return StatisticsFile.read(file).orElseGet(CalibrationStatistics::none);
        } catch (IOException _) {
            return CalibrationStatistics.none();
        }
    }

    void write(String key, CalibrationStatistics statistics) {
        try {
            WholeFile.write(file(key), part -> StatisticsFile.write(statistics, part));
            trim();
        } catch (IOException _) {
            // without a cache the next recipe calibrates again
        }
    }

    private Path file(String key) {
        return folder.resolve(key + ".statistics");
    }

    private void trim() throws IOException {
        try (Stream<Path> stream = Files.list(folder)) {
            List<Path> newest = stream.sorted(Comparator.comparing(StatisticsCache::modified).reversed()).toList();
            long bytes = 0;
            for (Path file : newest) {
                bytes += Files.size(file);
                if (bytes > MOST_BYTES) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
