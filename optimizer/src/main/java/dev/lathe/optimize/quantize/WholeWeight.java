package dev.lathe.optimize.quantize;

import dev.lathe.graph.DataType;
import dev.lathe.graph.TensorData;
import java.util.List;
import java.util.stream.IntStream;

/// A weight as signed 8-bit integers with one scale and a zero point: weights that reach further to one side use the other
/// side's integers too.
///
/// The arithmetic is that of [Affine].
public final class WholeWeight {
    /// How many ranges are tried on each side, down to half of it.
    private static final int TRIED = 25;
    /// Above this many weights a sample of them tells the least error.
    private static final int MOST_JUDGED = 1 << 16;

    private final Affine affine;
    private final TensorData integers;

    private WholeWeight(Affine affine, TensorData integers) {
        this.affine = affine;
        this.integers = integers;
    }

    /// A weight at the mapping that suits it.
    ///
    /// @param leastError whether the range has the least squared error, or holds every weight
    public static WholeWeight of(List<Long> shape, boolean leastError, float... weights) {
        double min = 0;
        double max = 0;
        for (float weight : weights) {
            min = Math.min(min, weight);
            max = Math.max(max, weight);
        }
        Affine affine = leastError ? leastError(min, max, weights) : ofRange(min, max);
        byte[] bytes = new byte[weights.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) affine.quantize(weights[i]);
        }
        return new WholeWeight(affine, TensorData.ofBytes(DataType.INT8, shape, bytes));
    }

    private static Affine ofRange(double min, double max) {
        return Affine.ofRange(min, max, IntegerType.S8, false);
    }

    /// Both sides are narrowed together, and then each by itself.
    private static Affine leastError(double min, double max, float... weights) {
        int step = 1 + weights.length / MOST_JUDGED;
        double both = narrowest(step, weights, part -> ofRange(min * part, max * part));
        double low = narrowest(step, weights, part -> ofRange(min * part, max * both));
        double high = narrowest(step, weights, part -> ofRange(min * low, max * part));
        return ofRange(min * low, max * high);
    }

    /// A mapping for a part of a range.
    private interface Narrowed {
        Affine to(double part);
    }

    private static double narrowest(int step, float[] weights, Narrowed narrowed) {
        double[] errors = IntStream.range(0, TRIED).parallel()
                .mapToDouble(i -> squaredError(narrowed.to(part(i)), step, weights)).toArray();
        int best = 0;
        for (int i = 1; i < TRIED; i++) {
            best = errors[i] < errors[best] ? i : best;
        }
        return part(best);
    }

    private static double part(int tried) {
        return 1 - 0.5 * tried / TRIED;
    }

    private static double squaredError(Affine affine, int step, float... weights) {
        double sum = 0;
        for (int i = 0; i < weights.length; i += step) {
            double error = weights[i] - (double) affine.scale() * (affine.quantize(weights[i]) - affine.zeroPoint());
            sum += error * error;
        }
        return sum;
    }

    /// The integers.
    public TensorData integers() {
        return integers;
    }

    /// The scale, for weights that an operator multiplies by a factor besides.
    public TensorData scale(float factor) {
        return TensorData.ofFloats(List.of(), affine.scale() * factor);
    }

    /// What stands for 0.
    public TensorData zeroPoint() {
        return affine.zeroPointTensor();
    }
}
