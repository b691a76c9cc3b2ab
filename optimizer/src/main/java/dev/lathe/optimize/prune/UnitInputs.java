package dev.lathe.optimize.prune;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Which inputs of a layer each unit is.
final class UnitInputs {
    private UnitInputs() {}

    /// The indices among the inputs of a group of the layer, by unit.
    static Map<Integer, int[]> of(DependencyGraph dependencies, WeightAxis reader, Layer layer) {
        int[] units = dependencies.units(reader.weights(), reader.axis());
        int inner = layer.inputs() / Math.max(1, units.length);
        Map<Integer, int[]> indices = new HashMap<>();
        for (int i = 0; i < units.length; i++) {
            int[] before = indices.getOrDefault(units[i], new int[0]);
            int[] more = Arrays.copyOf(before, before.length + inner);
            for (int j = 0; j < inner; j++) {
                more[before.length + j] = i * inner + j;
            }
            indices.put(units[i], more);
        }
        return indices;
    }
}
