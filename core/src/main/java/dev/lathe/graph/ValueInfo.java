package dev.lathe.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The declared name, type and shape of a value.
///
/// @param name the value's name, unique in its graph
/// @param type element type, or [DataType#UNDEFINED] where the value is no tensor (a sequence, a map, an optional)
/// @param shape the declared shape; empty where nothing is declared (which is not the same as a scalar)
/// @param rest what else the file says about it, kept for writing
public record ValueInfo(String name, DataType type, Optional<List<Dim>> shape, Extra rest) {

    /// Copies the shape.
    public ValueInfo {
        shape = shape.map(List::copyOf);
    }

    /// A tensor with a declared shape.
    public static ValueInfo tensor(String name, DataType type, List<Dim> shape) {
        return new ValueInfo(name, type, Optional.of(shape), Extra.NONE);
    }

    /// A tensor about whose shape nothing is declared.
    public static ValueInfo tensor(String name, DataType type) {
        return new ValueInfo(name, type, Optional.empty(), Extra.NONE);
    }

    /// Whether this is a tensor (and no sequence, map or optional).
    public boolean isTensor() {
        return type != DataType.UNDEFINED;
    }

    /// The first dimension, by convention the batch; empty for scalars and undeclared shapes.
    public Optional<Dim> batch() {
        return shape.filter(s -> !s.isEmpty()).map(List::getFirst);
    }

    /// Type and shape as text: `float32[batch,3,224,224]`.
    public String signature() {
        String dims = shape.map(s -> s.stream().map(Dim::toString).collect(Collectors.joining(",", "[", "]")))
                .orElse("[…]");
        return (isTensor() ? type.label() : "non-tensor") + (isTensor() ? dims : "");
    }
}
