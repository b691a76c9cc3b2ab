package dev.lathe.optimize.prune;

import dev.lathe.graph.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What one node says of the axes of its inputs and outputs. An axis of which it says nothing is one that it needs whole.
final class NodeTies {
    private final Node node;
    private final Axes axes;
    private final Units units;
    private final Roles roles;
    private final List<AxisRegrouping> undecided;
    private final Set<Axis> told = new HashSet<>();

    /// @param roles gets what the node's weights make and sum up
    /// @param undecided gets axes of which one has to be chosen, once all else is known
    NodeTies(Node node, Axes axes, Units units, Roles roles, List<AxisRegrouping> undecided) {
        this.node = node;
        this.axes = axes;
        this.units = units;
        this.roles = roles;
        this.undecided = undecided;
    }

    private record Axis(String value, int axis) {}

    Node node() {
        return node;
    }

    Axes axes() {
        return axes;
    }

    /// The name of an input; empty where it is not given.
    String in(int index) {
        return node.input(index).orElse("");
    }

    /// The name of an output; empty where nobody wants it.
    String out(int index) {
        return index < node.outputs().size() ? node.outputs().get(index) : "";
    }

    int rank(String value) {
        return axes.rank(value);
    }

    long size(String value, int axis) {
        return axes.size(value, axis);
    }

    /// The numbers of an attribute, or of the constant at an input where later versions of the operator have it.
    Optional<List<Long>> numbers(String attribute, int input) {
        Optional<List<Long>> attached = node.intsAttribute(attribute);
        return attached.isPresent() ? attached : node.input(input).flatMap(axes::integers);
    }

    /// A position counted from the end where it is negative.
    static int position(long axis, int rank) {
        return Math.toIntExact(axis < 0 ? axis + rank : axis);
    }

    /// Index by index, these two axes fall together.
    void tie(String one, int axis, String other, int otherAxis) {
        tell(one, axis);
        tell(other, otherAxis);
        long size = axes.size(one, axis);
        long otherSize = axes.size(other, otherAxis);
        if (size != otherSize || size < 0) {
            freeze(one, axis, "sees another size beside it");
            freeze(other, otherAxis, "sees another size beside it");
            return;
        }
        tie(one, axis, 0, other, otherAxis, 0, (int) size);
    }

    /// A run of indices of one axis falls together with a run of another. The axes must be told of by the caller.
    void tie(String one, int axis, int from, String other, int otherAxis, int otherFrom, int count) {
        int[] here = axes.units(one, axis);
        int[] there = axes.units(other, otherAxis);
        for (int i = 0; i < count && here.length > 0 && there.length > 0; i++) {
            units.tie(here[from + i], there[otherFrom + i]);
        }
    }

    /// Notes that the node knows of this axis.
    void tell(String value, int axis) {
        told.add(new Axis(value, axis));
    }

    /// Lets nobody cut this axis, for what the node does.
    void freeze(String value, int axis, String does) {
        tell(value, axis);
        axes.freeze(value, axis, reason(does));
    }

    /// Lets nobody cut one index of this axis.
    void freezeIndex(String value, int axis, int index, String does) {
        units.freeze(axes.units(value, axis)[index], reason(does));
    }

    private String reason(String does) {
        return "node " + node.label() + " (" + node.operator() + ") " + does;
    }

    /// Ties all axes of values of one shape, single sizes spread as in NumPy.
    void elementwise(List<String> inputs, String output) {
        int rank = rank(output);
        for (String input : inputs) {
            for (int axis = 0; axis < rank(input); axis++) {
                int at = axis + rank - rank(input);
                if (size(input, axis) == 1) {
                    tell(input, axis);
                } else if (at >= 0) {
                    tie(input, axis, output, at);
                }
            }
        }
        for (int axis = 0; axis < rank; axis++) {
            if (size(output, axis) == 1) {
                tell(output, axis);
            }
        }
    }

    /// Each index of this axis of constant weights is made by its own weights.
    void makes(String weights, int axis) {
        roles.makes(node, weights, axis);
    }

    /// The node sums over this axis of constant weights: without an index, its term is missing.
    void sums(String weights, int axis) {
        roles.sums(node, weights, axis);
    }

    /// The axes of a value stand in other axes of another, in the same order of elements.
    void regroup(String from, String to) {
        AxisRegrouping.of(from, to, axes).forEach(group -> {
            group.from().forEach(a -> tell(from, a));
            group.to().forEach(a -> tell(to, a));
            if (group.isPlain()) {
                group.apply(axes, units, reason("cannot keep it apart"));
            } else {
                undecided.add(group.because(reason("deals its elements out otherwise")));
            }
        });
    }

    /// Freezes every axis that was not told of.
    ///
    /// @param does what the node does, continuing "node X (Op) …"
    void freezeRest(String does) {
        List<String> values = new ArrayList<>(node.inputs());
        values.addAll(node.outputs());
        for (String value : values) {
            for (int axis = 0; axis < rank(value); axis++) {
                if (!told.contains(new Axis(value, axis))) {
                    axes.freeze(value, axis, reason(does));
                }
            }
        }
    }
}
