package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.base.Problem;
import dev.lathe.graph.Attribute;
import dev.lathe.graph.Extra;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.OptimizationTarget;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Range;
import dev.lathe.optimize.quantize.Activations;
import dev.lathe.optimize.quantize.BlockForm;
import dev.lathe.optimize.quantize.BlockWeights;
import dev.lathe.optimize.quantize.Gptq;
import dev.lathe.optimize.quantize.InputProducts;
import dev.lathe.optimize.quantize.IntegerTable;
import dev.lathe.optimize.quantize.Selection;
import dev.lathe.optimize.quantize.WeightLayer;
import dev.lathe.optimize.quantize.Weighted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Stores weights in blocks of 4 or 8 bits and leaves activations in float.
///
/// Matches: MatMul and Gemm with constant float weights of two dimensions; embeddings (Gather of rows from a constant float
/// table). Keeps: everything else in float; weights that others read too are kept for those. Adds: scales, a zero point per
/// block where it is not symmetric. Error: half a step of each block, 1/15 of its range with 4 bits and 1/255 with 8; `gptq`
/// makes that error where it harms the outputs least. Needs ONNX Runtime's operators MatMulNBits and GatherBlockQuantized
/// (domain com.microsoft), opset 7, and calibration data for `gptq`, which takes 256 MiB or the square of the widest
/// layer's input in doubles. It makes the model smaller, and faster where reading the weights is what takes the time: one
/// row at a time through large matrices. Source: ONNX Runtime's contrib operators; Frantar et al. 2022 for GPTQ.
///
/// Before: `MatMul(x, w) -> y`. After: `com.microsoft:MatMulNBits(x, w4, scales) -> y`.
///
/// @param bits 4 or 8
/// @param blockSize weights that share a scale, along the input: 16, 32, 64, 128 or 256
/// @param symmetric whether 0 is in the middle of each block's range; else each block has a zero point of its own
/// @param method `nearest` rounds each weight; `gptq` corrects the weights that follow for each one's error, and is kept for a
///     layer only where its error on the calibration data is smaller
/// @param accuracyLevel how exactly the operator calculates: 0 as the runtime likes, 1 float32, 2 float16, 3 bfloat16, 4 int8
///     activations, which is the fastest and adds their error
/// @param embeddings whether Gather's tables are quantized too
/// @param include node names, operator types or globs: only these; all where it is empty
/// @param exclude node names, operator types or globs: not these
@AutoService(Pass.class)
public record QuantizeWeights(@Range(allowed = {
    4, 8}) int bits, @Range(allowed = {16, 32, 64, 128, 256}) int blockSize,
        boolean symmetric, Method method, @Range(min = 0, max = 4) int accuracyLevel, boolean embeddings,
        List<String> include, List<String> exclude) implements Pass{
    private static final int OPSET = 7;
    private static final int DEFAULT_BLOCK = 32;
    private static final int MOST_ACCURACY = 4;
    /// Samples that GPTQ looks at; more change its result little.
    private static final int GPTQ_SAMPLES = 128;
    /// Sums of products at a time; a single layer may take more.
    private static final long GPTQ_BYTES = 256L << 20;
    private static final String DOMAIN = "com.microsoft";

    /// How weights are rounded.
    public enum Method {
        NEAREST, GPTQ
    }

    /// Checks the numbers and copies the lists.
    public QuantizeWeights {
        new BlockForm(bits, blockSize, symmetric);
        if (accuracyLevel < 0 || accuracyLevel > MOST_ACCURACY) {
            throw new IllegalArgumentException("accuracy-level must be in 0..4, and is " + accuracyLevel);
        }
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /// 4 bits in blocks of 32, rounded to the nearest.
    public QuantizeWeights() {
        this(4, DEFAULT_BLOCK, true, Method.NEAREST, 0, true, List.of(), List.of());
    }

    @Override
    public PassInfo info() {
        return new PassInfo("quantize-weights",
                "weights in blocks of 4 or 8 bits, activations in float: for MatMul, Gemm and embeddings",
                PassInfo.Fidelity.APPROXIMATE);
    }

    /// The lowest seen are 33 with 8 bits and 8 with 4.
    @Override
    public double leastDb() {
        return bits == 8 ? 30 : 6;
    }

    @Override
    public List<Problem> check(Model model, OptimizationTarget target) {
        Optional<Problem> before = Weighted.quantizedAlready(model.graph());
        if (before.isPresent()) {
            return List.of(before.get());
        }
        Weighted weighted = new Weighted(model.graph());
        Selection selection = new Selection(include, exclude);
        if (model.graph().nodes().stream().noneMatch(n -> selection.matches(n)
                && (weighted.isMatrix(n, true) || isTable(n, weighted)))) {
            return List.of(Problem.error("nothing-to-quantize", "",
                    "nothing to quantize: no MatMul or Gemm with constant float weights and no embedding",
                    "Use static-int8 for convolutions, or leave the variant out."));
        }
        if (model.opset() < OPSET) {
            return List.of(Problem.error("opset-too-low", "", "the model has opset " + model.opset()
                    + ", and weights in blocks need " + OPSET, "Put upgrade-opset before this pass."));
        }
        return List.of();
    }

    /// A row of the table must fill its blocks, for the operator has no place for what is left over.
    private boolean isTable(Node node, Weighted weighted) {
        return embeddings && IntegerTable.isEmbedding(node, weighted) && node.input(0).flatMap(weighted::constant)
                .filter(t -> t.shape().getLast() % blockSize == 0).isPresent();
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        List<Problem> problems = new ArrayList<>(check(model, context.target()));
        boolean needsData = method == Method.GPTQ && context.calibration().filter(c -> c.count() > 0).isEmpty();
        if (problems.isEmpty() && needsData) {
            problems.add(Problem.error("no-calibration-data", "", "gptq needs calibration data and got none",
                    "Give --data with samples of real inputs, or use method nearest, which needs none."));
        }
        if (!problems.isEmpty()) {
            return PassOutcome.failed(model, problems.toArray(Problem[]::new));
        }
        return new Work(model, context).run();
    }

    /// The state of one application.
    private final class Work {
        private final Model model;
        private final PassContext context;
        private final Weighted weighted;
        private final GraphEdit edit;
        private final BlockForm form = new BlockForm(bits, blockSize, symmetric);
        private final Map<String, List<String>> tables = new HashMap<>();
        private final List<Problem> problems = new ArrayList<>();
        private int matrices;
        private int corrected;

        Work(Model model, PassContext context) {
            this.model = model;
            this.context = context;
            this.weighted = new Weighted(model.graph());
            this.edit = new GraphEdit(model.graph());
        }

        PassOutcome run() {
            Selection selection = new Selection(include, exclude);
            List<WeightLayer> layers = WeightLayer.of(model.graph(), selection::matches);
            if (method == Method.GPTQ) {
                context.calibration().ifPresent(c -> corrected(layers, c));
            } else {
                layers.forEach(this::nearest);
            }
            List<Node> looks = model.graph().nodes().stream()
                    .filter(n -> selection.matches(n) && isTable(n, weighted)).toList();
            looks.forEach(this::table);
            removeUnread();
            List<PassOutcome.Change> changes = new ArrayList<>();
            add(changes, matrices, "MatMul and Gemm with weights of " + bits + " bits in blocks of " + blockSize);
            add(changes, corrected, "matrices rounded by gptq");
            add(changes, looks.size(), "embeddings of " + bits + " bits in blocks of " + blockSize);
            return new PassOutcome(model.withGraph(edit.done()).importing(DOMAIN, 1), changes, problems);
        }

        private static void add(List<PassOutcome.Change> changes, int count, String what) {
            if (count > 0) {
                changes.add(new PassOutcome.Change(count, what));
            }
        }

        private TensorData tensor(WeightLayer layer) {
            return weighted.constant(layer.weights()).orElseThrow();
        }

        private BlockWeights rounded(WeightLayer layer) {
            return BlockWeights.quantize(layer.rows(tensor(layer)), layer.inputs(tensor(layer)), form,
                    BlockWeights.nearest(form));
        }

        private void nearest(WeightLayer layer) {
            context.cancellation().throwIfCancelled();
            write(layer, rounded(layer));
        }

        /// Takes as many layers at a time as the memory allows, and runs the calibration data through the model for each lot.
        private void corrected(List<WeightLayer> layers, Calibration calibration) {
            Activations activations = new Activations(model, context, calibration);
            for (int from = 0; from < layers.size();) {
                InputProducts products = new InputProducts();
                long bytes = 0;
                int to = from;
                while (to < layers.size() && (to == from
                        || bytes + InputProducts
                                .sizeBytes(layers.get(to).inputs(tensor(layers.get(to)))) <= GPTQ_BYTES)) {
                    int inputs = layers.get(to).inputs(tensor(layers.get(to)));
                    products.expect(layers.get(to), inputs);
                    bytes += InputProducts.sizeBytes(inputs);
                    to++;
                }
                activations.show(products.layers().stream().flatMap(l -> l.activations().stream()).distinct().toList(),
                        GPTQ_SAMPLES, products::add);
                for (WeightLayer layer : products.layers()) {
                    context.cancellation().throwIfCancelled();
                    write(layer, better(layer, products.of(layer)));
                }
                from = to;
            }
        }

        private BlockWeights better(WeightLayer layer, double[] products) {
            BlockWeights nearest = rounded(layer);
            float[] rows = layer.rows(tensor(layer));
            int inputs = layer.inputs(tensor(layer));
            try {
                Gptq gptq = Gptq.of(products, inputs);
                BlockWeights made = BlockWeights.quantize(rows, inputs, form, gptq.rounding(form));
                boolean smaller = gptq.outputError(rows, made.dequantized()) < gptq.outputError(rows,
                        nearest.dequantized());
                corrected += smaller ? 1 : 0;
                return smaller ? made : nearest;
            } catch (ArithmeticException e) {
                problems.add(Problem.note("gptq-left-out", layer.nodes().getFirst().label(),
                        "its weights are rounded to the nearest, for " + e.getMessage()));
                return nearest;
            }
        }

        private void write(WeightLayer layer, BlockWeights blocks) {
            String codes = edit.addInitializer(layer.weights() + "_blocks", blocks.blocks());
            String scales = edit.addInitializer(layer.weights() + "_scales", blocks.scaleTensor());
            String points = blocks.zeroPointTensor().map(z -> edit.addInitializer(layer.weights() + "_zero_points", z))
                    .orElse("");
            List<Attribute> attributes = new ArrayList<>(List.of(
                    number("K", layer.inputs(tensor(layer))), number("N", layer.outputs(tensor(layer))),
                    number("bits", bits), number("block_size", blockSize)));
            if (accuracyLevel != 0) {
                attributes.add(number("accuracy_level", accuracyLevel));
            }
            for (Node node : layer.nodes()) {
                List<String> inputs = new ArrayList<>(List.of(node.inputs().getFirst(), codes, scales));
                Optional<String> bias = node.input(2).map(b -> bias(b, node.floatAttribute("beta", 1)));
                if (!points.isEmpty() || bias.isPresent()) {
                    inputs.add(points);
                }
                bias.ifPresent(b -> inputs.addAll(List.of("", b)));
                edit.replace(node, new Node(node.name(), DOMAIN, "MatMulNBits", inputs, node.outputs(), attributes,
                        Extra.NONE));
                matrices++;
            }
        }

        private static Attribute number(String name, long value) {
            return Attribute.of(name, new Attribute.IntValue(value));
        }

        /// A bias as the operator wants it: of one dimension, its factor in it.
        private String bias(String name, float beta) {
            TensorData tensor = weighted.constant(name).orElseThrow();
            if (beta == 1 && tensor.shape().size() == 1) {
                return name;
            }
            float[] values = tensor.floats();
            for (int i = 0; i < values.length; i++) {
                values[i] *= beta;
            }
            return edit.addInitializer(name + "_row", TensorData.ofFloats(List.of((long) values.length), values));
        }

        private void table(Node node) {
            context.cancellation().throwIfCancelled();
            String name = node.inputs().getFirst();
            List<String> stored = tables.computeIfAbsent(name, n -> {
                TensorData tensor = weighted.constant(n).orElseThrow();
                BlockWeights blocks = BlockWeights.quantize(tensor.floats(),
                        Math.toIntExact(tensor.shape().getLast()), form, BlockWeights.nearest(form));
                List<String> names = new ArrayList<>(List.of(edit.addInitializer(n + "_blocks", blocks.table()),
                        edit.addInitializer(n + "_scales", blocks.scaleTensor())));
                blocks.zeroPointTensor().ifPresent(z -> names.add(edit.addInitializer(n + "_zero_points", z)));
                return names;
            });
            List<String> inputs = new ArrayList<>(List.of(stored.get(0), node.inputs().get(1), stored.get(1)));
            inputs.addAll(stored.subList(2, stored.size()));
            edit.replace(node, new Node(node.name(), DOMAIN, "GatherBlockQuantized", inputs, node.outputs(),
                    List.of(number("gather_axis", 0), number("quantize_axis", 1), number("block_size", blockSize),
                            number("bits", bits)),
                    Extra.NONE));
        }

        private void removeUnread() {
            Map<String, List<Node>> consumers = edit.consumers();
            Set<Node> kept = new HashSet<>(edit.nodes());
            model.graph().nodes().stream().filter(n -> !kept.contains(n)).flatMap(n -> n.inputs().stream())
                    .distinct().filter(i -> !consumers.containsKey(i) && !edit.isOutput(i)
                            && weighted.constant(i).isPresent())
                    .forEach(edit::removeInitializer);
        }
    }
}
