package dev.lathe.evaluate.source;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.evaluate.image.Pixels;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// MNIST's IDX format: a magic number, sizes as big-endian integers, then one byte an element; plain or in gzip.
///
/// Source: yann.lecun.com/exdb/mnist, "the IDX file format".
public final class IdxFile {
    /// Unsigned bytes in three dimensions: count, height, width.
    private static final int IMAGES = 0x0803;
    /// Unsigned bytes in one dimension.
    private static final int LABELS = 0x0801;
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;

    private final ByteBuffer content;
    private final int count;
    private final int height;
    private final int width;

    private IdxFile(ByteBuffer content, int count, int height, int width) {
        this.content = content;
        this.count = count;
        this.height = height;
        this.width = width;
    }

    /// Reads a file of images.
    ///
    /// @throws ProblemException if it cannot be read or is none
    public static IdxFile images(Path file) {
        return read(file, IMAGES, "images");
    }

    static IdxFile labels(Path file) {
        return read(file, LABELS, "labels");
    }

    /// How many there are.
    public int count() {
        return count;
    }

    int label(int index) {
        return Byte.toUnsignedInt(content.get(index));
    }

    Pixels image(int index) {
        byte[] values = new byte[height * width];
        content.get(index * values.length, values);
        return new Pixels(width, height, 1, values);
    }

    private static IdxFile read(Path file, int magic, String kind) {
        ByteBuffer bytes = ByteBuffer.wrap(unpacked(file));
        boolean images = magic == IMAGES;
        int header = images ? 16 : 8;
        if (bytes.remaining() < header || bytes.getInt() != magic) {
            throw spoilt(file, "is no IDX file of " + kind + ", which would start with the number " + magic);
        }
        int count = bytes.getInt();
        int height = images ? bytes.getInt() : 1;
        int width = images ? bytes.getInt() : 1;
        long wanted = Math.multiplyHigh((long) count * height, width) == 0 ? (long) count * height * width : -1;
        if (count < 0 || height < 1 || width < 1 || wanted != bytes.remaining()) {
            String each = images ? " of " + width + "x" + height : "";
            throw spoilt(file, "promises " + Integer.toUnsignedString(count) + " " + kind + each + ", but holds "
                    + bytes.remaining() + " bytes of them");
        }
        return new IdxFile(bytes.slice(), count, height, width);
    }

    private static byte[] unpacked(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(2);
            boolean gzip = start.length == 2 && Byte.toUnsignedInt(start[0]) == GZIP_FIRST
                    && Byte.toUnsignedInt(start[1]) == GZIP_SECOND;
            return gzip ? unzipped(file) : concatenated(start, in.readAllBytes());
        } catch (EOFException e) {
            throw new ProblemException(damage(file, "ends before its compressed data does"), e);
        } catch (ZipException e) {
            throw new ProblemException(damage(file, "has damaged compressed data (" + e.getMessage() + ")"), e);
        } catch (IOException e) {
            throw SourceProblems.unreadable(file, e);
        } catch (OutOfMemoryError e) { // how readAllBytes says "over 2 GiB"
            throw new ProblemException(damage(file, "is too large to be held in memory"), e);
        }
    }

    private static byte[] unzipped(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file), 1 << 16)) {
            return in.readAllBytes();
        }
    }

    private static byte[] concatenated(byte[] start, byte[] rest) {
        byte[] all = Arrays.copyOf(start, start.length + rest.length);
        System.arraycopy(rest, 0, all, start.length, rest.length);
        return all;
    }

    private static ProblemException spoilt(Path file, String what) {
        return damage(file, what).toException();
    }

    private static Problem damage(Path file, String what) {
        return Problem.error("dataset-file-damaged", file.toString(), what,
                "Fetch the file again, or name the right one.");
    }
}
