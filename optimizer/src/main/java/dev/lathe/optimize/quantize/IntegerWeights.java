package dev.lathe.optimize.quantize;

import dev.lathe.graph.DataType;
import dev.lathe.graph.TensorData;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Weights as 8-bit integers, symmetric about 0, with a scale per channel or one for all.
///
/// The arithmetic: `q = saturate(rint(w / s))` in doubles, half to even; `s = max|w| / limit`, where the limit is 127 for
/// 8 bits and 64 for 7; a channel of zeros has scale 1.
public final class IntegerWeights {
    /// The width of weights where nothing speaks for fewer bits.
    public static final int BITS = 8;
    private static final int SCALES_TRIED = 50;
    /// What stands for 0 in unsigned weights.
    private static final int MIDDLE = 128;

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

    /// Scales with which the squared error is least: never larger than those of [#scales], down to half of them, for what a
    /// few large weights lose by clipping can be less than what all others win.
    public static float[] leastErrorScales(float[] weights, List<Long> shape, int axis, int bits) {
        float[] widest = scales(weights, shape, axis, bits);
        int inner = inner(shape, axis);
        int limit = limit(bits);
        float[] scales = widest.clone();
        IntStream.range(0, scales.length).parallel().forEach(c -> {
            float[] channel = channel(weights, c, inner, widest.length);
            double least = Double.MAX_VALUE;
            for (int i = 0; i < SCALES_TRIED; i++) {
                float scale = (float) (widest[c] * (1 - 0.5 * i / SCALES_TRIED));
                double error = squaredError(channel, scale, limit);
                if (error < least) {
                    least = error;
                    scales[c] = scale;
                }
            }
        });
        return scales;
    }

    private static float[] channel(float[] weights, int c, int inner, int channels) {
        if (channels == 1) {
            return weights;
        }
        float[] values = new float[weights.length / channels];
        for (int from = c * inner, to = 0; from < weights.length; from += inner * channels, to += inner) {
            System.arraycopy(weights, from, values, to, inner);
        }
        return values;
    }

    private static double squaredError(float[] values, float scale, int limit) {
        double sum = 0;
        double inverse = 1.0 / scale;
        for (float value : values) {
            double rounded = Math.clamp(Math.rint(value * inverse), (double) -limit, (double) limit);
            double error = value - rounded * scale;
            sum += error * error;
        }
        return sum;
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

    /// The integers, signed or, shifted by 128, unsigned.
    public TensorData tensor(boolean unsigned) {
        if (!unsigned) {
            return TensorData.ofBytes(DataType.INT8, shape, values);
        }
        byte[] shifted = values.clone();
        for (int i = 0; i < shifted.length; i++) {
            shifted[i] += (byte) MIDDLE;
        }
        return TensorData.ofBytes(DataType.UINT8, shape, shifted);
    }

    /// One scale per channel, or a scalar where there is one.
    public TensorData scaleTensor() {
        return TensorData.ofFloats(scales.length == 1 ? List.of() : List.of((long) scales.length), scales);
    }

    /// What stands for 0, in the shape of the scales.
    public TensorData zeroPointTensor(boolean unsigned) {
        byte[] zeros = new byte[scales.length];
        Arrays.fill(zeros, (byte) (unsigned ? MIDDLE : 0));
        return TensorData.ofBytes(unsigned ? DataType.UINT8 : DataType.INT8,
                scales.length == 1 ? List.of() : List.of((long) scales.length), zeros);
    }

    /// A copy of the integers, signed.
    byte[] bytes() {
        return values.clone();
    }

    /// A copy of the scales.
    public float[] scales() {
        return scales.clone();
    }
}
