package dev.lathe.graph.inspect;

import dev.lathe.base.Reading;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.inspect.Shapes.NotKnown;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/// Counts [Macs].
final class MacCount {
    /// ONNX's own operators that multiply and accumulate and have no formula here.
    private static final Set<String> NOT_COUNTED = Set.of("Einsum", "DeformConv", "Attention", "DFT", "STFT", "Det",
            "ai.onnx.ml:LinearClassifier", "ai.onnx.ml:LinearRegressor", "ai.onnx.ml:SVMClassifier",
            "ai.onnx.ml:SVMRegressor");
    /// Operators of other domains that are known to do elementwise work only.
    private static final Set<String> ELEMENTWISE = Set.of("com.microsoft:QuantizeLinear",
            "com.microsoft:DequantizeLinear", "com.microsoft:Gelu", "com.microsoft:FastGelu", "com.microsoft:BiasGelu",
            "com.microsoft:QuickGelu", "com.microsoft:SkipLayerNormalization", "com.microsoft:EmbedLayerNormalization",
            "com.microsoft:SkipSimplifiedLayerNormalization", "com.microsoft:QLinearAdd", "com.microsoft:QLinearMul",
            "com.microsoft:QLinearConcat", "com.microsoft:QLinearSigmoid", "com.microsoft:QLinearLeakyRelu",
            "com.microsoft:QLinearSoftmax", "com.microsoft:QLinearAveragePool",
            "com.microsoft:QLinearGlobalAveragePool", "com.microsoft:BiasSoftmax",
            "com.microsoft:RotaryEmbedding", "com.microsoft:NhwcMaxPool", "com.microsoft:QLinearReduceMean",
            "com.microsoft:QLinearWhere", "com.microsoft:Trilu", "com.microsoft:BiasAdd",
            "com.microsoft:QEmbedLayerNormalization", "com.microsoft.nchwc:MaxPool",
            "com.microsoft.nchwc:GlobalMaxPool", "com.microsoft.nchwc:AveragePool",
            "com.microsoft.nchwc:GlobalAveragePool", "com.microsoft.nchwc:ReorderInput",
            "com.microsoft.nchwc:ReorderOutput", "com.microsoft.nchwc:Upsample");
    /// The operators that multiply and accumulate and have a formula here.
    private static final Set<String> COUNTED = Set.of("Conv", "ConvInteger", "com.microsoft:FusedConv",
            "com.microsoft:NhwcConv", "com.microsoft:NhwcFusedConv", "com.microsoft.nchwc:Conv", "QLinearConv",
            "com.microsoft:QLinearConv", "ConvTranspose", "Gemm", "com.microsoft:FusedGemm", "com.microsoft:QGemm",
            "MatMul", "MatMulInteger", "QLinearMatMul", "com.microsoft:FusedMatMul",
            "com.microsoft:DynamicQuantizeMatMul", "com.microsoft:MatMulIntegerToFloat",
            "com.microsoft:MatMulNBits", "com.microsoft:MatMulBnb4", "LSTM", "GRU", "RNN",
            "com.microsoft:DynamicQuantizeLSTM", "com.microsoft:Attention", "com.microsoft:QAttention",
            "com.microsoft:MultiHeadAttention");

    private final Set<String> functions;
    private final SequencedMap<String, Long> perNode = new LinkedHashMap<>();
    private Optional<String> stopped = Optional.empty();

    private MacCount(Set<String> functions) {
        this.functions = functions;
    }

    static Macs of(Model model, Sizes sizes, Sizes used) {
        MacCount count = new MacCount(
                model.functions().stream().map(f -> f.domain() + ":" + f.name()).collect(Collectors.toSet()));
        Graph graph = sizes.bind(model).graph();
        count.walk(graph, new Shapes(graph));
        long sum = count.sum();
        Reading<Long> total = count.stopped.<Reading<Long>>map(Reading::unknown)
                .orElseGet(() -> Reading.known(sum, "declared and inferred shapes"));
        return new Macs(total, sum, used, count.perNode);
    }

    /// Of one node alone, whose values have these sizes, without the nodes inside of it.
    static Reading<Long> ofNode(Node node, Map<String, List<Long>> sizes) {
        try {
            return Reading.known(new MacCount(Set.of()).macs(node, new Shapes(sizes)), "shapes of a run");
        } catch (NotKnown e) {
            return Reading.unknown(e.why());
        } catch (ArithmeticException _) {
            return Reading.unknown("its shapes give more than 2^63");
        }
    }

