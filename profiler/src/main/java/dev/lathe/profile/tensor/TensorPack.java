package dev.lathe.profile.tensor;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.graph.DataType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;

/// Samples in one file, written once by the parent and mapped by every worker; may exceed 2 GiB.
///
/// Layout: 8 bytes of magic, each tensor's bytes aligned to 64, a JSON index (by sample and input name: type, shape,
/// offset, bytes), and 16 bytes that hold the index' offset and length as little-endian longs. Opening maps the file and
/// reads the index; a tensor's bytes are read from the page cache when they are used. The mapping ends when nothing
/// refers to it any more. Thread-safe.
public final class TensorPack {
    private static final Map<String, DataType> TYPES = Arrays.stream(DataType.values())
            .collect(Collectors.toUnmodifiableMap(DataType::label, Function.identity()));
    private static final String REMEDY = "Delete it and run the command again, which writes it anew.";

    private final Path file;
    private final MemorySegment mapped;
    private final List<Map<String, PackLayout.Entry>> samples;

    private TensorPack(Path file, MemorySegment mapped, List<Map<String, PackLayout.Entry>> samples) {
        this.file = file;
        this.mapped = mapped;
        this.samples = samples;
    }

    /// Maps a finished pack.
    ///
    /// @throws ProblemException if the file cannot be read, is cut short or is no pack, naming it
    public static TensorPack open(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return read(file, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()));
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.error("tensor-pack-unreadable", file.toString(), "cannot be read (" + e + ")", REMEDY), e);
        }
    }

    /// Where the pack is.
    public Path file() {
        return file;
    }

    /// Starts a new pack, which replaces a file of that name once it is closed.
    ///
    /// @throws ProblemException if the file cannot be written, naming it
    public static TensorPackWriter writer(Path file) {
        return TensorPackWriter.create(file);
    }

    /// How many samples there are.
    public int size() {
        return samples.size();
    }

    /// The tensors of one sample by input name, in the order they were added in; the bytes are not copied.
    ///
    /// @throws IndexOutOfBoundsException if there is no such sample
    public SequencedMap<String, Tensor> sample(int index) {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        samples.get(index).forEach((name, entry) -> tensors.put(name, tensor(entry, bytes(entry))));
        return Collections.unmodifiableSequencedMap(tensors);
    }

    Map<String, PackLayout.Entry> entries(int index) {
        return samples.get(index);
    }

    private ByteBuffer bytes(PackLayout.Entry entry) {
        try {
            return mapped.asSlice(entry.offset(), entry.bytes()).asByteBuffer();
        } catch (IndexOutOfBoundsException e) {
            throw new ProblemException(damage(file, "its index and its bytes do not agree"), e);
        }
    }

    /// A tensor of the pack, with its bytes.
    Tensor tensor(PackLayout.Entry entry, ByteBuffer bytes) {
        long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
        try {
            DataType type = Objects.requireNonNull(TYPES.get(entry.type()), entry.type());
            return new Tensor(type, shape, bytes);
        } catch (NullPointerException | IllegalArgumentException | ArithmeticException e) {
            throw new ProblemException(damage(file, "its index and its bytes do not agree"), e);
        }
    }

    private static TensorPack read(Path file, MemorySegment mapped) {
        long size = mapped.byteSize();
        int magic = PackLayout.MAGIC.length;
        if (size < magic + PackLayout.FOOTER_BYTES) {
            throw damaged(file, "it ends after " + size + " bytes");
        }
        if (MemorySegment.mismatch(mapped, 0, magic, MemorySegment.ofArray(PackLayout.MAGIC), 0, magic) != -1) {
            throw damaged(file, "it does not start as a tensor pack does");
        }
        var footer = mapped.asSlice(size - PackLayout.FOOTER_BYTES).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        long offset = footer.getLong();
        long length = footer.getLong();
        if (offset < magic || length < 0 || offset > size || length != size - PackLayout.FOOTER_BYTES - offset) {
            throw damaged(file, "its end is missing after " + size + " bytes");
        }
        return new TensorPack(file, mapped, index(file, mapped.asSlice(offset, length)));
    }

    private static List<Map<String, PackLayout.Entry>> index(Path file, MemorySegment json) {
        byte[] bytes = json.toArray(ValueLayout.JAVA_BYTE);
        PackLayout.Index index;
        try {
            index = PackLayout.JSON.readValue(bytes, PackLayout.Index.class);
        } catch (JacksonException _) {
            throw damaged(file, "its index cannot be read");
        }
        if (!ByteOrder.nativeOrder().toString().equals(index.byteOrder())) {
            throw damaged(file, "it was written on a machine of another byte order");
        }
        return index.samples();
    }

    private static ProblemException damaged(Path file, String why) {
        return damage(file, why).toException();
    }

    private static Problem damage(Path file, String why) {
        return Problem.error("tensor-pack-damaged", file.toString(), "is no whole tensor pack: " + why, REMEDY);
    }
}
