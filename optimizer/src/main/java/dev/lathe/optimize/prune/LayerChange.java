package dev.lathe.optimize.prune;

import dev.lathe.graph.Graph;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Puts other weights and biases into a layer, and leaves alone whoever else reads the old ones.
final class LayerChange {
    private LayerChange() {}

    /// The weights of a layer with the biases behind: for each group `[outputs][inputs + 1]`.
    static List<double[][]> weights(Graph graph, Layer layer, RefitTarget target) {
        float[] bias = target.bias().map(b -> graph.initializers().get(b)).map(TensorData::floats)
                .orElseGet(() -> new float[layer.width()]);
        List<double[][]> groups = new ArrayList<>();
        for (int g = 0; g < layer.groups(); g++) {
            double[][] plain = layer.matrix(g);
            double[][] whole = new double[plain.length][];
            for (int o = 0; o < plain.length; o++) {
                whole[o] = Arrays.copyOf(plain[o], plain[o].length + 1);
                whole[o][plain[o].length] = bias[g * layer.outputs() + o];
            }
            groups.add(whole);
        }
        return groups;
    }

    /// The graph with these weights in the layer.
    ///
    /// @param groups as [#weights] gives them
    static Graph apply(Graph graph, Layer layer, RefitTarget target, List<double[][]> groups) {
        GraphEdit edit = new GraphEdit(graph);
        Node node = layer.node();
        Node changed = constant(edit, node, 1, layer.with(groups));
        Optional<Node> adder = target.biasNode();
        if (adder.isPresent()) {
            float[] bias = new float[layer.width()];
            for (int o = 0; o < bias.length; o++) {
                bias[o] = (float) groups.get(o / layer.outputs())[o % layer.outputs()][layer.inputs()];
            }
            List<Long> shape = target.bias().map(b -> edit.initializers().get(b)).map(TensorData::shape)
                    .orElse(List.of((long) bias.length));
            TensorData tensor = TensorData.ofFloats(shape, bias);
            if (adder.get().equals(node)) {
                changed = constant(edit, changed, 2, tensor);
            } else {
                Node add = adder.get();
                replace(edit, add,
                        constant(edit, add, add.inputs().indexOf(target.bias().orElseThrow()), tensor));
            }
        }
        replace(edit, node, changed);
        return edit.done();
    }

    private static void replace(GraphEdit edit, Node old, Node fresh) {
        if (!old.equals(fresh)) {
            edit.replace(old, fresh);
        }
    }

    private static Node constant(GraphEdit edit, Node node, int input, TensorData tensor) {
        Optional<String> old = node.input(input);
        boolean own = old.isPresent() && edit.consumers().getOrDefault(old.get(), List.of()).size() == 1
                && node.inputs().stream().filter(old.get()::equals).count() == 1 && !edit.isOutput(old.get());
        if (own) {
            edit.setInitializer(old.orElseThrow(), tensor);
            return node;
        }
        List<String> inputs = new ArrayList<>(node.inputs());
        while (inputs.size() <= input) {
            inputs.add("");
        }
        inputs.set(input, edit.addInitializer(old.orElse(node.outputs().getFirst() + "_bias"), tensor));
        return node.withInputs(inputs);
    }
}