    private long sum() {
        try {
            return perNode.values().stream().mapToLong(Long::longValue).reduce(0, Math::addExact);
        } catch (ArithmeticException _) {
            stop("the sum is larger than 2^63");
            return 0;
        }
    }

    private void walk(Graph graph, Shapes shapes) {
        for (Node node : graph.nodes()) {
            try {
                long macs = macs(node, shapes);
                if (macs > 0) {
                    perNode.merge(node.label(), macs, Math::addExact);
                }
            } catch (NotKnown e) {
                stop("node " + node.label() + " (" + node.operator() + "): " + e.why());
            } catch (ArithmeticException _) {
                stop("node " + node.label() + " (" + node.operator() + "): its shapes give more than 2^63");
            }
            node.subgraphs().flatMap(Graph::allNodes).filter(this::works).findFirst()
                    .ifPresent(inner -> stop("node " + inner.label() + " (" + inner.operator() + ") is inside the "
                            + node.operator() + " node " + node.label()
                            + ": whether and how often it runs is decided at run time"));
        }
    }

    private void stop(String why) {
        if (stopped.isEmpty()) {
            stopped = Optional.of(why);
        }
    }

    /// Whether the operator multiplies and accumulates, or may do so.
    private boolean works(Node node) {
        return COUNTED.contains(node.operator()) || refusal(node).isPresent();
    }

    private Optional<String> refusal(Node node) {
        if (functions.contains(node.domain() + ":" + node.opType())) {
            return Optional.of("it calls a function of the model, and functions are not looked into");
        }
        boolean standard = node.isStandard() || node.domain().equals("ai.onnx.ml");
        if (NOT_COUNTED.contains(node.operator()) || (!standard && !ELEMENTWISE.contains(node.operator()))) {
            return Optional.of("how often this operator multiplies is not known");
        }
        return Optional.empty();
    }

    private long macs(Node node, Shapes shapes) throws NotKnown {
        return switch (node.operator()) {
            case "Conv", "ConvInteger", "com.microsoft:FusedConv", "com.microsoft:NhwcConv",
                    "com.microsoft:NhwcFusedConv", "com.microsoft.nchwc:Conv" ->
                convolution(node, shapes, 1);
            case "QLinearConv", "com.microsoft:QLinearConv" -> convolution(node, shapes, 3);
            case "ConvTranspose" -> Math.multiplyExact(product(input(node, 0, shapes)),
                    kernel(input(node, 1, shapes), node));
            case "Gemm", "com.microsoft:FusedGemm" -> matrices(node, shapes, 1);
            case "com.microsoft:QGemm" -> matrices(node, shapes, 3);
            case "MatMul", "MatMulInteger", "com.microsoft:FusedMatMul", "com.microsoft:DynamicQuantizeMatMul",
                    "com.microsoft:MatMulIntegerToFloat" ->
                matrices(node, shapes, 1);
            case "QLinearMatMul" -> matrices(node, shapes, 3);
            case "com.microsoft:MatMulNBits", "com.microsoft:MatMulBnb4" ->
                Math.multiplyExact(product(input(node, 0, shapes)), node.intAttribute("N", 0));
            case "LSTM", "GRU", "RNN", "com.microsoft:DynamicQuantizeLSTM" -> recurrent(node, shapes);
            case "com.microsoft:Attention" -> attention(node, shapes, 4);
            case "com.microsoft:QAttention" -> attention(node, shapes, 8);
            case "com.microsoft:MultiHeadAttention" -> heads(node, shapes);
            default -> {
                Optional<String> refusal = refusal(node);
                if (refusal.isPresent()) {
                    throw new NotKnown(refusal.get());
                }
                yield 0;
            }
        };
    }

    /// Each element of the output is a sum over the kernel: output elements x channels per group x kernel.
    private static long convolution(Node node, Shapes shapes, int weight) throws NotKnown {
        if (node.outputs().isEmpty()) {
            throw new NotKnown("it has no output");
        }
        return Math.multiplyExact(product(shapes.of(node.outputs().getFirst())),
                kernel(input(node, weight, shapes), node));
    }

