package dev.lathe.evaluate;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Sha256;
import dev.lathe.evaluate.description.DatasetDescription;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/// One hash of many files: for each its path relative to the description, its length and its bytes.
///
/// The description's own name is left out, so that a copy under another name is the same data.
final class ContentHash {
    private static final int BUFFER_BYTES = 1 << 16;

    private ContentHash() {}

    static String of(DatasetDescription description, List<Path> files) {
        MessageDigest digest = Sha256.digest();
        Path folder = description.resolve("").toAbsolutePath();
        for (Path file : files) {
            String name = file.equals(description.file())
                    ? ""
                    : folder.relativize(file.toAbsolutePath()).toString().replace('\\', '/');
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            add(digest, file);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, Path file) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(Files.size(file)).flip());
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        } catch (IOException e) {
            throw new ProblemException(Problem.error("dataset-file-unreadable", file.toString(),
                    "cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Check that the file exists and may be read."), e);
        }
    }
}
