package dev.lathe.optimize.sparse;

import dev.lathe.base.Problem;
import dev.lathe.graph.Model;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.factor.LinearLayer;
import dev.lathe.optimize.quantize.Activations;
import dev.lathe.profile.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// How large the inputs of layers are on calibration data, by channel.
///
/// Memory: one number a channel of each value.
public final class InputNorms {
    /// Samples that are looked at: the norms are steady by then.
    private static final int SAMPLES = 128;

    private final Map<String, double[]> squares = new HashMap<>();

    private InputNorms() {}

    /// Looks at the inputs of these layers.
    ///
    /// @throws dev.lathe.base.ProblemException if a value is not finite
    public static InputNorms of(List<LinearLayer> layers, Model model, PassContext context, Calibration calibration) {
        InputNorms norms = new InputNorms();
        Map<String, Set<Boolean>> readers = new LinkedHashMap<>();
        layers.forEach(l -> l.activations().forEach(
                a -> readers.computeIfAbsent(a, _ -> new LinkedHashSet<>()).add(l.isConvolution())));
        new Activations(model, context, calibration).show(List.copyOf(readers.keySet()), SAMPLES,
                (value, tensor) -> readers.getOrDefault(value, Set.of())
                        .forEach(convolution -> norms.add(value, tensor, convolution)));
        return norms;
    }

    private static String key(String value, boolean convolution) {
        return (convolution ? "channels of " : "rows of ") + value;
    }

    private void add(String value, Tensor tensor, boolean convolution) {
        FloatBuffer values = tensor.floatBuffer();
        long[] shape = tensor.shape();
        int channels = Math.toIntExact(shape[convolution ? 1 : shape.length - 1]);
        int inner = 1;
        for (int d = 2; convolution && d < shape.length; d++) {
            inner *= Math.toIntExact(shape[d]);
        }
        double[] sums = squares.computeIfAbsent(key(value, convolution), _ -> new double[channels]);
        for (int i = 0; i < values.limit(); i++) {
            double number = values.get(i);
            sums[i / inner % channels] += number * number;
        }
        for (double sum : sums) {
            if (!Double.isFinite(sum)) {
                throw Problem.error("range-not-finite", value, "the values are not finite on the calibration data",
                        "Leave out the node that reads them with exclude, or check the data.").toException();
            }
        }
    }

    /// The norm of each channel that a layer reads.
    public double[] of(LinearLayer layer) {
        double[] norms = new double[layer.channels()];
        for (String activation : layer.activations()) {
            double[] sums = squares.getOrDefault(key(activation, layer.isConvolution()), new double[norms.length]);
            for (int c = 0; c < norms.length; c++) {
                norms[c] += sums[c];
            }
        }
        for (int c = 0; c < norms.length; c++) {
            norms[c] = Math.sqrt(norms[c]);
        }
        return norms;
    }
}
