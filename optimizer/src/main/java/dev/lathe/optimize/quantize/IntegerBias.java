package dev.lathe.optimize.quantize;

import dev.lathe.graph.TensorData;
import java.util.List;

/// A bias as 32-bit integers, whose scale is that of the input times that of the weights.
public final class IntegerBias {
    /// Keeps the largest bias inside int32 after the products are rounded to float (ONNX Runtime's quantizer has the same).
    private static final double MARGIN = 1.0001;

    private IntegerBias() {}

    /// Weight scales, raised where a bias would otherwise leave int32: with channels of tiny weights, as depthwise
    /// convolutions have them, the product of the scales is too small for it.
    ///
    /// @param inputScale scale of the input
    /// @param weightScales one per channel, or one for all
    /// @param bias one per channel
    public static float[] raised(float[] weightScales, float inputScale, float... bias) {
        float[] scales = weightScales.clone();
        for (int c = 0; c < bias.length; c++) {
            int s = scales.length == 1 ? 0 : c;
            double needed = Math.abs((double) bias[c]) * MARGIN / Integer.MAX_VALUE / inputScale;
            if (needed > scales[s]) {
                scales[s] = (float) needed;
            }
        }
        return scales;
    }

    /// The scales of the bias.
    public static float[] scales(float[] weightScales, float inputScale) {
        float[] scales = weightScales.clone();
        for (int c = 0; c < scales.length; c++) {
            scales[c] = inputScale * scales[c];
        }
        return scales;
    }

    /// The integers: `saturate(rint(b / s))`.
    public static TensorData quantize(float[] bias, float... scales) {
        int[] values = new int[bias.length];
        for (int c = 0; c < values.length; c++) {
            double value = Math.rint((double) bias[c] / scales[scales.length == 1 ? 0 : c]);
            values[c] = (int) Math.clamp(value, (double) Integer.MIN_VALUE, (double) Integer.MAX_VALUE);
        }
        return TensorData.ofInts(List.of((long) values.length), values);
    }
}
