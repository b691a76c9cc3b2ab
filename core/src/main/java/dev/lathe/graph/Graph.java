package dev.lathe.graph;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Stream;

/// A graph of operators, nodes in an order in which they can run.
///
/// @param name the graph's name
/// @param nodes in topological order
/// @param inputs what the caller gives; older files list the initializers here too
/// @param outputs what the caller gets
/// @param initializers constants by name, in the file's order
/// @param values declared types and shapes of values in between
/// @param rest what else the file says, kept for writing
public record Graph(String name, List<Node> nodes, List<ValueInfo> inputs, List<ValueInfo> outputs,
        SequencedMap<String, TensorData> initializers, List<ValueInfo> values, Extra rest) {

    /// Copies the collections.
    public Graph {
        nodes = List.copyOf(nodes);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        initializers = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(initializers));
        values = List.copyOf(values);
    }

    /// The inputs a caller must give: those that are no initializers.
    public List<ValueInfo> requiredInputs() {
        return inputs.stream().filter(i -> !initializers.containsKey(i.name())).toList();
    }

    /// All nodes, those of subgraphs too, outer before inner.
    public Stream<Node> allNodes() {
        return nodes.stream().flatMap(n -> Stream.concat(Stream.of(n), n.subgraphs().flatMap(Graph::allNodes)));
    }

    /// A constant by name: an initializer, or the value of a Constant node that holds a tensor.
    public Optional<TensorData> constant(String value) {
        TensorData initializer = initializers.get(value);
        if (initializer != null) {
            return Optional.of(initializer);
        }
        return nodes.stream().filter(n -> n.is("Constant") && n.outputs().contains(value)).findFirst()
                .flatMap(n -> n.attribute("value"))
                .flatMap(v -> v instanceof Attribute.TensorValue(var tensor) ? Optional.of(tensor) : Optional.empty());
    }

    /// This graph with other value declarations.
    public Graph withValues(List<ValueInfo> fresh) {
        return new Graph(name, nodes, inputs, outputs, initializers, fresh, rest);
    }

    /// This graph with other outputs.
    public Graph withOutputs(List<ValueInfo> fresh) {
        return new Graph(name, nodes, inputs, fresh, initializers, values, rest);
    }

    /// This graph with other inputs.
    public Graph withInputs(List<ValueInfo> fresh) {
        return new Graph(name, nodes, fresh, outputs, initializers, values, rest);
    }

    /// This graph with other initializers.
    public Graph withInitializers(SequencedMap<String, TensorData> fresh) {
        return new Graph(name, nodes, inputs, outputs, fresh, values, rest);
    }

    /// Names this graph reads and does not define: as a subgraph, what it takes from the graphs around it.
    public SequencedSet<String> captured() {
        Set<String> defined = defined();
        SequencedSet<String> captured = new LinkedHashSet<>();
        nodes.forEach(n -> captured.addAll(n.reads()));
        outputs.forEach(o -> captured.add(o.name()));
        captured.removeAll(defined);
        return captured;
    }

    /// Names that inputs, initializers and nodes of this graph (not of its subgraphs) define.
    Set<String> defined() {
        Set<String> defined = new HashSet<>(initializers.keySet());
        inputs.forEach(i -> defined.add(i.name()));
        nodes.forEach(n -> defined.addAll(n.outputs()));
        return defined;
    }

    /// This subgraph reading `to` wherever it takes `from` from outside.
    Graph reading(String from, String to) {
        Set<String> own = defined();
        if (own.contains(from) || !captured().contains(from)) {
            return this;
        }
        if (own.contains(to)) {
            throw new IllegalStateException("a subgraph that reads " + from + " has its own " + to);
        }
        List<ValueInfo> results = outputs.stream()
                .map(o -> o.name().equals(from) ? new ValueInfo(to, o.type(), o.shape(), o.rest()) : o).toList();
        return new Graph(name, nodes.stream().map(n -> n.reading(from, to)).toList(), inputs, results, initializers,
                values, rest);
    }
}
