package dev.lathe.app.gui.export;

import dev.lathe.app.gui.work.Numbers;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/// A file of a bundle.
///
/// @param path within the bundle, with `/`
/// @param file where it is
/// @param sizeBytes its size
public record BundleFile(String path, Path file, long sizeBytes) implements Comparable<BundleFile> {
    private static final int SHOWN_BYTES = 1 << 18;
    private static final int HEX_BYTES = 256;
    private static final int HEX_LINE = 16;

    static BundleFile of(Path bundle, Path file) {
        try {
            return new BundleFile(bundle.relativize(file).toString().replace('\\', '/'), file, Files.size(file));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static ProblemException unreadable(Path file, IOException e) {
        return new ProblemException(Problem.error("bundle-unreadable", file.toString(),
                "the file cannot be read (" + e.getMessage() + ")", "Render the bundle again."), e);
    }

    /// The content if it is text; of other files the size and the first bytes.
    String preview() {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(SHOWN_BYTES);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        for (byte b : bytes) {
            if (b == 0) {
                return "Not text: " + Numbers.bytes(sizeBytes) + ". It begins with\n\n" + hex(bytes);
            }
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        return bytes.length < sizeBytes ? text + "\n… " + Numbers.bytes(sizeBytes - bytes.length) + " more" : text;
    }

    private static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(HEX_BYTES, bytes.length); i += HEX_LINE) {
            text.append(HexFormat.ofDelimiter(" ").formatHex(bytes, i, Math.min(bytes.length, i + HEX_LINE)))
                    .append('\n');
        }
        return text.toString();
    }

    @Override
    public int compareTo(BundleFile other) {
        return path.compareTo(other.path);
    }
}
