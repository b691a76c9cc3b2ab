package dev.lathe.optimize.prune;

import dev.lathe.graph.Dim;
import dev.lathe.graph.Graph;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The axes of all values of a graph. Each index of an axis whose size is known and above 1 has a unit of its own, until axes
/// are tied to one another.
final class Axes {
    private static final int[] NONE = {};

    private final Graph graph;
    private final Units units;
    private final Map<String, List<Dim>> shapes = new HashMap<>();
    private final Map<String, int[][]> indices = new HashMap<>();

    /// @param graph with as many shapes as could be inferred
    Axes(Graph graph, Units units) {
        this.graph = graph;
        this.units = units;
        graph.values().forEach(this::declare);
        graph.outputs().forEach(this::declare);
        graph.inputs().forEach(this::declare);
        graph.initializers().forEach(this::declare);
    }

    private void declare(ValueInfo value) {
        value.shape().filter(_ -> value.isTensor()).ifPresent(s -> shapes.put(value.name(), s));
    }

    private void declare(String name, TensorData tensor) {
        shapes.put(name, tensor.shape().stream().map(d -> (Dim) new Dim.Fixed(d)).toList());
    }

    /// Takes this for a shape that nobody could infer.
    void declare(String value, List<Dim> shape) {
        shapes.putIfAbsent(value, List.copyOf(shape));
    }

    /// The shape; empty where the value's rank is not known.
    Optional<List<Dim>> shape(String value) {
        return Optional.ofNullable(shapes.get(value));
    }

    /// How many axes a value has; 0 where that is not known.
    int rank(String value) {
        return shape(value).map(List::size).orElse(0);
    }

    /// The size of an axis; -1 where it is open.
    long size(String value, int axis) {
        return shape(value).filter(s -> axis >= 0 && axis < s.size()).map(s -> s.get(axis).fixed().orElse(-1L))
                .orElse(-1L);
    }

    /// The units of an axis, by index: none where its size is open or at most 1.
    int[] units(String value, int axis) {
        long size = size(value, axis);
        if (size <= 1 || size > Integer.MAX_VALUE) {
            return NONE;
        }
        int[][] all = indices.computeIfAbsent(value, v -> new int[rank(v)][]);
        if (all[axis] == null) {
            all[axis] = units.fresh((int) size);
        }
        return all[axis];
    }

    /// Lets nobody cut this axis.
    void freeze(String value, int axis, String why) {
        for (int unit : units(value, axis)) {
            units.freeze(unit, why);
        }
    }

    /// Lets nobody cut any axis of this value.
    void freeze(String value, String why) {
        for (int axis = 0; axis < rank(value); axis++) {
            freeze(value, axis, why);
        }
    }

    /// The integers of a constant that no caller can override.
    Optional<List<Long>> integers(String value) {
        return Optional.ofNullable(graph.initializers().get(value)).filter(_ -> isConstant(value))
                .filter(t -> switch (t.type()) {
                    case INT32, INT64 -> true;
                    default -> false;
                }).map(t -> {
                    List<Long> all = new ArrayList<>();
                    for (long number : t.longs()) {
                        all.add(number);
                    }
                    return all;
                });
    }

    /// Whether a value is a constant that no caller can override.
    boolean isConstant(String value) {
        return graph.initializers().containsKey(value)
                && graph.inputs().stream().noneMatch(i -> i.name().equals(value));
    }
}
