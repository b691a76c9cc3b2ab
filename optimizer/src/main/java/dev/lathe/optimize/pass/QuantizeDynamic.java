package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Graph;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueTypes;
import dev.lathe.optimize.OptimizationTarget;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.calibrate.RangeMethod;
import dev.lathe.optimize.quantize.Bodies;
import dev.lathe.optimize.quantize.FusedOperators;
import dev.lathe.optimize.quantize.IntegerTable;
import dev.lathe.optimize.quantize.IntegerWeights;
import dev.lathe.optimize.quantize.Selection;
import dev.lathe.optimize.quantize.WeightForm;
import dev.lathe.optimize.quantize.Weighted;
import dev.lathe.optimize.quantize.WholeWeight;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Stores weights as 8-bit integers and quantizes activations while the model runs, by the range each has at that moment.
///
/// Matches: MatMul and Gemm with constant float weights of two dimensions; LSTM, and Attention of ONNX Runtime's own, which
/// become its DynamicQuantizeLSTM and QAttention; embeddings (Gather from a constant float table); with `conv`, Conv too,
/// which is usually slower than float; the same in bodies of If, Loop and Scan. Keeps: everything else in float, also an LSTM
/// whose weights the model puts together while it runs (as in Silero's voice detector), which is said.
/// Adds: DynamicQuantizeLinear, one per activation, and the scales. Error: about 1/250 of each activation's and each weight
/// channel's range. Needs opset 11 and no data. Source: ONNX Runtime fuses this pattern into DynamicQuantizeMatMul and
/// MatMulIntegerToFloat.
///
/// Before: `MatMul(x, w) -> y`.
/// After: `DynamicQuantizeLinear(x) -> q, s, z; MatMulInteger(q, w8, z) -> i; Cast(i) -> f; Mul(s, w_scale) -> m;
/// Mul(f, m) -> y`.
///
/// @param perChannel one scale per output column instead of one per weight, which has a zero point then; one per weight is up
///     to 12 % faster in models of microseconds
/// @param weightBits 8, or 7 where 8-bit sums saturate; 0 lets the target decide
/// @param weightMethod scales of weights: `min-max` holds the largest weight, `mse` has the least squared error
/// @param conv whether Conv is quantized too
/// @param embeddings whether Gather's tables are quantized too
/// @param include node names, operator types or globs: only these; all where it is empty
/// @param exclude node names, operator types or globs: not these
@AutoService(Pass.class)
public record QuantizeDynamic(boolean perChannel, int weightBits, RangeMethod weightMethod, boolean conv,
        boolean embeddings, List<String> include, List<String> exclude) implements Pass {
    private static final int OPSET = 11;

    /// Checks the bits and copies the lists.
    public QuantizeDynamic {
        if (weightBits != 0 && weightBits != 7 && weightBits != 8) {
            throw new IllegalArgumentException("weight-bits must be 0, 7 or 8, and is " + weightBits);
        }
        if (weightMethod != RangeMethod.MIN_MAX && weightMethod != RangeMethod.MSE) {
            throw new IllegalArgumentException("weight-method must be min-max or mse, and is " + weightMethod.label());
        }
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /// MatMul, Gemm and embeddings, per channel.
    public QuantizeDynamic() {
        this(true, 0, RangeMethod.MIN_MAX, false, true, List.of(), List.of());
    }

    @Override
    public PassInfo info() {
        return new PassInfo("quantize-dynamic",
                "8-bit weights, activations quantized at run time: for MatMul, Gemm, LSTM, Attention and embeddings",
                PassInfo.Fidelity.APPROXIMATE);
    }

    /// The lowest seen is 27, of a text encoder.
    @Override
    public double leastDb() {
        return weightBits == 7 ? 15 : 20;
    }

    @Override
    public List<Problem> check(Model model, OptimizationTarget target) {
        Optional<Problem> before = Weighted.quantizedAlready(model.graph());
        if (before.isPresent()) {
            return List.of(before.get());
        }
        List<Graph> wanted = new ArrayList<>();
        if (!isWanted(model.graph())) {
            new Bodies(this::isWanted, (body, _) -> {
                wanted.add(body);
                return body;
            }).in(model.graph());
        }
        if (wanted.isEmpty() && !isWanted(model.graph())) {
            return List.of(Problem.error("nothing-to-quantize", "",
                    "nothing to quantize: no MatMul, Gemm, LSTM or Attention with constant float weights and no embedding"
                            + leftOut(model.graph()).map(words -> "; " + words).orElse(""),
                    "Use static-int8 for convolutions, or leave the variant out."));
        }
        if (model.opset() < OPSET) {
            return List.of(Problem.error("opset-too-low", "", "the model has opset " + model.opset()
                    + ", and DynamicQuantizeLinear needs " + OPSET, "Put upgrade-opset before this pass."));
        }
        return List.of();
    }

    private boolean isWanted(Graph graph) {
        Weighted weighted = new Weighted(graph);
        return graph.nodes().stream().anyMatch(n -> isMatched(n, weighted));
    }

    private boolean isMatched(Node node, Weighted weighted) {
        return new Selection(include, exclude).matches(node)
                && (weighted.isMatrix(node, true) || (conv && weighted.isConvolution(node))
                        || FusedOperators.isLstm(node, weighted) || FusedOperators.isAttention(node, weighted)
                        || (embeddings && IntegerTable.isEmbedding(node, weighted)));
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        List<Problem> problems = check(model, context.target());
        if (!problems.isEmpty()) {
            return PassOutcome.failed(model, problems.toArray(Problem[]::new));
        }
        // a runtime recognises more patterns (SkipLayerNormalization) where the shapes of float values are written down
        SequencedMap<String, Integer> counts = new LinkedHashMap<>();
        boolean dotProduct = context.target().hasInt8DotProduct();
        Graph inside = new Bodies(this::isWanted, (body, names) -> {
            Work work = new Work(body, GraphEdit.ofBody(body, names), dotProduct);
            return work.quantizeAll(context.cancellation(), counts, " inside of If, Loop or Scan");
        }).in(context.laboratory().inferShapes(model).graph());
        Graph made = isWanted(inside)
                ? new Work(inside, new GraphEdit(inside), dotProduct).quantizeAll(context.cancellation(), counts, "")
                : inside;
        List<PassOutcome.Change> changes = new ArrayList<>();
        counts.forEach((type, count) -> changes.add(new PassOutcome.Change(count, type)));
        Model changed = model.withGraph(made);
        boolean hasLstm = counts.keySet().stream().anyMatch(c -> c.startsWith("LSTM"));
        return new PassOutcome(hasLstm ? withRuntimeDomain(changed) : changed, changes,
                leftOut(made).map(words -> Problem.note("left-in-float", "", words)).stream().toList());
    }

    /// The LSTMs that stay float though nobody has excluded them, and why.
    private Optional<String> leftOut(Graph graph) {
        long count = graph.allNodes().filter(n -> n.is("LSTM") && new Selection(include, exclude).matches(n)).count();
        return count == 0
                ? Optional.empty()
                : Optional.of(count + " LSTM left in float: the model puts the weights together while it runs, as"
                        + " exporters write it inside of If, or in a layout that has no 8-bit form");
    }

    private static Model withRuntimeDomain(Model model) {
        SequencedMap<String, Long> opsets = new LinkedHashMap<>(model.opsets());
        opsets.putIfAbsent(FusedOperators.DOMAIN, 1L);
        return new Model(model.graph(), model.functions(), opsets, model.irVersion(), model.metadata(), model.rest());
    }

    /// The state of one application.
    private final class Work {
        private final Graph graph;
        private final Weighted weighted;
        private final ValueTypes types;
        private final GraphEdit edit;
        private final int bits;
        private final WeightForm form;
        private final IntegerTable tables;
        private final FusedOperators fused;
        /// Quantized activations by the float value: integers, scale, zero point.
        private final Map<String, List<String>> activations = new HashMap<>();
        /// Integer constants by the float one's name and the axis: integers, scale.
        private final Map<String, List<String>> constants = new HashMap<>();

        Work(Graph graph, GraphEdit edit, boolean hasInt8DotProduct) {
            this.graph = graph;
            this.weighted = new Weighted(graph);
            this.types = new ValueTypes(graph);
            this.edit = edit;
            this.tables = new IntegerTable(edit, weighted);
            this.bits = weightBits != 0 ? weightBits : hasInt8DotProduct ? 8 : 7;
            this.form = new WeightForm(perChannel, bits, false, weightMethod == RangeMethod.MSE);
            this.fused = new FusedOperators(edit, weighted, form);
        }

        /// Quantizes all that is matched, and counts it.
        Graph quantizeAll(Cancellation cancellation, SequencedMap<String, Integer> counts, String where) {
            for (Node node : graph.nodes()) {
                cancellation.throwIfCancelled();
                if (isMatched(node, weighted)) {
                    quantize(node);
                    counts.merge(node.opType() + " quantized dynamically" + where, 1, Integer::sum);
                }
            }
            removeUnreadConstants();
            return edit.done();
        }

        private void quantize(Node node) {
            switch (node.opType()) {
                case "Gather" -> tables.quantize(node);
                case "Conv" -> convolution(node);
                case "LSTM" -> fused.lstm(node);
                case "Attention" -> fused.attention(node, activation(node.inputs().getFirst()));
                default -> matrix(node);
            }
        }

        private List<String> activation(String value) {
            return activations.computeIfAbsent(value, v -> {
                List<String> outputs = List.of(edit.freshName(v + "_quantized"), edit.freshName(v + "_scale"),
                        edit.freshName(v + "_zero_point"));
                edit.add(Node.of(edit.freshName(v + "_DynamicQuantizeLinear"), "DynamicQuantizeLinear", List.of(v),
                        outputs));
                return outputs;
            });
        }

        private void matrix(Node node) {
            String name = node.inputs().get(1);
            boolean transposed = node.intAttribute("transB", 0) != 0;
            float alpha = node.floatAttribute("alpha", 1);
            List<String> weights = constants.computeIfAbsent(name + "/" + transposed + "/" + alpha, _ -> {
                TensorData tensor = weighted.constant(name).orElseThrow();
                TensorData rows = transposed ? transposed(tensor) : tensor;
                return store(name, rows, 1, alpha);
            });
            List<String> activation = activation(node.inputs().getFirst());
            Optional<String> bias = node.input(2).map(b -> bias(b, node.floatAttribute("beta", 1)));
            sum(node, activation, weights, bias, Node.of("", "MatMulInteger",
                    List.of(activation.get(0), weights.get(0), activation.get(2), weights.get(2)), List.of()));
        }

        private void convolution(Node node) {
            String name = node.inputs().get(1);
            List<String> weights = constants.computeIfAbsent(name + "/conv", _ -> store(name,
                    weighted.constant(name).orElseThrow(), -1, 1));
            List<String> activation = activation(node.inputs().getFirst());
            Optional<String> bias = node.input(2).map(b -> {
                TensorData tensor = weighted.constant(b).orElseThrow();
                List<Long> shape = new ArrayList<>(List.of(1L, tensor.elements()));
                int rank = weighted.constant(name).orElseThrow().shape().size();
                while (shape.size() < rank) {
                    shape.add(1L);
                }
                return edit.addInitializer(b + "_per_channel", TensorData.ofFloats(shape, tensor.floats()));
            });
            sum(node, activation, weights, bias, Node.of("", "ConvInteger",
                    List.of(activation.get(0), weights.get(0), activation.get(2), weights.get(2)), List.of(),
                    node.attributes().toArray(Attribute[]::new)));
        }

        /// The integer operator, and from its sums to the float output of the old node.
        private void sum(Node node, List<String> activation, List<String> weights, Optional<String> bias,
                Node integer) {
            String output = node.outputs().getFirst();
            String base = node.name().isEmpty() ? output : node.name();
            String sums = edit.freshName(output + "_sums");
            String floats = edit.freshName(output + "_sums_float");
            String scale = edit.freshName(output + "_scale");
            String product = bias.isEmpty() ? output : edit.freshName(output + "_product");
            List<Node> nodes = new ArrayList<>(List.of(
                    new Node(edit.freshName(base + "_integer"), "", integer.opType(), integer.inputs(), List.of(sums),
                            integer.attributes(), integer.rest()),
                    Node.of(edit.freshName(base + "_cast"), "Cast", List.of(sums), List.of(floats),
                            Attribute.of("to", new Attribute.IntValue(DataType.FLOAT.number()))),
                    Node.of(edit.freshName(base + "_scales"), "Mul", List.of(activation.get(1), weights.get(1)),
                            List.of(scale)),
                    Node.of(edit.freshName(base + "_scaled"), "Mul", List.of(floats, scale), List.of(product))));
            bias.ifPresent(b -> nodes.add(Node.of(edit.freshName(base + "_bias"), "Add", List.of(product, b),
                    List.of(output))));
            edit.replace(node, nodes.toArray(Node[]::new));
        }

        private List<String> store(String name, TensorData tensor, int axis, float factor) {
            float[] values = tensor.floats();
            if (!perChannel && bits == IntegerWeights.BITS) {
                WholeWeight whole = WholeWeight.of(tensor.shape(), weightMethod == RangeMethod.MSE, values);
                return List.of(edit.addInitializer(name + "_quantized", whole.integers()),
                        edit.addInitializer(name + "_scale", whole.scale(factor)),
                        edit.addInitializer(name + "_zero_point", whole.zeroPoint()));
            }
            int channels = perChannel ? axis : -1;
            float[] scales = form.scales(values, tensor.shape(), channels);
            IntegerWeights integers = IntegerWeights.quantize(values, tensor.shape(), channels, bits, scales);
            TensorData scale = integers.scaleTensor();
            if (factor != 1) {
                for (int i = 0; i < scales.length; i++) {
                    scales[i] *= factor;
                }
                scale = TensorData.ofFloats(scale.shape(), scales);
            }
            return List.of(edit.addInitializer(name + "_quantized", integers.tensor(false)),
                    edit.addInitializer(name + "_scale", scale),
                    edit.addInitializer(name + "_zero_point", integers.zeroPointTensor(false)));
        }

        private String bias(String name, float beta) {
            if (beta == 1) {
                return name;
            }
            TensorData tensor = weighted.constant(name).orElseThrow();
            float[] values = tensor.floats();
            for (int i = 0; i < values.length; i++) {
                values[i] *= beta;
            }
            return edit.addInitializer(name + "_scaled", TensorData.ofFloats(tensor.shape(), values));
        }

        private void removeUnreadConstants() {
            var consumers = edit.consumers();
            graph.initializers().keySet().stream()
                    .filter(i -> types.type(i).isPresent() && !consumers.containsKey(i) && !edit.isOutput(i)
                            && weighted.constant(i).isPresent())
                    .forEach(edit::removeInitializer);
        }
    }

    private static TensorData transposed(TensorData tensor) {
        int rows = Math.toIntExact(tensor.shape().getFirst());
        int columns = Math.toIntExact(tensor.shape().getLast());
        float[] values = tensor.floats();
        float[] turned = new float[values.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                turned[c * rows + r] = values[r * columns + c];
            }
        }
        return TensorData.ofFloats(List.of((long) columns, (long) rows), turned);
    }
}
