package dev.lathe.optimize.factor;

import dev.lathe.graph.Graph;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.optimize.quantize.WeightLayer;
import dev.lathe.optimize.quantize.Weighted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;

/// Constant float weights that multiply an input: those of MatMul, Gemm, or a Conv of one or two dimensions without groups.
///
/// @param weights name of the constant
/// @param tensor the constant
/// @param matrix how a matrix is read; empty for a Conv
/// @param nodes the operators that read it
public record LinearLayer(String weights, TensorData tensor, Optional<WeightLayer> matrix, List<Node> nodes) {

    /// Copies the list.
    public LinearLayer {
        nodes = List.copyOf(nodes);
    }

    /// The layers of a graph: matrices, then convolutions, each in the graph's order.
    ///
    /// @param selected operators that may be changed
    public static List<LinearLayer> of(Graph graph, Predicate<Node> selected) {
        Weighted weighted = new Weighted(graph);
        List<LinearLayer> layers = new ArrayList<>();
        for (WeightLayer matrix : WeightLayer.of(graph, selected)) {
            layers.add(new LinearLayer(matrix.weights(), weighted.constant(matrix.weights()).orElseThrow(),
                    Optional.of(matrix), matrix.nodes()));
        }
        SequencedMap<String, List<Node>> convolutions = new LinkedHashMap<>();
        graph.nodes().stream().filter(n -> isPlain(n, weighted) && selected.test(n))
                .forEach(n -> convolutions.computeIfAbsent(n.inputs().get(1), _ -> new ArrayList<>()).add(n));
        convolutions.forEach((name, nodes) -> layers.add(
                new LinearLayer(name, weighted.constant(name).orElseThrow(), Optional.empty(), nodes)));
        return layers;
    }

    private static boolean isPlain(Node node, Weighted weighted) {
        return weighted.isConvolution(node) && node.intAttribute("group", 1) == 1
                && weighted.constant(node.inputs().get(1)).filter(t -> t.shape().size() <= 4).isPresent();
    }

    /// Whether these are the weights of convolutions.
    public boolean isConvolution() {
        return matrix.isEmpty();
    }

    /// What to call it in a message: its first operator.
    public String label() {
        return nodes.getFirst().label();
    }

    /// How many outputs or output channels there are.
    public int outputs() {
        return matrix.map(m -> m.outputs(tensor)).orElseGet(() -> Math.toIntExact(tensor.shape().getFirst()));
    }

    /// How many numbers each output sums up: inputs, or input channels times the kernel's places.
    public int width() {
        return Math.toIntExact(tensor.elements() / Math.max(1, outputs()));
    }

    /// Inputs or input channels.
    public int channels() {
        return isConvolution() ? Math.toIntExact(tensor.shape().get(1)) : width();
    }

    /// Places of the kernel: 9 for 3 x 3, 1 for a matrix.
    public int places() {
        return width() / Math.max(1, channels());
    }

    /// The weights, a row for each output, with Gemm's factor in them. A row of a Conv goes through the channels, and in
    /// each through the kernel's places.
    public double[] rows() {
        float[] values = matrix.map(m -> m.rows(tensor)).orElseGet(tensor::floats);
        double[] rows = new double[values.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = values[i];
        }
        return rows;
    }

    /// The values that the operators read.
    public List<String> activations() {
        return nodes.stream().map(n -> n.inputs().getFirst()).distinct().toList();
    }
}
