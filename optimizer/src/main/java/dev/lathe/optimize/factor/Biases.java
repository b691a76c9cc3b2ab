package dev.lathe.optimize.factor;

import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.optimize.quantize.Weighted;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where the mean of what a layer loses can be added: a Conv and a Gemm have a bias or can get one, a MatMul may have an Add
/// after it.
final class Biases {
    private final GraphEdit edit;
    private final Weighted weighted;
    private final Map<String, List<Node>> consumers;

    Biases(GraphEdit edit, Weighted weighted) {
        this.edit = edit;
        this.weighted = weighted;
        this.consumers = edit.consumers();
    }

    /// Whether all operators of a layer have room.
    boolean hasRoom(LinearLayer layer) {
        return layer.nodes().stream().allMatch(n -> !n.is("MatMul") || addition(n, layer.outputs()).isPresent());
    }

    /// The Add with a constant per output that alone reads a MatMul.
    Optional<Node> addition(Node matMul, int outputs) {
        String made = matMul.outputs().getFirst();
        List<Node> readers = consumers.getOrDefault(made, List.of());
        return readers.size() == 1 && !edit.isOutput(made)
                ? readers.stream().filter(n -> n.is("Add") && constant(n, outputs).isPresent()).findFirst()
                : Optional.empty();
    }

    /// The constant of an Add, if it is a number per output.
    Optional<String> constant(Node addition, int outputs) {
        return addition.inputs().stream().filter(i -> weighted.constant(i).map(TensorData::shape)
                .filter(s -> s.equals(List.of((long) outputs))).isPresent()).findFirst();
    }
}
