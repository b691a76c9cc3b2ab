package dev.lathe.optimize.quantize;

import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueTypes;
import dev.lathe.profile.statistics.ValueRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Decides which operators run on integers, and so which values get QuantizeLinear and DequantizeLinear.
///
/// The rules, each of which exists because a runtime fuses exactly this:
/// 1. Conv, Gemm and MatMul with constant float weights are quantized ("weighted").
/// 2. Add, Mul, average pools, LeakyRelu and the Sigmoid of `x * sigmoid(x)` are quantized where all they read is quantized and an operator after them is.
/// 3. What only moves data (MaxPool, Reshape, Transpose, Concat, …) is quantized where what it reads is, and shares one
///    scale between inputs and output.
///    Add and Mul may also read what a weighted operator reads, for that is quantized anyway.
/// 4. Nothing stands between an operator and the Relu or Clip that alone reads it.
/// 5. A Gemm or MatMul whose result nobody reads as integers keeps a float result.
/// 6. The Conv operators at the image's end, with at most 4 input channels per group (the first one, and a depthwise one
///    after it), stay float: so few products do not fill an integer kernel's registers, and they are slower than float.
///    Not before a mover, through which runtimes pull the quantization back.
/// 7. A Concat of values whose ranges differ too much stays float, for the narrow ones would lose their bits: this and
///    rules 2 and 3 keep the tails of detectors (decoding, scores) in float.
/// 8. A Conv before `x * sigmoid(x)` with fewer than 144 products per output stays float: the runtime has one kernel for that
///    function on floats and two slower ones on integers, which cost more than so short sums win (measured: a detector of
///    104 such gates is slower with all of them on integers than in float).
public final class Placement {
    private static final Set<String> WITH_OWN_SCALE = Set.of("AveragePool", "GlobalAveragePool", "LeakyRelu",
            "Sigmoid");
    private static final Set<String> MOVERS = Set.of("MaxPool", "Reshape", "Flatten", "Transpose", "Squeeze",
            "Unsqueeze", "Split", "Slice", "Gather", "Pad", "Resize", "Concat");
    /// A value that uses less than this part of the shared range of a Concat would lose more than 3 of its 8 bits.
    private static final double NARROWEST_PART = 1.0 / 8;

    private static final long MOST_LEADING_CHANNELS = 4;
    private static final long FEWEST_GATED_PRODUCTS = 144;

    private final Graph graph;
    private final ValueTypes types;
    private final Weighted weighted;
    private final Extent extent;
    private final Predicate<Node> selected;
    private final Map<String, List<Node>> consumers = new HashMap<>();
    private final Set<String> inputs = new LinkedHashSet<>();
    private final Set<String> outputs = new LinkedHashSet<>();
    /// Quantized operators by their first output.
    private final SequencedMap<String, Node> quantized = new LinkedHashMap<>();

    /// A placement for a graph whose shapes were inferred.
    ///
    /// @param selected operators that may be quantized at all
    /// @param extent how far the quantization goes
    public Placement(Graph graph, ValueTypes types, Predicate<Node> selected, Extent extent) {
        this.graph = graph;
        this.types = types;
        this.weighted = new Weighted(graph);
        this.extent = extent;
        this.selected = selected;
        graph.requiredInputs().forEach(i -> inputs.add(i.name()));
        graph.outputs().forEach(o -> outputs.add(o.name()));
        graph.nodes().forEach(n -> n.reads().forEach(r -> consumers.computeIfAbsent(r, _ -> new ArrayList<>()).add(n)));
        graph.nodes().stream().filter(n -> selected.test(n) && isCandidate(n))
                .forEach(n -> quantized.put(n.outputs().getFirst(), n));
        if (!extent.leadingConvs()) {
            leadingConvs().forEach(quantized::remove);
        }
        quantized.values().removeIf(this::isCheapBeforeGate);
        settle();
    }

    private boolean isCheapBeforeGate(Node node) {
        if (!weighted.isConvolution(node)
                || consumers.getOrDefault(node.outputs().getFirst(), List.of()).stream()
                        .noneMatch(c -> c.is("Sigmoid") && isGate(c))) {
            return false;
        }
        TensorData weights = weighted.constant(node.inputs().get(1)).orElseThrow();
        return weights.elements() / weights.shape().getFirst() < FEWEST_GATED_PRODUCTS;
    }

    /// How far the quantization goes.
    ///
    /// @param elementwise whether rule 2 holds, or nothing but weighted operators and moves is quantized
    /// @param leadingConvs whether the operators of rule 6 are quantized too
    public record Extent(boolean elementwise, boolean leadingConvs) {}

