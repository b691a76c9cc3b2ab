package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.graph.DataType;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Folds BatchNormalization into the weights of the Conv, ConvTranspose or Gemm before it.
///
/// Matches: a normalization for inference whose four parameters are constant, and which alone reads the output of an
/// operator with constant float weights. Keeps: weights that others read too (the folded ones are a copy), and the name of
/// the normalization's output. Adds: a bias where there was none. Error: rounding to float once per weight, computed in
/// doubles. Source: ONNX's definition of BatchNormalization.
///
/// Before: `Conv(x, w) -> a; BatchNormalization(a, …) -> y`. After: `Conv(x, w', b') -> y`.
@AutoService(Pass.class)
public record FoldBatchNorm() implements Pass {

    @Override
    public PassInfo info() {
        return new PassInfo("fold-batch-norm", "fold BatchNormalization into the weights before it",
                PassInfo.Fidelity.SAME);
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        GraphEdit edit = new GraphEdit(model.graph());
        int folded = 0;
        for (Node node : edit.nodes()) {
            context.cancellation().throwIfCancelled();
            if (node.is("BatchNormalization") && fold(node, model, edit)) {
                folded++;
            }
        }
        return folded == 0
                ? PassOutcome.unchanged(model)
                : PassOutcome.of(model, model.withGraph(edit.done()), folded, "BatchNormalization folded into weights");
    }

    /// Per channel: `y = factor * a + shift`.
    @SuppressWarnings("ArrayRecordComponent") // local numbers, never compared
    private record Normalization(double[] factor, double[] shift) {}

    private static boolean fold(Node norm, Model model, GraphEdit edit) {
        Node before = norm.inputs().size() == 5 ? edit.producers().get(norm.inputs().getFirst()) : null;
        Optional<Normalization> normalization = normalization(norm, model, edit);
        if (before == null || normalization.isEmpty() || !isOnlyReader(norm, before, edit)) {
            return false;
        }
        Optional<TensorData> weights = before.input(1).flatMap(w -> constant(w, model, edit));
        Optional<TensorData> bias = before.input(2).flatMap(b -> constant(b, model, edit));
        if (weights.isEmpty() || (before.input(2).isPresent() && bias.isEmpty())) {
            return false;
        }
        Optional<Node> folded = switch (before.operator()) {
            case "Conv", "ConvTranspose" -> convolution(before, weights.get(), bias, normalization.get(), edit);
            case "Gemm" -> gemm(before, weights.get(), bias, normalization.get(), edit);
            default -> Optional.empty();
        };
        folded.ifPresent(node -> {
            edit.remove(norm);
            edit.replace(before, node.withOutputs(List.of(norm.outputs().getFirst())));
        });
        return folded.isPresent();
    }

    private static boolean isOnlyReader(Node norm, Node before, GraphEdit edit) {
        String value = norm.inputs().getFirst();
        return before.outputs().size() == 1 && edit.consumers().getOrDefault(value, List.of()).size() == 1
                && norm.inputs().lastIndexOf(value) == 0 && !edit.isOutput(value);
    }

    private static Optional<Normalization> normalization(Node norm, Model model, GraphEdit edit) {
        boolean inference = norm.intAttribute("training_mode", 0) == 0 && norm.intAttribute("spatial", 1) == 1
                && (model.opset() >= 7 || norm.intAttribute("is_test", 0) == 1);
        boolean single = norm.outputs().stream().filter(o -> !o.isEmpty()).count() == 1;
        List<float[]> parameters = new ArrayList<>();
        for (int i = 1; i < norm.inputs().size(); i++) {
            constant(norm.inputs().get(i), model, edit).ifPresent(t -> parameters.add(t.floats()));
        }
        if (!inference || !single || parameters.size() != 4) {
            return Optional.empty();
        }
        double epsilon = norm.floatAttribute("epsilon", 1e-5f);
        double[] factor = new double[parameters.getFirst().length];
        double[] shift = new double[factor.length];
        for (int c = 0; c < factor.length; c++) {
            factor[c] = parameters.get(0)[c] / Math.sqrt(parameters.get(3)[c] + epsilon);
            shift[c] = parameters.get(1)[c] - parameters.get(2)[c] * factor[c];
        }
        boolean finite = Arrays.stream(factor).allMatch(Double::isFinite)
                && Arrays.stream(shift).allMatch(Double::isFinite);
        return finite ? Optional.of(new Normalization(factor, shift)) : Optional.empty();
    }

