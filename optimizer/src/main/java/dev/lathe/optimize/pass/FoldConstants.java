package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.ValueTypes;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.profile.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.LongStream;

/// Computes what does not depend on the inputs once and for all.
///
/// Matches: deterministic operators of ONNX's own whose inputs are all constant, evaluated together by the runtime; and
/// shapes (Shape, and Gather or Slice of one) whose dimensions are known. Keeps: results that would make the file larger
/// by more than `max-growth-bytes`, quantized constants as they are, nodes with subgraphs, and outputs of the graph. Adds:
/// an initializer for each result that somebody reads. Error: none.
///
/// Before: `Shape(x[1,3]) -> s; Gather(s, 1) -> n; Mul(n, 2) -> m`. After: initializer `m = 6`.
///
/// @param maxGrowthBytes how much larger than the constants it is made of a result may be, in bytes
@AutoService(Pass.class)
public record FoldConstants(long maxGrowthBytes) implements Pass {
    private static final long IR_VERSION = 4;
    private static final long DEFAULT_GROWTH_BYTES = 64 * 1024;
    private static final Set<String> KEPT = Set.of("Constant", "RandomNormal", "RandomNormalLike", "RandomUniform",
            "RandomUniformLike", "Multinomial", "Bernoulli", "Dropout", "QuantizeLinear", "DequantizeLinear",
            "DynamicQuantizeLinear", "Optional", "SequenceEmpty", "SequenceConstruct");

    /// Up to 64 KiB of growth.
    public FoldConstants() {
        this(DEFAULT_GROWTH_BYTES);
    }

    @Override
    public PassInfo info() {
        return new PassInfo("fold-constants", "compute what does not depend on the inputs once and for all",
                PassInfo.Fidelity.SAME);
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        if (model.opset() == 0) {
            return PassOutcome.unchanged(model);
        }
        // a shape that has become constant can make further shapes known
        Model after = model;
        for (Optional<Model> next = fold(after, context); next.isPresent(); next = fold(after, context)) {
            after = next.get();
        }
        int gone = model.graph().nodes().size() - after.graph().nodes().size();
        return PassOutcome.of(model, after, gone, "constant nodes folded");
    }

    /// Empty where there is nothing to fold.
    private Optional<Model> fold(Model model, PassContext context) {
        ValueTypes types = new ValueTypes(context.laboratory().inferShapes(model).graph());
        SequencedMap<String, TensorData> shapes = new KnownShapes(model.graph(), types).find();
        Model seeded = model.withGraph(seed(model.graph(), shapes));
        SequencedMap<String, TensorData> results = evaluate(seeded, types, context);
        if (shapes.isEmpty() && results.isEmpty()) {
            return Optional.empty();
        }
        GraphEdit edit = new GraphEdit(seeded.graph());
        edit.nodes().stream().filter(n -> n.outputs().stream().anyMatch(results::containsKey)).forEach(edit::remove);
        results.forEach(edit::setInitializer);
        removeConstantsNobodyReads(edit, model.graph());
        return Optional.of(model.withGraph(edit.done()).withIrVersionAtLeast(IR_VERSION));
    }

    private static Graph seed(Graph graph, SequencedMap<String, TensorData> shapes) {
        GraphEdit edit = new GraphEdit(graph);
        edit.nodes().stream().filter(n -> n.outputs().stream().anyMatch(shapes::containsKey)).forEach(edit::remove);
        shapes.forEach(edit::setInitializer);
        return edit.done();
    }

    /// Removes what only folded nodes read: constant nodes without a reader, and then constants without one.
    private static void removeConstantsNobodyReads(GraphEdit edit, Graph before) {
        Set<String> readBefore = new HashSet<>();
        before.nodes().forEach(n -> readBefore.addAll(n.reads()));
        Set<String> inputs = new HashSet<>(before.inputs().stream().map(ValueInfo::name).toList());
        boolean more = true;
        while (more) {
            Set<String> read = edit.consumers().keySet();
            List<Node> unread = edit.nodes().stream().filter(n -> n.outputs().stream()
                    .allMatch(o -> !read.contains(o) && !edit.isOutput(o))
                    && n.outputs().stream().anyMatch(readBefore::contains)).toList();
            edit.removeAll(unread);
            more = !unread.isEmpty();
        }
        Set<String> read = edit.consumers().keySet();
        List.copyOf(edit.initializers().keySet()).stream()
                .filter(i -> !read.contains(i) && !edit.isOutput(i) && !inputs.contains(i))
                .filter(i -> readBefore.contains(i) || !before.initializers().containsKey(i))
                .forEach(edit::removeInitializer);
    }

