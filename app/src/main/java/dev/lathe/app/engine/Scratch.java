package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A folder for files that a job needs and nobody afterwards; emptied at its end. What a killed process left behind is
/// cleared when the next one makes its own.
record Scratch(Path folder) implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("scratch-(\\d+)-\\d+");

    static Scratch in(Path cache) {
        try {
            Files.createDirectories(cache);
            clearOrphans(cache);
            for (int i = 0;; i++) {
                Path folder = cache.resolve("scratch-" + ProcessHandle.current().pid() + "-" + i);
                if (!Files.exists(folder)) {
                    return new Scratch(Files.createDirectory(folder));
                }
            }
        } catch (IOException e) {
            throw new ProblemException(Problem.error("workspace-unwritable", cache.toString(),
                    "no files can be written there (" + e.getMessage() + ")",
                    "Free some space, or choose another workspace with --workspace."), e);
        }
    }

    private static void clearOrphans(Path cache) throws IOException {
        List<Path> entries;
        try (Stream<Path> stream = Files.list(cache)) {
            entries = stream.toList();
        }
        for (Path entry : entries) {
            Matcher name = NAME.matcher(entry.getFileName().toString());
            if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
                delete(entry);
            }
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException _) {
            // another process was quicker, or the next one will
        }
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    @Override
    public void close() {
        delete(folder);
    }
}
