package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.base.Problem;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.optimize.OptimizationTarget;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Range;
import dev.lathe.optimize.factor.LinearLayer;
import dev.lathe.optimize.quantize.Selection;
import dev.lathe.optimize.quantize.Weighted;
import dev.lathe.optimize.sparse.InputNorms;
import dev.lathe.optimize.sparse.Mask;
import dev.lathe.optimize.sparse.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Sets weights to zero that matter least. It makes no model faster in ONNX Runtime, whose kernels multiply zeros like all
/// numbers; the file is smaller once it is compressed.
///
/// Matches: MatMul, Gemm and Conv (of one or two dimensions, without groups) with constant float weights. Keeps: the graph,
/// weights that others read too, and all that is not set to zero. Adds: nothing. Error: what the weights added that are gone; there is no retraining.
/// `magnitude` takes the smallest weights of each layer; `wanda` those that are smallest times the norm of what they multiply
/// on calibration data, of each output the same part. Source: Sun and others, "A Simple and Effective Pruning Approach for
/// Large Language Models" (2023).
///
/// Before: `Gemm(x, w)`. After: `Gemm(x, w with zeros)`.
///
/// @param method `magnitude`, or `wanda`, which needs calibration data
/// @param sparsity part of each layer's weights that is zero afterwards; with a pattern it follows from that
/// @param pattern `none`, or how many of how many weights along the inputs stay: `2:4`, `4:8`
/// @param minWeights layers with fewer weights stay as they are
/// @param include node names, operator types or globs: only these; all where it is empty
/// @param exclude node names, operator types or globs: not these
@AutoService(Pass.class)
public record SparsifyWeights(Method method, @Range(min = 0, max = 1) double sparsity, String pattern,
        @Range(min = 0) int minWeights, List<String> include, List<String> exclude) implements Pass {
    private static final double HALF = 0.5;
    private static final int WEIGHTS = 1024;

    /// What a weight is worth.
    public enum Method {
        MAGNITUDE, WANDA
    }

    /// Checks the numbers and copies the lists.
    public SparsifyWeights {
        if (!(sparsity >= 0 && sparsity < 1)) {
            throw new IllegalArgumentException(
                    "sparsity must be at least 0 and below 1, where nothing would be left, and is "
                            + sparsity);
        }
        Pattern.of(pattern);
        if (minWeights < 0) {
            throw new IllegalArgumentException("min-weights must be at least 0, and is " + minWeights);
        }
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /// Half of the weights, the smallest.
    public SparsifyWeights() {
        this(Method.MAGNITUDE, HALF, "none", WEIGHTS, List.of(), List.of());
    }

    @Override
    public PassInfo info() {
        return new PassInfo("sparsify-weights",
                "zeros in place of the weights that matter least: smaller once compressed, not faster",
                PassInfo.Fidelity.REMADE);
    }

    @Override
    public List<Problem> check(Model model, OptimizationTarget target) {
        Optional<Problem> quantized = Weighted.quantizedAlready(model.graph());
        if (quantized.isPresent()) {
            return List.of(Problem.error("already-quantized", quantized.get().where(),
                    quantized.get().what() + ", and sparsify-weights reads float weights",
                    "Put sparsify-weights before the step that quantizes, and start from the float model."));
        }
        if (layers(model).isEmpty()) {
            return List.of(Problem.error("nothing-to-sparsify", "",
                    "nothing to set to zero: no MatMul, Gemm or Conv without"
                            + " groups has constant float weights of " + minWeights
                            + " numbers or more that nobody else reads",
                    "Lower min-weights, or leave the variant out."));
        }
        return List.of();
    }

    /// Layers whose weights nobody else reads.
    private List<LinearLayer> layers(Model model) {
        GraphEdit graph = new GraphEdit(model.graph());
        Map<String, List<Node>> readers = graph.consumers();
        return LinearLayer.of(model.graph(), new Selection(include, exclude)::matches).stream()
                .filter(l -> l.tensor().elements() >= minWeights && !graph.isOutput(l.weights())
                        && readers.getOrDefault(l.weights(), List.of()).size() == l.nodes().size())
                .toList();
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        List<Problem> problems = new ArrayList<>(check(model, context.target()));
        if (problems.isEmpty() && method == Method.WANDA
                && context.calibration().filter(c -> c.count() > 0).isEmpty()) {
            problems.add(Problem.error("no-calibration-data", "", "wanda needs calibration data and got none",
                    "Give --data with samples of real inputs, or use method magnitude, which needs none."));
        }
        if (!problems.isEmpty()) {
            return PassOutcome.failed(model, problems.toArray(Problem[]::new));
        }
        return zeroed(model, context);
    }

    private PassOutcome zeroed(Model model, PassContext context) {
        List<LinearLayer> layers = layers(model);
        Optional<InputNorms> norms = method == Method.WANDA
                ? context.calibration().map(c -> InputNorms.of(layers, model, context, c))
                : Optional.empty();
        GraphEdit edit = new GraphEdit(model.graph());
        long taken = 0;
        long zeros = 0;
        long all = 0;
        for (LinearLayer layer : layers) {
            context.cancellation().throwIfCancelled();
            float[] rows = floats(layer.rows());
            int fresh = mask(layer, rows, norms.map(n -> n.of(layer)).orElse(new double[0]));
            if (fresh > 0) {
                edit.setInitializer(layer.weights(), kept(layer, rows));
            }
            taken += fresh;
            all += rows.length;
            for (float weight : rows) {
                zeros += weight == 0 ? 1 : 0;
            }
        }
        Problem verdict = Problem.note("zeros-save-no-time", "",
                "zeros save no time in ONNX Runtime, which multiplies them like"
                        + " all numbers: they save bytes once the file is compressed"
                        + (pattern.equals("none")
                                ? ""
                                : "; a GPU with sparse tensor cores uses " + pattern
                                        + " only through a runtime that is told to, such as TensorRT"));
        return taken == 0
                ? new PassOutcome(model, List.of(), List.of(Problem.note("already-sparse", "",
                        "nothing was set to zero: " + percent(zeros, all) + " of the weights are zero already")))
                : new PassOutcome(model.withGraph(edit.done()),
                        List.of(new PassOutcome.Change(taken, "weights set to zero in "
                                + layers.size() + " layers; " + percent(zeros, all) + " of their weights are zero")),
                        List.of(verdict));
    }

    private static String percent(long part, long all) {
        return String.format(Locale.ROOT, "%.0f %%", 100.0 * part / Math.max(1, all));
    }

    private int mask(LinearLayer layer, float[] rows, double... norms) {
        int places = layer.places();
        double[] worth = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            double norm = norms.length == 0 ? 1 : norms[i % layer.width() / places];
            worth[i] = Math.abs(rows[i]) * norm;
        }
        Mask mask = new Mask(rows, worth);
        Optional<Pattern> groups = Pattern.of(pattern);
        if (groups.isPresent()) {
            return mask.takeByPattern(layer.width(), places, groups.get());
        }
        return method == Method.WANDA ? mask.takeOfRows(layer.width(), sparsity) : mask.takeOfAll(sparsity);
    }

    private static float[] floats(double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /// The constant with its own numbers where the rows are not zero.
    private static TensorData kept(LinearLayer layer, float... rows) {
        float[] values = layer.tensor().floats();
        int width = layer.width();
        int outputs = layer.outputs();
        boolean turned = layer.matrix().filter(m -> !m.transposed()).isPresent();
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] == 0) {
                values[turned ? i % width * outputs + i / width : i] = 0;
            }
        }
        return TensorData.ofFloats(layer.tensor().shape(), values);
    }
}
