package dev.lathe.profile.operators;

import dev.lathe.base.Reading;
import dev.lathe.graph.Node;
import dev.lathe.graph.inspect.Macs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a node has to do for one query, whoever does it: the least arithmetic and the least data to move.
///
/// @param macs multiply-accumulates; 0 for operators that only add, compare or copy, whose arithmetic is not counted
/// @param bytes inputs read once and outputs written once, constants included; views of a tensor move none
/// @param arithmetic which of the machine's units it needs
public record Work(Reading<Double> macs, Reading<Double> bytes, Arithmetic arithmetic) {
    private static final Set<String> VIEWS = Set.of("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Shape",
            "Size", "If", "Loop", "Scan");
    /// These read only as much as they give.
    private static final Set<String> PICKS = Set.of("Gather", "GatherND", "GatherElements", "Slice",
            "GatherBlockQuantized", "EmbedLayerNormalization", "QEmbedLayerNormalization");
    private static final Set<String> INTEGER = Set.of("QLinearConv", "ConvInteger", "QLinearMatMul", "MatMulInteger",
            "MatMulIntegerToFloat", "DynamicQuantizeMatMul", "QGemm", "QAttention", "DynamicQuantizeLSTM");

    /// Kinds of multiply-accumulates that have different ceilings.
    public enum Arithmetic {
        FLOAT32, INT8
    }

    /// Floating-point (or integer) operations: two for each multiply-accumulate.
    public Reading<Double> operations() {
        return macs.map(m -> 2 * m);
    }

    /// A node about whose work nothing is known.
    static Work unknown(String why, String opType) {
        return new Work(Reading.unknown(why), Reading.unknown(why), arithmetic(opType));
    }

    private static Arithmetic arithmetic(String opType) {
        return INTEGER.contains(opType) ? Arithmetic.INT8 : Arithmetic.FLOAT32;
    }

    /// The work of one call.
    ///
    /// @param shapes of all its values, by name
    /// @param weight the true sizes of a convolution's weight, where the runtime has padded its own copy; may be empty
    static Work of(Node node, Map<String, TensorShape> shapes, List<Long> weight) {
        Map<String, List<Long>> sizes = new HashMap<>();
        shapes.forEach((name, shape) -> sizes.put(name, shape.dims()));
        Reading<Long> macs = weight.isEmpty() ? Macs.ofNode(node, sizes) : blocked(node, shapes, weight);
        Reading<Double> bytes = Reading.known((double) bytes(node, shapes), "shapes and types of a run");
        return new Work(macs.map(Long::doubleValue), bytes, arithmetic(node.opType()));
    }

    /// A convolution on blocks of channels: the blocks are padded, the convolution is not.
    private static Reading<Long> blocked(Node node, Map<String, TensorShape> shapes, List<Long> weight) {
        TensorShape out = shapes.get(node.outputs().getFirst());
        if (out == null || out.dims().size() < 3) {
            return Reading.unknown("its output has no known shape");
        }
        long places = out.dims().getFirst();
        for (long size : out.dims().subList(2, out.dims().size())) {
            places *= size;
        }
        return Reading.known(weight.stream().reduce(places, (a, b) -> a * b), "the source model's weight");
    }

    private static long bytes(Node node, Map<String, TensorShape> shapes) {
        if (VIEWS.contains(node.opType())) {
            return 0;
        }
        long outputs = bytes(node.outputs(), shapes);
        if (!PICKS.contains(node.opType())) {
            return outputs + bytes(node.inputs(), shapes);
        }
        // what is picked is read and written; of the rest, what is larger is a table to pick from
        return 2 * outputs + node.inputs().stream().skip(1).distinct().mapToLong(i -> size(i, shapes))
                .filter(b -> b <= outputs).sum();
    }

    private static long bytes(List<String> values, Map<String, TensorShape> shapes) {
        return values.stream().distinct().mapToLong(v -> size(v, shapes)).sum();
    }

    private static long size(String value, Map<String, TensorShape> shapes) {
        TensorShape shape = shapes.get(value);
        return shape == null ? 0 : shape.sizeBytes();
    }

    /// Several calls together.
    Work plus(Work other) {
        return new Work(sum(macs, other.macs), sum(bytes, other.bytes), arithmetic);
    }

    /// This work so many times.
    Work times(double factor) {
        return new Work(macs.map(m -> m * factor), bytes.map(b -> b * factor), arithmetic);
    }

    private static Reading<Double> sum(Reading<Double> one, Reading<Double> other) {
        return switch (one) {
            case Reading.Known<Double>(Double value, String source) when other instanceof Reading.Known<Double> more ->
                Reading.known(value + more.value(), source);
            case Reading.Known<Double> _ -> other;
            case Reading.Unknown<Double> unknown -> unknown;
        };
    }
}
