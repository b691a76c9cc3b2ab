package dev.lathe.optimize.quantize;

import dev.lathe.base.Problem;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// What can be quantized in a graph: the operators with constant float weights, and whether somebody did it before.
public final class Weighted {
    private static final Set<String> QUANTIZED = Set.of("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear",
            "MatMulInteger", "ConvInteger", "QLinearConv", "QLinearMatMul", "MatMulNBits", "GatherBlockQuantized",
            "MatMulIntegerToFloat", "DynamicQuantizeMatMul", "DynamicQuantizeLSTM", "QGemm", "QAttention");

    private final Graph graph;
    private final Set<String> overridable;

    /// The operators of this graph.
    public Weighted(Graph graph) {
        this.graph = graph;
        this.overridable = new HashSet<>(graph.inputs().stream().map(ValueInfo::name).toList());
    }

    /// Why a graph is not quantized once more, if it is quantized already; names an operator that shows it.
    public static Optional<Problem> quantizedAlready(Graph graph) {
        return graph.allNodes().filter(n -> QUANTIZED.contains(n.opType())).findFirst()
                .map(n -> Problem.error("already-quantized", n.label(),
                        "the model is quantized already: it has " + n.operator(), "Start from the float model."));
    }

    /// A float constant that no caller can override.
    public Optional<TensorData> constant(String name) {
        return Optional.ofNullable(graph.initializers().get(name))
                .filter(t -> t.type() == DataType.FLOAT && !overridable.contains(name) && t.sizeBytes() > 0);
    }

    /// Whether this is a MatMul or a plain Gemm with constant float weights of two dimensions.
    ///
    /// @param anyFactors whether Gemm may have factors alpha and beta other than 1
    public boolean isMatrix(Node node, boolean anyFactors) {
        Optional<TensorData> weights = node.input(1).flatMap(this::constant).filter(t -> t.shape().size() == 2);
        if (weights.isEmpty() || node.input(0).isEmpty() || node.input(0).flatMap(this::constant).isPresent()) {
            return false;
        }
        return node.is("MatMul") || (node.is("Gemm") && node.intAttribute("transA", 0) == 0
                && (anyFactors || (node.floatAttribute("alpha", 1) == 1 && node.floatAttribute("beta", 1) == 1))
                && hasRowBias(node, columns(node, weights.get())));
    }

    /// Whether this is a Conv with constant float weights, and with a constant bias if it has one.
    public boolean isConvolution(Node node) {
        return node.is("Conv") && node.input(0).isPresent()
                && node.input(1).flatMap(this::constant).filter(t -> t.shape().size() > 2).isPresent()
                && (node.input(2).isEmpty() || node.input(2).flatMap(this::constant).isPresent());
    }

    /// How many outputs a matrix of weights makes.
    public static long columns(Node node, TensorData weights) {
        return weights.shape().get(node.intAttribute("transB", 0) == 0 ? 1 : 0);
    }

    private boolean hasRowBias(Node node, long columns) {
        return node.input(2).isEmpty() || node.input(2).flatMap(this::constant)
                .filter(b -> b.elements() == columns && (b.shape().size() == 1
                        || (b.shape().size() == 2 && b.shape().getFirst() == 1)))
                .isPresent();
    }
}
