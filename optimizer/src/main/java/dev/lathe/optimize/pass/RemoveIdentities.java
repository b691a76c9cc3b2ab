package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.graph.DataType;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueTypes;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Removes operators that give back what they get.
///
/// Matches: Identity; Dropout outside training; Cast to the type the value has; Reshape and Flatten to the shape it has;
/// Transpose that moves nothing; Concat of one. Keeps: those that stand between an input and an output of the graph, and
/// those about whose types or shapes nothing is known. Adds: nothing. Error: none.
///
/// Before: `Conv(x) -> a; Identity(a) -> b; Relu(b) -> y`. After: `Conv(x) -> a; Relu(a) -> y`.
@AutoService(Pass.class)
public record RemoveIdentities() implements Pass {

    @Override
    public PassInfo info() {
        return new PassInfo("remove-identities", "remove operators that give back what they get",
                PassInfo.Fidelity.SAME);
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        if (model.graph().nodes().stream().noneMatch(RemoveIdentities::isCandidate)) {
            return PassOutcome.unchanged(model);
        }
        ValueTypes types = new ValueTypes(context.laboratory().inferShapes(model).graph());
        GraphEdit edit = new GraphEdit(model.graph());
        Map<String, Integer> removed = new TreeMap<>();
        for (Node snapshot : edit.nodes()) {
            context.cancellation().throwIfCancelled();
            if (!isCandidate(snapshot)) {
                continue;
            }
            Node node = edit.producers().get(snapshot.outputs().getFirst());
            if (node != null && givesBack(node, model, types, edit) && bypass(node, edit)) {
                removed.merge(node.opType(), 1, Integer::sum);
            }
        }
        if (removed.isEmpty()) {
            return PassOutcome.unchanged(model);
        }
        List<PassOutcome.Change> changes = new ArrayList<>();
        removed.forEach((type, count) -> changes.add(new PassOutcome.Change(count, type + " without effect removed")));
        return new PassOutcome(model.withGraph(edit.done()), changes, List.of());
    }

    private static boolean isCandidate(Node node) {
        return node.isStandard() && !node.inputs().isEmpty() && !node.outputs().isEmpty() && switch (node.opType()) {
            case "Identity", "Dropout", "Cast", "Reshape", "Flatten", "Transpose", "Concat" -> true;
            default -> false;
        };
    }

    private static boolean givesBack(Node node, Model model, ValueTypes types, GraphEdit edit) {
        String in = node.inputs().getFirst();
        String out = node.outputs().getFirst();
        return switch (node.opType()) {
            case "Identity" -> true;
            case "Dropout" -> isInference(node, model) && isUnused(node, 1, edit);
            case "Cast" ->
                types.type(in).map(DataType::number).filter(n -> n == node.intAttribute("to", 0)).isPresent();
            case "Reshape", "Flatten" -> types.fixedShape(in).isPresent()
                    && types.fixedShape(in).equals(types.fixedShape(out));
            case "Transpose" -> node.intsAttribute("perm").filter(RemoveIdentities::isSorted).isPresent();
            case "Concat" -> node.inputs().size() == 1;
            default -> false;
        };
    }

    private static boolean isSorted(List<Long> permutation) {
        for (int i = 0; i < permutation.size(); i++) {
            if (permutation.get(i) != i) {
                return false;
            }
        }
        return true;
    }

    private static boolean isInference(Node node, Model model) {
        Optional<String> mode = node.input(2);
        if (mode.isEmpty()) {
            return model.opset() >= 7 || node.intAttribute("is_test", 0) == 1;
        }
        TensorData training = model.graph().initializers().get(mode.get());
        return training != null && training.sizeBytes() == 1
                && training.bytes().get(ValueLayout.JAVA_BYTE, 0) == 0;
    }

    private static boolean isUnused(Node node, int output, GraphEdit edit) {
        return node.outputs().size() <= output || node.outputs().get(output).isEmpty()
                || (!edit.consumers().containsKey(node.outputs().get(output))
                        && !edit.isOutput(node.outputs().get(output)));
    }

    /// Takes the node out. Where its output is the graph's, the node before it makes that output instead.
    private static boolean bypass(Node node, GraphEdit edit) {
        String in = node.inputs().getFirst();
        String out = node.outputs().getFirst();
        if (!edit.isOutput(out)) {
            edit.remove(node);
            edit.replaceUses(out, in);
            return true;
        }
        Node before = edit.producers().get(in);
        if (before == null || edit.isOutput(in)) {
            return false;
        }
        edit.remove(node);
        edit.replace(before, before.withOutputs(before.outputs().stream().map(o -> o.equals(in) ? out : o).toList()));
        edit.replaceUses(in, out);
        return true;
    }
}
