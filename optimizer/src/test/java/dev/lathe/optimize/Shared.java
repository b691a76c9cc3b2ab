package dev.lathe.optimize;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Models for tests: the sample that the project ships, and the folder of real models beside it, where there is one.
public final class Shared {
    private Shared() {}

    /// A file of the sample.
    public static Path sample(String name) {
        return repository().resolve("app/samples").resolve(name);
    }

    /// All `.onnx` files of the shared folder, sorted; none where the folder is absent.
    public static List<Path> models() {
        String set = System.getProperty("lathe.shared");
        Path root = (set == null ? repository().resolveSibling("shared") : Path.of(set)).resolve("models");
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(f -> f.toString().endsWith(".onnx")).sorted().toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path repository() {
        return Path.of(System.getProperty("lathe.repository", "..")).toAbsolutePath().normalize();
    }
}
