package dev.lathe.optimize.explain;

import dev.lathe.graph.DataType;
import dev.lathe.graph.Node;
import dev.lathe.graph.ValueTypes;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// At which precision a node of an executed graph computes.
final class Precision {
    static final String FLOAT32 = DataType.FLOAT.label();
    /// Integers that are no quantized values: shapes, indices, conditions.
    static final String OTHER = "other";
    private static final String UINT8 = DataType.UINT8.label();
    private static final Set<DataType> FLOATS = Set.of(DataType.FLOAT, DataType.FLOAT16, DataType.BFLOAT16,
            DataType.DOUBLE);
    private static final Set<DataType> QUANTIZED = Set.of(DataType.INT8, DataType.UINT8, DataType.INT16,
            DataType.UINT16);
    private static final String WEIGHTS = " weights";
    private static final Set<String> BLOCKS = Set.of("MatMulNBits", "GatherBlockQuantized");
    /// These take floats and quantize them inside.
    private static final Set<String> INSIDE = Set.of("DynamicQuantizeMatMul", "DynamicQuantizeLSTM");

    private Precision() {}

    /// The precision of a node's activations, or of its weights where only those are integers.
    ///
    /// @param inherited precisions of values whose types the graph does not declare, by name: those of the nodes that make
    ///     them, for a runtime's own layouts leave types out
    static String of(Node node, ValueTypes types, Map<String, String> inherited) {
        if (BLOCKS.contains(node.opType())) {
            return "int" + node.intAttribute("bits", 4) + WEIGHTS;
        }
        if (INSIDE.contains(node.opType())) {
            return UINT8;
        }
        Optional<String> first = Stream.concat(node.inputs().stream(), node.outputs().stream())
                .map(v -> of(v, types).orElseGet(() -> inherited.getOrDefault(v, OTHER)))
                .filter(p -> !p.equals(OTHER)).findFirst();
        return isIntegerOperator(node)
                ? first.filter(Precision::isInteger).orElse(UINT8)
                : first.orElse(OTHER);
    }

    private static boolean isIntegerOperator(Node node) {
        String type = node.opType();
        return type.startsWith("QLinear") || type.contains("Integer") || type.equals("QGemm")
                || type.equals("QAttention");
    }

    /// The type of a value as a precision; empty for what is neither float nor quantized, or not known.
    static Optional<String> of(String value, ValueTypes types) {
        return types.type(value).filter(t -> FLOATS.contains(t) || QUANTIZED.contains(t)).map(DataType::label);
    }

    static boolean isFloat(String precision) {
        return precision.toLowerCase(Locale.ROOT).contains("float");
    }

    static boolean isInteger(String precision) {
        return !isFloat(precision) && !precision.equals(OTHER);
    }
}
