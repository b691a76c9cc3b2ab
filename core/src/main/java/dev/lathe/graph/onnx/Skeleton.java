package dev.lathe.graph.onnx;

import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;

/// A model without its large constants, and the way back. Constants over 1 KiB are stood in for by graph inputs of the
/// same type and shape: what checks, infers shapes or converts needs no more, and no model is too large for it.
public final class Skeleton {
    private static final long LARGEST_KEPT_BYTES = 1024;

    private final Model model;
    private final SequencedMap<String, TensorData> large = new LinkedHashMap<>();
    private final Set<String> added = new HashSet<>();

    /// The skeleton of a model.
    public Skeleton(Model model) {
        this.model = model;
        model.graph().initializers().forEach((name, tensor) -> {
            if (tensor.sizeBytes() > LARGEST_KEPT_BYTES && tensor.type() != DataType.STRING) {
                large.put(name, tensor);
            }
        });
        model.graph().nodes().forEach(n -> largeConstant(n).ifPresent(t -> large.put(n.outputs().getFirst(), t)));
    }

    private static Optional<TensorData> largeConstant(Node node) {
        return node.is("Constant")
                ? node.attribute("value").flatMap(v -> v instanceof Attribute.TensorValue(var tensor)
                        && tensor.sizeBytes() > LARGEST_KEPT_BYTES && tensor.type() != DataType.STRING
                                ? Optional.of(tensor)
                                : Optional.empty())
                : Optional.empty();
    }

    /// The model without its large constants.
    public Model bare() {
        Graph graph = model.graph();
        SequencedMap<String, TensorData> small = new LinkedHashMap<>(graph.initializers());
        small.keySet().removeAll(large.keySet());
        List<ValueInfo> inputs = new ArrayList<>(graph.inputs());
        Set<String> known = new HashSet<>(graph.inputs().stream().map(ValueInfo::name).toList());
        large.forEach((name, tensor) -> {
            if (known.add(name)) {
                added.add(name);
                inputs.add(ValueInfo.tensor(name, tensor.type(),
                        tensor.shape().stream().map(d -> (Dim) new Dim.Fixed(d)).toList()));
            }
        });
        List<Node> nodes = graph.nodes().stream().filter(n -> largeConstant(n).isEmpty()).toList();
        List<ValueInfo> values = graph.values().stream().filter(v -> !known.contains(v.name())).toList();
        Graph bare = new Graph(graph.name().isEmpty() ? "graph" : graph.name(), nodes, inputs, graph.outputs(),
                small,
                values, graph.rest());
        return model.withGraph(bare);
    }

    /// A converted skeleton with the constants back in their places.
    public Model restore(Model converted) {
        Graph graph = converted.graph();
        SequencedMap<String, TensorData> initializers = new LinkedHashMap<>();
        Stream.concat(model.graph().initializers().keySet().stream(), graph.initializers().keySet().stream())
                .distinct()
                .forEach(name -> Optional.ofNullable(large.getOrDefault(name, graph.initializers().get(name)))
                        .ifPresent(t -> initializers.put(name, t)));
        large.forEach(initializers::putIfAbsent);
        List<ValueInfo> inputs = graph.inputs().stream().filter(i -> !added.contains(i.name())).toList();
        Graph whole = new Graph(model.graph().name(), graph.nodes(), inputs, graph.outputs(), initializers,
                graph.values(), Extra.NONE);
        return new Model(whole, model.functions(), converted.opsets(),
                Math.max(converted.irVersion(), model.irVersion()),
                model.metadata(), model.rest());
    }
}
