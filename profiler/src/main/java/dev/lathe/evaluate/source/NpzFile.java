package dev.lathe.evaluate.source;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.graph.DataType;
import dev.lathe.profile.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// A NumPy archive: a zip file of `.npy` arrays.
///
/// Source: NumPy's `numpy.lib.format`, versions 1 to 3. Arrays of objects and of text, and those in Fortran's order, are
/// refused when they are asked for.
public final class NpzFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern TYPE = Pattern.compile("'descr': *'([<>|=])([a-z]\\d+)'");
    private static final Pattern SHAPE = Pattern.compile("'shape': *\\(([0-9, ]{0,200})\\)");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order': *True");
    private static final Map<String, DataType> TYPES = Map.ofEntries(Map.entry("f4", DataType.FLOAT),
            Map.entry("f8", DataType.DOUBLE), Map.entry("f2", DataType.FLOAT16), Map.entry("i1", DataType.INT8),
            Map.entry("i2", DataType.INT16), Map.entry("i4", DataType.INT32), Map.entry("i8", DataType.INT64),
            Map.entry("u1", DataType.UINT8), Map.entry("u2", DataType.UINT16), Map.entry("u4", DataType.UINT32),
            Map.entry("u8", DataType.UINT64), Map.entry("b1", DataType.BOOL));
    private static final String AGAIN = "Fetch the file again, or save it anew with numpy.savez.";

    private final Path file;
    private final SortedMap<String, byte[]> entries;

    private NpzFile(Path file, SortedMap<String, byte[]> entries) {
        this.file = file;
        this.entries = entries;
    }

    /// Reads an archive.
    ///
    /// @throws ProblemException if it cannot be read or is none
    public static NpzFile read(Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            SortedMap<String, byte[]> entries = new TreeMap<>();
            for (ZipEntry entry : zip.stream().toList()) {
                try (var in = zip.getInputStream(entry)) {
                    entries.put(entry.getName().replaceFirst("\\.npy$", ""), in.readAllBytes());
                }
            }
            return new NpzFile(file, entries);
        } catch (NoSuchFileException e) {
            throw SourceProblems.unreadable(file, e);
        } catch (ZipException e) {
            throw new ProblemException(damage(file, "is no whole NumPy archive (" + e.getMessage() + ")", AGAIN), e);
        } catch (IOException e) {
            throw SourceProblems.unreadable(file, e);
        }
    }

    /// The names of its arrays, sorted.
    public List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /// The array of that name.
    ///
    /// @throws ProblemException if there is none, or it is of a kind that is refused
    public Tensor array(String name) {
        byte[] bytes = entries.get(name);
        if (bytes == null) {
            throw problem("has no array '" + name + "'",
                    "Name one of its arrays: " + String.join(", ", entries.keySet()) + ".");
        }
        int length = bytes.length;
        boolean known = length > 12 && Stream.iterate(0, i -> i < MAGIC.length, i -> i + 1)
                .allMatch(i -> bytes[i] == MAGIC[i]);
        ByteBuffer head = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int start = known && bytes[6] == 1 ? 10 : 12;
        long headerBytes = !known ? 0 : start == 10 ? Short.toUnsignedInt(head.getShort(8)) : head.getInt(8);
        if (!known || headerBytes < 0 || start + headerBytes > length) {
            throw problem("array '" + name + "' is no NumPy array", AGAIN);
        }
        int dataStart = (int) (start + headerBytes);
        String header = new String(bytes, start, (int) headerBytes, StandardCharsets.UTF_8);
        return tensor(name, header, head.slice(dataStart, length - dataStart));
    }

    private Tensor tensor(String name, String header, ByteBuffer data) {
        Matcher type = TYPE.matcher(header);
        Matcher shape = SHAPE.matcher(header);
        DataType dataType = type.find() ? TYPES.get(type.group(2)) : null;
        if (dataType == null || !shape.find()) {
            throw problem("array '" + name + "' is not of numbers (" + header.strip() + ")",
                    "Save it as an array of numbers.");
        }
        if (FORTRAN.matcher(header).find()) {
            throw problem("array '" + name + "' is stored by columns",
                    "Save it by rows, with numpy.ascontiguousarray.");
        }
        long[] sizes = Stream.of(shape.group(1).split(",")).map(String::strip).filter(s -> !s.isEmpty())
                .mapToLong(Long::parseLong).toArray();
        long bytes = dataType.bytes(Tensor.count(sizes));
        if (bytes != data.remaining()) {
            throw problem("array '" + name + "' promises " + bytes + " bytes, but has " + data.remaining(), AGAIN);
        }
        ByteOrder order = type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        boolean swapped = !type.group(1).equals("|") && !type.group(1).equals("=") && order != ByteOrder.nativeOrder();
        return new Tensor(dataType, sizes, swapped ? swapped(data, dataType.bits() / 8) : data);
    }

    private static ByteBuffer swapped(ByteBuffer data, int size) {
        byte[] bytes = new byte[data.remaining()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = data.get(i - i % size + size - 1 - i % size);
        }
        return ByteBuffer.wrap(bytes);
    }

    private ProblemException problem(String what, String remedy) {
        return damage(file, what, remedy).toException();
    }

    private static Problem damage(Path file, String what, String remedy) {
        return Problem.error("dataset-archive", file.toString(), what, remedy);
    }
}