    /// A float constant nobody can override.
    private static Optional<TensorData> constant(String name, Model model, GraphEdit edit) {
        boolean overridable = model.graph().inputs().stream().anyMatch(i -> i.name().equals(name));
        return Optional.ofNullable(edit.initializers().get(name))
                .filter(t -> !overridable && t.type() == DataType.FLOAT);
    }

    private static Optional<Node> convolution(Node node, TensorData weights, Optional<TensorData> bias,
            Normalization norm, GraphEdit edit) {
        boolean transposed = node.is("ConvTranspose");
        int groups = Math.toIntExact(node.intAttribute("group", 1));
        long perGroup = transposed ? weights.shape().get(1) : weights.shape().getFirst();
        long channels = transposed ? perGroup * groups : perGroup;
        if (channels != norm.factor().length || bias.filter(b -> b.elements() != channels).isPresent()) {
            return Optional.empty();
        }
        float[] values = weights.floats();
        int inner = Math.toIntExact(weights.elements() / (weights.shape().get(0) * weights.shape().get(1)));
        int second = Math.toIntExact(weights.shape().get(1));
        int inputsPerGroup = Math.toIntExact(weights.shape().getFirst() / groups);
        for (int i = 0; i < values.length; i++) {
            int first = i / (inner * second);
            int channel = transposed ? first / inputsPerGroup * second + i / inner % second : first;
            values[i] = (float) (values[i] * norm.factor()[channel]);
        }
        return Optional.of(withParameters(node, TensorData.ofFloats(weights.shape(), values),
                shifted(bias.map(TensorData::floats).orElse(new float[norm.factor().length]), 1, norm), edit));
    }

    private static Optional<Node> gemm(Node node, TensorData weights, Optional<TensorData> bias, Normalization norm,
            GraphEdit edit) {
        int channels = norm.factor().length;
        boolean transposed = node.intAttribute("transB", 0) != 0;
        double beta = node.floatAttribute("beta", 1);
        float[] old = bias.map(TensorData::floats).orElse(new float[1]);
        boolean row = bias.isEmpty() || old.length == 1
                || (old.length == channels && bias.get().shape().getLast() == channels);
        if (weights.shape().get(transposed ? 0 : 1) != channels || !row || beta == 0) {
            return Optional.empty();
        }
        float[] values = weights.floats();
        int columns = Math.toIntExact(weights.shape().get(1));
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * norm.factor()[transposed ? i / columns : i % columns]);
        }
        float[] full = old.length == channels ? old : new float[channels];
        if (old.length != channels) {
            Arrays.fill(full, old[0]);
        }
        return Optional.of(withParameters(node, TensorData.ofFloats(weights.shape(), values), shifted(full, beta, norm),
                edit));
    }

    private static TensorData shifted(float[] bias, double beta, Normalization norm) {
        float[] fresh = new float[bias.length];
        for (int c = 0; c < fresh.length; c++) {
            fresh[c] = (float) (bias[c] * norm.factor()[c] + norm.shift()[c] / beta);
        }
        return TensorData.ofFloats(List.of((long) fresh.length), fresh);
    }

    private static Node withParameters(Node node, TensorData weights, TensorData bias, GraphEdit edit) {
        String weightName = put(node.inputs().get(1), node, weights, edit);
        String biasName = node.input(2).map(b -> put(b, node, bias, edit))
                .orElseGet(() -> edit.addInitializer(node.inputs().get(1) + "_bias", bias));
        return node.withInputs(List.of(node.inputs().getFirst(), weightName, biasName));
    }

    /// Replaces a constant that only this node reads, under its name; others get a copy.
    private static String put(String name, Node node, TensorData fresh, GraphEdit edit) {
        List<Node> readers = edit.consumers().getOrDefault(name, List.of());
        boolean alone = readers.size() == 1 && !edit.isOutput(name)
                && node.inputs().stream().filter(name::equals).count() == 1;
        if (!alone) {
            return edit.addInitializer(name + "_folded", fresh);
        }
        edit.setInitializer(name, fresh);
        return name;
    }
}
