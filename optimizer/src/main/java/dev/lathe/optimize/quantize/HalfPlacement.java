package dev.lathe.optimize.quantize;

import dev.lathe.graph.DataType;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueTypes;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Decides which operators of a graph calculate in float16.
///
/// An operator stays float32 where
/// 1. it is not ONNX's own, has subgraphs, or has no float16 form (sequence, random and quantizing operators, constants);
/// 2. it is not selected;
/// 3. the type of something it reads or makes is not known;
/// 4. it makes integers or booleans of floats (Cast, comparisons are left alone with their inputs: half as many digits would
///    change indices);
/// 5. a constant it reads exceeds the limit, or is a single number that float16 rounds to 0 or to few digits (the epsilon of
///    a normalization);
/// 6. a value it reads or makes exceeds the limit on the calibration data, or is not finite there;
/// 7. it only moves data that a float32 operator made.
public final class HalfPlacement {
    /// Below this, float16 has fewer digits (its smallest normal number).
    private static final double SMALLEST = 0x1p-14;
    private static final Set<String> NEVER = Set.of("Constant", "ConstantOfShape", "EyeLike", "RandomNormal",
            "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli", "QuantizeLinear",
            "DequantizeLinear", "DynamicQuantizeLinear", "ImageScaler", "Affine", "Crop", "ParametricSoftplus",
            "ScaledTanh", "ThresholdedRelu", "Celu", "Optional", "SequenceConstruct", "SequenceAt", "SequenceInsert",
            "ConcatFromSequence", "SplitToSequence", "ImageDecoder", "StringNormalizer", "Det", "Unique", "STFT", "DFT",
            "MelWeightMatrix", "HannWindow", "HammingWindow", "BlackmanWindow", "Compress");
    /// Operators that read any type and make no floats.
    private static final Set<String> NEUTRAL = Set.of("Shape", "Size");
    private static final Set<String> MOVERS = Set.of("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice",
            "Split", "Identity", "Expand", "Dropout", "Gather", "Concat", "Tile", "DepthToSpace", "SpaceToDepth");

    private final Graph graph;
    private final ValueTypes types;
    private final Predicate<Node> selected;
    private final double limit;
    private final Set<String> half = new LinkedHashSet<>();
    private final Set<String> overridable = new HashSet<>();

    /// A placement for a graph whose shapes were inferred.
    ///
    /// @param selected operators that may be float16
    /// @param limit of magnitudes
    /// @param magnitudes the largest of each float value on calibration data, infinite or NaN where it is not finite; empty
    ///     where there is no data, and only constants decide
    public HalfPlacement(Graph graph, ValueTypes types, Predicate<Node> selected, double limit,
            Optional<Map<String, Double>> magnitudes) {
        this.graph = graph;
        this.types = types;
        this.selected = selected;
        this.limit = limit;
        graph.inputs().forEach(i -> overridable.add(i.name()));
        Set<String> made = new HashSet<>();
        for (Node node : graph.nodes()) {
            boolean fits = isCandidate(node) && constants(node).allMatch(this::fits)
                    && magnitudes.map(m -> values(node).stream().allMatch(v -> fits(m.get(v)))).orElse(true);
            if (fits && !(MOVERS.contains(node.opType()) && movesFloats(node, made))) {
                half.add(node.outputs().getFirst());
                made.addAll(floats(node.outputs().stream()).toList());
            }
        }
    }

    /// Operators that could be float16 whatever their magnitudes are, and what they read and make: what to look at on data.
    public static List<String> values(Graph graph, ValueTypes types, Predicate<Node> selected) {
        HalfPlacement all = new HalfPlacement(graph, types, selected, Double.MAX_VALUE, Optional.empty());
        return graph.nodes().stream().filter(all::isCandidate).flatMap(n -> all.values(n).stream()).distinct().toList();
    }

    private boolean isCandidate(Node node) {
        if (!node.isStandard() || node.outputs().isEmpty() || node.outputs().getFirst().isEmpty()
                || node.subgraphs().findAny().isPresent() || NEVER.contains(node.opType())
                || NEUTRAL.contains(node.opType()) || !selected.test(node)) {
            return false;
        }
        boolean known = Stream.concat(node.inputs().stream(), node.outputs().stream())
                .allMatch(v -> v.isEmpty() || types.type(v).isPresent());
        return known && floats(node.outputs().stream()).findAny().isPresent()
                && floats(node.outputs().stream()).findFirst().filter(node.outputs().getFirst()::equals).isPresent();
    }

    /// Float values among these.
    private Stream<String> floats(Stream<String> values) {
        return values.filter(v -> types.type(v).filter(t -> t == DataType.FLOAT).isPresent());
    }

    /// Float values that an operator reads and makes, constants not among them.
    private List<String> values(Node node) {
        return floats(Stream.concat(node.inputs().stream(), node.outputs().stream()))
                .filter(v -> constant(v).isEmpty()).distinct().toList();
    }

    private Stream<TensorData> constants(Node node) {
        return node.inputs().stream().flatMap(v -> constant(v).stream());
    }

    /// A float constant that nobody can override.
    public Optional<TensorData> constant(String value) {
        return Optional.ofNullable(graph.initializers().get(value))
                .filter(t -> t.type() == DataType.FLOAT && !overridable.contains(value));
    }

    private boolean fits(TensorData tensor) {
        float[] values = tensor.floats();
        if (values.length == 1 && values[0] != 0 && Math.abs(values[0]) < SMALLEST) {
            return false;
        }
        for (float value : values) {
            if (!(Math.abs(value) <= limit)) {
                return false;
            }
        }
        return true;
    }

    private boolean fits(@Nullable Double magnitude) {
        return magnitude != null && magnitude <= limit;
    }

    private boolean movesFloats(Node node, Set<String> made) {
        return floats(node.inputs().stream()).filter(v -> constant(v).isEmpty()).findFirst()
                .filter(v -> !made.contains(v) && graph.inputs().stream().noneMatch(i -> i.name().equals(v)))
                .isPresent();
    }

    /// Whether this operator calculates in float16.
    public boolean isHalf(Node node) {
        return !node.outputs().isEmpty() && half.contains(node.outputs().getFirst());
    }

    /// Whether this operator reads what there is and makes no floats.
    public boolean isNeutral(Node node) {
        return node.isStandard() && NEUTRAL.contains(node.opType());
    }

    /// How many operators calculate in float16.
    public int size() {
        return half.size();
    }
}
