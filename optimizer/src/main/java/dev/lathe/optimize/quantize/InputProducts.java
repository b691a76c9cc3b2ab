package dev.lathe.optimize.quantize;

import dev.lathe.base.Problem;
import dev.lathe.profile.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// Sums up `X^T X` of layers' inputs, a tensor after the other.
///
/// Memory: a square matrix of doubles for each layer, as wide as its input; whoever asks sees to it that there are not too
/// many at once.
public final class InputProducts {
    private final SequencedMap<WeightLayer, double[]> sums = new LinkedHashMap<>();
    private final Map<WeightLayer, Integer> widths = new LinkedHashMap<>();

    /// Bytes that a layer of that many inputs takes.
    public static long sizeBytes(int inputs) {
        return (long) inputs * inputs * Double.BYTES;
    }

    /// Gets ready for a layer of that many inputs.
    public void expect(WeightLayer layer, int inputs) {
        sums.put(layer, new double[inputs * inputs]);
        widths.put(layer, inputs);
    }

    /// Adds one tensor to the layers that read it.
    ///
    /// @throws dev.lathe.base.ProblemException if a value is not finite
    public void add(String value, Tensor tensor) {
        sums.forEach((layer, sum) -> {
            for (String activation : layer.activations()) {
                if (activation.equals(value)) {
                    add(value, sum, widths.getOrDefault(layer, 0), tensor.floatBuffer());
                }
            }
        });
    }

    private static void add(String value, double[] sum, int width, FloatBuffer inputs) {
        for (int from = 0; from + width <= inputs.limit(); from += width) {
            float[] row = new float[width];
            inputs.get(from, row);
            for (float input : row) {
                if (!Float.isFinite(input)) {
                    throw Problem.error("range-not-finite", value, "the values are not finite on the calibration data",
                            "Leave out the node that reads them with exclude, or check the data.").toException();
                }
            }
            accumulate(sum, row);
        }
    }

    private static void accumulate(double[] sum, float... row) {
        int width = row.length;
        IntStream rows = IntStream.range(0, width);
        (width < 512 ? rows : rows.parallel()).forEach(i -> {
            double left = row[i];
            if (left != 0) {
                for (int j = 0; j < width; j++) {
                    sum[i * width + j] += left * row[j];
                }
            }
        });
    }

    /// The sums of a layer.
    public double[] of(WeightLayer layer) {
        return sums.getOrDefault(layer, new double[0]);
    }

    /// The layers, in the order they were expected in.
    public List<WeightLayer> layers() {
        return List.copyOf(sums.keySet());
    }
}
