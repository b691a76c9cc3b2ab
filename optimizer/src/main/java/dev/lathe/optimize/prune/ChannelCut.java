package dev.lathe.optimize.prune;

import dev.lathe.graph.Graph;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Model;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// Takes units out of a model: weights, biases and all else that stands in their axes get narrower, and nodes that tell sizes
/// tell the new ones. Its outputs are those of the model in which the units are masked.
public final class ChannelCut {
    private final int opset;
    private final DependencyGraph dependencies;
    private final Set<Integer> gone;

    private ChannelCut(int opset, DependencyGraph dependencies, Set<Integer> gone) {
        this.opset = opset;
        this.dependencies = dependencies;
        this.gone = gone;
    }

    /// The model without these units.
    ///
    /// @param dependencies those of this very model
    /// @param units of [DependencyGraph#groups()]
    /// @return the same object where there are none
    public static Model cut(Model model, DependencyGraph dependencies, Set<Integer> units) {
        return units.isEmpty()
                ? model
                : model.withGraph(new ChannelCut(model.opset(), dependencies, Set.copyOf(units)).of(model.graph()));
    }

    private Graph of(Graph graph) {
        GraphEdit edit = new GraphEdit(graph);
        graph.initializers().forEach((name, tensor) -> {
            TensorData narrow = tensor;
            for (int axis = 0; axis < tensor.shape().size(); axis++) {
                int[] kept = kept(name, axis);
                narrow = kept.length == narrow.shape().get(axis) ? narrow : AxisSlices.take(narrow, axis, kept);
            }
            if (!narrow.shape().equals(tensor.shape())) {
                edit.setInitializer(name, narrow);
            }
        });
        NodeSizes sizes = new NodeSizes(opset, edit, dependencies.axes(), this::kept);
        graph.nodes().forEach(sizes::retell);
        removeUnread(edit, graph);
        Graph done = edit.done();
        return done.withValues(done.values().stream().filter(v -> !isCut(v)).toList());
    }

    /// The indices of an axis that stay.
    private int[] kept(String value, int axis) {
        int[] units = dependencies.units(value, axis);
        return units.length == 0
                ? IntStream.range(0, (int) Math.max(0, dependencies.axes().size(value, axis))).toArray()
                : IntStream.range(0, units.length).filter(i -> !gone.contains(units[i])).toArray();
    }

    private boolean isCut(ValueInfo value) {
        return IntStream.range(0, dependencies.rank(value.name()))
                .anyMatch(axis -> IntStream.of(dependencies.units(value.name(), axis)).anyMatch(gone::contains));
    }

    private static void removeUnread(GraphEdit edit, Graph before) {
        List<String> read = new ArrayList<>(before.nodes().stream().flatMap(n -> n.reads().stream()).toList());
        read.removeAll(edit.consumers().keySet());
        read.stream().filter(n -> before.initializers().containsKey(n) && !edit.isOutput(n))
                .forEach(edit::removeInitializer);
    }

    /// The indices of an axis that stay.
    @FunctionalInterface
    interface Kept {
        int[] of(String value, int axis);
    }
}
