package dev.lathe.optimize.prune;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// Takes inputs away from a matrix of weights, a few at a time, and lets the weights of the others make up for them as well as
/// least squares can. Source: Hassibi and Stork, "Optimal Brain Surgeon" (1992), in blocks, as in Kurtic et al., "ZipLM" (2023).
final class Elimination {
    /// Added to the diagonal, in parts of its mean: so that the products can be inverted, and as much more as it takes not to take
    /// chance for a law.
    private static final double[] DAMPINGS = {1e-3, 1e-2, 1e-1, 1, 10};
    /// How many inputs the damping is judged by.
    private static final int JUDGED = 128;

    /// The inverse of the inputs' products.
    private final double[][] inverse;
    /// The weights, `[inputs][outputs]`.
    private final double[][] weights;
    private final double energy;

    /// @param sums the inputs' products; the bias' one is behind them, and is never taken away
    /// @param held the same of other samples, which tell how far the former are to be trusted; trusted blindly without rows
    /// @param weights `[outputs][inputs + 1]`
    Elimination(NormalEquations sums, NormalEquations held, double[]... weights) {
        int size = sums.inputs() + 1;
        this.weights = new double[size][weights.length];
        for (int o = 0; o < weights.length; o++) {
            for (int i = 0; i < size; i++) {
                this.weights[i][o] = weights[o][i];
            }
        }
        this.inverse = inverse(sums.done(), held.done());
        this.energy = energy(sums);
    }

    /// The inverse with the damping under which inputs are told best by the others on held-back rows.
    private double[][] inverse(NormalEquations sums, NormalEquations held) {
        double[][] best = SymmetricInverse.of(sums, DAMPINGS[0]);
        double least = unforeseen(best, held);
        for (int d = 1; d < DAMPINGS.length && held.rows() > 0; d++) {
            double[][] tried = SymmetricInverse.of(sums, DAMPINGS[d]);
            double error = unforeseen(tried, held);
            if (error >= least) {
                break;
            }
            least = error;
            best = tried;
        }
        return best;
    }

    /// By how much outputs are wrong when each input, for itself, is replaced by what the others tell of it.
    private double unforeseen(double[][] inverse, NormalEquations held) {
        int inputs = inverse.length - 1;
        int step = Math.max(1, inputs / JUDGED);
        return IntStream.range(0, (inputs + step - 1) / step).parallel().mapToDouble(k -> {
            double[] row = inverse[k * step];
            double sum = 0;
            for (int i = 0; i <= inputs; i++) {
                double inner = 0;
                for (int j = 0; j < i; j++) {
                    inner += held.product(i, j) * row[j];
                }
                sum += row[i] * (2 * inner + held.product(i, i) * row[i]);
            }
            double own = DoubleStream.of(weights[k * step]).map(w -> w * w).sum();
            return own * sum / (row[k * step] * row[k * step]);
        }).sum();
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
