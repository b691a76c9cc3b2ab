package dev.lathe.optimize.prune;

import dev.lathe.graph.Attribute;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// What operators make of axes that only move data.
final class MovingRules {
    private MovingRules() {}

    private static void others(NodeTies ties, String in, String out, int except) {
        for (int axis = 0; axis < ties.rank(out); axis++) {
            if (axis != except) {
                ties.tie(in, axis, out, axis);
            }
        }
    }

    static void concat(NodeTies ties) {
        String y = ties.out(0);
        int axis = NodeTies.position(ties.node().intAttribute("axis", 1), ties.rank(y));
        int at = 0;
        boolean known = ties.size(y, axis) >= 0
                && ties.node().inputs().stream().allMatch(i -> ties.size(i, axis) >= 0);
        for (String input : ties.node().inputs()) {
            others(ties, input, y, axis);
            if (known) {
                int size = (int) ties.size(input, axis);
                ties.tell(input, axis);
                ties.tie(input, axis, 0, y, axis, at, size);
                keepSingle(ties, input, axis, y, at);
                at += size;
            }
        }
        if (known) {
            ties.tell(y, axis);
        }
    }

    /// An axis of one index has no unit: what it is joined to cannot be cut.
    private static void keepSingle(NodeTies ties, String part, int axis, String whole, int at) {
        if (ties.size(part, axis) == 1 && ties.size(whole, axis) > 1) {
            ties.freezeIndex(whole, axis, at, "joins a single index to it");
        }
    }

    static void split(NodeTies ties) {
        String x = ties.in(0);
        int axis = NodeTies.position(ties.node().intAttribute("axis", 0), ties.rank(x));
        boolean known = ties.size(x, axis) >= 0
                && ties.node().outputs().stream().allMatch(o -> !o.isEmpty() && ties.size(o, axis) > 1)
                && (ties.in(1).isEmpty() || ties.axes().integers(ties.in(1)).isPresent());
        int at = 0;
        for (String output : ties.node().outputs()) {
            others(ties, x, output, axis);
            if (known) {
                int size = (int) ties.size(output, axis);
                ties.tell(output, axis);
                ties.tie(output, axis, 0, x, axis, at, size);
                at += size;
            }
        }
        if (known) {
            ties.tell(x, axis);
        }
    }

    static void slice(NodeTies ties) {
        String x = ties.in(0);
        String y = ties.out(0);
        Optional<Run> runs = Run.of(ties);
        if (runs.isEmpty()) {
            return;
        }
        for (int axis = 0; axis < ties.rank(y); axis++) {
            int at = runs.get().axes().indexOf(axis);
            if (at < 0) {
                ties.tie(x, axis, y, axis);
            } else if (runs.get().isPlain(at) && ties.size(x, axis) > 0 && ties.size(y, axis) > 1) {
                ties.tell(x, axis);
                ties.tell(y, axis);
                ties.tie(x, axis, (int) runs.get().start(at, ties.size(x, axis)), y, axis, 0,
                        (int) ties.size(y, axis));
            }
        }
    }

    /// What a Slice takes, where all of it is constant.
    record Run(List<Long> starts, List<Long> ends, List<Integer> axes, List<Long> steps) {

        static Optional<Run> of(NodeTies ties) {
            Optional<List<Long>> starts = ties.numbers("starts", 1);
            Optional<List<Long>> ends = ties.numbers("ends", 2);
            Optional<List<Long>> axes = ties.numbers("axes", 3);
            Optional<List<Long>> steps = ties.numbers("steps", 4);
            if (starts.isEmpty() || ends.isEmpty() || (axes.isEmpty() && !ties.in(3).isEmpty())
                    || (steps.isEmpty() && !ties.in(4).isEmpty())) {
                return Optional.empty();
            }
            int rank = ties.rank(ties.in(0));
            List<Integer> positions = axes.map(a -> a.stream().map(p -> NodeTies.position(p, rank)).toList())
                    .orElseGet(() -> IntStream.range(0, starts.get().size()).boxed().toList());
            return Optional.of(new Run(starts.get(), ends.get(), positions,
                    steps.orElse(Collections.nCopies(starts.get().size(), 1L))));
        }

