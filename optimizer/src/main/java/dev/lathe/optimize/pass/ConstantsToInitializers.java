package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.graph.Attribute;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import java.util.List;
import java.util.Optional;

/// Turns Constant nodes into initializers, which is where tools look for weights.
///
/// Matches: Constant nodes of the main graph that hold a tensor, a number or a list of numbers. Keeps: the value's name;
/// constants that are outputs of the graph, texts and sparse tensors. Adds: an initializer each. Error: none.
/// Needs IR version 4, where an initializer need not be an input, and raises the model to it.
///
/// Before: `Constant(value=t) -> c`. After: initializer `c = t`.
@AutoService(Pass.class)
public record ConstantsToInitializers() implements Pass {
    private static final long IR_VERSION = 4;

    @Override
    public PassInfo info() {
        return new PassInfo("constants-to-initializers", "turn Constant nodes into initializers",
                PassInfo.Fidelity.SAME);
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        GraphEdit edit = new GraphEdit(model.graph());
        int moved = 0;
        for (Node node : edit.nodes()) {
            Optional<TensorData> value = node.is("Constant") && node.outputs().size() == 1
                    && !edit.isOutput(node.outputs().getFirst()) ? value(node) : Optional.empty();
            if (value.isPresent()) {
                edit.remove(node);
                edit.setInitializer(node.outputs().getFirst(), value.get());
                moved++;
            }
        }
        return moved == 0
                ? PassOutcome.unchanged(model)
                : PassOutcome.of(model, model.withGraph(edit.done()).withIrVersionAtLeast(IR_VERSION), moved,
                        "Constant nodes made initializers");
    }

    private static Optional<TensorData> value(Node node) {
        return node.attributes().size() != 1 ? Optional.empty() : switch (node.attributes().getFirst().value()) {
            case Attribute.TensorValue(var tensor) ->
                Optional.of(tensor).filter(t -> !(t instanceof TensorData.Strings));
            case Attribute.FloatValue(float value) -> Optional.of(TensorData.ofFloats(List.of(), value));
            case Attribute.IntValue(long value) -> Optional.of(TensorData.ofLongs(List.of(), value));
            case Attribute.FloatsValue(var values) -> Optional.of(floats(values));
            case Attribute.IntsValue(var values) -> Optional.of(TensorData.ofLongs(List.of((long) values.size()),
                    values.stream().mapToLong(Long::longValue).toArray()));
            case Attribute.StringValue _,Attribute.StringsValue _,Attribute.GraphValue _,Attribute.OtherValue _ ->
                Optional.empty();
        };
    }

    private static TensorData floats(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return TensorData.ofFloats(List.of((long) array.length), array);
    }
}
