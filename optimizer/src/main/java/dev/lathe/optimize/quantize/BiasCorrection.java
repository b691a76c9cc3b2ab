package dev.lathe.optimize.quantize;

import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Graph;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.profile.statistics.ChannelStatistics;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Computes biases that make up for rounded weights: the shift of each output's mean is the difference of the weights times
/// the mean of the inputs.
public final class BiasCorrection {
    private final Graph quantized;
    private final Weighted weighted;
    /// The operators of the exact graph by those of the quantized one.
    private final IdentityHashMap<Node, Node> originals = new IdentityHashMap<>();
    private final Map<String, Node> producers = new HashMap<>();

    /// @param exact the graph before quantization; the operators with weights stand in the same order in both
    /// @param quantized the graph with DequantizeLinear
    public BiasCorrection(Graph exact, Graph quantized) {
        this.quantized = quantized;
        this.weighted = new Weighted(exact);
        List<Node> before = exact.nodes().stream().filter(BiasCorrection::hasBias).toList();
        List<Node> after = quantized.nodes().stream().filter(BiasCorrection::hasBias).toList();
        for (int i = 0; i < before.size() && before.size() == after.size(); i++) {
            Node node = before.get(i);
            if (weighted.isConvolution(node) || weighted.isMatrix(node, false)) {
                originals.put(after.get(i), node);
            }
        }
        quantized.nodes().forEach(n -> n.outputs().forEach(o -> producers.put(o, n)));
    }

    private static boolean hasBias(Node node) {
        return node.is("Conv") || node.is("Gemm");
    }

    /// The operators of the exact graph whose biases can be corrected.
    public List<Node> nodes() {
        return quantized.nodes().stream().filter(this::isCorrectable).map(originals::get)
                .flatMap(n -> Optional.ofNullable(n).stream()).toList();
    }

    private boolean isCorrectable(Node node) {
        Node original = originals.get(node);
        return original != null && original.opType().equals(node.opType()) && constants(node, 1).isPresent()
                && constants(node, 1).get().values().shape()
                        .equals(weighted.constant(original.inputs().get(1)).map(TensorData::shape).orElse(List.of()))
                && dequantize(node, 0).isPresent();
    }

    private Optional<Node> dequantize(Node node, int input) {
        return node.input(input).map(producers::get).filter(n -> n.is("DequantizeLinear"));
    }

    /// The integer constants behind an input.
    private record Constants(TensorData values, TensorData scale, TensorData zeroPoint, Node dequantize) {}

    private Optional<Constants> constants(Node node, int input) {
        Optional<Node> dequantize = dequantize(node, input);
        if (dequantize.isEmpty()) {
            return Optional.empty();
        }
        List<TensorData> found = dequantize.get().inputs().stream()
                .flatMap(i -> Optional.ofNullable(quantized.initializers().get(i)).stream()).toList();
        return found.size() == 3
                ? Optional.of(new Constants(found.get(0), found.get(1), found.get(2), dequantize.get()))
                : Optional.empty();
    }

    /// A graph with other biases.
    ///
    /// @param corrected how many are others than before
    public record Result(Graph graph, int corrected) {}

    /// Corrects the biases of all operators whose inputs' means are known.
    public Result correct(Map<String, ChannelStatistics> inputs) {
        GraphEdit edit = new GraphEdit(quantized);
        int corrected = 0;
        for (Node node : quantized.nodes()) {
            Node original = originals.get(node);
            if (original == null || !isCorrectable(node)) {
                continue;
            }
            ChannelStatistics channels = inputs.get(original.inputs().getFirst());
            Constants weights = constants(node, 1).orElseThrow();
            float[] exact = weighted.constant(original.inputs().get(1)).orElseThrow().floats();
            boolean rows = node.is("Conv") || node.intAttribute("transB", 0) != 0;
            double[] means = channels == null ? new double[0] : channels.mean();
            if (!fits(means.length, node, weights.values())) {
                continue;
            }
            double[] shift = shift(exact, weights, rows, (int) node.intAttribute("group", 1), means);
            float[] bias = original.input(2).flatMap(weighted::constant).map(TensorData::floats)
                    .orElseGet(() -> new float[shift.length]);
            for (int c = 0; c < bias.length; c++) {
                bias[c] -= (float) shift[c];
            }
            corrected += put(edit, node, weights, bias) ? 1 : 0;
        }
        return new Result(corrected == 0 ? quantized : edit.done(), corrected);
    }

