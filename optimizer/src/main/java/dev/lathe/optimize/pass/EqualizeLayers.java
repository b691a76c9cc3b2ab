package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Range;
import dev.lathe.optimize.quantize.ChannelWeights;
import dev.lathe.optimize.quantize.Selection;
import dev.lathe.optimize.quantize.Weighted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/// Makes the weights of neighbouring layers equally large, channel by channel, so that one scale fits all of a layer's.
///
/// Matches: pairs of Conv, Gemm and MatMul with constant float weights, the second alone reading the first through Relu,
/// LeakyRelu, PRelu, Identity, pools and, behind a global pool, Flatten; chains of pairs, such as a depthwise Conv between two
/// others. Keeps: weights that others read too, Clip (Relu6), which a scale does not pass through, and every output: the first layer's
/// channel is divided by what the second's is multiplied by. Adds: nothing. Error: rounding of weights to float. Worth most before
/// quantization with one scale per weight. Source: Nagel et al., "Data-Free Quantization Through Weight Equalization and
/// Bias Correction" (2019), formulas 6 to 11.
///
/// Before: `Conv(x, w) -> a; Relu(a) -> r; Conv(r, v) -> y`. After: `Conv(x, w / s) -> a; Relu(a) -> r; Conv(r, v * s) -> y`.
///
/// @param iterations how often all pairs are gone through, at most; chains need some
/// @param include node names, operator types or globs: only these; all where it is empty
/// @param exclude node names, operator types or globs: not these
@AutoService(Pass.class)
public record EqualizeLayers(@Range(min = 1, max = 1000) int iterations, List<String> include, List<String> exclude)
        implements
            Pass {
    private static final int DEFAULT_ITERATIONS = 200;
    private static final int MOST_ITERATIONS = 1000;
    /// Logarithm of the factor below which a pair is equal enough to be left alone.
    private static final double EQUAL = 0.01;
    /// Iterations end when no factor's logarithm exceeds this; well below the one above, so that a second run changes nothing.
    private static final double SETTLED = 1e-4;
    /// Channels whose weights are smaller than this part of the largest are dead: their factors would be noise.
    private static final double DEAD = 1e-6;
    private static final Set<String> ELEMENTWISE = Set.of("Relu", "LeakyRelu", "PRelu", "Identity");
    private static final Set<String> POOLS = Set.of("MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool");

    /// Checks the number and copies the lists.
    public EqualizeLayers {
        if (iterations < 1 || iterations > MOST_ITERATIONS) {
            throw new IllegalArgumentException("iterations must be in 1..1000, and is " + iterations);
        }
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /// All pairs, until they are equal.
    public EqualizeLayers() {
        this(DEFAULT_ITERATIONS, List.of(), List.of());
    }

    @Override
    public PassInfo info() {
        return new PassInfo("equalize-layers",
                "scale the channels between neighbouring layers so that their weights are equally large",
                PassInfo.Fidelity.SAME);
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        Work work = new Work(model, context);
        List<Pair> pairs = work.pairs();
        return pairs.isEmpty() ? PassOutcome.unchanged(model) : work.equalize(pairs);
    }

    /// Two layers, one after the other.
    private record Pair(Node first, Node second) {}

    /// The state of one application.
    private final class Work {
        private final Model model;
        private final PassContext context;
        private final Weighted weighted;
        private final GraphEdit edit;
        private final Map<String, List<Node>> consumers;
        private final Map<String, Node> producers;
        private final SequencedMap<Node, ChannelWeights> weights = new LinkedHashMap<>();
        private final SequencedMap<Node, double[]> biases = new LinkedHashMap<>();

        Work(Model model, PassContext context) {
            this.model = model;
            this.context = context;
            this.weighted = new Weighted(model.graph());
            this.edit = new GraphEdit(model.graph());
            this.consumers = edit.consumers();
            this.producers = edit.producers();
        }

        List<Pair> pairs() {
            Selection selection = new Selection(include, exclude);
            List<Pair> pairs = new ArrayList<>();
            for (Node second : model.graph().nodes()) {
                if (selection.matches(second) && isLayer(second)) {
                    first(second).filter(selection::matches).ifPresent(f -> pairs.add(new Pair(f, second)));
                }
            }
            return pairs;
        }

        /// Whether this is a layer whose constants nobody else reads.
        private boolean isLayer(Node node) {
            return (weighted.isConvolution(node) || weighted.isMatrix(node, true)) && node.outputs().size() == 1
                    && node.inputs().stream().skip(1).filter(i -> !i.isEmpty()).allMatch(i -> isReadOnce(i, node));
        }

        private boolean isReadOnce(String value, Node by) {
            return consumers.getOrDefault(value, List.of()).size() == 1 && !edit.isOutput(value)
                    && by.inputs().stream().filter(value::equals).count() == 1;
        }

        /// The layer before this one, if what is in between lets a scale through.
        private Optional<Node> first(Node second) {
            boolean pooled = false;
            boolean single = false;
            boolean flat = false;
            Node reader = second;
            while (true) {
                String value = reader.inputs().getFirst();
                Node before = producers.get(value);
                if (before == null || !isReadOnce(value, reader)) {
                    return Optional.empty();
                }
                if (isLayer(before)) {
                    boolean ends = second.is("Conv")
                            ? before.is("Conv") && !flat
                            : before.is("Conv") ? flat && single : !pooled && !flat;
                    return Optional.of(before).filter(b -> ends && channels(b) == readChannels(second));
                }
                if (!before.isStandard() || before.outputs().size() != 1) {
                    return Optional.empty();
                }
                if (POOLS.contains(before.opType())) {
                    pooled = true;
                    single |= before.opType().startsWith("Global");
                } else if (before.is("Flatten") && before.intAttribute("axis", 1) == 1) {
                    flat = true;
                } else if (!ELEMENTWISE.contains(before.opType())) {
                    return Optional.empty();
                }
                reader = before;
            }
        }

        private int channels(Node layer) {
            return weights(layer).outputs();
        }

        private int readChannels(Node layer) {
            return weights(layer).inputs();
        }

        private ChannelWeights weights(Node layer) {
            return weights.computeIfAbsent(layer,
                    l -> ChannelWeights.of(l, weighted.constant(l.inputs().get(1)).orElseThrow()));
        }

        PassOutcome equalize(List<Pair> pairs) {
            Set<Pair> changed = new LinkedHashSet<>();
            for (int i = 0; i < iterations; i++) {
                context.cancellation().throwIfCancelled();
                double most = 0;
                for (Pair pair : pairs) {
                    double[] factors = factors(pair);
                    double largest = Arrays.stream(factors).map(f -> Math.abs(Math.log(f))).max().orElse(0);
                    most = Math.max(most, largest);
                    if (largest > (changed.isEmpty() ? EQUAL : SETTLED)) {
                        scale(pair, factors);
                        changed.add(pair);
                    }
                }
                if (changed.isEmpty() || most < SETTLED) {
                    break;
                }
            }
            write(changed);
            return PassOutcome.of(model, changed.isEmpty() ? model : model.withGraph(edit.done()), changed.size(),
                    "pairs of layers equalized");
        }

        private double[] factors(Pair pair) {
            double[] made = weights(pair.first()).outputRanges();
            double[] read = weights(pair.second()).inputRanges();
            double mostMade = Arrays.stream(made).max().orElse(0);
            double mostRead = Arrays.stream(read).max().orElse(0);
            double[] factors = new double[made.length];
            for (int c = 0; c < factors.length; c++) {
                boolean dead = made[c] <= DEAD * mostMade || read[c] <= DEAD * mostRead;
                factors[c] = dead ? 1 : Math.sqrt(made[c] / read[c]);
            }
            return factors;
        }

        private void scale(Pair pair, double... factors) {
            weights(pair.first()).divideOutputs(factors);
            weights(pair.second()).multiplyInputs(factors);
            double[] bias = biases.computeIfAbsent(pair.first(), this::bias);
            for (int c = 0; c < bias.length; c++) {
                bias[c] /= factors[c];
            }
        }

        private double[] bias(Node layer) {
            float[] values = layer.input(2).flatMap(weighted::constant).map(TensorData::floats).orElse(new float[0]);
            double[] bias = new double[values.length];
            for (int i = 0; i < bias.length; i++) {
                bias[i] = values[i];
            }
            return bias;
        }

        private void write(Set<Pair> changed) {
            Set<Node> layers = new LinkedHashSet<>();
            changed.forEach(p -> layers.addAll(List.of(p.first(), p.second())));
            layers.forEach(l -> edit.setInitializer(l.inputs().get(1), weights(l).tensor()));
            biases.forEach((layer, values) -> layer.input(2).ifPresent(name -> {
                float[] floats = new float[values.length];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = (float) values[i];
                }
                edit.setInitializer(name,
                        TensorData.ofFloats(weighted.constant(name).orElseThrow().shape(), floats));
            }));
        }
    }
}
