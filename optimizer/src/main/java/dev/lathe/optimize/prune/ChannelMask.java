package dev.lathe.optimize.prune;

import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Model;
import dev.lathe.graph.TensorData;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Silences units of a model without changing a shape: the weights that sum them up become zero. For trying out, and to hold
/// [ChannelCut] against.
public final class ChannelMask {
    private ChannelMask() {}

    /// The model with these units silenced.
    ///
    /// @param dependencies those of this very model
    /// @param units of [DependencyGraph#groups()]
    /// @return the same object where there are none
    public static Model mask(Model model, DependencyGraph dependencies, Set<Integer> units) {
        if (units.isEmpty()) {
            return model;
        }
        Map<String, TensorData> masked = new LinkedHashMap<>();
        for (ChannelGroup group : dependencies.groups()) {
            for (WeightAxis reader : group.readers()) {
                int[] own = dependencies.units(reader.weights(), reader.axis());
                Set<Integer> zero = new HashSet<>();
                for (int i = 0; i < own.length; i++) {
                    if (units.contains(own[i])) {
                        zero.add(i);
                    }
                }
                TensorData tensor = masked.getOrDefault(reader.weights(),
                        model.graph().initializers().get(reader.weights()));
                if (!zero.isEmpty() && tensor != null) {
                    masked.put(reader.weights(), AxisSlices.zero(tensor, reader.axis(), zero));
                }
            }
        }
        GraphEdit edit = new GraphEdit(model.graph());
        masked.forEach(edit::setInitializer);
        return model.withGraph(edit.done());
    }
}
