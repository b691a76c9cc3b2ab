package dev.lathe.evaluate.image;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// Reads picture files: what `javax.imageio` knows (JPEG, PNG, BMP, GIF, TIFF).
///
/// Values are taken as they are stored, as Pillow does: colour profiles and rotation tags are not applied, transparency
/// is dropped, 16-bit samples lose their low byte. JPEG decodes to the same pixels as with libjpeg-turbo, except where
/// colour is stored at half height only (sampling 1x2), which that smooths and Java's decoder repeats.
public final class ImageFile {
    private ImageFile() {}

    /// Whether the name ends as that of a picture.
    public static boolean hasPictureName(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return Arrays.stream(ImageIO.getReaderFileSuffixes())
                .anyMatch(suffix -> !suffix.isEmpty() && name.endsWith("." + suffix.toLowerCase(Locale.ROOT)));
    }

    /// The pixels of a file. Thread-safe.
    ///
    /// @throws ProblemException if it cannot be read or decoded, naming the file
    public static Pixels read(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ProblemException(Problem.error("image-unreadable", file.toString(),
                    "cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Check that the file exists and may be read."), e);
        }
        try (var stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            if (!readers.hasNext()) {
                throw undecodable(file, "its format is not known").toException();
            }
            return decode(readers.next(), stream);
        } catch (ProblemException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // the decoders answer spoilt files with exceptions of many kinds
            throw new ProblemException(undecodable(file, String.valueOf(e.getMessage())), e);
        }
    }

    private static Pixels decode(ImageReader reader, MemoryCacheImageInputStream stream) throws IOException {
        try {
            reader.setInput(stream, true, true);
            return pixels(reader.read(0));
        } finally {
            reader.dispose();
        }
    }

    private static Pixels pixels(BufferedImage image) {
        Raster raster = image.getRaster();
        boolean indexed = image.getColorModel() instanceof IndexColorModel;
        int bits = image.getColorModel().getComponentSize(0);
        if (indexed || (bits != 8 && bits != 16) || raster.getNumBands() > 4) {
            return converted(image);
        }
        int channels = raster.getNumBands() < 3 ? 1 : 3;
        int width = image.getWidth();
        if (raster.getDataBuffer() instanceof DataBufferByte bytes
                && raster.getSampleModel() instanceof PixelInterleavedSampleModel layout && raster.getParent() == null
                && bytes.getNumBanks() == 1) {
            return new Pixels(width, image.getHeight(), channels,
                    interleaved(bytes.getData(), bytes.getOffset(), layout, channels));
        }
        byte[] values = new byte[width * image.getHeight() * channels];
        int[] row = new int[width * raster.getNumBands()];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    values[at++] = (byte) (row[x * raster.getNumBands() + c] >> (bits - 8));
                }
            }
        }
        return new Pixels(width, image.getHeight(), channels, values);
    }

    /// Bytes that lie side by side already, in whichever order of channels: what most files are decoded to.
    private static byte[] interleaved(byte[] stored, int start, PixelInterleavedSampleModel layout, int channels) {
        int width = layout.getWidth();
        int step = layout.getPixelStride();
        byte[] values = new byte[width * layout.getHeight() * channels];
        for (int c = 0; c < channels; c++) {
            int offset = start + layout.getBandOffsets()[c];
            for (int y = 0; y < layout.getHeight(); y++) {
                int from = offset + y * layout.getScanlineStride();
                int to = y * width * channels + c;
                for (int x = 0; x < width; x++) {
                    values[to + x * channels] = stored[from + x * step];
                }
            }
        }
        return values;
    }

    /// Through Java's own conversion, for palettes and packed pixels.
    private static Pixels converted(BufferedImage image) {
        int width = image.getWidth();
        byte[] values = new byte[width * image.getHeight() * 3];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int rgb : image.getRGB(0, y, width, 1, null, 0, width)) {
                values[at++] = (byte) (rgb >> 16);
                values[at++] = (byte) (rgb >> 8);
                values[at++] = (byte) rgb;
            }
        }
        return new Pixels(width, image.getHeight(), 3, values);
    }

    private static Problem undecodable(Path file, String why) {
        return Problem.error("image-undecodable", file.toString(), "cannot be decoded as a picture (" + why + ")",
                "Replace it, convert it to PNG or JPEG, or take it out of the data.");
    }
}
