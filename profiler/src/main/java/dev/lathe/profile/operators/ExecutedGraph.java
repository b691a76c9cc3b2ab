package dev.lathe.profile.operators;

import dev.lathe.graph.Attribute;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The graph that the runtime made of a model and ran, and which of its nodes each line of a profile is.
final class ExecutedGraph {
    private final Graph graph;
    private final Map<String, TensorShape> constants = new HashMap<>();
    private final Map<Trace.Key, Node> nodes;

    ExecutedGraph(Model optimized, List<Trace.Node> traced) {
        this.graph = optimized.graph();
        gather(graph);
        this.nodes = match(traced);
    }

    private void gather(Graph part) {
        part.initializers().forEach(this::constant);
        for (Node node : part.nodes()) {
            if (node.is("Constant") && node.attribute("value").orElse(null) instanceof Attribute.TensorValue(var tensor)
                    && !node.outputs().isEmpty()) {
                constant(node.outputs().getFirst(), tensor);
            }
            node.subgraphs().forEach(this::gather);
        }
    }

    private void constant(String name, TensorData tensor) {
        constants.put(name, new TensorShape(tensor.type(), tensor.shape()));
    }

    /// By name and operator, in the order of the file where several share both; the runtime calls a node without a name
    /// by its operator and its index.
    private Map<Trace.Key, Node> match(List<Trace.Node> traced) {
        Map<String, Deque<Node>> free = new HashMap<>();
        graph.allNodes().forEach(n -> free.computeIfAbsent(place(n.name(), n.opType()), _ -> new ArrayDeque<>())
                .add(n));
        Map<Trace.Key, Node> matched = new LinkedHashMap<>();
        for (Trace.Node one : traced) {
            Trace.Key key = one.key();
            Deque<Node> named = free.get(place(key.name(), key.opType()));
            if ((named == null || named.isEmpty()) && key.name().equals(key.opType() + "_" + key.index())) {
                named = free.get(place("", key.opType()));
            }
            if (named != null && !named.isEmpty()) {
                matched.put(key, named.removeFirst());
            }
        }
        return matched;
    }

    private static String place(String name, String opType) {
        return name + "\n" + opType;
    }

    Graph graph() {
        return graph;
    }

    /// The node that a line of the profile is about, if the graph tells.
    Optional<Node> node(Trace.Key key) {
        return Optional.ofNullable(nodes.get(key));
    }

    boolean isConstant(String value) {
        return constants.containsKey(value);
    }

    /// The shapes of a node's values in one call, by name; empty if the profile's lists cannot be laid over them.
    ///
    /// Inputs that the runtime has packed away are missing in the profile: they are constants, whose shapes the graph has.
    Optional<Map<String, TensorShape>> shapes(Node node, Trace.Signature signature) {
        List<String> inputs = node.inputs().stream().filter(i -> !i.isEmpty()).toList();
        List<String> outputs = node.outputs().stream().filter(o -> !o.isEmpty()).toList();
        if (outputs.size() != signature.outputs().size()) {
            return Optional.empty();
        }
        Map<String, TensorShape> shapes = new HashMap<>();
        int next = 0;
        int required = (int) inputs.stream().filter(i -> !isConstant(i)).count();
        for (String input : inputs) {
            TensorShape constant = constants.get(input);
            int left = signature.inputs().size() - next;
            if (constant == null) {
                if (left == 0) {
                    return Optional.empty();
                }
                shapes.put(input, signature.inputs().get(next++));
                required--;
            } else {
                if (left > required && signature.inputs().get(next).equals(constant)) {
                    next++;
                }
                shapes.put(input, constant);
            }
        }
        if (next != signature.inputs().size()) {
            return Optional.empty();
        }
        List<String> names = new ArrayList<>(outputs);
        for (int i = 0; i < names.size(); i++) {
            shapes.put(names.get(i), signature.outputs().get(i));
        }
        return Optional.of(shapes);
    }
}