    /// The operators of rule 6; none if there would be no other weighted ones.
    private Set<String> leadingConvs() {
        Set<String> floats = new LinkedHashSet<>(inputs);
        Set<String> leading = new LinkedHashSet<>();
        for (Node node : quantized.values()) {
            if (weighted.isConvolution(node) && floats.contains(node.inputs().getFirst())
                    && weighted.constant(node.inputs().get(1)).orElseThrow().shape().get(1) <= MOST_LEADING_CHANNELS
                    && consumers.getOrDefault(results(node).getFirst(), List.of()).stream()
                            .noneMatch(c -> MOVERS.contains(c.opType()))) {
                leading.add(node.outputs().getFirst());
                floats.addAll(results(node));
            }
        }
        boolean others = quantized.values().stream()
                .anyMatch(n -> isWeighted(n) && !leading.contains(n.outputs().getFirst()));
        return others ? leading : Set.of();
    }

    /// How far the quantization goes.
    Extent extent() {
        return extent;
    }

    /// The operators that run on integers.
    public List<Node> operators() {
        return List.copyOf(quantized.values());
    }

    /// Whether this operator runs on integers.
    public boolean isQuantized(Node node) {
        return !node.outputs().isEmpty() && quantized.containsKey(node.outputs().getFirst());
    }

    /// Whether this is an operator with weights that are quantized.
    public boolean isWeighted(Node node) {
        return weighted.isConvolution(node) || weighted.isMatrix(node, false);
    }

    /// The values that are quantized, in the order of the graph.
    public SequencedSet<String> values() {
        SequencedSet<String> values = new LinkedHashSet<>();
        for (Node node : quantized.values()) {
            values.addAll(activations(node));
            if (hasQuantizedResult(node)) {
                values.addAll(results(node));
            }
        }
        return values;
    }

    /// Values that quantized operators make; all others among [#values()] come from float operators or from outside.
    public Set<String> made() {
        Set<String> made = new LinkedHashSet<>();
        quantized.values().stream().filter(this::hasQuantizedResult).forEach(n -> made.addAll(results(n)));
        return made;
    }

    /// The float values an operator reads, constants not among them.
    public List<String> activations(Node node) {
        return switch (node.opType()) {
            case "Concat", "Add", "Mul" -> node.inputs();
            default -> List.of(node.inputs().getFirst());
        };
    }

    /// For each value, one that stands for all that share its scale.
    public Map<String, String> sharing() {
        Map<String, String> parents = new HashMap<>();
        for (Node node : quantized.values()) {
            if (node.isStandard() && MOVERS.contains(node.opType())) {
                String root = root(parents, node.inputs().getFirst());
                Stream.concat(activations(node).stream(), results(node).stream())
                        .forEach(v -> parents.put(root(parents, v), root));
            }
        }
        Map<String, String> roots = new HashMap<>();
        values().forEach(v -> roots.put(v, root(parents, v)));
        return roots;
    }

    private static String root(Map<String, String> parents, String value) {
        String at = value;
        for (String up = parents.get(at); up != null && !up.equals(at); up = parents.get(at)) {
            at = up;
        }
        return at;
    }

    /// This placement without the Concats that rule 7 leaves in float.
    public Placement withoutUnevenConcats(Map<String, ValueRange> ranges) {
        Set<String> uneven = new LinkedHashSet<>();
        for (Node node : quantized.values()) {
            if (node.is("Concat") && isUneven(node, ranges)) {
                uneven.add(node.outputs().getFirst());
            }
        }
        return uneven.isEmpty()
                ? this
                : new Placement(graph, types, selected.and(n -> !uneven.contains(n.outputs().getFirst())),
                        extent);
    }

    /// This placement without the operators that read or make one of these values.
    public Placement without(Set<String> values) {
        Set<String> gone = new LinkedHashSet<>();
        for (Node node : quantized.values()) {
            boolean touches = activations(node).stream().anyMatch(values::contains)
                    || (hasQuantizedResult(node) && results(node).stream().anyMatch(values::contains));
            if (touches) {
                gone.add(node.outputs().getFirst());
            }
        }
        return gone.isEmpty()
                ? this
                : new Placement(graph, types, selected.and(n -> !gone.contains(n.outputs().getFirst())), extent);
    }

    private static boolean isUneven(Node concat, Map<String, ValueRange> ranges) {
        double low = 0;
        double high = 0;
        double narrowest = Double.MAX_VALUE;
        for (String input : concat.inputs()) {
            ValueRange range = ranges.get(input);
            if (range == null) {
                return true;
            }
            low = Math.min(low, range.min());
            high = Math.max(high, range.max());
            narrowest = Math.min(narrowest, Math.max(range.max(), 0) - (double) Math.min(range.min(), 0));
        }
        return narrowest < (high - low) * NARROWEST_PART;
    }

    /// The upper bound of the Clip that makes this value, if one does.
    public Optional<Double> clippedAt(String value) {
        return graph.nodes().stream().filter(n -> n.is("Clip") && n.outputs().contains(value)).findFirst()
                .flatMap(n -> n.input(2)).flatMap(weighted::constant).map(t -> (double) t.floats()[0]);
    }

