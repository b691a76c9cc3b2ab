package dev.lathe.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is declared about the values of a graph, by name: its inputs, outputs, constants and inner values.
/// A graph whose shapes were inferred says most about itself. Subgraphs are not looked into.
public final class ValueTypes {
    private final Map<String, ValueInfo> declared = new HashMap<>();

    /// Everything this graph declares.
    public ValueTypes(Graph graph) {
        graph.values().forEach(v -> declared.put(v.name(), v));
        graph.outputs().forEach(v -> declared.put(v.name(), v));
        graph.inputs().forEach(v -> declared.put(v.name(), v));
        graph.initializers().forEach((name, tensor) -> declared.put(name, ValueInfo.tensor(name, tensor.type(),
                tensor.shape().stream().map(d -> (Dim) new Dim.Fixed(d)).toList())));
    }

    /// The element type, if it is known.
    public Optional<DataType> type(String value) {
        return Optional.ofNullable(declared.get(value)).map(ValueInfo::type).filter(t -> t != DataType.UNDEFINED);
    }

    /// The shape, if it is known; single dimensions may still be symbols.
    public Optional<List<Dim>> shape(String value) {
        return Optional.ofNullable(declared.get(value)).flatMap(ValueInfo::shape);
    }

    /// The shape, if every dimension is known.
    public Optional<List<Long>> fixedShape(String value) {
        return shape(value).filter(s -> s.stream().allMatch(d -> d instanceof Dim.Fixed))
                .map(s -> s.stream().map(d -> d.fixed().orElseThrow()).toList());
    }
}
