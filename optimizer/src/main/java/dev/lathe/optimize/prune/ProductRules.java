package dev.lathe.optimize.prune;

import dev.lathe.graph.Node;
import java.util.List;

/// What convolutions and matrix products make of axes.
final class ProductRules {
    private ProductRules() {}

    /// How the channels of a convolution are dealt to its groups.
    ///
    /// @param count how many groups
    /// @param inputs channels read by each
    /// @param outputs channels made by each
    record Grouping(int count, int inputs, int outputs) {

        static Grouping of(Node node, long read, long made) {
            int count = Math.toIntExact(node.intAttribute("group", 1));
            return new Grouping(count, (int) (read / count), (int) (made / count));
        }

        /// Whether each group reads one channel: then it is groups that are cut, and else an index within all of them.
        boolean isDepthwise() {
            return count > 1 && inputs == 1;
        }
    }

    /// Weights `[made, read / groups, kernel…]`.
    static void conv(NodeTies ties) {
        convolution(ties, 0, 1);
    }

    /// Weights `[read, made / groups, kernel…]`.
    static void convTranspose(NodeTies ties) {
        convolution(ties, 1, 0);
    }

    private static void convolution(NodeTies ties, int makes, int sums) {
        String x = ties.in(0);
        String w = ties.in(1);
        String y = ties.out(0);
        ties.tie(x, 0, y, 0);
        long read = ties.size(x, 1);
        long made = ties.size(y, 1);
        if (!ties.axes().isConstant(w) || read < 1 || made < 1) {
            return;
        }
        Grouping groups = Grouping.of(ties.node(), read, made);
        for (String value : List.of(x, y)) {
            ties.tell(value, 1);
        }
        ties.tell(w, 0);
        if (!ties.in(2).isEmpty()) {
            ties.tie(ties.in(2), 0, y, 1);
        }
        if (groups.isDepthwise()) {
            depthwise(ties, groups, makes == 0);
            return;
        }
        ties.tell(w, 1);
        dealt(ties, y, groups.outputs(), w, makes, groups.count());
        dealt(ties, x, groups.inputs(), w, sums, groups.count());
        ties.makes(w, makes);
        ties.sums(w, sums);
    }

    /// An axis of the weights, whole or per group, beside the channels of all groups. With several groups the same index of
    /// each falls together, so that all stay equally large.
    private static void dealt(NodeTies ties, String value, int perGroup, String w, int axis, int groups) {
        boolean whole = ties.size(w, axis) == (long) perGroup * groups;
        for (int g = 0; g < groups; g++) {
            ties.tie(value, 1, g * perGroup, w, axis, whole ? g * perGroup : 0, perGroup);
            ties.tie(value, 1, g * perGroup, value, 1, 0, perGroup);
        }
    }

    private static void depthwise(NodeTies ties, Grouping groups, boolean outputsFirst) {
        String x = ties.in(0);
        String y = ties.out(0);
        String w = ties.in(1);
        int made = groups.outputs();
        for (int g = 0; g < groups.count(); g++) {
            for (int i = 0; i < made; i++) {
                ties.tie(x, 1, g, y, 1, g * made + i, 1);
                ties.tie(y, 1, g * made + i, w, 0, outputsFirst ? g * made + i : g, 1);
            }
        }
    }

    /// `alpha * A * B + beta * C`.
    static void gemm(NodeTies ties) {
        String y = ties.out(0);
        int rows = ties.node().intAttribute("transA", 0) == 0 ? 0 : 1;
        int columns = ties.node().intAttribute("transB", 0) == 0 ? 1 : 0;
        if (!ties.in(2).isEmpty()) {
            ties.elementwise(List.of(ties.in(2)), y);
        }
        product(ties, rows, 1 - rows, columns, 1 - columns);
    }

    /// `[…, M, K] x […, K, N]`, what is in front spread as in NumPy.
    static void matMul(NodeTies ties) {
        int left = ties.rank(ties.in(0));
        int right = ties.rank(ties.in(1));
        if (left < 2 || right < 2) {
            return;
        }
        int rank = ties.rank(ties.out(0));
        for (String value : List.of(ties.in(0), ties.in(1))) {
            for (int axis = 0; axis < ties.rank(value) - 2; axis++) {
                int at = axis + rank - ties.rank(value);
                if (ties.size(value, axis) == 1) {
                    ties.tell(value, axis);
                } else {
                    ties.tie(value, axis, ties.out(0), at);
                }
            }
        }
        product(ties, left - 2, left - 1, right - 1, right - 2);
    }

    /// @param rows A's axis of rows
    /// @param inner A's axis that is summed over
    /// @param columns B's axis of columns
    /// @param otherInner B's axis that is summed over
    private static void product(NodeTies ties, int rows, int inner, int columns, int otherInner) {
        String a = ties.in(0);
        String b = ties.in(1);
        String y = ties.out(0);
        int rank = ties.rank(y);
        ties.tie(a, rows, y, rank - 2);
        ties.tie(b, columns, y, rank - 1);
        boolean left = ties.axes().isConstant(a);
        boolean right = ties.axes().isConstant(b);
        if (left == right) {
            ties.freeze(a, inner, "sums up products of values over it, and has no weights there");
            ties.freeze(b, otherInner, "sums up products of values over it, and has no weights there");
            return;
        }
        ties.tie(a, inner, b, otherInner);
        if (right) {
            ties.makes(b, columns);
            ties.sums(b, otherInner);
        } else {
            ties.makes(a, rows);
            ties.sums(a, inner);
        }
    }
}
