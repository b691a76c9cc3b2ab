package dev.lathe.optimize.prune;

import dev.lathe.graph.Model;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.quantize.Activations;
import dev.lathe.profile.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Fits one layer of a cut model to what the original model has there, on calibration activations.
final class Refit {
    /// Rows for each input: enough to tell weights from noise.
    private static final int ROWS_PER_INPUT = 6;
    private static final int FEWEST_ROWS = 3072;
    private static final int MOST_ROWS = 16384;
    /// Every so manieth sample is held back to choose how strongly weights are drawn to the old ones.
    private static final int HELD = HeldBack.EVERY;
    /// Sums of products for one layer do not take more.
    private static final long MOST_BYTES = 512L << 20;

    private final Model original;
    private final Model present;
    private final Kept kept;
    private final PassContext context;
    private final Calibration calibration;
    private final int samples;
    private final boolean holdsBack;

    /// Which indices of an axis of the original stay.
    @FunctionalInterface
    interface Kept {
        int[] of(String value, int axis);
    }

    /// @param holdsBack whether samples are left of which no weight knows
    Refit(Model original, Model present, Kept kept, PassContext context, Calibration calibration, int samples,
            boolean holdsBack) {
        this.original = original;
        this.present = present;
        this.kept = kept;
        this.context = context;
        this.calibration = calibration;
        this.samples = Math.min(samples, calibration.count());
        this.holdsBack = holdsBack;
    }

    /// The present model with the layer fitted; empty where its old weights serve best or it is too wide.
    Optional<Model> of(Layer layer) {
        if (2L * layer.groups() * NormalEquations.sizeBytes(layer.inputs(), layer.outputs()) > MOST_BYTES) {
            return Optional.empty();
        }
        RefitTarget target = RefitTarget.of(present.graph(), layer);
        Places places = new Places(layer);
        int rows = (Math.clamp((long) ROWS_PER_INPUT * layer.inputs(), FEWEST_ROWS, MOST_ROWS) + samples - 1) / samples;
        Wanted wanted = new Wanted(layer, target, places, rows);
        List<NormalEquations> learned = sums(layer);
        List<NormalEquations> held = sums(layer);
        wanted.look();
        wanted.subtractAndRead(learned, held);
        return fitted(layer, target, learned, held);
    }

    private static List<NormalEquations> sums(Layer layer) {
        return IntStream.range(0, layer.groups())
                .mapToObj(_ -> new NormalEquations(layer.inputs(), layer.outputs())).toList();
    }

    private Optional<Model> fitted(Layer layer, RefitTarget target, List<NormalEquations> learned,
            List<NormalEquations> held) {
        List<double[][]> weights = new ArrayList<>(LayerChange.weights(present.graph(), layer, target));
        boolean changed = false;
        for (int g = 0; g < layer.groups(); g++) {
            Optional<double[][]> fit = RidgeFit.fit(learned.get(g), held.get(g), weights.get(g),
                    target.biasNode().isPresent(), !holdsBack);
            if (fit.isPresent()) {
                weights.set(g, fit.get());
                changed = true;
            }
        }
        return changed
                ? Optional.of(present.withGraph(LayerChange.apply(present.graph(), layer, target, weights)))
                : Optional.empty();
    }

    /// The outputs that are wanted at the places looked at, sample by sample.
    private final class Wanted {
        private final Layer layer;
        private final RefitTarget target;
        private final Places places;
        private final int rows;
        private final List<float[][]> outputs = new ArrayList<>();
        private int subtracted;
        private int read;

        Wanted(Layer layer, RefitTarget target, Places places, int rows) {
            this.layer = layer;
            this.target = target;
            this.places = places;
            this.rows = rows;
        }

        private int[] places(Tensor tensor, int channels, int sample) {
            return Places.some(Places.count(tensor, channels), rows, sample);
        }

        void look() {
            new Activations(Prefix.of(original, List.of(target.value())), context, calibration)
                    .show(List.of(target.value()), samples, (_, tensor) -> {
                        long[] shape = tensor.shape();
                        int axis = places.axis(shape.length);
                        int channels = (int) shape[axis];
                        int[] stay = kept.of(target.value(), axis);
                        int[] chosen = places(tensor, channels, outputs.size());
                        float[][] own = new float[chosen.length][layer.width()];
                        float[] all = new float[channels];
                        for (int r = 0; r < chosen.length; r++) {
                            places.channels(tensor, chosen[r], all);
                            for (int c = 0; c < own[r].length; c++) {
                                own[r][c] = all[stay.length == 0 ? c : stay[c]];
                            }
                        }
                        outputs.add(own);
                    });
        }

        /// The residual branch comes before the layer's own input, sample by sample.
        void subtractAndRead(List<NormalEquations> learned, List<NormalEquations> held) {
            List<String> values = new ArrayList<>(target.branch().stream().toList());
            values.add(layer.read());
            new Activations(Prefix.of(present, values), context, calibration).show(values, samples,
                    (value, tensor) -> {
                        if (target.branch().filter(value::equals).isPresent()) {
                            subtract(tensor);
                        }
                        if (value.equals(layer.read())) {
                            read(tensor, learned, held);
                        }
                    });
        }

        private void subtract(Tensor branch) {
            float[][] own = outputs.get(subtracted);
            int[] chosen = places(branch, layer.width(), subtracted++);
            float[] added = new float[layer.width()];
            for (int r = 0; r < own.length && own.length == chosen.length; r++) {
                places.channels(branch, chosen[r], added);
                for (int c = 0; c < added.length; c++) {
                    own[r][c] -= added[c];
                }
            }
        }

        private void read(Tensor tensor, List<NormalEquations> learned, List<NormalEquations> held) {
            int sample = read++;
            float[][] own = outputs.get(sample);
            Places.Patches patches = places.patches(tensor);
            int[] chosen = Places.some(patches.count(), rows, sample);
            float[] row = new float[layer.inputs()];
            for (int r = 0; r < chosen.length; r++) {
                boolean isHeld = (samples >= 2 * HELD ? sample : r) % HELD == HELD - 1;
                for (int g = 0; g < layer.groups(); g++) {
                    patches.row(g, chosen[r], row);
                    (isHeld ? held : learned).get(g).add(row, own[r], g * layer.outputs());
                }
            }
        }
    }
}
