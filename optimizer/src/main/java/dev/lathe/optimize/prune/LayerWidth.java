package dev.lathe.optimize.prune;

import dev.lathe.graph.Graph;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;

/// How many channels a layer gives, before something was done to it and afterwards.
///
/// @param layer the label of its node
/// @param operator its type
/// @param before empty where the layer is new
/// @param after empty where the layer is gone
public record LayerWidth(String layer, String operator, OptionalLong before, OptionalLong after) {

    /// The layers of two graphs, matched by their labels: those of the first in its order, then those that are new.
    ///
    /// Layers are nodes with constant weights: Conv, ConvTranspose, Gemm and MatMul.
    public static List<LayerWidth> of(Graph before, Graph after) {
        Map<String, LayerWidth> was = widths(before);
        SequencedMap<String, LayerWidth> all = new LinkedHashMap<>(was);
        widths(after).forEach((name, is) -> all.merge(name,
                new LayerWidth(name, is.operator(), OptionalLong.empty(), is.before()),
                (old, _) -> new LayerWidth(name, old.operator(), old.before(), is.before())));
        return List.copyOf(all.values());
    }

    /// Whether its width differs.
    public boolean changed() {
        return !before.equals(after);
    }

    private static SequencedMap<String, LayerWidth> widths(Graph graph) {
        SequencedMap<String, LayerWidth> widths = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            width(graph, node).ifPresent(w -> widths.putIfAbsent(node.label(),
                    new LayerWidth(node.label(), node.opType(), OptionalLong.of(w), OptionalLong.empty())));
        }
        return widths;
    }

    private static Optional<Long> width(Graph graph, Node node) {
        List<Long> shape = node.isStandard()
                ? node.input(1).map(graph.initializers()::get).map(TensorData::shape).orElse(List.of())
                : List.of();
        if (shape.size() < 2) {
            return Optional.empty();
        }
        return switch (node.opType()) {
            case "Conv" -> Optional.of(shape.getFirst());
            case "ConvTranspose" -> Optional.of(shape.get(1) * node.intAttribute("group", 1));
            case "Gemm" -> Optional.of(shape.get(node.intAttribute("transB", 0) != 0 ? 0 : 1));
            case "MatMul" -> Optional.of(shape.getLast());
            default -> Optional.empty();
        };
    }
}