    private SequencedMap<String, TensorData> evaluate(Model model, ValueTypes types, PassContext context) {
        Set<Node> refused = new HashSet<>();
        while (true) {
            context.cancellation().throwIfCancelled();
            Foldable foldable = new Foldable(model.graph(), types, refused);
            if (foldable.results().isEmpty()) {
                return new LinkedHashMap<>();
            }
            SequencedMap<String, TensorData> values = new LinkedHashMap<>();
            context.laboratory().constants(foldable.asModel(model)).forEach((n, t) -> values.put(n, data(t)));
            Set<Node> large = foldable.tooLarge(values);
            if (large.isEmpty()) {
                return values;
            }
            refused.addAll(large);
        }
    }

    private static TensorData data(Tensor tensor) {
        ByteBuffer buffer = tensor.data();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return TensorData.ofBytes(tensor.type(), LongStream.of(tensor.shape()).boxed().toList(), bytes);
    }

    /// The nodes of a graph that depend on constants alone, and the values of theirs that others read.
    private final class Foldable {
        private final Graph graph;
        private final ValueTypes types;
        private final List<Node> nodes = new ArrayList<>();
        /// Bytes of the constants each value is made of.
        private final Map<String, Long> sourceBytes = new HashMap<>();
        private final Set<String> made = new LinkedHashSet<>();

        Foldable(Graph graph, ValueTypes types, Set<Node> refused) {
            this.graph = graph;
            this.types = types;
            Set<String> overridable = new HashSet<>(graph.inputs().stream().map(ValueInfo::name).toList());
            graph.initializers().forEach((name, tensor) -> {
                if (!overridable.contains(name) && !(tensor instanceof TensorData.Strings)) {
                    sourceBytes.put(name, tensor.sizeBytes());
                }
            });
            graph.nodes().stream().filter(n -> n.is("Constant")).forEach(n -> graph.constant(n.outputs().getFirst())
                    .filter(t -> !(t instanceof TensorData.Strings))
                    .ifPresent(t -> sourceBytes.put(n.outputs().getFirst(), t.sizeBytes())));
            graph.nodes().stream().filter(n -> !refused.contains(n) && isFoldable(n)).forEach(this::take);
        }

        private void take(Node node) {
            nodes.add(node);
            long bytes = node.reads().stream().mapToLong(i -> sourceBytes.getOrDefault(i, 0L)).sum();
            node.outputs().stream().filter(o -> !o.isEmpty()).forEach(o -> {
                sourceBytes.put(o, bytes);
                made.add(o);
            });
        }

        private boolean isFoldable(Node node) {
            return node.isStandard() && !KEPT.contains(node.opType()) && node.subgraphs().findAny().isEmpty()
                    && !node.reads().isEmpty() && sourceBytes.keySet().containsAll(node.reads())
                    && node.outputs().stream().allMatch(this::isFoldable);
        }

        private boolean isFoldable(String output) {
            return output.isEmpty() || (graph.outputs().stream().noneMatch(o -> o.name().equals(output))
                    && types.type(output).filter(t -> t != DataType.STRING).isPresent()
                    && predictedBytes(output) <= Integer.MAX_VALUE / 4);
        }

        private long predictedBytes(String output) {
            long elements = types.fixedShape(output).orElse(List.of()).stream().mapToLong(Long::longValue)
                    .reduce(1, (a, b) -> b != 0 && a > Long.MAX_VALUE / 8 / b ? Long.MAX_VALUE / 8 : a * b);
            return elements * 8;
        }

        /// Values that somebody outside reads.
        List<String> results() {
            Set<String> read = new HashSet<>();
            Set<Node> inside = new HashSet<>(nodes);
            graph.nodes().stream().filter(n -> !inside.contains(n)).forEach(n -> read.addAll(n.reads()));
            return made.stream().filter(read::contains).toList();
        }

        Model asModel(Model model) {
            Set<String> needed = new HashSet<>();
            nodes.forEach(n -> needed.addAll(n.reads()));
            SequencedMap<String, TensorData> constants = new LinkedHashMap<>();
            needed.stream().sorted().filter(n -> !made.contains(n))
                    .forEach(n -> graph.constant(n).ifPresent(t -> constants.put(n, t)));
            List<ValueInfo> outputs = results().stream()
                    .map(r -> ValueInfo.tensor(r, types.type(r).orElseThrow())).toList();
            Graph small = new Graph("constants", nodes, List.of(), outputs, constants, List.of(), Extra.NONE);
            SequencedMap<String, Long> opsets = new LinkedHashMap<>(Map.of("", (long) model.opset()));
            return new Model(small, List.of(), opsets, Math.max(IR_VERSION, model.irVersion()), Model.Metadata.NONE,
                    Extra.NONE);
        }

