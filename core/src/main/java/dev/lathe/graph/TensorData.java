package dev.lathe.graph;

import dev.lathe.base.Problem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/// The elements of a constant tensor: shared by reference between variants, never copied by a pass that leaves them alone.
/// Elements are little-endian in the order of the shape, 4-bit elements packed in pairs, as ONNX's `raw_data`.
public sealed interface TensorData {
    /// Floats as ONNX stores them.
    ValueLayout.OfFloat FLOATS = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /// 64-bit integers as ONNX stores them.
    ValueLayout.OfLong LONGS = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /// 32-bit integers as ONNX stores them.
    ValueLayout.OfInt INTS = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// How the elements stand in the file: `RAW`, as bytes in `raw_data`, which is what new tensors use; or `TYPED`, in
    /// the typed fields (`float_data`, …), kept for tensors that came that way.
    enum Encoding {
        RAW, TYPED
    }

    /// Element type.
    DataType type();

    /// Shape; empty for a scalar.
    List<Long> shape();

    /// Everything else the file says about the tensor.
    Extra rest();

    /// Elements on the heap or in native memory.
    record InMemory(DataType type, List<Long> shape, MemorySegment data, Encoding encoding, Extra rest)
            implements
                TensorData {

        /// Copies the shape.
        public InMemory {
            shape = List.copyOf(shape);
            data = data.asReadOnly();
        }
    }

    /// Elements in a mapped file.
    ///
    /// @param external the name of the file beside the model, if the elements are not in the model's own file
    record Mapped(DataType type, List<Long> shape, MappedFile file, long offset, long length, Optional<String> external,
            Extra rest) implements TensorData {

        /// Copies the shape.
        public Mapped {
            shape = List.copyOf(shape);
        }
    }

    /// Texts, each in its own bytes.
    record Strings(List<Long> shape, List<String> values, Extra rest) implements TensorData {

        /// Copies the lists.
        public Strings {
            shape = List.copyOf(shape);
            values = List.copyOf(values);
        }

        @Override
        public DataType type() {
            return DataType.STRING;
        }
    }

    /// The elements' bytes, little-endian, read-only.
    ///
    /// @throws dev.lathe.base.ProblemException if they are in a file that changed, or are texts
    default MemorySegment bytes() {
        return switch (this) {
            case InMemory(_, _, var data, _, _) -> data;
            case Mapped(_, _, var file, var offset, var length, _, _) -> file.slice(offset, length);
            case Strings _ ->
                throw Problem.error("tensor-of-texts", "", "a tensor of texts has no numeric elements", "")
                        .toException();
        };
    }

    /// Number of elements; 1 for a scalar.
    default long elements() {
        return shape().contains(0L)
                ? 0
                : shape().stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }

    /// Bytes of all elements.
    default long sizeBytes() {
        return switch (this) {
            case InMemory memory -> memory.data().byteSize();
            case Mapped mapped -> mapped.length();
            case Strings strings -> strings.values().stream().mapToLong(String::length).sum();
        };
    }

    /// The elements of a [DataType#FLOAT] tensor, copied.
    default float[] floats() {
        require(DataType.FLOAT);
        return bytes().toArray(FLOATS);
    }

    /// The elements of an integer tensor of 32 or 64 bits, copied.
    default long[] longs() {
        if (type() == DataType.INT32) {
            int[] ints = bytes().toArray(INTS);
            long[] longs = new long[ints.length];
            for (int i = 0; i < ints.length; i++) {
                longs[i] = ints[i];
            }
            return longs;
        }
        require(DataType.INT64);
        return bytes().toArray(LONGS);
    }

    private void require(DataType wanted) {
        if (type() != wanted) {
            throw new IllegalStateException("tensor is " + type().label() + ", not " + wanted.label());
        }
    }

    /// A float tensor over this array, which must not change afterwards.
    static TensorData ofFloats(List<Long> shape, float... values) {
        MemorySegment data = Arena.ofAuto().allocate(Math.max(1, values.length * 4L), 64).asSlice(0,
                values.length * 4L);
        MemorySegment.copy(values, 0, data, FLOATS, 0, values.length);
        return new InMemory(DataType.FLOAT, shape, data, Encoding.RAW, Extra.NONE);
    }

    /// A 64-bit integer tensor.
    static TensorData ofLongs(List<Long> shape, long... values) {
        MemorySegment data = Arena.ofAuto().allocate(Math.max(1, values.length * 8L), 64).asSlice(0,
                values.length * 8L);
        MemorySegment.copy(values, 0, data, LONGS, 0, values.length);
        return new InMemory(DataType.INT64, shape, data, Encoding.RAW, Extra.NONE);
    }

    /// A 32-bit integer tensor.
    static TensorData ofInts(List<Long> shape, int... values) {
        MemorySegment data = Arena.ofAuto().allocate(Math.max(1, values.length * 4L), 64).asSlice(0,
                values.length * 4L);
        MemorySegment.copy(values, 0, data, INTS, 0, values.length);
        return new InMemory(DataType.INT32, shape, data, Encoding.RAW, Extra.NONE);
    }

    /// A tensor of any numeric type over its little-endian bytes, which must not change afterwards.
    static TensorData ofBytes(DataType type, List<Long> shape, byte... values) {
        return new InMemory(type, shape, MemorySegment.ofArray(values), Encoding.RAW, Extra.NONE);
    }
}
