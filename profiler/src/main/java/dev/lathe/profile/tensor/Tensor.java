package dev.lathe.profile.tensor;

import dev.lathe.base.Problem;
import dev.lathe.graph.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// A dense tensor: element type, shape and bytes, read-only and in this machine's byte order.
///
/// The bytes are always direct, so that they can be given to native code as they are. Direct ones that are handed over
/// are seen and not copied: whoever hands them over must not change them afterwards; others are copied. [#data()] gives a
/// fresh read-only view from position 0 to the end each time, so that readers do not disturb one another, and [#shape()] a
/// copy. Two tensors are equal where type, shape and bytes are.
///
/// @param type element type; neither string nor undefined
/// @param shape sizes by dimension, each at least 0; empty for a scalar
/// @param data the elements, row by row
@SuppressWarnings("ArrayRecordComponent") // shapes are long[] in every runtime; copied in and out
public record Tensor(DataType type, long[] shape, ByteBuffer data) {

    /// Checks that the bytes are as many as type and shape ask for.
    ///
    /// @throws dev.lathe.base.ProblemException if elements of the type have no fixed size (strings)
    /// @throws IllegalArgumentException if type, shape and bytes do not agree
    public Tensor {
        requireFixedSize(type);
        shape = shape.clone();
        long bytes = type.bytes(count(shape));
        if (data.remaining() != bytes) {
            throw new IllegalArgumentException(type.label() + text(shape) + " takes " + bytes + " bytes, not "
                    + data.remaining());
        }
        data = direct(data).asReadOnlyBuffer().order(ByteOrder.nativeOrder());
    }

    private static ByteBuffer direct(ByteBuffer data) {
        return data.isDirect()
                ? data.slice()
                : ByteBuffer.allocateDirect(data.remaining()).put(data.duplicate()).flip();
    }

    /// A float32 tensor of these values.
    public static Tensor ofFloats(long[] shape, float... values) {
        return ofFloats(DataType.FLOAT, shape, values);
    }

    /// A tensor of these values in the given type: integers are rounded half to even and clipped to the type's range.
    ///
    /// @throws dev.lathe.base.ProblemException if the type is not a number of 8 to 64 bits
    public static Tensor ofFloats(DataType type, long[] shape, float... values) {
        ByteBuffer data = allocate(type, values.length);
        if (type == DataType.FLOAT) {
            // at once: a loop costs a short command more than all that it reads
            data.asFloatBuffer().put(values);
            return new Tensor(type, shape, data);
        }
        Elements elements = Elements.of(type);
        for (float value : values) {
            elements.put(data, value);
        }
        return new Tensor(type, shape, data.flip());
    }

    /// A tensor of these whole numbers in the given type, clipped to its range.
    ///
    /// @throws dev.lathe.base.ProblemException if the type is not a number of 8 to 64 bits
    public static Tensor ofLongs(DataType type, long[] shape, long... values) {
        ByteBuffer data = allocate(type, values.length);
        Elements elements = Elements.of(type);
        for (long value : values) {
            elements.put(data, value);
        }
        return new Tensor(type, shape, data.flip());
    }

    /// A tensor of these bytes in native order, which are copied.
    public static Tensor ofBytes(DataType type, long[] shape, byte[] bytes) {
        ByteBuffer data = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        return new Tensor(type, shape, data);
    }

    /// A copy of the shape.
    @Override
    public long[] shape() {
        return shape.clone();
    }

    /// A fresh read-only view of the bytes, from position 0 to the end, in native order.
    @Override
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.nativeOrder());
    }

    /// How many elements there are; 1 for a scalar.
    public long elements() {
        return count(shape);
    }

    /// A copy of the elements as float32; booleans are 0 and 1, 64-bit numbers lose what a float cannot hold.
    ///
    /// @throws dev.lathe.base.ProblemException if the type is not a number of 8 to 64 bits
    public float[] floats() {
        float[] values = new float[Math.toIntExact(elements())];
        if (type == DataType.FLOAT) {
            data().asFloatBuffer().get(values);
            return values;
        }
        Elements reader = Elements.of(type);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) reader.number(data, i);
        }
        return values;
    }

    /// The elements as floats: a read-only view without a copy where they are float32, else of [#floats()].
    public FloatBuffer floatBuffer() {
        return type == DataType.FLOAT ? data().asFloatBuffer() : FloatBuffer.wrap(floats()).asReadOnlyBuffer();
    }

    /// A copy of the elements as whole numbers, fractions cut off.
    ///
    /// @throws dev.lathe.base.ProblemException if the type is not a number of 8 to 64 bits
    public long[] longs() {
        long[] values = new long[Math.toIntExact(elements())];
        Elements reader = Elements.of(type);
        for (int i = 0; i < values.length; i++) {
            values[i] = reader.whole(data, i);
        }
        return values;
    }

    /// The same elements in another shape of equally many.
    public Tensor reshaped(long... other) {
        return new Tensor(type, other, data);
    }

    /// Type and shape as text: `float32[1,3,224,224]`.
    public String signature() {
        return type.label() + text(shape);
    }

    /// How many elements a shape has.
    ///
    /// @throws IllegalArgumentException if a size is negative
    public static long count(long... shape) {
        long count = 1;
        for (long size : shape) {
            if (size < 0) {
                throw new IllegalArgumentException("negative size in shape " + text(shape));
            }
            count = Math.multiplyExact(count, size);
        }
        return count;
    }

    private static ByteBuffer allocate(DataType type, int elements) {
        requireFixedSize(type);
        return ByteBuffer.allocateDirect(Math.toIntExact(type.bytes(elements))).order(ByteOrder.nativeOrder());
    }

    private static void requireFixedSize(DataType type) {
        if (type.bits() == 0) {
            throw Problem.error("tensor-type-unsupported", "", "tensors of type " + type.label() + " are not supported",
                    "Use a model whose inputs and outputs are numbers.").toException();
        }
    }

    private static String text(long... shape) {
        return LongStream.of(shape).mapToObj(Long::toString).collect(Collectors.joining(",", "[", "]"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor t && type == t.type && Arrays.equals(shape, t.shape) && data.equals(t.data);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * type.hashCode() + Arrays.hashCode(shape)) + data.hashCode();
    }

    @Override
    public String toString() {
        return signature();
    }
}
