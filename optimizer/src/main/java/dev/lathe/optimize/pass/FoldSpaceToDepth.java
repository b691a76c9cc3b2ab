package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Turns a convolution over every second pixel, four times, into one convolution that steps by two.
///
/// Matches: a Conv of constant float weights that alone reads a Concat, by channel, of four Slices of one image: its even and
/// odd rows and columns, in any order ("focus", the head of YOLO detectors). Keeps: all other uses of the slices. Adds:
/// weights of twice the height and width, as many in all. Error: the order of float additions. Source: the sum is the same,
/// term by term; YOLOv5 made the same change to its network in version 6.
///
/// Before: `Concat(x[0::2, 0::2], x[1::2, 0::2], x[0::2, 1::2], x[1::2, 1::2]) -> c; Conv(c, w[m, 4 k, 3, 3]) -> y`.
/// After: `Conv(x, w'[m, k, 6, 6], strides 2) -> y`.
@AutoService(Pass.class)
public record FoldSpaceToDepth() implements Pass {
    private static final int PARTS = 4;
    private static final int SLICE_OPSET = 10;
    /// An end that no image reaches.
    private static final long FAR = 1L << 20;

    @Override
    public PassInfo info() {
        return new PassInfo("fold-space-to-depth",
                "turn a Conv over the even and odd pixels of an image into one that steps by two",
                PassInfo.Fidelity.SAME);
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        if (model.opset() < SLICE_OPSET || model.graph().nodes().stream().noneMatch(n -> n.is("Slice"))) {
            return PassOutcome.unchanged(model);
        }
        Set<String> overridable = new HashSet<>(model.graph().inputs().stream().map(ValueInfo::name).toList());
        GraphEdit edit = new GraphEdit(model.graph());
        int folded = 0;
        for (Node node : edit.nodes()) {
            context.cancellation().throwIfCancelled();
            Optional<Node> strided = node.is("Conv") ? strided(node, edit, overridable) : Optional.empty();
            if (strided.isPresent()) {
                edit.replace(node, strided.get());
                folded++;
            }
        }
        if (folded == 0) {
            return PassOutcome.unchanged(model);
        }
        edit.removeUnused();
        return PassOutcome.of(model, model.withGraph(edit.done()), folded,
                "Conv over even and odd pixels made to step by two");
    }

    /// Where a slice begins, and of what.
    ///
    /// @param root the image
    /// @param starts by axis; an axis that is not sliced is missing
    private record Part(String root, Map<Integer, Long> starts) {}

    private static Optional<Node> strided(Node conv, GraphEdit edit, Set<String> overridable) {
        Node concat = conv.input(0).map(edit.producers()::get).orElse(null);
        Optional<TensorData> weights = conv.input(1).filter(w -> !overridable.contains(w))
                .map(edit.initializers()::get).filter(t -> t.type() == DataType.FLOAT && t.shape().size() == PARTS);
        if (concat == null || weights.isEmpty() || !concat.is("Concat") || concat.intAttribute("axis", 0) != 1
                || concat.inputs().size() != PARTS || edit.isOutput(concat.outputs().getFirst())
                || edit.consumers().getOrDefault(concat.outputs().getFirst(), List.of()).size() != 1
                || !isPlain(conv) || weights.get().shape().get(1) % PARTS != 0) {
            return Optional.empty();
        }
        List<Part> parts = concat.inputs().stream().flatMap(v -> part(v, edit, overridable).stream()).toList();
        if (parts.size() != PARTS || parts.stream().map(Part::root).distinct().count() != 1
                || parts.stream().distinct().count() != PARTS) {
            return Optional.empty();
        }
        String name = edit.addInitializer(conv.inputs().get(1) + "_strided", spread(weights.get(), parts));
        List<String> inputs = new ArrayList<>(conv.inputs());
        inputs.set(0, parts.getFirst().root());
        inputs.set(1, name);
        List<Long> pads = conv.intsAttribute("pads").orElse(List.of(0L, 0L, 0L, 0L)).stream().map(p -> 2 * p).toList();
        List<Attribute> attributes = new ArrayList<>(conv.attributes().stream()
                .filter(a -> !Set.of("kernel_shape", "strides", "pads", "auto_pad").contains(a.name())).toList());
        List<Long> shape = weights.get().shape();
        attributes.add(Attribute.of("kernel_shape",
                new Attribute.IntsValue(List.of(2 * shape.get(2), 2 * shape.get(3)))));
        attributes.add(Attribute.of("strides", new Attribute.IntsValue(List.of(2L, 2L))));
        attributes.add(Attribute.of("pads", new Attribute.IntsValue(pads)));
        return Optional.of(conv.withInputs(inputs).withAttributes(attributes));
    }

