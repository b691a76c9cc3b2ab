package dev.lathe.optimize;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Files of tensors in a pass's scratch folder, removed together.
public final class TemporaryPacks implements AutoCloseable {
    private final Path scratch;
    private final String prefix;
    private final List<Path> files = new ArrayList<>();

    /// None yet.
    ///
    /// @param prefix how their names begin
    public TemporaryPacks(PassContext context, String prefix) {
        this.scratch = context.scratch();
        this.prefix = prefix;
    }

    /// A new, empty file.
    public Path next() {
        try {
            Path file = Files.createTempFile(scratch, prefix, ".pack");
            files.add(file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether there is none.
    public boolean isEmpty() {
        return files.isEmpty();
    }

    /// Removes the files; more can be made after it.
    @Override
    public void close() {
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        files.clear();
    }
}