    private boolean isCandidate(Node node) {
        if (!node.isStandard() || node.outputs().isEmpty() || node.inputs().isEmpty()
                || !isFloat(node.inputs().getFirst())) {
            return false;
        }
        if (isWeighted(node)) {
            return true;
        }
        boolean constantRead = activations(node).stream().anyMatch(a -> graph.constant(a).isPresent());
        if (constantRead) {
            return false;
        }
        return switch (node.opType()) {
            case "Add", "Mul" -> extent.elementwise() && node.inputs().stream().allMatch(this::isFloat);
            case "Sigmoid" -> extent.elementwise() && isGate(node);
            case "Concat" -> node.inputs().stream().allMatch(this::isFloat);
            case "MaxPool" -> node.outputs().size() == 1;
            case "Resize" -> Set.of("nearest", "linear").contains(text(node, "mode", "nearest"));
            case "Pad" -> text(node, "mode", "constant").equals("constant") && padsZeros(node);
            default -> MOVERS.contains(node.opType())
                    || (extent.elementwise() && WITH_OWN_SCALE.contains(node.opType()) && !node.is("Sigmoid"));
        };
    }

    /// Whether this is the inner part of `x * sigmoid(x)`.
    private boolean isGate(Node sigmoid) {
        List<Node> readers = consumers.getOrDefault(sigmoid.outputs().getFirst(), List.of());
        return readers.size() == 1 && readers.getFirst().is("Mul")
                && readers.getFirst().inputs().contains(sigmoid.inputs().getFirst());
    }

    private boolean padsZeros(Node node) {
        return node.input(2).map(v -> graph.constant(v).filter(t -> t.type() == DataType.FLOAT && t.floats()[0] == 0)
                .isPresent()).orElse(true);
    }

    private static String text(Node node, String attribute, String absent) {
        return node.attribute(attribute)
                .map(v -> v instanceof Attribute.StringValue(var value) ? value : absent).orElse(absent);
    }

    private boolean isFloat(String value) {
        return types.type(value).filter(t -> t == DataType.FLOAT).isPresent();
    }

    /// Takes candidates away until every one that is left keeps the rules.
    private void settle() {
        boolean changed = true;
        while (changed) {
            Set<String> made = made();
            changed = quantized.values().removeIf(n -> !isWeighted(n) && !keepsRules(n, made));
        }
    }

    private boolean keepsRules(Node node, Set<String> made) {
        boolean joins = node.is("Add") || node.is("Mul");
        boolean readsIntegers = activations(node).stream().allMatch(
                a -> made.contains(a) || inputs.contains(a) || (joins && isReadByWeighted(a)));
        if (!readsIntegers) {
            return false;
        }
        boolean readAsIntegers = results(node).stream().anyMatch(this::isReadByQuantized);
        return readAsIntegers || (isFreeMove(node) && comesAsIntegers(node.inputs().getFirst()));
    }

    /// Moves of one value cost the same in integers and lose nothing.
    private static boolean isFreeMove(Node node) {
        return MOVERS.contains(node.opType()) && !node.is("Concat");
    }

    /// Whether the value is quantized whoever reads it.
    private boolean comesAsIntegers(String value) {
        for (Node node : quantized.values()) {
            if (results(node).contains(value)) {
                return weighted.isConvolution(node)
                        || (!isWeighted(node) && (!isFreeMove(node) || comesAsIntegers(node.inputs().getFirst())));
            }
        }
        return false;
    }

    private boolean isReadByWeighted(String value) {
        return consumers.getOrDefault(value, List.of()).stream()
                .anyMatch(c -> isQuantized(c) && isWeighted(c) && c.inputs().getFirst().equals(value));
    }

    private boolean isReadByQuantized(String value) {
        return consumers.getOrDefault(value, List.of()).stream()
                .anyMatch(c -> isQuantized(c) && activations(c).contains(value));
    }

    /// Whether the operator's results are quantized: always, but for rule 5.
    private boolean hasQuantizedResult(Node node) {
        return !weighted.isMatrix(node, false) || results(node).stream().anyMatch(this::isReadByQuantized);
    }

    /// What an operator makes, seen behind the Relu or Clip that alone reads it.
    private List<String> results(Node node) {
        if (node.outputs().size() > 1 || MOVERS.contains(node.opType()) || WITH_OWN_SCALE.contains(node.opType())) {
            return node.outputs().stream().filter(o -> !o.isEmpty()).toList();
        }
        String output = node.outputs().getFirst();
        List<Node> readers = consumers.getOrDefault(output, List.of());
        boolean fused = readers.size() == 1 && !outputs.contains(output) && readers.getFirst().isStandard()
                && (readers.getFirst().is("Relu") || isFixedClip(readers.getFirst()));
        return List.of(fused ? readers.getFirst().outputs().getFirst() : output);
    }

    private boolean isFixedClip(Node node) {
        return node.is("Clip") && node.inputs().stream().skip(1)
                .allMatch(i -> i.isEmpty() || weighted.constant(i).map(TensorData::elements).orElse(0L) == 1);
    }
}