    private static boolean fits(int means, Node node, TensorData weights) {
        List<Long> shape = weights.shape();
        long wanted = node.is("Conv")
                ? shape.get(1) * node.intAttribute("group", 1)
                : shape.get(node.intAttribute("transB", 0) != 0 ? 1 : 0);
        return means == wanted;
    }

    /// How much rounding the weights added to the mean of each output.
    private static double[] shift(float[] exact, Constants weights, boolean rows, int groups, double... means) {
        List<Long> shape = weights.values().shape();
        byte[] integers = weights.values().bytes().toArray(ValueLayout.JAVA_BYTE);
        boolean unsigned = weights.values().type() == DataType.UINT8;
        float[] scales = weights.scale().floats();
        int zero = weights.zeroPoint().bytes().get(ValueLayout.JAVA_BYTE, 0) & (unsigned ? 0xFF : -1);
        int outputs = Math.toIntExact(shape.get(rows ? 0 : 1));
        int inputs = Math.toIntExact(shape.get(rows ? 1 : 0));
        int inner = integers.length / outputs / inputs;
        double[] shift = new double[outputs];
        for (int i = 0; i < integers.length; i++) {
            int output = rows ? i / inner / inputs : i % outputs;
            int input = rows ? i / inner % inputs : i / outputs;
            int from = output / (outputs / groups) * inputs;
            int integer = (unsigned ? integers[i] & 0xFF : integers[i]) - zero;
            double difference = (double) integer * scales[scales.length == 1 ? 0 : output] - exact[i];
            shift[output] += difference * means[from + input];
        }
        return shift;
    }

    /// Puts a bias in place.
    ///
    /// @return whether it is another than before
    private boolean put(GraphEdit edit, Node node, Constants weights, float... bias) {
        float inputScale = dequantize(node, 0).map(n -> quantized.initializers().get(n.inputs().get(1)))
                .map(t -> t.floats()[0]).orElse(1f);
        Optional<Constants> old = constants(node, 2);
        float[] scales = old.map(o -> o.scale().floats())
                .orElseGet(() -> IntegerBias.scales(weights.scale().floats(), inputScale));
        TensorData integers = IntegerBias.quantize(bias, scales);
        if (old.isPresent()) {
            Constants before = old.get();
            if (before.values().bytes().mismatch(integers.bytes()) == -1) {
                return false;
            }
            edit.setInitializer(before.dequantize().inputs().getFirst(), integers);
            return true;
        }
        if (node.input(2).isPresent() || Arrays.stream(toInts(integers)).allMatch(i -> i == 0)) {
            return false;
        }
        String name = edit.freshName(node.name() + "_bias_dequantized");
        List<Long> shape = scales.length == 1 ? List.of() : List.of((long) scales.length);
        Node dequantize = Node.of(edit.freshName(node.name() + "_bias_DequantizeLinear"), "DequantizeLinear",
                List.of(edit.addInitializer(node.name() + "_bias_quantized", integers),
                        edit.addInitializer(node.name() + "_bias_scale", TensorData.ofFloats(shape, scales)),
                        edit.addInitializer(node.name() + "_bias_zero_point",
                                TensorData.ofInts(shape, new int[scales.length]))),
                List.of(name), Attribute.of("axis", new Attribute.IntValue(0)));
        List<String> inputs = new ArrayList<>(node.inputs().subList(0, 2));
        inputs.add(name);
        edit.replace(node, dequantize, node.withInputs(inputs));
        return true;
    }

    private static int[] toInts(TensorData integers) {
        return integers.bytes().toArray(TensorData.INTS);
    }
}
