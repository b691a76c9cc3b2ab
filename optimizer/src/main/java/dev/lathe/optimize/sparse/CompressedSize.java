package dev.lathe.optimize.sparse;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How large a model is once it is compressed, which is where zeros save bytes.
public final class CompressedSize {
    /// Zstandard's level: what a registry or a download would take, in a second or two per 100 MB.
    public static final int LEVEL = 9;

    private CompressedSize() {}

    /// Bytes of a model's file, and of the weights beside it, compressed by Zstandard.
    public static long ofModel(Path file) {
        Path data = file.resolveSibling(file.getFileName() + ".data");
        return of(file) + (Files.exists(data) ? of(data) : 0);
    }

    private static long of(Path file) {
        Counting counting = new Counting();
        try (ZstdOutputStream out = new ZstdOutputStream(counting, LEVEL)) {
            Files.copy(file, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return counting.count;
    }

    /// Keeps nothing but the number of bytes.
    private static final class Counting extends OutputStream {
        private long count;

        @Override
        public void write(int b) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            count += length;
        }
    }
}
