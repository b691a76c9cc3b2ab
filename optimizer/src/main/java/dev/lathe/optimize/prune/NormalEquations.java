package dev.lathe.optimize.prune;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Sums of products of inputs with one another and with wanted outputs, a row after the other: all that least squares need,
/// however many rows there are. A one stands behind the inputs, for the bias.
///
/// Memory: a square of doubles as wide as the inputs, and an oblong as wide as the outputs.
final class NormalEquations {
    private static final int BLOCK = 64;
    private static final int WORTH_THREADS = 96;

    private final int inputs;
    private final int outputs;
    private final double[][] products;
    private final double[][] targets;
    private double energy;
    private long rows;
    private final double[][] block;
    private final double[][] wanted;
    private int filled;

    NormalEquations(int inputs, int outputs) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.products = new double[inputs + 1][inputs + 1];
        this.targets = new double[inputs + 1][outputs];
        this.block = new double[BLOCK][inputs + 1];
        this.wanted = new double[BLOCK][outputs];
    }

    /// Bytes that so many inputs and outputs take.
    static long sizeBytes(long inputs, long outputs) {
        return (inputs + BLOCK) * (inputs + outputs) * Double.BYTES;
    }

    /// Adds a row.
    ///
    /// @param y what is wanted; only the first `outputs` from `from` on are taken
    void add(float[] x, float[] y, int from) {
        double[] row = block[filled];
        for (int i = 0; i < inputs; i++) {
            row[i] = x[i];
        }
        row[inputs] = 1;
        for (int o = 0; o < outputs; o++) {
            wanted[filled][o] = y[from + o];
            energy += (double) y[from + o] * y[from + o];
        }
        rows++;
        if (++filled == BLOCK) {
            flush();
        }
    }

    private void flush() {
        IntStream all = IntStream.rangeClosed(0, inputs);
        int count = filled;
        (inputs < WORTH_THREADS ? all : all.parallel()).forEach(i -> {
            for (int r = 0; r < count; r++) {
                double left = block[r][i];
                if (left != 0) {
                    accumulate(products[i], left, block[r], i + 1);
                    accumulate(targets[i], left, wanted[r], outputs);
                }
            }
        });
        filled = 0;
    }

    private static void accumulate(double[] sum, double factor, double[] row, int count) {
        for (int j = 0; j < count; j++) {
            sum[j] += factor * row[j];
        }
    }

    /// Takes in the sums of others of the same size.
    void add(NormalEquations others) {
        others.flush();
        flush();
        for (int i = 0; i <= inputs; i++) {
            accumulate(products[i], 1, others.products[i], i + 1);
            accumulate(targets[i], 1, others.targets[i], outputs);
        }
        energy += others.energy;
        rows += others.rows;
    }

    long rows() {
        return rows;
    }

    int inputs() {
        return inputs;
    }

    int outputs() {
        return outputs;
    }

    /// The products of inputs i and j, the bias' one behind them.
    double product(int i, int j) {
        return i >= j ? products[i][j] : products[j][i];
    }

    /// Completes the sums; must be called before they are read.
    NormalEquations done() {
        flush();
        return this;
    }

    /// The products of input i with the wanted outputs.
    double[] targets(int i) {
        return targets[i];
    }

    /// The squared error of all outputs when they are computed by these weights.
    ///
    /// @param weights `[outputs][inputs + 1]`, biases behind
    double error(double[]... weights) {
        return energy + IntStream.range(0, outputs).parallel().mapToDouble(o -> {
            double[] w = weights[o];
            double sum = 0;
            for (int i = 0; i <= inputs; i++) {
                double inner = 0;
                for (int j = 0; j < i; j++) {
                    inner += products[i][j] * w[j];
                }
                sum += w[i] * (2 * inner + products[i][i] * w[i] - 2 * targets[i][o]);
            }
            return sum;
        }).sum();
    }

    /// The sum of the squares of the wanted outputs.
    double energy() {
        return energy;
    }

    @Override
    public String toString() {
        return rows + " rows of " + inputs + " inputs, diagonal "
                + Arrays.toString(IntStream.range(0, Math.min(3, inputs)).mapToDouble(i -> products[i][i]).toArray());
    }
}