        /// Nodes whose results take more bytes than they may.
        Set<Node> tooLarge(SequencedMap<String, TensorData> values) {
            Set<Node> large = new HashSet<>();
            for (Node node : nodes) {
                if (node.outputs().stream().anyMatch(o -> values.containsKey(o)
                        && values.get(o).sizeBytes() > sourceBytes.getOrDefault(o, 0L) + maxGrowthBytes)) {
                    large.add(node);
                }
            }
            return large;
        }
    }

    /// Shapes, and parts of shapes, that are known though the value itself is not.
    private record KnownShapes(Graph graph, ValueTypes types) {

        SequencedMap<String, TensorData> find() {
            SequencedMap<String, TensorData> found = new LinkedHashMap<>();
            Map<String, List<OptionalLong>> partial = new HashMap<>();
            for (Node node : graph.nodes()) {
                if (!node.isStandard() || node.outputs().size() != 1
                        || graph.outputs().stream().anyMatch(o -> o.name().equals(node.outputs().getFirst()))) {
                    continue;
                }
                String out = node.outputs().getFirst();
                List<OptionalLong> source = node.input(0).map(partial::get).orElse(null);
                switch (node.opType()) {
                    case "Shape" -> types.shape(node.inputs().getFirst()).ifPresent(shape -> {
                        List<OptionalLong> dims = part(shape.stream().map(d -> d.fixed()).toList(), node);
                        partial.put(out, dims);
                        putIfKnown(found, out, List.of((long) dims.size()), dims);
                    });
                    case "Gather" -> {
                        if (source != null && node.intAttribute("axis", 0) == 0) {
                            gather(node, source, found);
                        }
                    }
                    case "Slice" -> {
                        if (source != null) {
                            slice(node, source, found);
                        }
                    }
                    default -> {
                    }
                }
            }
            return found;
        }

        private static List<OptionalLong> part(List<OptionalLong> dims, Node shape) {
            int start = bound(shape.intAttribute("start", 0), dims.size());
            int end = bound(shape.intAttribute("end", dims.size()), dims.size());
            return start < end ? dims.subList(start, end) : List.of();
        }

        private static int bound(long at, int size) {
            return (int) Math.clamp(at < 0 ? at + size : at, 0L, (long) size);
        }

        private void gather(Node node, List<OptionalLong> source, Map<String, TensorData> found) {
            node.input(1).flatMap(graph::constant).filter(KnownShapes::isInteger).ifPresent(indices -> {
                List<OptionalLong> picked = new ArrayList<>();
                for (long index : indices.longs()) {
                    long at = index < 0 ? index + source.size() : index;
                    picked.add(at >= 0 && at < source.size() ? source.get((int) at) : OptionalLong.empty());
                }
                putIfKnown(found, node.outputs().getFirst(), indices.shape(), picked);
            });
        }

        private void slice(Node node, List<OptionalLong> source, Map<String, TensorData> found) {
            OptionalLong start = single(node, 1, "starts");
            OptionalLong end = single(node, 2, "ends");
            boolean plain = node.input(4).map(s -> single(node, 4, "").orElse(0) == 1).orElse(true)
                    && node.input(3).map(s -> single(node, 3, "").orElse(-1) == 0).orElse(true)
                    && node.intsAttribute("axes").map(List.of(0L)::equals).orElse(true);
            if (start.isPresent() && end.isPresent() && plain) {
                int from = bound(start.getAsLong(), source.size());
                int to = bound(end.getAsLong(), source.size());
                List<OptionalLong> picked = from < to ? source.subList(from, to) : List.of();
                putIfKnown(found, node.outputs().getFirst(), List.of((long) picked.size()), picked);
            }
        }

        private OptionalLong single(Node node, int input, String attribute) {
            List<Long> values = node.intsAttribute(attribute).orElseGet(() -> node.input(input).flatMap(graph::constant)
                    .filter(KnownShapes::isInteger).map(t -> LongStream.of(t.longs()).boxed().toList())
                    .orElse(List.of()));
            return values.size() == 1 ? OptionalLong.of(values.getFirst()) : OptionalLong.empty();
        }

        private static boolean isInteger(TensorData tensor) {
            return tensor.type() == DataType.INT64 || tensor.type() == DataType.INT32;
        }

        private static void putIfKnown(Map<String, TensorData> found, String name, List<Long> shape,
                List<OptionalLong> dims) {
            if (dims.stream().allMatch(OptionalLong::isPresent)) {
                found.put(name, TensorData.ofLongs(shape, dims.stream().mapToLong(OptionalLong::getAsLong).toArray()));
            }
        }
    }
}
