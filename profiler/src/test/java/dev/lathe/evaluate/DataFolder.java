package dev.lathe.evaluate;

import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes small data by hand for tests.
record DataFolder(Path folder) {

    /// A model input `x`; sizes below 0 are open.
    static List<ValueInfo> input(DataType type, long... sizes) {
        return List.of(ValueInfo.tensor("x", type,
                LongStream.of(sizes).mapToObj(s -> s < 0 ? new Dim.Any() : (Dim) new Dim.Fixed(s)).toList()));
    }

    /// A description of classification with one input `x`; single quotes become double ones.
    Path describe(String source, String input, String more) {
        return text("dataset.json", """
                {'format':'lathe-dataset/1','task':'classification','source':{%s},'inputs':{'x':{%s}}%s}
                """.formatted(source, input, more.isEmpty() ? "" : "," + more).replace('\'', '"'));
    }

    Dataset idx(int count, String more) {
        images("images.gz", count, count);
        labels("labels", count);
        return Dataset.open(describe("'kind':'idx','images':'images.gz','labels':'labels'",
                "'from':'image','colour':'GRAY'", more));
    }

    /// Pictures of 3x2 whose pixels are their index, packed.
    Path images(String name, int promised, int present) {
        ByteBuffer bytes = ByteBuffer.allocate(16 + 6 * present).putInt(2051).putInt(promised).putInt(2).putInt(3);
        for (int i = 0; i < 6 * present; i++) {
            bytes.put((byte) (i / 6));
        }
        return bytes(name, zipped(bytes.array()));
    }

    /// Labels 0, 1, 2, 0, 1, 2 ... not packed.
    Path labels(String name, int count) {
        ByteBuffer bytes = ByteBuffer.allocate(8 + count).putInt(2049).putInt(count);
        for (int i = 0; i < count; i++) {
            bytes.put((byte) (i % 3));
        }
        return bytes(name, bytes.array());
    }

    /// A NumPy archive of arrays with these headers and bytes.
    Path npz(String name, Map<String, byte[]> arrays) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (var array : arrays.entrySet()) {
                zip.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
                zip.write(array.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes(name, out.toByteArray());
    }

    static byte[] npy(String descr, String shape, boolean fortran, ByteBuffer data) {
        byte[] header = "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n"
                .formatted(descr, fortran ? "True" : "False", shape).getBytes(StandardCharsets.US_ASCII);
        ByteBuffer all = ByteBuffer.allocate(10 + header.length + data.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        all.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) 0);
        return all.putShort((short) header.length).put(header).put(data).array();
    }

    Path text(String name, String content) {
        return bytes(name, content.getBytes(StandardCharsets.UTF_8));
    }

    Path bytes(String name, byte... content) {
        try {
            return Files.write(folder.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void cut(Path file, int length) {
        try {
            Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] zipped(byte... content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
