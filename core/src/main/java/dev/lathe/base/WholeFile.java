package dev.lathe.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// A small file that is there whole or not at all: a crash, a full disk or another process never shows half of it.
public final class WholeFile {
    private WholeFile() {}

    /// Writes beside the file first and takes its place then; makes the folder if need be.
    ///
    /// @throws IOException if it cannot be written; what stood there before is left, and nothing beside it
    public static void write(Path file, String text) throws IOException {
        write(file, part -> Files.writeString(part, text));
    }

    /// Writes a file's content.
    @FunctionalInterface
    public interface Content {
        /// Writes all of it into a file that is there, and empty.
        void into(Path part) throws IOException;
    }

    /// The same, with whatever writes the content.
    ///
    /// @throws IOException if it cannot be written; what stood there before is left, and nothing beside it
    public static void write(Path file, Content content) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Path part = Files.createTempFile(folder, "whole", ".part");
        try {
            content.into(part);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
