package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.graph.DataType;
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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Folds the addition of a constant per channel into the operator before it, as its bias.
///
/// Matches: an Add of a float constant that alone reads the output of a Conv (constant of shape `[channel, 1, 1]`, with or
/// without a leading 1) or of a MatMul of two dimensions with constant weights (`[column]` or `[1, column]`). Keeps:
/// additions that broadcast otherwise, constants that others read too, and the name of the addition's output. Adds: the
/// bias; MatMul becomes Gemm. Error: the order of float additions.
///
/// Before: `MatMul(x, w) -> a; Add(a, b) -> y`. After: `Gemm(x, w, b) -> y`.
@AutoService(Pass.class)
public record FoldBias() implements Pass {
    private static final int GEMM_OPSET = 7;

    @Override
    public PassInfo info() {
        return new PassInfo("fold-bias", "fold the addition of a constant into the Conv or MatMul before it",
                PassInfo.Fidelity.SAME);
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        if (model.opset() < GEMM_OPSET || model.graph().nodes().stream().noneMatch(n -> n.is("Add"))) {
            return PassOutcome.unchanged(model);
        }
        ValueTypes types = new ValueTypes(context.laboratory().inferShapes(model).graph());
        Set<String> overridable = new HashSet<>(model.graph().inputs().stream().map(ValueInfo::name).toList());
        GraphEdit edit = new GraphEdit(model.graph());
        int folded = 0;
        for (Node node : edit.nodes()) {
            context.cancellation().throwIfCancelled();
            if (node.is("Add") && fold(node, types, overridable, edit)) {
                folded++;
            }
        }
        return folded == 0
                ? PassOutcome.unchanged(model)
                : PassOutcome.of(model, model.withGraph(edit.done()), folded, "Add folded into a bias");
    }

    private static boolean fold(Node add, ValueTypes types, Set<String> overridable, GraphEdit edit) {
        for (int side = 0; side < 2; side++) {
            String value = add.inputs().get(side);
            Node before = edit.producers().get(value);
            Optional<TensorData> constant = constant(add.inputs().get(1 - side), overridable, edit);
            if (before == null || constant.isEmpty() || before.outputs().size() != 1 || edit.isOutput(value)
                    || edit.consumers().getOrDefault(value, List.of()).size() != 1) {
                continue;
            }
            Optional<Node> biased = switch (before.operator()) {
                case "Conv" -> convolution(before, constant.get(), overridable, edit);
                case "MatMul" -> matrix(before, add.inputs().get(1 - side), constant.get(), types, overridable, edit);
                default -> Optional.empty();
            };
            if (biased.isPresent()) {
                edit.remove(add);
                edit.replace(before, biased.get().withOutputs(add.outputs()));
                return true;
            }
        }
        return false;
    }

    private static Optional<TensorData> constant(String name, Set<String> overridable, GraphEdit edit) {
        return Optional.ofNullable(edit.initializers().get(name))
                .filter(t -> t.type() == DataType.FLOAT && !overridable.contains(name));
    }

    private static Optional<Node> convolution(Node node, TensorData addend, Set<String> overridable, GraphEdit edit) {
        Optional<TensorData> weights = node.input(1).flatMap(w -> constant(w, overridable, edit));
        Optional<TensorData> old = node.input(2).flatMap(b -> constant(b, overridable, edit));
        if (weights.isEmpty() || (node.input(2).isPresent() && old.isEmpty())) {
            return Optional.empty();
        }
        long channels = weights.get().shape().getFirst();
        int spatial = weights.get().shape().size() - 2;
        List<Long> wanted = new ArrayList<>(List.of(1L, channels));
        for (int i = 0; i < spatial; i++) {
            wanted.add(1L);
        }
        if (!addend.shape().equals(wanted) && !addend.shape().equals(wanted.subList(1, wanted.size()))) {
            return Optional.empty();
        }
        float[] bias = addend.floats();
        old.map(TensorData::floats).ifPresent(o -> {
            for (int c = 0; c < bias.length; c++) {
                bias[c] += o[c];
            }
        });
        String name = edit.addInitializer(node.inputs().get(1) + "_bias", TensorData.ofFloats(List.of(channels), bias));
        return Optional.of(node.withInputs(List.of(node.inputs().get(0), node.inputs().get(1), name)));
    }

    private static Optional<Node> matrix(Node node, String addend, TensorData bias, ValueTypes types,
            Set<String> overridable, GraphEdit edit) {
        Optional<TensorData> weights = constant(node.inputs().get(1), overridable, edit)
                .filter(t -> t.shape().size() == 2);
        boolean flat = types.shape(node.inputs().getFirst()).filter(s -> s.size() == 2).isPresent();
        if (weights.isEmpty() || !flat) {
            return Optional.empty();
        }
        long columns = weights.get().shape().get(1);
        if (!bias.shape().equals(List.of(columns)) && !bias.shape().equals(List.of(1L, columns))) {
            return Optional.empty();
        }
        return Optional.of(Node.of(node.name(), "Gemm", List.of(node.inputs().get(0), node.inputs().get(1), addend),
                node.outputs()));
    }
}
