package dev.lathe.profile.operators;

import dev.lathe.graph.DataType;
import java.util.List;
import java.util.stream.Collectors;

/// Type and sizes of one tensor as it was in a run.
///
/// @param dims the sizes; empty for a scalar
public record TensorShape(DataType type, List<Long> dims) {

    /// Copies the list.
    public TensorShape {
        dims = List.copyOf(dims);
    }

    /// How many elements it has; 1 for a scalar.
    public long elements() {
        return dims.contains(0L) ? 0 : dims.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }

    /// How many bytes its elements take; 0 for texts.
    public long sizeBytes() {
        return type.bytes(elements());
    }

    /// As users write it: `float32[1,3,224,224]`.
    @Override
    public String toString() {
        return type.label() + dims.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
    }
}
