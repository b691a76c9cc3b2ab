package dev.lathe.optimize.prune;

import dev.lathe.graph.Dim;
import dev.lathe.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What ONNX Runtime's fused attention makes of axes: each head is one unit, in queries, keys, values and the output alike.
/// Source: the schemas of `com.microsoft.Attention` and `com.microsoft.MultiHeadAttention`.
final class AttentionRules {
    private static final int PAST = 4;
    private static final int BIAS_BY_HEAD = 5;
    private static final int PAST_KEY = 6;
    private static final int PAST_VALUE = 7;
    private static final int LAST = 2;

    private AttentionRules() {}

    /// A run of indices of an axis in which heads lie one behind the other.
    ///
    /// @param from its first index
    /// @param perHead how many indices belong to each head
    private record Run(String value, int axis, int from, int perHead) {}

    /// How many channels queries, keys and values have.
    private record Hidden(int query, int key, int value) {

        static Optional<Hidden> of(Node node, long columns) {
            List<Long> told = node.intsAttribute("qkv_hidden_sizes").orElse(List.of());
            if (told.size() == 3) {
                return Optional.of(new Hidden(told.get(0).intValue(), told.get(1).intValue(), told.get(2).intValue()))
                        .filter(h -> h.query() == h.key() && h.query() + h.key() + h.value() == columns);
            }
            int third = (int) columns / 3;
            return Optional.of(new Hidden(third, third, third)).filter(_ -> columns > 0 && columns % 3 == 0);
        }

        boolean isDealtTo(int heads) {
            return heads > 0 && query % heads == 0 && value % heads == 0;
        }
    }

    /// Input `[batch, sequence, channels]`, weights `[channels, queries + keys + values]`.
    static void attention(NodeTies ties) {
        String x = ties.in(0);
        String w = ties.in(1);
        String y = ties.out(0);
        int heads = (int) ties.node().intAttribute("num_heads", 0);
        Optional<Hidden> hidden = Hidden.of(ties.node(), ties.size(w, 1)).filter(h -> h.isDealtTo(heads));
        if (ties.axes().isConstant(w)) {
            ties.makes(w, 1);
        }
        boolean plain = ties.in(PAST).isEmpty() && ties.in(BIAS_BY_HEAD).isEmpty() && ties.out(1).isEmpty();
        if (hidden.isEmpty() || !plain || !ties.axes().isConstant(w) || ties.rank(x) != LAST + 1) {
            return;
        }
        Hidden parts = hidden.get();
        declare(ties, x, y, parts.value());
        ties.tie(x, 0, y, 0);
        ties.tie(x, 1, y, 1);
        ties.tie(x, LAST, w, 0);
        List<Run> runs = new ArrayList<>(packed(w, 1, parts, heads));
        if (!ties.in(2).isEmpty()) {
            runs.addAll(packed(ties.in(2), 0, parts, heads));
        }
        runs.add(new Run(y, LAST, 0, parts.value() / heads));
        heads(ties, heads, runs);
        ties.sums(w, 0);
    }

    /// Queries, keys and values `[batch, sequence, channels]` of their own, biases one behind the other.
    static void multiHeadAttention(NodeTies ties) {
        String query = ties.in(0);
        String key = ties.in(1);
        String value = ties.in(2);
        String y = ties.out(0);
        int heads = (int) ties.node().intAttribute("num_heads", 0);
        Hidden parts = new Hidden((int) ties.size(query, LAST), (int) ties.size(key, LAST),
                (int) ties.size(value, LAST));
        boolean plain = ties.in(BIAS_BY_HEAD).isEmpty() && ties.in(PAST_KEY).isEmpty()
                && ties.in(PAST_VALUE).isEmpty() && ties.out(1).isEmpty() && ties.out(2).isEmpty();
        if (!plain || parts.query() < 1 || parts.query() != parts.key() || parts.value() < 1
                || !parts.isDealtTo(heads) || ties.rank(query) != LAST + 1) {
            return;
        }
        declare(ties, query, y, parts.value());
        ties.tie(query, 0, y, 0);
        ties.tie(query, 1, y, 1);
        List<Run> runs = new ArrayList<>(List.of(new Run(query, LAST, 0, parts.query() / heads),
                new Run(key, LAST, 0, parts.key() / heads), new Run(value, LAST, 0, parts.value() / heads),
                new Run(y, LAST, 0, parts.value() / heads)));
        if (!ties.in(3).isEmpty()) {
            runs.addAll(packed(ties.in(3), 0, parts, heads));
        }
        heads(ties, heads, runs);
    }

    private static List<Run> packed(String value, int axis, Hidden parts, int heads) {
        return List.of(new Run(value, axis, 0, parts.query() / heads),
                new Run(value, axis, parts.query(), parts.key() / heads),
                new Run(value, axis, parts.query() + parts.key(), parts.value() / heads));
    }

    /// The checker's shape inference knows no operators of this domain.
    private static void declare(NodeTies ties, String x, String y, int channels) {
        List<Dim> shape = ties.axes().shape(x).orElseThrow();
        ties.axes().declare(y, List.of(shape.get(0), shape.get(1), new Dim.Fixed(channels)));
    }

    private static void heads(NodeTies ties, int heads, List<Run> runs) {
        Run first = runs.getFirst();
        for (Run run : runs) {
            ties.tell(run.value(), run.axis());
            for (int head = 0; head < heads; head++) {
                for (int i = 0; i < run.perHead(); i++) {
                    ties.tie(run.value(), run.axis(), run.from() + head * run.perHead() + i, first.value(),
                            first.axis(), head * first.perHead(), 1);
                }
            }
        }
    }
}
