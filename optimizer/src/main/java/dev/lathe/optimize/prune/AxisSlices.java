package dev.lathe.optimize.prune;

import dev.lathe.graph.TensorData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Parts of a constant along one of its axes.
final class AxisSlices {
    private AxisSlices() {}

    /// The tensor with these indices of an axis only, in their order.
    static TensorData take(TensorData tensor, int axis, int... indices) {
        long inner = product(tensor.shape().subList(axis + 1, tensor.shape().size())) * tensor.type().bits() / 8;
        long outer = product(tensor.shape().subList(0, axis));
        long size = tensor.shape().get(axis);
        MemorySegment from = tensor.bytes();
        MemorySegment to = Arena.ofAuto().allocate(Math.max(1, outer * indices.length * inner), 64)
                .asSlice(0, outer * indices.length * inner);
        long at = 0;
        for (long o = 0; o < outer; o++) {
            for (int index : indices) {
                MemorySegment.copy(from, (o * size + index) * inner, to, at, inner);
                at += inner;
            }
        }
        List<Long> shape = new ArrayList<>(tensor.shape());
        shape.set(axis, (long) indices.length);
        return new TensorData.InMemory(tensor.type(), shape, to, TensorData.Encoding.RAW, tensor.rest());
    }

    /// The tensor with zeros at these indices of an axis.
    static TensorData zero(TensorData tensor, int axis, Set<Integer> indices) {
        long inner = product(tensor.shape().subList(axis + 1, tensor.shape().size())) * tensor.type().bits() / 8;
        long size = tensor.shape().get(axis);
        MemorySegment to = Arena.ofAuto().allocate(Math.max(1, tensor.bytes().byteSize()), 64).asSlice(0,
                tensor.bytes().byteSize());
        to.copyFrom(tensor.bytes());
        for (long at = 0; at * inner < to.byteSize(); at++) {
            if (indices.contains((int) (at % size))) {
                to.asSlice(at * inner, inner).fill((byte) 0);
            }
        }
        return new TensorData.InMemory(tensor.type(), tensor.shape(), to, TensorData.Encoding.RAW, tensor.rest());
    }

    private static long product(List<Long> sizes) {
        return sizes.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }
}
