package dev.lathe.optimize.prune;

import dev.lathe.graph.Attribute;
import dev.lathe.graph.Node;
import java.util.ArrayList;
import java.util.List;

/// How the kernel of a Conv lies over its input.
///
/// @param axes height and width; of a Conv over one axis, a height of 1; none for a matrix
/// @param channels of the input
/// @param batch samples of the input
/// @param rank axes of space
record Window(List<Along> axes, int channels, int batch, int rank) {

    /// One axis of space.
    ///
    /// @param size of the input
    /// @param made size of the output
    /// @param kernel size of the kernel
    /// @param stride step from output to output
    /// @param dilation step from weight to weight
    /// @param pad zeros in front
    record Along(int size, int made, int kernel, int stride, int dilation, int pad) {}

    /// Of a Conv whose tensors have these shapes.
    static Window of(Node conv, List<Long> weights, long[] read, long... made) {
        int rank = read.length - 2;
        List<Along> axes = new ArrayList<>();
        if (rank == 1) {
            axes.add(new Along(1, 1, 1, 1, 1, 0));
        }
        for (int axis = 0; axis < rank; axis++) {
            int kernel = Math.toIntExact(weights.get(axis + 2));
            int stride = number(conv, "strides", axis, 1);
            int dilation = number(conv, "dilations", axis, 1);
            int size = (int) read[axis + 2];
            int out = (int) made[axis + 2];
            axes.add(new Along(size, out, kernel, stride, dilation,
                    pad(conv, axis, Math.max(0, (out - 1) * stride + (kernel - 1) * dilation + 1 - size))));
        }
        return new Window(axes, (int) read[1], (int) read[0], rank);
    }

    /// The shape of what a Conv makes of an input of this shape.
    static long[] made(Node conv, List<Long> weights, long... read) {
        long[] made = read.clone();
        made[1] = weights.getFirst();
        String automatic = automatic(conv);
        for (int axis = 0; axis + 2 < read.length; axis++) {
            int stride = number(conv, "strides", axis, 1);
            long covered = (weights.get(axis + 2) - 1) * number(conv, "dilations", axis, 1) + 1;
            long size = read[axis + 2];
            if (automatic.startsWith("SAME")) {
                made[axis + 2] = (size + stride - 1) / stride;
            } else {
                long padded = automatic.equals("VALID")
                        ? size
                        : size + number(conv, "pads", axis, 0) + number(conv, "pads", axis + read.length - 2, 0);
                made[axis + 2] = (padded - covered) / stride + 1;
            }
        }
        return made;
    }

    private static String automatic(Node conv) {
        return conv.attribute("auto_pad")
                .map(v -> v instanceof Attribute.StringValue(String text) ? text : "NOTSET").orElse("NOTSET");
    }

    private static int pad(Node conv, int axis, int missing) {
        return switch (automatic(conv)) {
            case "SAME_UPPER" -> missing / 2;
            case "SAME_LOWER" -> missing - missing / 2;
            case "VALID" -> 0;
            default -> number(conv, "pads", axis, 0);
        };
    }

    private static int number(Node node, String attribute, int axis, int absent) {
        return node.intsAttribute(attribute).filter(v -> axis < v.size()).map(v -> v.get(axis).intValue())
                .orElse(absent);
    }
}
