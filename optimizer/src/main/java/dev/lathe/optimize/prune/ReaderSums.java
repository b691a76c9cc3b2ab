package dev.lathe.optimize.prune;

import dev.lathe.graph.Model;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.quantize.Activations;
import dev.lathe.profile.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// What layers read on calibration data, as sums of products of their inputs.
///
/// Memory: a square of doubles as wide as a layer's inputs, for each layer.
final class ReaderSums {
    private static final int ROWS_PER_INPUT = 4;
    private static final int FEWEST_ROWS = 2048;
    private static final int MOST_ROWS = 8192;

    private final SequencedMap<Layer, List<NormalEquations>> sums = new LinkedHashMap<>();
    private final Map<Layer, Integer> seen = new HashMap<>();

    private ReaderSums() {}

    /// Bytes that a layer takes.
    static long sizeBytes(Layer layer) {
        return layer.groups() * NormalEquations.sizeBytes(layer.inputs(), 0);
    }

    /// Runs calibration samples and sums up what these layers read.
    static ReaderSums of(Model model, List<Layer> layers, PassContext context, Calibration calibration, int samples) {
        ReaderSums sums = new ReaderSums();
        layers.forEach(l -> sums.sums.put(l, IntStream.range(0, l.groups())
                .mapToObj(_ -> new NormalEquations(l.inputs(), 0)).toList()));
        List<String> values = layers.stream().map(Layer::read).distinct().toList();
        int count = Math.min(samples, calibration.count());
        if (!values.isEmpty() && count > 0) {
            new Activations(Prefix.of(model, values), context, calibration).show(values, count,
                    (value, tensor) -> layers
                            .stream().filter(l -> l.read().equals(value)).forEach(l -> sums.add(l, tensor, count)));
        }
        return sums;
    }

    private void add(Layer layer, Tensor tensor, int samples) {
        int sample = seen.merge(layer, 1, Integer::sum) - 1;
        int rows = Math.clamp((long) ROWS_PER_INPUT * layer.inputs(), FEWEST_ROWS, MOST_ROWS) / samples + 1;
        Places.Patches patches = new Places(layer).patches(tensor);
        float[] row = new float[layer.inputs()];
        List<NormalEquations> own = sums.getOrDefault(layer, List.of());
        for (int place : Places.some(patches.count(), rows, sample)) {
            for (int g = 0; g < own.size(); g++) {
                patches.row(g, place, row);
                own.get(g).add(row, row, 0);
            }
        }
    }

    /// The sums of a layer, one for each of its groups; none if it was not asked for.
    List<NormalEquations> of(Layer layer) {
        return sums.getOrDefault(layer, List.of());
    }
}
