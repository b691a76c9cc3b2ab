package dev.lathe.optimize.prune;

import dev.lathe.profile.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Where a layer's outputs stand in its tensors, and what it reads at each of those places: for a Conv the patch under the
/// kernel, for a matrix a row.
///
/// Places are counted through batch and space; which of them are looked at depends on the sample's number alone.
final class Places {
    /// Part of the golden section: neighbouring samples start at places far apart.
    private static final double GOLDEN = 0.618033988749895;

    private final Layer layer;
    private final boolean conv;

    Places(Layer layer) {
        this.layer = layer;
        this.conv = layer.node().is("Conv");
    }

    /// How many places a tensor of that many channels has.
    static int count(Tensor made, int channels) {
        return (int) (made.elements() / channels);
    }

    /// Some of the places, evenly spread.
    static int[] some(int available, int wanted, int sample) {
        int count = Math.min(available, wanted);
        int shift = (int) (sample * GOLDEN % 1 * available);
        return IntStream.range(0, count).map(i -> (int) (((long) i * available / count + shift) % available)).sorted()
                .toArray();
    }

    /// The channels of a tensor at a place: as many as there is room for, which must be all.
    void channels(Tensor made, int place, float... into) {
        FloatBuffer values = made.floatBuffer();
        if (!conv) {
            values.get(place * into.length, into);
            return;
        }
        int space = (int) Tensor.count(tail(made.shape()));
        int batch = place / space;
        for (int c = 0; c < into.length; c++) {
            into[c] = values.get((batch * into.length + c) * space + place % space);
        }
    }

    /// The axis of a tensor that holds the channels.
    int axis(int rank) {
        return conv ? 1 : rank - 1;
    }

    private static long[] tail(long... shape) {
        return Arrays.copyOfRange(shape, 2, shape.length);
    }

    /// Reads what a group sees at places of one tensor of inputs.
    Patches patches(Tensor read) {
        return new Patches(layer, read);
    }

    /// Inputs of one tensor.
    static final class Patches {
        private final FloatBuffer values;
        private final Window window;

        private final int count;

        private Patches(Layer layer, Tensor read) {
            this.values = read.floatBuffer();
            if (layer.node().is("Conv")) {
                List<Long> weights = layer.weights().shape();
                long[] made = Window.made(layer.node(), weights, read.shape());
                this.window = Window.of(layer.node(), weights, read.shape(), made);
                this.count = (int) (Tensor.count(made) / layer.width());
            } else {
                this.window = new Window(List.of(), layer.inputs(), 1, 1);
                this.count = (int) (read.elements() / layer.inputs());
            }
        }

        /// How many places there are.
        int count() {
            return count;
        }

        /// What a group sees at a place.
        void row(int group, int place, float... into) {
            if (window.axes().isEmpty()) {
                values.get(place * into.length, into);
            } else {
                patch(group, place, into);
            }
        }

        private void patch(int group, int place, float... into) {
            Window.Along y = window.axes().get(0);
            Window.Along x = window.axes().get(1);
            int perGroup = into.length / (y.kernel() * x.kernel());
            int batch = place / (y.made() * x.made());
            int top = place / x.made() % y.made() * y.stride() - y.pad();
            int left = place % x.made() * x.stride() - x.pad();
            int at = 0;
            for (int c = 0; c < perGroup; c++) {
                int plane = (batch * window.channels() + group * perGroup + c) * y.size() * x.size();
                for (int ky = 0; ky < y.kernel(); ky++) {
                    int row = top + ky * y.dilation();
                    for (int kx = 0; kx < x.kernel(); kx++) {
                        int column = left + kx * x.dilation();
                        boolean inside = row >= 0 && row < y.size() && column >= 0 && column < x.size();
                        into[at++] = inside ? values.get(plane + row * x.size() + column) : 0;
                    }
                }
            }
        }
    }
}