        boolean isPlain(int at) {
            return steps.get(at) == 1;
        }

        long start(int at, long size) {
            long start = starts.get(at);
            return Math.clamp(start < 0 ? start + size : start, 0, size);
        }
    }

    /// Axes that are not padded go through. Constants before and behind channels are channels of their own: nobody makes them,
    /// and they fall with what they are added to.
    static void pad(NodeTies ties) {
        String x = ties.in(0);
        String y = ties.out(0);
        Optional<List<Long>> pads = ties.numbers("pads", 1);
        int rank = ties.rank(y);
        if (pads.isEmpty() || pads.get().size() != 2 * rank) {
            return;
        }
        for (int axis = 0; axis < rank; axis++) {
            long before = pads.get().get(axis);
            long behind = pads.get().get(axis + rank);
            if (before == 0 && behind == 0) {
                ties.tie(x, axis, y, axis);
            } else if (isConstantPad(ties) && before >= 0 && behind >= 0 && ties.size(x, axis) > 0
                    && ties.size(y, axis) == before + ties.size(x, axis) + behind) {
                ties.tell(x, axis);
                ties.tell(y, axis);
                ties.tie(x, axis, 0, y, axis, (int) before, (int) ties.size(x, axis));
                keepSingle(ties, x, axis, y, (int) before);
            }
        }
    }

    private static boolean isConstantPad(NodeTies ties) {
        return ties.in(3).isEmpty() && ties.node().attribute("mode")
                .map(v -> v instanceof Attribute.StringValue(String mode) && mode.equals("constant")).orElse(true);
    }

    static void transpose(NodeTies ties) {
        String x = ties.in(0);
        int rank = ties.rank(x);
        List<Long> order = ties.node().intsAttribute("perm").orElseGet(
                () -> LongStream.range(0, rank).map(a -> rank - 1 - a).boxed().toList());
        for (int axis = 0; axis < order.size() && order.size() == rank; axis++) {
            ties.tie(x, order.get(axis).intValue(), ties.out(0), axis);
        }
    }

    static void reshape(NodeTies ties) {
        boolean target = ties.node().is("Reshape");
        if (!target || ReshapeTarget.of(ties.node(), ties.axes()).isPresent()) {
            ties.regroup(ties.in(0), ties.out(0));
        }
    }

    /// Axes that keep their size go through, unless sizes are told by what is computed.
    static void resize(NodeTies ties) {
        String x = ties.in(0);
        String y = ties.out(0);
        boolean told = ties.node().is("Resize") && !ties.in(3).isEmpty();
        boolean constant = !told || ties.axes().integers(ties.in(3)).isPresent();
        for (int axis = 0; axis < ties.rank(y) && constant; axis++) {
            if (ties.size(x, axis) == ties.size(y, axis) && ties.size(x, axis) > 0) {
                ties.tie(x, axis, y, axis);
            }
        }
    }

    /// `[before, indexed, behind] -> [before, indices…, behind]`.
    static void gather(NodeTies ties) {
        String table = ties.in(0);
        String y = ties.out(0);
        int axis = NodeTies.position(ties.node().intAttribute("axis", 0), ties.rank(table));
        int indices = ties.rank(y) - ties.rank(table) + 1;
        if (ties.rank(y) == 0 && ties.rank(table) > 1) {
            return;
        }
        for (int i = 0; i < ties.rank(table); i++) {
            if (i != axis) {
                int at = i < axis ? i : i + indices - 1;
                ties.tie(table, i, y, at);
                if (ties.axes().isConstant(table)) {
                    ties.makes(table, i);
                }
            }
        }
        for (int i = 0; i < indices && ties.rank(ties.in(1)) == indices; i++) {
            ties.tie(ties.in(1), i, y, axis + i);
        }
    }
}
