package dev.lathe.profile.kernels;

import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/// A width between two operators of the same kind: one makes so many channels, the other reads them. What it computes grows in
/// proportion to the width.
///
/// @param operator `Conv` (3 x 3) or `MatMul`
/// @param type `FLOAT`, or `UINT8` for quantized operators
/// @param width how many channels
record Sandwich(String operator, DataType type, int width) {
    static final List<String> OPERATORS = List.of("Conv", "MatMul");
    /// Channels at both ends.
    private static final long ENDS = 64;
    private static final long SIDE = 14;
    private static final long ROWS = 64;
    private static final long COLUMNS = 256;
    private static final int SEED = 3;

    private boolean isConv() {
        return operator.equals("Conv");
    }

    private boolean isFloat() {
        return type == DataType.FLOAT;
    }

    private List<Long> read() {
        return isConv() ? List.of(1L, ENDS, SIDE, SIDE) : List.of(ROWS, COLUMNS);
    }

    Model model() {
        SequencedMap<String, TensorData> constants = new LinkedHashMap<>();
        constants.put("v", weights(isConv() ? List.of((long) width, ENDS, 3L, 3L) : List.of(COLUMNS, (long) width)));
        constants.put("w", weights(isConv() ? List.of(ENDS, (long) width, 3L, 3L) : List.of((long) width, COLUMNS)));
        constants.put("scale", TensorData.ofFloats(List.of(), 1f / 64));
        constants.put("zero", TensorData.ofBytes(DataType.UINT8, List.of(), (byte) 128));
        constants.put("none", TensorData.ofBytes(DataType.INT8, List.of(), (byte) 0));
        if (isFloat()) {
            constants.keySet().removeAll(List.of("scale", "zero", "none"));
        }
        List<Long> made = isConv() ? List.of(1L, ENDS, SIDE - 4, SIDE - 4) : List.of(ROWS, COLUMNS);
        Graph graph = new Graph("width", List.of(node("x", "v", "a"), node("a", "w", "y")),
                List.of(ValueInfo.tensor("x", type, dims(read()))),
                List.of(ValueInfo.tensor("y", type, dims(made))), constants, List.of(), Extra.NONE);
        SequencedMap<String, Long> opsets = new LinkedHashMap<>();
        opsets.put("", 13L);
        return new Model(graph, List.of(), opsets, 7, Model.Metadata.NONE, Extra.NONE);
    }

    private Node node(String in, String weights, String out) {
        return isFloat()
                ? Node.of(out, operator, List.of(in, weights), List.of(out))
                : Node.of(out, "QLinear" + operator,
                        List.of(in, "scale", "zero", weights, "scale", "none", "scale", "zero"), List.of(out));
    }

    private static List<Dim> dims(List<Long> shape) {
        return shape.stream().map(d -> (Dim) new Dim.Fixed(d)).toList();
    }

    private TensorData weights(List<Long> shape) {
        return TensorData.ofBytes(isFloat() ? DataType.FLOAT : DataType.INT8, shape, random(shape));
    }

    Tensor x() {
        List<Long> shape = read();
        return new Tensor(type, shape.stream().mapToLong(Long::longValue).toArray(),
                ByteBuffer.wrap(random(shape)).order(ByteOrder.LITTLE_ENDIAN));
    }

    /// Floats in -1..1 (denormals would be slow), or bytes of which no sum saturates.
    private byte[] random(List<Long> shape) {
        SplittableRandom random = new SplittableRandom(SEED);
        int count = (int) shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
        ByteBuffer bytes = ByteBuffer.allocate(isFloat() ? count * Float.BYTES : count)
                .order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (isFloat()) {
                bytes.putFloat((float) random.nextDouble(-1, 1));
            } else {
                bytes.put((byte) random.nextInt(64));
            }
        }
        return bytes.array();
    }
}
