package dev.lathe.optimize.prune;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Which rule says what an operator does to axes. Operators without a rule need all axes whole.
final class OperatorRules {
    /// One output of the input's shape, index by index; further inputs are numbers.
    private static final Set<String> ONE_TO_ONE = Set.of("Relu", "LeakyRelu", "Elu", "Selu", "Celu", "ThresholdedRelu",
            "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Softplus", "Softsign", "Mish", "Gelu", "Erf", "Exp", "Log",
            "Sqrt", "Reciprocal", "Neg", "Abs", "Sign", "Ceil", "Floor", "Round", "Not", "Sin", "Cos", "Tan", "Asin",
            "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "IsNaN", "IsInf", "Identity", "Cast", "Clip",
            "Shrink", "Dropout", "com.microsoft:Gelu", "com.microsoft:FastGelu", "com.microsoft:QuickGelu");
    /// All inputs spread as in NumPy.
    private static final Set<String> SPREADING = Set.of("Add", "Sub", "Mul", "Div", "Pow", "Mod", "Min", "Max", "Sum",
            "Mean", "PRelu", "Where", "And", "Or", "Xor", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual",
            "com.microsoft:BiasGelu");
    private static final Set<String> POOLS = Set.of("MaxPool", "AveragePool", "LpPool", "GlobalAveragePool",
            "GlobalMaxPool", "GlobalLpPool");
    private static final String UNKNOWN = "is no operator that pruning knows";

    private OperatorRules() {}

    /// Says what the node ties and what it needs whole.
    static void apply(NodeTies ties) {
        String operator = ties.node().operator();
        if (ties.node().subgraphs().findAny().isPresent()) {
            ties.freezeRest("has subgraphs, which are not looked into");
        } else if (ONE_TO_ONE.contains(operator)) {
            finish(ties, t -> t.elementwise(List.of(t.in(0)), t.out(0)), "needs it whole");
        } else if (SPREADING.contains(operator)) {
            finish(ties, t -> t.elementwise(t.node().inputs(), t.out(0)), "needs it whole");
        } else if (POOLS.contains(operator)) {
            finish(ties, OperatorRules::channelwise, "goes across it");
        } else {
            named(operator, ties);
        }
    }

    private static void finish(NodeTies ties, Consumer<NodeTies> rule, String rest) {
        rule.accept(ties);
        ties.freezeRest(rest);
    }

    private static void named(String operator, NodeTies ties) {
        switch (operator) {
            case "Conv" -> finish(ties, ProductRules::conv, "slides over it");
            case "ConvTranspose" -> finish(ties, ProductRules::convTranspose, "slides over it");
            case "Gemm" -> finish(ties, ProductRules::gemm, "needs it whole");
            case "MatMul" -> finish(ties, ProductRules::matMul, "needs it whole");
            case "BatchNormalization", "InstanceNormalization" ->
                finish(ties, OperatorRules::perChannel, "takes figures over it");
            case "LayerNormalization" -> finish(ties, OperatorRules::layerNormalization,
                    "takes mean and variance over it, which all channels enter");
            case "com.microsoft:SkipLayerNormalization", "com.microsoft:EmbedLayerNormalization",
                    "com.microsoft:SkipSimplifiedLayerNormalization", "SimplifiedLayerNormalization",
                    "RMSNormalization", "GroupNormalization" ->
                ties.freezeRest("takes figures over it, which all channels enter");
            case "com.microsoft:Attention" ->
                finish(ties, AttentionRules::attention, "deals it to heads that cannot be told apart");
            case "com.microsoft:MultiHeadAttention" ->
                finish(ties, AttentionRules::multiHeadAttention, "deals it to heads that cannot be told apart");
            case "Softmax", "LogSoftmax", "Hardmax" ->
                finish(ties, OperatorRules::softmax, "weighs all of it against one another");
            case "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2",
                    "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp" ->
                finish(ties, OperatorRules::reduce, "takes one figure over all of it");
            case "Concat" -> finish(ties, MovingRules::concat, "needs it whole");
            case "Split" -> finish(ties, MovingRules::split, "needs it whole");
            case "Slice" -> finish(ties, MovingRules::slice, "takes parts of it that are not one run of known indices");
            case "Pad" -> finish(ties, MovingRules::pad, "pads it by what is not known, or not by a constant");
            case "Transpose" -> finish(ties, MovingRules::transpose, "needs it whole");
            case "Reshape", "Flatten", "Squeeze", "Unsqueeze" ->
                finish(ties, MovingRules::reshape, "deals its elements out otherwise");
            case "Resize", "Upsample" -> finish(ties, MovingRules::resize, "changes its size");
            case "Gather" -> finish(ties, MovingRules::gather, "looks it up by index");
            case "Shape" -> finish(ties, _ -> {}, "reads its size");
            case "Constant" -> ties.freezeRest("holds constants (put constants-to-initializers before)");
            case "QuantizeLinear", "DequantizeLinear" -> ties.freezeRest("is quantized: prune first, then quantize");
            default -> ties.freezeRest(UNKNOWN);
        }
    }

    /// Axes 0 and 1 go through.
    private static void channelwise(NodeTies ties) {
        boolean indices = !ties.out(1).isEmpty();
        for (int axis = 0; axis < 2 && !indices; axis++) {
            ties.tie(ties.in(0), axis, ties.out(0), axis);
        }
    }

    /// A number per channel at every further input.
    private static void perChannel(NodeTies ties) {
        boolean instance = ties.node().is("InstanceNormalization");
        for (int axis = 0; axis < (instance ? 2 : ties.rank(ties.out(0))); axis++) {
            ties.tie(ties.in(0), axis, ties.out(0), axis);
        }
        for (int input = 1; input < ties.node().inputs().size(); input++) {
            ties.tie(ties.in(input), 0, ties.out(0), 1);
        }
    }

    private static void layerNormalization(NodeTies ties) {
        int rank = ties.rank(ties.in(0));
        int first = NodeTies.position(ties.node().intAttribute("axis", -1), rank);
        for (int axis = 0; axis < first; axis++) {
            ties.tie(ties.in(0), axis, ties.out(0), axis);
        }
    }

    /// Before opset 13 everything behind the axis is one; freezing it is right in both.
    private static void softmax(NodeTies ties) {
        int rank = ties.rank(ties.in(0));
        int first = NodeTies.position(ties.node().intAttribute("axis", rank > 1 ? 1 : 0), rank);
        for (int axis = 0; axis < first; axis++) {
            ties.tie(ties.in(0), axis, ties.out(0), axis);
        }
    }

    private static void reduce(NodeTies ties) {
        int rank = ties.rank(ties.in(0));
        List<Integer> gone = ties.numbers("axes", 1).orElse(List.of()).stream()
                .map(a -> NodeTies.position(a, rank)).toList();
        if (gone.isEmpty()) {
            return;
        }
        boolean kept = ties.node().intAttribute("keepdims", 1) != 0;
        int at = 0;
        for (int axis = 0; axis < rank; axis++) {
            if (!gone.contains(axis)) {
                ties.tie(ties.in(0), axis, ties.out(0), at++);
            } else if (kept) {
                at++;
            }
        }
    }
}
