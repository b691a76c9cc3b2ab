package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.base.Problem;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.quantize.Activations;
import dev.lathe.optimize.quantize.ChannelWeights;
import dev.lathe.optimize.quantize.Selection;
import dev.lathe.optimize.quantize.Smoothing;
import dev.lathe.optimize.quantize.Weighted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// Moves what is hard to quantize from activations into weights: channels of a matrix's input that are much larger than the
/// others are divided by a factor, and the weights they meet multiplied by it.
///
/// Matches: MatMul and Gemm with constant float weights that nobody else reads; those that read one value share its factors.
/// The division goes into the gain and shift of the LayerNormalization (or Mul and Add with constants) before them where
/// nobody else reads it, else into a Mul of its own. Keeps: layers whose quantized outputs would lose less than a tenth of their
/// error (three tenths where a Mul must be added), and every output. Adds: a Mul per value where it cannot be folded. Error: rounding. Needs calibration data; does
/// nothing by itself: put it before quantize-static or quantize-dynamic. Memory: 66 rows of each layer's input. Source: Xiao
/// et al., "SmoothQuant" (2022).
///
/// Before: `LayerNormalization(x, g, b) -> a; MatMul(a, w) -> y`.
/// After: `LayerNormalization(x, g / s, b / s) -> a; MatMul(a, s * w) -> y`.
///
/// @param alphas strengths tried for each layer, from 0 (all left in the activations) to 1 (all moved into the weights)
/// @param insertMul whether a Mul is added where the division cannot be folded
/// @param include node names, operator types or globs: only these; all where it is empty
/// @param exclude node names, operator types or globs: not these
@AutoService(Pass.class)
public record SmoothQuant(List<Double> alphas, boolean insertMul, List<String> include, List<String> exclude)
        implements
            Pass {
    private static final List<Double> DEFAULT_ALPHAS = List.of(0.3, 0.4, 0.5, 0.6, 0.7, 0.8);
    private static final int SAMPLES = 64;
    /// Part of its error that a layer must not exceed when the division costs nothing, and when it costs a Mul.
    private static final double WORTH_FOLDED = 0.9;
    private static final double WORTH_ADDED = 0.7;
    /// Ends the names of weights that were smoothed, so that they are not once more.
    private static final String DONE = "_smoothed";

    /// Checks the strengths and copies the lists.
    public SmoothQuant {
        alphas = List.copyOf(alphas);
        if (alphas.isEmpty() || alphas.stream().anyMatch(a -> !(a >= 0 && a <= 1))) {
            throw new IllegalArgumentException("alphas must be numbers in 0..1, at least one, and are " + alphas);
        }
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /// Strengths from 0.3 to 0.8, with a Mul where it is needed.
    public SmoothQuant() {
        this(DEFAULT_ALPHAS, true, List.of(), List.of());
    }

    @Override
    public PassInfo info() {
        return new PassInfo("smooth-quant",
                "move large channels of activations into the weights of transformers, so that both quantize well",
                PassInfo.Fidelity.SAME);
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        Work work = new Work(model, context);
        if (work.groups.isEmpty()) {
            return PassOutcome.unchanged(model);
        }
        Optional<Calibration> calibration = context.calibration().filter(c -> c.count() > 0);
        return calibration.map(work::smooth).orElseGet(() -> PassOutcome.failed(model,
                Problem.error("no-calibration-data", "", "smooth-quant needs calibration data and got none",
                        "Give --data with samples of real inputs, or leave the step out.")));
    }

    /// The state of one application.
    private final class Work {
        private final Model model;
        private final PassContext context;
        private final Weighted weighted;
        private final GraphEdit edit;
        private final Map<String, List<Node>> consumers;
        /// Matrices by the value they read.
        private final SequencedMap<String, List<Node>> groups = new LinkedHashMap<>();
        private int layers;
        private int folded;
        private int added;

        Work(Model model, PassContext context) {
            this.model = model;
            this.context = context;
            this.weighted = new Weighted(model.graph());
            this.edit = new GraphEdit(model.graph());
            this.consumers = edit.consumers();
            Selection selection = new Selection(include, exclude);
            for (Node node : model.graph().nodes()) {
                if (selection.matches(node) && weighted.isMatrix(node, true) && isOwn(node)) {
                    groups.computeIfAbsent(node.inputs().getFirst(), _ -> new ArrayList<>()).add(node);
                }
            }
            groups.values().removeIf(g -> g.stream().map(n -> weights(n).inputs()).distinct().count() != 1);
            groups.entrySet().removeIf(g -> !insertMul && normalization(g.getKey(), g.getValue()).isEmpty());
        }

        /// Whether nobody else reads the weights, and they were not smoothed before.
        private boolean isOwn(Node node) {
            String name = node.inputs().get(1);
            return consumers.getOrDefault(name, List.of()).size() == 1 && !edit.isOutput(name)
                    && !name.matches(".*" + DONE + "(_\\d+)?");
        }

        private ChannelWeights weights(Node node) {
            return ChannelWeights.of(node, weighted.constant(node.inputs().get(1)).orElseThrow());
        }

        PassOutcome smooth(Calibration calibration) {
            SequencedMap<String, Smoothing> smoothings = new LinkedHashMap<>();
            groups.forEach((value, nodes) -> smoothings.put(value,
                    new Smoothing(nodes.stream().map(this::weights).toList())));
            new Activations(model, context, calibration).show(List.copyOf(groups.keySet()), SAMPLES,
                    (value, tensor) -> Optional.ofNullable(smoothings.get(value)).ifPresent(s -> s.add(tensor)));
            List<String> chosen = new ArrayList<>();
            smoothings.forEach((value, smoothing) -> {
                context.cancellation().throwIfCancelled();
                boolean free = !normalization(value, groups.getOrDefault(value, List.of())).isEmpty();
                smoothing.best(alphas, free ? WORTH_FOLDED : WORTH_ADDED).ifPresent(best -> {
                    apply(value, best.factors());
                    chosen.add(String.format(Locale.ROOT, "%s %.2f", value, best.alpha()));
                });
            });
            if (layers == 0) {
                return PassOutcome.unchanged(model);
            }
            List<PassOutcome.Change> changes = new ArrayList<>();
            changes.add(new PassOutcome.Change(layers, "MatMul and Gemm smoothed"));
            changes.add(new PassOutcome.Change(folded, "divisions folded into normalizations"));
            changes.add(new PassOutcome.Change(added, "Mul added"));
            return new PassOutcome(model.withGraph(edit.done()), changes, List.of(
                    Problem.note("alpha-chosen", "", "alpha by activation: " + String.join(", ", chosen))));
        }

        private void apply(String value, double... factors) {
            List<Node> nodes = groups.getOrDefault(value, List.of());
            List<String> constants = normalization(value, nodes);
            String read = value;
            if (constants.isEmpty()) {
                read = edit.freshName(value + DONE);
                float[] inverse = new float[factors.length];
                IntStream.range(0, inverse.length).forEach(c -> inverse[c] = (float) (1 / factors[c]));
                edit.add(Node.of(edit.freshName(read + "_Mul"), "Mul",
                        List.of(value, edit.addInitializer(value + "_smoothing",
                                TensorData.ofFloats(List.of((long) inverse.length), inverse))),
                        List.of(read)));
                added++;
            } else {
                constants.forEach(c -> edit.setInitializer(c, divided(c, factors)));
                folded++;
            }
            for (Node node : nodes) {
                ChannelWeights weights = weights(node);
                weights.multiplyInputs(factors);
                String name = edit.addInitializer(node.inputs().get(1) + DONE, weights.tensor());
                edit.removeInitializer(node.inputs().get(1));
                List<String> inputs = new ArrayList<>(node.inputs());
                inputs.set(0, read);
                inputs.set(1, name);
                edit.replace(node, node.withInputs(inputs));
                layers++;
            }
        }

        private TensorData divided(String constant, double... factors) {
            TensorData tensor = weighted.constant(constant).orElseThrow();
            float[] values = tensor.floats();
            for (int c = 0; c < values.length; c++) {
                values[c] = (float) (values[c] / factors[c]);
            }
            return TensorData.ofFloats(tensor.shape(), values);
        }

        /// The constants that scale and shift this value, if it is made of nothing else and read by nobody else; none if it
        /// cannot be divided by dividing them.
        private List<String> normalization(String value, List<Node> readers) {
            Node made = edit.producers().get(value);
            int channels = weights(readers.getFirst()).inputs();
            if (made == null || edit.isOutput(value)
                    || consumers.getOrDefault(value, List.of()).size() != readers.size()) {
                return List.of();
            }
            if (made.is("LayerNormalization")) {
                return own(made.inputs().stream().skip(1).filter(i -> !i.isEmpty()).toList(), made, channels);
            }
            if (made.is("Mul")) {
                return factor(made, channels);
            }
            if (!made.is("Add")) {
                return List.of();
            }
            List<String> shift = factor(made, channels);
            Node scaled = shift.isEmpty()
                    ? null
                    : edit.producers()
                            .get(made.inputs().get(made.inputs().getFirst().equals(shift.getFirst()) ? 1 : 0));
            if (scaled == null || !scaled.is("Mul") || edit.isOutput(scaled.outputs().getFirst())
                    || consumers.getOrDefault(scaled.outputs().getFirst(), List.of()).size() != 1) {
                return List.of();
            }
            List<String> gain = factor(scaled, channels);
            return gain.isEmpty() ? List.of() : List.of(gain.getFirst(), shift.getFirst());
        }

        /// The constant of a Mul or Add, if it is a number per channel.
        private List<String> factor(Node node, int channels) {
            return own(node.inputs().stream().filter(i -> weighted.constant(i).isPresent()).toList(), node, channels);
        }

        private List<String> own(List<String> constants, Node by, int channels) {
            boolean all = !constants.isEmpty() && constants.stream().allMatch(c -> weighted.constant(c)
                    .filter(t -> t.elements() == channels && t.shape().getLast() == channels).isPresent()
                    && consumers.getOrDefault(c, List.of()).equals(List.of(by)) && !edit.isOutput(c));
            return all ? constants : List.of();
        }
    }
}
