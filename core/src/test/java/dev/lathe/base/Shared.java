package dev.lathe.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// The folder of real models and data beside the project. It is not part of the project: tests that want it are skipped,
/// with a word, where it is absent.
public final class Shared {
    private Shared() {}

    /// The root of the checkout.
    public static Path repository() {
        return Path.of(System.getProperty("lathe.repository", "..")).toAbsolutePath().normalize();
    }

    /// A file or folder of the shared folder; skips the test where there is none.
    public static Path path(String relative) {
        String set = System.getProperty("lathe.shared");
        Path root = set == null ? repository().resolveSibling("shared") : Path.of(set);
        Path path = root.resolve(relative);
        Assumptions.assumeTrue(Files.exists(path), "skipped: no " + relative + " in the shared folder " + root);
        return path;
    }

    /// All files below a folder of the shared folder with this ending, sorted.
    public static List<Path> files(String folder, String ending) {
        try (Stream<Path> files = Files.walk(path(folder))) {
            return files.filter(f -> f.toString().endsWith(ending)).sorted().toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A file of the sample that the project ships.
    public static Path sample(String name) {
        return repository().resolve("app/samples").resolve(name);
    }
}