    /// One group, no strides or dilations, explicit padding.
    private static boolean isPlain(Node conv) {
        boolean ones = List.of("strides", "dilations").stream().allMatch(
                a -> conv.intsAttribute(a).map(v -> v.stream().allMatch(s -> s == 1)).orElse(true));
        boolean explicit = conv.attribute("auto_pad")
                .map(v -> v instanceof Attribute.StringValue(String text) && text.equals("NOTSET")).orElse(true);
        return ones && explicit && conv.intAttribute("group", 1) == 1;
    }

    /// What a chain of slices takes, if it takes every second row and every second column.
    private static Optional<Part> part(String value, GraphEdit edit, Set<String> overridable) {
        Map<Integer, Long> starts = new HashMap<>();
        String at = value;
        for (Node node = edit.producers().get(at); node != null && node.is("Slice"); node = edit.producers().get(at)) {
            List<long[]> numbers = new ArrayList<>();
            for (int i = 1; i <= PARTS; i++) {
                node.input(i).filter(n -> !overridable.contains(n)).map(edit.initializers()::get)
                        .filter(t -> t.type() == DataType.INT64 || t.type() == DataType.INT32)
                        .ifPresent(t -> numbers.add(t.longs()));
            }
            if (numbers.size() != PARTS) {
                return Optional.empty();
            }
            for (int i = 0; i < numbers.getFirst().length; i++) {
                int axis = (int) numbers.get(2)[i];
                long start = numbers.get(0)[i];
                boolean second = numbers.get(3)[i] == 2 && numbers.get(1)[i] >= FAR && (start == 0 || start == 1);
                if (!second || (axis != 2 && axis != 3) || starts.put(axis, start) != null) {
                    return Optional.empty();
                }
            }
            at = node.inputs().getFirst();
        }
        return starts.size() == 2 ? Optional.of(new Part(at, starts)) : Optional.empty();
    }

    /// `w'[m, k, 2 y + row, 2 x + column] = w[m, part * K + k, y, x]`.
    private static TensorData spread(TensorData weights, List<Part> parts) {
        int outputs = Math.toIntExact(weights.shape().get(0));
        int channels = Math.toIntExact(weights.shape().get(1)) / PARTS;
        int height = Math.toIntExact(weights.shape().get(2));
        int width = Math.toIntExact(weights.shape().get(3));
        float[] old = weights.floats();
        float[] fresh = new float[old.length];
        for (int m = 0; m < outputs; m++) {
            for (int p = 0; p < PARTS; p++) {
                int row = Math.toIntExact(parts.get(p).starts().getOrDefault(2, 0L));
                int column = Math.toIntExact(parts.get(p).starts().getOrDefault(3, 0L));
                for (int k = 0; k < channels; k++) {
                    for (int y = 0; y < height; y++) {
                        for (int x = 0; x < width; x++) {
                            int from = ((m * PARTS * channels + p * channels + k) * height + y) * width + x;
                            int to = ((m * channels + k) * 2 * height + 2 * y + row) * 2 * width + 2 * x + column;
                            fresh[to] = old[from];
                        }
                    }
                }
            }
        }
        return TensorData.ofFloats(List.of((long) outputs, (long) channels, 2L * height, 2L * width), fresh);
    }
}
