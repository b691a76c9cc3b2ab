package dev.lathe.optimize.quantize;

import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/// Lets a pass work in the bodies of If, Loop and Scan as in graphs of their own.
///
/// A body's float constants become its initializers, those of the graph around it too where nobody else reads them: then what
/// asks for constant weights finds them.
public final class Bodies {
    private final Predicate<Graph> wanted;
    private final BiFunction<Graph, Set<String>, Graph> change;

    /// @param wanted whether a body, with its constants in it, has anything to change
    /// @param change makes of a body another one, using none of the names given for values of its own
    public Bodies(Predicate<Graph> wanted, BiFunction<Graph, Set<String>, Graph> change) {
        this.wanted = wanted;
        this.change = change;
    }

    /// The graph with its bodies changed, inner ones first; the same object where nothing was.
    public Graph in(Graph graph) {
        return in(graph, names(graph));
    }

    private Graph in(Graph graph, Set<String> names) {
        Graph current = graph;
        for (int n = 0; n < graph.nodes().size(); n++) {
            for (int a = 0; a < graph.nodes().get(n).attributes().size(); a++) {
                current = body(current, n, a, names);
            }
        }
        return current;
    }

    @SuppressWarnings("ReferenceEquality") // a body that was not changed is the very same object
    private Graph body(Graph graph, int n, int a, Set<String> names) {
        Node node = graph.nodes().get(n);
        if (!(node.attributes().get(a).value() instanceof Attribute.GraphValue(Graph body))) {
            return graph;
        }
        Graph inner = in(body, names);
        SequencedMap<String, TensorData> taken = taken(graph, node, inner);
        Graph whole = withConstants(inner, taken);
        boolean isWanted = wanted.test(whole);
        Graph made = isWanted ? change.apply(whole, Set.copyOf(names)) : inner;
        if (made == body) {
            return graph;
        }
        names.addAll(names(made));
        List<Attribute> attributes = new ArrayList<>(node.attributes());
        attributes.set(a,
                new Attribute(attributes.get(a).name(), new Attribute.GraphValue(made), attributes.get(a).rest()));
        List<Node> nodes = new ArrayList<>(graph.nodes());
        nodes.set(n, node.withAttributes(attributes));
        SequencedMap<String, TensorData> left = new LinkedHashMap<>(graph.initializers());
        if (isWanted) {
            left.keySet().removeAll(taken.keySet());
        }
        return new Graph(graph.name(), nodes, graph.inputs(), graph.outputs(), left, graph.values(), graph.rest());
    }

    /// Every name in a graph and in its bodies.
    private static Set<String> names(Graph graph) {
        Set<String> names = new HashSet<>(graph.initializers().keySet());
        graph.inputs().forEach(i -> names.add(i.name()));
        graph.nodes().forEach(n -> {
            names.add(n.name());
            names.addAll(n.outputs());
            n.subgraphs().forEach(g -> names.addAll(names(g)));
        });
        return names;
    }

    /// Float constants of the graph around a body that this body alone reads.
    private static SequencedMap<String, TensorData> taken(Graph graph, Node node, Graph body) {
        SequencedMap<String, TensorData> taken = new LinkedHashMap<>();
        Set<String> others = new HashSet<>(graph.inputs().stream().map(ValueInfo::name).toList());
        graph.outputs().forEach(o -> others.add(o.name()));
        graph.nodes().stream().filter(n -> !n.equals(node)).forEach(n -> others.addAll(n.reads()));
        others.addAll(node.inputs());
        long bodies = node.subgraphs().filter(g -> !g.captured().isEmpty()).count();
        for (String captured : body.captured()) {
            TensorData tensor = graph.initializers().get(captured);
            boolean alone = bodies == 1
                    || node.subgraphs().filter(g -> g.captured().contains(captured)).count() == 1;
            if (tensor != null && tensor.type() == DataType.FLOAT && alone && !others.contains(captured)) {
                taken.put(captured, tensor);
            }
        }
        return taken;
    }

    private static Graph withConstants(Graph body, SequencedMap<String, TensorData> taken) {
        SequencedMap<String, TensorData> constants = new LinkedHashMap<>(body.initializers());
        constants.putAll(taken);
        List<Node> nodes = new ArrayList<>();
        Set<String> outputs = new HashSet<>(body.outputs().stream().map(ValueInfo::name).toList());
        for (Node node : body.nodes()) {
            if (node.is("Constant") && !outputs.contains(node.outputs().getFirst())
                    && node.attribute("value")
                            .orElse(new Attribute.OtherValue()) instanceof Attribute.TensorValue(TensorData t)
                    && t.type() == DataType.FLOAT) {
                constants.put(node.outputs().getFirst(), t);
            } else {
                nodes.add(node);
            }
        }
        return new Graph(body.name(), nodes, body.inputs(), body.outputs(), constants, body.values(), body.rest());
    }
}
