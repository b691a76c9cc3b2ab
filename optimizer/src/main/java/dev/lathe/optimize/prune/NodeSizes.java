package dev.lathe.optimize.prune;

import dev.lathe.graph.Attribute;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Tells sizes anew that nodes carry themselves: groups of convolutions, targets of Reshape and Resize, parts of Split and
/// Slice, channels of Pad, heads of attention.
final class NodeSizes {
    /// Since this opset Split takes its sizes as an input.
    private static final int SPLIT_BY_INPUT = 13;

    private final int opset;
    private final GraphEdit edit;
    private final Axes axes;
    private final ChannelCut.Kept kept;

    NodeSizes(int opset, GraphEdit edit, Axes axes, ChannelCut.Kept kept) {
        this.opset = opset;
        this.edit = edit;
        this.axes = axes;
        this.kept = kept;
    }

    /// Puts the node with new sizes in its place, if it carries any that change.
    void retell(Node node) {
        switch (node.operator()) {
            case "Conv", "ConvTranspose" -> convolution(node);
            case "Reshape" -> reshape(node);
            case "Split" -> split(node);
            case "Slice" -> slice(node);
            case "Resize" -> resize(node);
            case "Pad" -> pad(node);
            case "com.microsoft:Attention", "com.microsoft:MultiHeadAttention" -> heads(node);
            default -> {
                // says no sizes
            }
        }
    }

    private int size(String value, int axis) {
        return kept.of(value, axis).length;
    }

    private boolean changes(String value) {
        return IntStream.range(0, axes.rank(value)).anyMatch(a -> axes.size(value, a) > 1
                && size(value, a) != axes.size(value, a));
    }

    private void convolution(Node node) {
        String x = node.inputs().getFirst();
        long groups = node.intAttribute("group", 1);
        if (groups > 1 && groups == axes.size(x, 1) && size(x, 1) != groups) {
            edit.replace(node, with(node, "group", new Attribute.IntValue(size(x, 1))));
        }
    }

    private void reshape(Node node) {
        String y = node.outputs().getFirst();
        if (changes(y)) {
            long[] target = ReshapeTarget.of(node, axes).orElseThrow().with(a -> size(y, a));
            edit.replace(node, withConstant(node, 1, target));
        }
    }

    private void split(Node node) {
        if (changes(node.inputs().getFirst())) {
            String x = node.inputs().getFirst();
            int axis = NodeTies.position(node.intAttribute("axis", 0), axes.rank(x));
            long[] sizes = node.outputs().stream().mapToLong(o -> size(o, axis)).toArray();
            boolean attached = node.attribute("split").isPresent()
                    || (node.input(1).isEmpty() && opset < SPLIT_BY_INPUT);
            Node plain = without(node, "num_outputs");
            edit.replace(node, attached
                    ? with(plain, "split", new Attribute.IntsValue(LongStream.of(sizes).boxed().toList()))
                    : withConstant(plain, 1, sizes));
        }
    }

    private void slice(Node node) {
        String x = node.inputs().getFirst();
        String y = node.outputs().getFirst();
        if (!changes(x)) {
            return;
        }
        MovingRules.Run run = MovingRules.Run
                .of(new NodeTies(node, axes, new Units(), new Roles(), new ArrayList<>())).orElseThrow();
        long[] starts = run.starts().stream().mapToLong(Long::longValue).toArray();
        long[] ends = run.ends().stream().mapToLong(Long::longValue).toArray();
        for (int i = 0; i < starts.length; i++) {
            int axis = run.axes().get(i);
            if (axes.size(x, axis) > 0 && size(x, axis) != axes.size(x, axis)) {
                long first = run.start(i, axes.size(x, axis));
                starts[i] = IntStream.of(kept.of(x, axis)).filter(k -> k < first).count();
                ends[i] = starts[i] + size(y, axis);
            }
        }
        edit.replace(node, node.attribute("starts").isPresent()
                ? with(with(node, "starts", new Attribute.IntsValue(LongStream.of(starts).boxed().toList())), "ends",
                        new Attribute.IntsValue(LongStream.of(ends).boxed().toList()))
                : withConstant(withConstant(node, 1, starts), 2, ends));
    }

    /// What is before and behind an axis stays so.
    private void pad(Node node) {
        String x = node.inputs().getFirst();
        String y = node.outputs().getFirst();
        if (!changes(y)) {
            return;
        }
        boolean attached = node.attribute("pads").isPresent();
        List<Long> told = attached
                ? node.intsAttribute("pads").orElseThrow()
                : axes.integers(node.inputs().get(1)).orElseThrow();
        long[] pads = told.stream().mapToLong(Long::longValue).toArray();
        int rank = pads.length / 2;
        for (int axis = 0; axis < rank; axis++) {
            if (axes.size(y, axis) > 1 && (pads[axis] > 0 || pads[axis + rank] > 0)) {
                long before = pads[axis];
                long behind = before + axes.size(x, axis);
                int[] stay = kept.of(y, axis);
                pads[axis] = IntStream.of(stay).filter(i -> i < before).count();
                pads[axis + rank] = IntStream.of(stay).filter(i -> i >= behind).count();
            }
        }
        edit.replace(node, attached
                ? with(node, "pads", new Attribute.IntsValue(LongStream.of(pads).boxed().toList()))
                : withConstant(node, 1, pads));
    }

    /// As many heads as are left, each as wide as before.
    private void heads(Node node) {
        String y = node.outputs().getFirst();
        if (!changes(y)) {
            return;
        }
        int last = axes.rank(y) - 1;
        long heads = node.intAttribute("num_heads", 1);
        long left = heads * size(y, last) / axes.size(y, last);
        Node narrowed = with(node, "num_heads", new Attribute.IntValue(left));
        edit.replace(node, node.intsAttribute("qkv_hidden_sizes").map(sizes -> with(narrowed, "qkv_hidden_sizes",
                new Attribute.IntsValue(sizes.stream().map(s -> s / heads * left).toList()))).orElse(narrowed));
    }

    private void resize(Node node) {
        String y = node.outputs().getFirst();
        if (node.input(3).isPresent() && changes(y)) {
            long[] sizes = axes.integers(node.inputs().get(3)).orElseThrow().stream().mapToLong(Long::longValue)
                    .toArray();
            for (int axis = 0; axis < sizes.length; axis++) {
                sizes[axis] = axes.size(y, axis) > 1 ? size(y, axis) : sizes[axis];
            }
            edit.replace(node, withConstant(node, 3, sizes));
        }
    }

    private Node withConstant(Node node, int input, long... values) {
        List<String> inputs = new ArrayList<>(node.inputs());
        while (inputs.size() <= input) {
            inputs.add("");
        }
        String base = node.outputs().getFirst() + "_sizes";
        inputs.set(input, edit.addInitializer(base, TensorData.ofLongs(List.of((long) values.length), values)));
        return node.withInputs(inputs);
    }

    private static Node with(Node node, String name, Attribute.Value value) {
        List<Attribute> attributes = new ArrayList<>(without(node, name).attributes());
        attributes.add(Attribute.of(name, value));
        return node.withAttributes(attributes);
    }

    private static Node without(Node node, String name) {
        return node.withAttributes(node.attributes().stream().filter(a -> !a.name().equals(name)).toList());
    }
}
