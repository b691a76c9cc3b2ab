package dev.lathe.optimize.prune;

import dev.lathe.graph.Dim;
import dev.lathe.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/// The target of a Reshape as constants that can be told anew when an axis gets narrower.
///
/// @param entries for each axis of the output its size, 0 to take the input's at the same place, or -1 for what is left
record ReshapeTarget(List<Long> entries) {

    /// The target; empty where sizes are computed that nothing is known about.
    static Optional<ReshapeTarget> of(Node node, Axes axes) {
        Optional<List<Dim>> to = axes.shape(node.outputs().getFirst());
        Optional<List<Dim>> from = node.input(0).flatMap(axes::shape);
        if (to.isEmpty() || from.isEmpty() || node.intAttribute("allowzero", 0) != 0) {
            return Optional.empty();
        }
        Optional<List<Long>> told = node.input(1).flatMap(axes::integers);
        List<Long> entries = new ArrayList<>();
        for (int axis = 0; axis < to.get().size(); axis++) {
            entries.add(to.get().get(axis).fixed().orElse(
                    told.isPresent()
                            ? told.get().get(axis)
                            : axis < from.get().size()
                                    && AxisRegrouping.isSame(from.get().get(axis), to.get().get(axis)) ? 0 : -1));
        }
        return entries.stream().filter(e -> e < 0).count() > 1
                ? Optional.empty()
                : Optional.of(new ReshapeTarget(entries));
    }

    /// The entries when axes have other sizes.
    ///
    /// @param sizes the size of each axis of the output
    long[] with(IntUnaryOperator sizes) {
        long[] fresh = new long[entries.size()];
        for (int axis = 0; axis < fresh.length; axis++) {
            long entry = entries.get(axis);
            fresh[axis] = entry > 0 ? sizes.applyAsInt(axis) : entry;
        }
        return fresh;
    }
}
