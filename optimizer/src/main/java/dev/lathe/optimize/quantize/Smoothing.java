package dev.lathe.optimize.quantize;

import dev.lathe.profile.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Finds by which factors the channels of a layer's input are divided, and its weights multiplied, so that both lose least
/// when they are quantized to 8 bits: `s = max|x|^alpha / max|w|^(1 - alpha)`. Source: Xiao et al., "SmoothQuant: Accurate
/// and Efficient Post-Training Quantization for Large Language Models" (2022); here alpha is tried per layer.
public final class Smoothing {
    private static final double SMALLEST = 1e-5;
    private static final int MOST_COLUMNS = 256;
    private static final int BITS = 8;

    private final InputProfile profile;
    private final List<ChannelWeights> weights;

    /// For the matrices that read one value.
    public Smoothing(List<ChannelWeights> weights) {
        this.weights = List.copyOf(weights);
        this.profile = new InputProfile(weights.getFirst().inputs());
    }

    /// Looks at the value in one sample.
    public void add(Tensor tensor) {
        profile.add(tensor);
    }

    /// Factors that pay.
    ///
    /// @param alpha the one that was best
    /// @param factors one per channel of the input, above 0
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    public record Factors(double alpha, double[] factors) {}

    /// The best factors; empty if none beats the layer as it is.
    ///
    /// @param alphas what to try
    /// @param worth part of the layer's present error that must not be exceeded
    public Optional<Factors> best(List<Double> alphas, double worth) {
        if (!profile.isUsable()) {
            return Optional.empty();
        }
        double[] ones = new double[weights.getFirst().inputs()];
        Arrays.fill(ones, 1);
        double least = error(ones) * worth;
        Optional<Factors> best = Optional.empty();
        for (double alpha : alphas) {
            double[] factors = factors(alpha);
            double error = error(factors);
            if (error < least) {
                least = error;
                best = Optional.of(new Factors(alpha, factors));
            }
        }
        return best;
    }

    private double[] factors(double alpha) {
        float[] inputs = profile.largest();
        double[] ranges = new double[inputs.length];
        for (ChannelWeights matrix : weights) {
            double[] own = matrix.inputRanges();
            for (int c = 0; c < ranges.length; c++) {
                ranges[c] = Math.max(ranges[c], own[c]);
            }
        }
        double[] factors = new double[inputs.length];
        for (int c = 0; c < factors.length; c++) {
            boolean dead = inputs[c] < SMALLEST || ranges[c] < SMALLEST;
            factors[c] = dead ? 1 : Math.max(SMALLEST, Math.pow(inputs[c], alpha) / Math.pow(ranges[c], 1 - alpha));
        }
        return factors;
    }

    /// The squared error of the outputs when inputs and weights are quantized behind these factors.
    private double error(double[] factors) {
        List<float[]> rows = profile.rows();
        Affine affine = affine(rows, factors);
        double[][] exact = new double[rows.size()][];
        double[][] rounded = new double[rows.size()][];
        for (int r = 0; r < exact.length; r++) {
            exact[r] = new double[factors.length];
            rounded[r] = new double[factors.length];
            for (int c = 0; c < factors.length; c++) {
                exact[r][c] = rows.get(r)[c] / factors[c];
                rounded[r][c] = affine.scale() * (double) (affine.quantize(exact[r][c]) - affine.zeroPoint());
            }
        }
        return weights.stream().mapToDouble(w -> error(w, factors, exact, rounded)).sum();
    }

    private Affine affine(List<float[]> rows, double... factors) {
        double low = 0;
        double high = 0;
        for (float[] row : rows) {
            for (int c = 0; c < row.length; c++) {
                low = Math.min(low, row[c] / factors[c]);
                high = Math.max(high, row[c] / factors[c]);
            }
        }
        return Affine.ofRange(low, high);
    }

    private static double error(ChannelWeights matrix, double[] factors, double[][] exact, double[][] rounded) {
        int step = Math.max(1, matrix.outputs() / MOST_COLUMNS);
        double sum = 0;
        double[] column = new double[factors.length];
        double[] integers = new double[factors.length];
        for (int o = 0; o < matrix.outputs(); o += step) {
            double largest = 0;
            for (int i = 0; i < column.length; i++) {
                column[i] = matrix.matrixWeight(i, o) * factors[i];
                largest = Math.max(largest, Math.abs(column[i]));
            }
            double scale = largest == 0 ? 1 : largest / ((1 << (BITS - 1)) - 1);
            for (int i = 0; i < column.length; i++) {
                integers[i] = Math.rint(column[i] / scale) * scale;
            }
            for (int r = 0; r < exact.length; r++) {
                double difference = 0;
                for (int i = 0; i < column.length; i++) {
                    difference += exact[r][i] * column[i] - rounded[r][i] * integers[i];
                }
                sum += difference * difference;
            }
        }
        return sum;
    }
}
