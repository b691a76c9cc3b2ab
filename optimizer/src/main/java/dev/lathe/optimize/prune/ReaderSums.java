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

/// What layers read on calibration data, as sums of products of their inputs: those to learn from, and those held back.
///
/// Memory: two squares of doubles as wide as a layer's inputs, for each layer.
final class ReaderSums {
    private static final int ROWS_PER_INPUT = 4;
    private static final int FEWEST_ROWS = 2048;
    private static final int MOST_ROWS = 8192;

    private final SequencedMap<Layer, List<NormalEquations>> sums = new LinkedHashMap<>();
    private final Map<Layer, List<NormalEquations>> held = new HashMap<>();
    private final Map<Layer, Integer> seen = new HashMap<>();
    private final HeldBack heldBack;

    private ReaderSums(HeldBack heldBack) {
        this.heldBack = heldBack;
    }

    /// Bytes that a layer takes.
    static long sizeBytes(Layer layer) {
        return 2L * layer.groups() * NormalEquations.sizeBytes(layer.inputs(), 0);
    }

    /// Runs calibration samples and sums up what these layers read.
    static ReaderSums of(Model model, List<Layer> layers, PassContext context, Calibration calibration, int samples) {
        ReaderSums sums = new ReaderSums(HeldBack.of(calibration, samples));
        layers.forEach(l -> {
            sums.sums.put(l, empty(l));
            sums.held.put(l, empty(l));
        });
        List<String> values = layers.stream().map(Layer::read).distinct().toList();
        int count = sums.heldBack.count();
        if (!values.isEmpty() && count > 0) {
            new Activations(Prefix.of(model, values), context, calibration).show(values, count,
                    (value, tensor) -> layers
                            .stream().filter(l -> l.read().equals(value)).forEach(l -> sums.add(l, tensor)));
        }
        return sums;
    }

    private static List<NormalEquations> empty(Layer layer) {
        return IntStream.range(0, layer.groups()).mapToObj(_ -> new NormalEquations(layer.inputs(), 0)).toList();
    }

    private void add(Layer layer, Tensor tensor) {
        int sample = seen.merge(layer, 1, Integer::sum) - 1;
        int rows = Math.clamp((long) ROWS_PER_INPUT * layer.inputs(), FEWEST_ROWS, MOST_ROWS)
                / Math.max(1, heldBack.learned()) + 1;
        Places.Patches patches = new Places(layer).patches(tensor);
        float[] row = new float[layer.inputs()];
        List<NormalEquations> own = heldBack.is(sample) ? held(layer) : of(layer);
        for (int place : Places.some(patches.count(), rows, sample)) {
            for (int g = 0; g < own.size(); g++) {
                patches.row(g, place, row);
                own.get(g).add(row, row, 0);
            }
        }
    }

    /// The sums of a layer to learn from, one for each of its groups; none if it was not asked for.
    List<NormalEquations> of(Layer layer) {
        return sums.getOrDefault(layer, List.of());
    }

    /// The sums that are held back, likewise; without rows where there are too few samples to hold some back.
    List<NormalEquations> held(Layer layer) {
        return held.getOrDefault(layer, List.of());
    }
}
