package dev.lathe.export;

import dev.lathe.graph.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// A real request and the outputs that were seen for it.
///
/// @param name its id, unique in the deployment and safe as a file name
/// @param inputs one tensor per input of the model
/// @param expected one tensor per output that is to be compared
public record Request(String name, List<Tensor> inputs, List<Tensor> expected) {

    /// Copies the lists.
    public Request {
        inputs = List.copyOf(inputs);
        expected = List.copyOf(expected);
    }

    /// Inputs, then expected outputs.
    Stream<Tensor> tensors() {
        return Stream.concat(inputs.stream(), expected.stream());
    }

    /// How far an output may lie from the expected one: `|seen - expected| <= absolute + relative * |expected|`.
    ///
    /// @param absolute in the output's unit
    /// @param relative a share of the expected value
    /// @param reason why this much, for example "INT8 kernels differ between CPUs"
    public record Tolerance(double absolute, double relative, String reason) {}

    /// A tensor's values.
    ///
    /// @param name the input or output
    /// @param type the element type
    /// @param shape the shape the model sees; empty for a scalar
    /// @param contents the values in row-major order
    public record Tensor(String name, DataType type, List<Long> shape, Contents contents) {

        /// Copies the shape.
        public Tensor {
            shape = List.copyOf(shape);
        }

        /// A tensor of numbers, little-endian, without padding.
        public static Tensor of(String name, DataType type, List<Long> shape, byte[] littleEndian) {
            return new Tensor(name, type, shape, new Numbers(littleEndian));
        }

        /// A float32 tensor.
        public static Tensor of(String name, List<Long> shape, float... values) {
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            return of(name, DataType.FLOAT, shape, bytes.array());
        }

        /// An int64 tensor.
        public static Tensor of(String name, List<Long> shape, long... values) {
            ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asLongBuffer().put(values);
            return of(name, DataType.INT64, shape, bytes.array());
        }

        /// A tensor of texts.
        public static Tensor of(String name, List<Long> shape, List<String> values) {
            return new Tensor(name, DataType.STRING, shape, new Texts(values));
        }

        /// The number of elements the shape holds.
        public long elements() {
            return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
        }
    }

    /// Values of a tensor.
    public sealed interface Contents {}

    /// Numbers, little-endian, row-major, without padding.
    public static final class Numbers implements Contents {
        private final byte[] bytes;

        /// Copies the bytes.
        public Numbers(byte[] littleEndian) {
            this.bytes = littleEndian.clone();
        }

        /// The bytes, read only and little-endian.
        public ByteBuffer buffer() {
            return ByteBuffer.wrap(bytes).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }

        /// How many bytes there are.
        public int sizeBytes() {
            return bytes.length;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Numbers numbers && Arrays.equals(bytes, numbers.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Numbers[" + bytes.length + " bytes]";
        }
    }

    /// Texts.
    public record Texts(List<String> values) implements Contents {

        /// Copies the list.
        public Texts {
            values = List.copyOf(values);
        }
    }
}