    private static long kernel(List<Long> weight, Node node) throws NotKnown {
        if (weight.size() < 3) {
            throw new NotKnown("its weight has the shape " + weight + ", and " + node.opType() + " wants 3 or more");
        }
        return product(weight.subList(1, weight.size()));
    }

    /// `[..., M, K] x [..., K, N]`, with NumPy's broadcasting of the dimensions in front.
    private static long matrices(Node node, Shapes shapes, int second) throws NotKnown {
        List<Long> a = input(node, 0, shapes);
        List<Long> b = input(node, second, shapes);
        if (a.isEmpty() || b.isEmpty()) {
            throw new NotKnown("one of its matrices is a scalar");
        }
        if (node.intAttribute("transBatchA", 0) != 0 || node.intAttribute("transBatchB", 0) != 0) {
            throw new NotKnown("it turns the batch dimensions of its matrices");
        }
        boolean turnedA = node.intAttribute("transA", 0) != 0 && a.size() > 1;
        boolean turnedB = node.intAttribute("transB", 0) != 0 && b.size() > 1;
        long m = a.size() == 1 ? 1 : a.get(a.size() - (turnedA ? 1 : 2));
        long k = a.get(a.size() - (turnedA ? 2 : 1));
        long n = b.size() == 1 ? 1 : b.get(b.size() - (turnedB ? 2 : 1));
        long k2 = b.size() == 1 ? b.getFirst() : b.get(b.size() - (turnedB ? 1 : 2));
        if (k != k2) {
            throw new NotKnown("its matrices " + a + " and " + b + " do not fit each other");
        }
        long batches = 1;
        for (int i = 3; i <= Math.max(a.size(), b.size()); i++) {
            long one = i <= a.size() ? a.get(a.size() - i) : 1;
            long other = i <= b.size() ? b.get(b.size() - i) : 1;
            batches = Math.multiplyExact(batches, one == 1 ? other : one);
        }
        return product(List.of(batches, m, k, n));
    }

    /// Every step multiplies the input's and the state's weights once: steps x batch x weights. With `layout` 1 batch and
    /// steps change places, which changes nothing here.
    private static long recurrent(Node node, Shapes shapes) throws NotKnown {
        List<Long> x = input(node, 0, shapes);
        if (x.size() != 3) {
            throw new NotKnown("its input has the shape " + x + ", and " + node.opType() + " wants three dimensions");
        }
        long weights = Math.addExact(product(input(node, 1, shapes)), product(input(node, 2, shapes)));
        return product(List.of(x.get(0), x.get(1), weights));
    }

    /// Query, key and value in one product, then the scores and their sum over the values. Past keys make it longer.
    private static long attention(Node node, Shapes shapes, int past) throws NotKnown {
        List<Long> x = input(node, 0, shapes);
        List<Long> weight = input(node, 1, shapes);
        List<Long> y = node.outputs().isEmpty() ? List.of() : shapes.of(node.outputs().getFirst());
        if (x.size() != 3 || weight.size() != 2 || y.size() != 3) {
            throw new NotKnown("its shapes " + x + ", " + weight + " and " + y + " are not those of one attention");
        }
        long keys = x.get(1);
        if (node.input(past).isPresent()) {
            List<Long> state = input(node, past, shapes);
            keys += state.size() == 5 ? state.get(3) : 0;
        }
        long values = y.get(2);
        long scores = (weight.get(1) - values) / 2;
        return Math.addExact(product(List.of(x.get(0), x.get(1), weight.get(0), weight.get(1))),
                product(List.of(x.get(0), x.get(1), keys, scores + values)));
    }

    private static long heads(Node node, Shapes shapes) throws NotKnown {
        List<Long> query = input(node, 0, shapes);
        List<Long> key = input(node, 1, shapes);
        List<Long> value = input(node, 2, shapes);
        if (query.size() != 3 || key.size() != 3 || value.size() != 3 || node.input(6).isPresent()) {
            throw new NotKnown("its packed or past keys are not counted");
        }
        return product(List.of(query.get(0), query.get(1), key.get(1), query.get(2) + value.get(2)));
    }

    private static List<Long> input(Node node, int index, Shapes shapes) throws NotKnown {
        Optional<String> name = node.input(index);
        if (name.isEmpty()) {
            throw new NotKnown("its input " + index + " is not given");
        }
        return shapes.of(name.get());
    }

    private static long product(List<Long> sizes) {
        return sizes.contains(0L) ? 0 : sizes.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }
}
