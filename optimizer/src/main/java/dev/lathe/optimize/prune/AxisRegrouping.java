package dev.lathe.optimize.prune;

import dev.lathe.graph.Dim;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Neighbouring axes of a value that hold the same elements, in the same order, as neighbouring axes of another: one of
/// `[…, 12, 64, …] -> […, 768, …]`.
///
/// @param fromValue the one value
/// @param from its axes
/// @param toValue the other
/// @param to its axes
/// @param why what to say of axes that cannot be kept apart
record AxisRegrouping(String fromValue, List<Integer> from, String toValue, List<Integer> to, String why) {

    /// All that can be told, from the end and then from the front; axes behind open sizes are in none.
    static List<AxisRegrouping> of(String from, String to, Axes axes) {
        List<AxisRegrouping> found = new ArrayList<>();
        int i = axes.rank(from);
        int j = axes.rank(to);
        while (i > 0 && j > 0) {
            int endFrom = i;
            int endTo = j;
            long here = axes.size(from, --i);
            long there = axes.size(to, --j);
            while (here != there && here > 0 && there > 0 && (here < there ? i : j) > 0) {
                if (here < there) {
                    long size = axes.size(from, --i);
                    here = size < 0 ? -1 : here * size;
                } else {
                    long size = axes.size(to, --j);
                    there = size < 0 ? -1 : there * size;
                }
            }
            if (here != there || here < 0) {
                return front(found, from, endFrom, to, endTo, axes);
            }
            found.add(new AxisRegrouping(from, range(i, endFrom), to, range(j, endTo), ""));
        }
        return found;
    }

    private static List<AxisRegrouping> front(List<AxisRegrouping> found, String from, int endFrom, String to,
            int endTo, Axes axes) {
        List<Dim> here = axes.shape(from).orElse(List.of());
        List<Dim> there = axes.shape(to).orElse(List.of());
        for (int axis = 0; axis < Math.min(endFrom, endTo) && isSame(here.get(axis), there.get(axis)); axis++) {
            found.add(new AxisRegrouping(from, List.of(axis), to, List.of(axis), ""));
        }
        return found;
    }

    /// Whether two sizes are equal for sure.
    static boolean isSame(Dim one, Dim other) {
        return one.equals(other) && !(one instanceof Dim.Any);
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    AxisRegrouping because(String reason) {
        return new AxisRegrouping(fromValue, from, toValue, to, reason);
    }

    /// Whether it is one axis on both sides, or nothing that has units.
    boolean isPlain() {
        return from.size() == 1 && to.size() == 1;
    }

    /// Ties the axes. Where several become one, the outermost that may still be cut is kept apart, and the others are frozen.
    void apply(Axes axes, Units units, String reason) {
        List<Integer> here = from.stream().filter(a -> axes.size(fromValue, a) > 1).toList();
        List<Integer> there = to.stream().filter(a -> axes.size(toValue, a) > 1).toList();
        if (here.size() == 1 && !there.isEmpty()) {
            spread(fromValue, here.getFirst(), toValue, there, new Tying(axes, units, reason));
        } else if (there.size() == 1 && !here.isEmpty()) {
            spread(toValue, there.getFirst(), fromValue, here, new Tying(axes, units, reason));
        } else {
            here.forEach(a -> axes.freeze(fromValue, a, reason));
            there.forEach(a -> axes.freeze(toValue, a, reason));
        }
    }

    /// What tying needs.
    private record Tying(Axes axes, Units units, String reason) {

        boolean isFrozen(String value, int axis) {
            return IntStream.of(axes.units(value, axis)).allMatch(u -> units.frozen(u).isPresent());
        }
    }

    private static void spread(String flat, int flatAxis, String value, List<Integer> parts, Tying tying) {
        int chosen = parts.stream().filter(a -> !tying.isFrozen(value, a)).findFirst().orElse(parts.getFirst());
        int inner = 1;
        for (int part : parts) {
            if (part > chosen) {
                inner *= (int) tying.axes().size(value, part);
            }
            if (part != chosen) {
                tying.axes().freeze(value, part, tying.reason());
            }
        }
        int[] all = tying.axes().units(flat, flatAxis);
        int[] own = tying.axes().units(value, chosen);
        for (int i = 0; i < all.length; i++) {
            tying.units().tie(all[i], own[i / inner % own.length]);
        }
    }
}
