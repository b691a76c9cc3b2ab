package dev.lathe.optimize.prune;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Takes inputs away from a matrix of weights, a few at a time, and lets the weights of the others make up for them as well as
/// least squares can. Source: Hassibi and Stork, "Optimal Brain Surgeon" (1992), in blocks, as in Kurtic et al., "ZipLM" (2023).
final class Elimination {
    /// Added to the diagonal, in parts of its mean, so that the products can be inverted.
    private static final double DAMPING = 1e-3;

    /// The inverse of the inputs' products.
    private final double[][] inverse;
    /// The weights, `[inputs][outputs]`.
    private final double[][] weights;
    private final double energy;

    /// @param sums the inputs' products; the bias' one is behind them, and is never taken away
    /// @param weights `[outputs][inputs + 1]`
    Elimination(NormalEquations sums, double[]... weights) {
        int size = sums.inputs() + 1;
        this.weights = new double[size][weights.length];
        for (int o = 0; o < weights.length; o++) {
            for (int i = 0; i < size; i++) {
                this.weights[i][o] = weights[o][i];
            }
        }
        this.inverse = SymmetricInverse.of(sums.done(), DAMPING);
        this.energy = energy(sums);
    }

    /// What the outputs vary by, over all rows.
    private double energy(NormalEquations sums) {
        int inputs = sums.inputs();
        double rows = Math.max(1, sums.rows());
        return Math.max(Double.MIN_NORMAL, IntStream.range(0, weights[0].length).parallel().mapToDouble(o -> {
            double sum = 0;
            for (int i = 0; i < inputs; i++) {
                double inner = 0;
                for (int j = 0; j < inputs; j++) {
                    inner += (sums.product(i, j) - sums.product(inputs, i) * sums.product(inputs, j) / rows)
                            * weights[j][o];
                }
                sum += inner * weights[i][o];
            }
            return sum;
        }).sum());
    }

    /// What the outputs lose with these inputs, as a part of what they vary by.
    double loss(int... inputs) {
        double[][] factor = factor(inputs);
        double[] column = new double[inputs.length];
        double sum = 0;
        for (int o = 0; o < weights[0].length; o++) {
            for (int i = 0; i < inputs.length; i++) {
                double value = weights[inputs[i]][o];
                for (int j = 0; j < i; j++) {
                    value -= factor[i][j] * column[j];
                }
                column[i] = value / factor[i][i];
                sum += column[i] * column[i];
            }
        }
        return sum / energy;
    }

    /// The lower triangle whose square is the inverse's block.
    private double[][] factor(int... inputs) {
        double[][] factor = new double[inputs.length][inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = inverse[inputs[i]][inputs[j]];
                for (int k = 0; k < j; k++) {
                    sum -= factor[i][k] * factor[j][k];
                }
                factor[i][j] = i == j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / factor[j][j];
            }
        }
        return factor;
    }

    /// Takes these inputs away, one after the other.
    void remove(int... inputs) {
        for (int gone : inputs) {
            double pivot = Math.max(inverse[gone][gone], 1e-300);
            double[] row = inverse[gone].clone();
            double[] lost = weights[gone].clone();
            IntStream.range(0, inverse.length).parallel().forEach(i -> {
                double factor = row[i] / pivot;
                if (factor != 0 && i != gone) {
                    subtract(inverse[i], factor, row);
                    subtract(weights[i], factor, lost);
                }
            });
            Arrays.fill(weights[gone], 0);
            for (int i = 0; i < inverse.length; i++) {
                inverse[i][gone] = 0;
                inverse[gone][i] = 0;
            }
        }
    }

    private static void subtract(double[] from, double factor, double[] row) {
        for (int j = 0; j < row.length; j++) {
            from[j] -= factor * row[j];
        }
    }

    /// The weights as they are now, `[outputs][inputs + 1]`.
    double[][] weights() {
        double[][] turned = new double[weights[0].length][weights.length];
        for (int o = 0; o < turned.length; o++) {
            for (int i = 0; i < weights.length; i++) {
                turned[o][i] = weights[i][o];
            }
        }
        return turned;
    }
}
