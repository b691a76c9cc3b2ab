package dev.lathe.optimize.prune;

import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/// The part of a model that some of its values are made by, so that nothing else is run to see them.
final class Prefix {
    private Prefix() {}

    /// The model with the nodes and constants that these values need, and without outputs.
    static Model of(Model model, Collection<String> values) {
        Graph graph = model.graph();
        Set<String> needed = new HashSet<>(values);
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes().reversed()) {
            if (node.outputs().stream().anyMatch(needed::contains)) {
                nodes.add(node);
                needed.addAll(node.reads());
            }
        }
        Collections.reverse(nodes);
        SequencedMap<String, TensorData> constants = new LinkedHashMap<>();
        graph.initializers().forEach((name, tensor) -> {
            if (needed.contains(name)) {
                constants.put(name, tensor);
            }
        });
        return model.withGraph(new Graph(graph.name(), nodes, graph.inputs().stream()
                .filter(i -> constants.containsKey(i.name()) || !graph.initializers().containsKey(i.name())).toList(),
                List.of(), constants,
                graph.values().stream().filter(v -> needed.contains(v.name())).toList(), graph.rest()));
    }
}
