package dev.lathe.optimize.quantize;

import dev.lathe.graph.Graph;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Predicate;

/// A matrix of constant weights, with all MatMul and Gemm operators that read it the same way round.
///
/// @param weights name of the constant
/// @param transposed whether the constant is `[output, input]`, as in a Gemm with transB
/// @param factor Gemm's alpha, which goes into the weights; 1 for MatMul
/// @param nodes the operators
public record WeightLayer(String weights, boolean transposed, float factor, List<Node> nodes) {

    /// Copies the list.
    public WeightLayer {
        nodes = List.copyOf(nodes);
    }

    /// What tells layers apart.
    private record Key(String weights, boolean transposed, float factor) {}

    /// The layers of a graph, in its order.
    ///
    /// @param selected operators that may be changed
    public static List<WeightLayer> of(Graph graph, Predicate<Node> selected) {
        Weighted weighted = new Weighted(graph);
        SequencedMap<Key, List<Node>> found = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (weighted.isMatrix(node, true) && selected.test(node)) {
                Key key = new Key(node.inputs().get(1), node.intAttribute("transB", 0) != 0,
                        node.floatAttribute("alpha", 1));
                found.computeIfAbsent(key, _ -> new ArrayList<>()).add(node);
            }
        }
        List<WeightLayer> layers = new ArrayList<>();
        found.forEach((k, n) -> layers.add(new WeightLayer(k.weights(), k.transposed(), k.factor(), n)));
        return layers;
    }

    /// The weights with the factor, a row for each output.
    public float[] rows(TensorData tensor) {
        float[] values = tensor.floats();
        int rows = outputs(tensor);
        int columns = inputs(tensor);
        float[] turned = new float[values.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                turned[r * columns + c] = factor * (transposed ? values[r * columns + c] : values[c * rows + r]);
            }
        }
        return turned;
    }

    /// How many inputs each output sums up.
    public int inputs(TensorData tensor) {
        return Math.toIntExact(tensor.shape().get(transposed ? 1 : 0));
    }

    /// How many outputs there are.
    public int outputs(TensorData tensor) {
        return Math.toIntExact(tensor.shape().get(transposed ? 0 : 1));
    }

    /// The values that the operators read.
    public List<String> activations() {
        return nodes.stream().map(n -> n.inputs().getFirst()).distinct().toList();
    }
}
