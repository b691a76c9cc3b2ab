package dev.lathe.graph.inspect;

import dev.lathe.graph.Attribute;
import dev.lathe.graph.Dim;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The shapes of a graph's values, as far as the model tells them.
final class Shapes {
    /// Operators whose first output has the shape of their first input.
    private static final Set<String> KEEP_SHAPE = Set.of("Identity", "Cast", "QuantizeLinear", "DequantizeLinear",
            "DynamicQuantizeLinear", "Relu", "LeakyRelu", "PRelu", "Sigmoid", "Tanh", "HardSigmoid", "HardSwish",
            "Clip",
            "Dropout", "BatchNormalization", "InstanceNormalization", "LayerNormalization", "Softmax", "LogSoftmax",
            "Erf", "Gelu", "Sqrt", "Neg", "Abs", "Exp", "Log", "com.microsoft:QuantizeLinear",
            "com.microsoft:DequantizeLinear", "com.microsoft:FastGelu", "com.microsoft:BiasGelu");

    /// How ONNX's shape inference names dimensions it knows nothing about.
    private static final String GENERATED = "unk__";

    private final Map<String, List<Dim>> known = new HashMap<>();

    Shapes(Graph graph) {
        graph.values().forEach(this::declare);
        graph.outputs().forEach(this::declare);
        graph.inputs().forEach(this::declare);
        graph.initializers().forEach(this::constant);
        graph.nodes().forEach(this::follow);
    }

    /// Shapes that are known from elsewhere.
    Shapes(Map<String, List<Long>> sizes) {
        sizes.forEach((name, dims) -> known.put(name, dims.stream().map(d -> (Dim) new Dim.Fixed(d)).toList()));
    }

    /// The value's sizes.
    ///
    /// @throws NotKnown if one of them is open
    List<Long> of(String value) throws NotKnown {
        List<Dim> dims = known.get(value);
        if (dims == null) {
            throw new NotKnown("the shape of " + value + " is not known");
        }
        List<Long> sizes = new ArrayList<>();
        for (Dim dim : dims) {
            sizes.add(switch (dim) {
                case Dim.Fixed(long size) -> size;
                case Dim.Symbol(String name) when !name.startsWith(GENERATED) ->
                    throw new NotKnown("the dimension " + name + " of " + value + " has no size");
                case Dim.Symbol _ -> throw new NotKnown("a dimension of " + value + " has no size");
                case Dim.Any _ -> throw new NotKnown("a dimension of " + value + " has no size");
            });
        }
        return sizes;
    }

    private void declare(ValueInfo value) {
        value.shape().ifPresent(s -> known.put(value.name(), s));
    }

    private void constant(String name, TensorData tensor) {
        known.put(name, tensor.shape().stream().map(d -> (Dim) new Dim.Fixed(d)).toList());
    }

    private void follow(Node node) {
        if (node.outputs().isEmpty() || isComplete(node.outputs().getFirst())) {
            return;
        }
        String output = node.outputs().getFirst();
        if (node.is("Constant") && node.attribute("value").orElse(null) instanceof Attribute.TensorValue(var tensor)) {
            constant(output, tensor);
        } else if (KEEP_SHAPE.contains(node.operator())) {
            node.input(0).flatMap(i -> Optional.ofNullable(known.get(i))).ifPresent(s -> known.put(output, s));
        }
    }

    private boolean isComplete(String value) {
        List<Dim> dims = known.get(value);
        return dims != null && dims.stream().allMatch(d -> d instanceof Dim.Fixed);
    }

    /// Why a number cannot be told.
    static final class NotKnown extends Exception {
        private static final long serialVersionUID = 1L;

        private final String why;

        NotKnown(String why) {
            super(why, null, false, false);
            this.why = why;
        }

        String why() {
            return why;
        }
    }
}
