package dev.lathe.optimize.quantize;

import dev.lathe.graph.DataType;
import dev.lathe.graph.TensorData;
import java.util.List;

/// Weights as signed 8-bit integers, symmetric about 0, with a scale per channel or one for all.
///
/// The arithmetic: `q = saturate(rint(w / s))` in doubles, half to even; `s = max|w| / limit`, where the limit is 127 for
/// 8 bits and 64 for 7; a channel of zeros has scale 1.
public final class IntegerWeights {
    private final List<Long> shape;
    private final byte[] values;
    private final float[] scales;

    private IntegerWeights(List<Long> shape, byte[] values, float[] scales) {
        this.shape = shape;
        this.values = values;
        this.scales = scales;
    }

    /// Scales for weights.
    ///
    /// @param shape shape of the weights
    /// @param axis the dimension of the channels, or -1 for one scale
    /// @param bits 7 or 8
    public static float[] scales(float[] weights, List<Long> shape, int axis, int bits) {
        double[] largest = new double[channels(shape, axis)];
        int inner = inner(shape, axis);
        for (int i = 0; i < weights.length; i++) {
            int channel = i / inner % largest.length;
            largest[channel] = Math.max(largest[channel], Math.abs(weights[i]));
        }
        float[] scales = new float[largest.length];
        for (int c = 0; c < scales.length; c++) {
            double scale = largest[c] / limit(bits);
            scales[c] = scale < Float.MIN_NORMAL ? 1 : (float) scale;
        }
        return scales;
    }

    /// Weights at given scales.
    public static IntegerWeights quantize(float[] weights, List<Long> shape, int axis, int bits, float[] scales) {
        byte[] values = new byte[weights.length];
        int inner = inner(shape, axis);
        int limit = limit(bits);
        for (int i = 0; i < values.length; i++) {
            double quantized = Math.rint((double) weights[i] / scales[i / inner % scales.length]);
            values[i] = (byte) Math.clamp(quantized, (double) -limit, (double) limit);
        }
        return new IntegerWeights(List.copyOf(shape), values, scales.clone());
    }

    private static int limit(int bits) {
        return bits == 7 ? 64 : 127;
    }

    private static int channels(List<Long> shape, int axis) {
        return axis < 0 ? 1 : Math.toIntExact(shape.get(axis));
    }

    private static int inner(List<Long> shape, int axis) {
        long inner = 1;
        for (int d = axis < 0 ? 0 : axis + 1; d < shape.size(); d++) {
            inner *= shape.get(d);
        }
        return Math.max(1, Math.toIntExact(inner));
    }

    /// The integers.
    public TensorData tensor() {
        return TensorData.ofBytes(DataType.INT8, shape, values);
    }

    /// One scale per channel, or a scalar where there is one.
    public TensorData scaleTensor() {
        return TensorData.ofFloats(scales.length == 1 ? List.of() : List.of((long) scales.length), scales);
    }

    /// Zeros in the shape of the scales.
    public TensorData zeroPointTensor() {
        return TensorData.ofBytes(DataType.INT8, scales.length == 1 ? List.of() : List.of((long) scales.length),
                new byte[scales.length]);
    }

    /// A copy of the scales.
    public float[] scales() {
        return scales.clone();
    }
}
