package dev.lathe.optimize.prune;

import dev.lathe.graph.DataType;
import dev.lathe.graph.Graph;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a layer's outputs should be: a value of the original model, less what a residual branch of the present model adds to
/// them, so that the layer makes up for that branch's errors too.
///
/// @param value what is wanted, in the original model
/// @param branch what is added on the way there, in the present model
/// @param biasNode the node that adds the layer's bias: the layer itself, or an Add behind it; empty where there is none
/// @param bias name of the bias' constant; empty where the layer has none yet
record RefitTarget(String value, Optional<String> branch, Optional<Node> biasNode, Optional<String> bias) {

    /// The target of a layer of this graph.
    static RefitTarget of(Graph graph, Layer layer) {
        Map<String, List<Node>> consumers = new GraphEdit(graph).consumers();
        String value = layer.made();
        Optional<Node> adder = layer.node().is("MatMul") ? Optional.empty() : Optional.of(layer.node());
        Optional<String> bias = adder.flatMap(n -> n.input(2));
        if (layer.node().is("MatMul")) {
            Optional<Node> add = onlyAdd(graph, consumers, value);
            String seen = value;
            Optional<String> constant = add.map(n -> other(n, seen)).filter(c -> isBias(graph, c, layer.width()));
            if (constant.isPresent()) {
                adder = add;
                bias = constant;
                value = add.orElseThrow().outputs().getFirst();
            }
        } else if (bias.isPresent() && !isBias(graph, bias.get(), layer.width())) {
            adder = Optional.empty();
            bias = Optional.empty();
        }
        String before = value;
        Optional<Node> sum = onlyAdd(graph, consumers, before)
                .filter(n -> !graph.initializers().containsKey(other(n, before)) && !other(n, before).equals(before));
        return new RefitTarget(sum.map(n -> n.outputs().getFirst()).orElse(before), sum.map(n -> other(n, before)),
                adder, bias);
    }

    private static Optional<Node> onlyAdd(Graph graph, Map<String, List<Node>> consumers, String value) {
        List<Node> readers = consumers.getOrDefault(value, List.of());
        return readers.size() == 1 && readers.getFirst().is("Add")
                && graph.outputs().stream().noneMatch(o -> o.name().equals(value))
                        ? Optional.of(readers.getFirst())
                        : Optional.empty();
    }

    private static String other(Node add, String value) {
        return add.inputs().get(add.inputs().getFirst().equals(value) ? 1 : 0);
    }

    private static boolean isBias(Graph graph, String constant, int width) {
        TensorData tensor = graph.initializers().get(constant);
        return tensor != null && tensor.type() == DataType.FLOAT && tensor.elements() == width
                && (tensor.shape().isEmpty() ? width == 1 : tensor.shape().getLast() == width)
                && graph.inputs().stream().noneMatch(i -> i.name().equals(constant));
    }
}
