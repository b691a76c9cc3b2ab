package dev.lathe.optimize.prune;

import java.util.Optional;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/// Weights and biases by least squares, drawn towards those there are: as strongly as serves outputs best that were held
/// back. Where nothing serves them better than the weights there are, those stay.
final class RidgeFit {
    /// How strongly weights are drawn to those there are, in parts of the mean square of an input.
    private static final double[] STRENGTHS = {1e-4, 1e-3, 1e-2, 1e-1, 1, 10};
    /// The bias is drawn as little as arithmetic allows: a mean is told well by any data.
    private static final double BIAS_STRENGTH = 1e-6;

    private RidgeFit() {}

    /// New weights, `[outputs][inputs + 1]`, biases behind.
    ///
    /// @param learned most of the rows
    /// @param held the others
    /// @param old the weights there are
    /// @param bias whether the layer has a place for biases
    /// @param all whether, once the strength is chosen, the rows held back are learned from as well
    /// @return empty where the old weights serve best
    static Optional<double[][]> fit(NormalEquations learned, NormalEquations held, double[][] old, boolean bias,
            boolean all) {
        double best = held.done().error(old);
        double strength = Double.NaN;
        DMatrixRMaj left = residuals(learned.done(), old, bias);
        for (double tried : STRENGTHS) {
            double error = held.error(solve(learned, old, left, tried));
            if (error < best) {
                best = error;
                strength = tried;
            }
        }
        if (Double.isNaN(strength) || held.energy() <= 0) {
            return Optional.empty();
        }
        if (all) {
            learned.add(held);
            learned.done();
        }
        return Optional.of(solve(learned, old, residuals(learned, old, bias), strength));
    }

    private static double[][] solve(NormalEquations sums, double[][] old, DMatrixRMaj left, double strength) {
        int size = left.numRows;
        double mean = 0;
        for (int i = 0; i < sums.inputs(); i++) {
            mean += sums.product(i, i) / sums.inputs();
        }
        DMatrixRMaj matrix = new DMatrixRMaj(size, size);
        for (int i = 0; i < size; i++) {
            for (int j = 0; j <= i; j++) {
                matrix.unsafe_set(i, j, sums.product(i, j));
                matrix.unsafe_set(j, i, sums.product(i, j));
            }
            double drawn = i < sums.inputs() ? strength * mean : BIAS_STRENGTH * Math.max(1, sums.rows());
            matrix.add(i, i, Math.max(drawn, Double.MIN_NORMAL));
        }
        LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(size);
        DMatrixRMaj steps = new DMatrixRMaj(size, sums.outputs());
        if (!solver.setA(matrix)) {
            return old; // not positive: too little is known
        }
        solver.solve(left.copy(), steps);
        double[][] fresh = new double[old.length][];
        for (int o = 0; o < old.length; o++) {
            fresh[o] = old[o].clone();
            for (int i = 0; i < size; i++) {
                fresh[o][i] += steps.unsafe_get(i, o);
            }
        }
        return fresh;
    }

    /// What the old weights leave to be explained: the targets less their outputs.
    private static DMatrixRMaj residuals(NormalEquations sums, double[][] old, boolean bias) {
        int size = sums.inputs() + (bias ? 1 : 0);
        DMatrixRMaj residuals = new DMatrixRMaj(size, sums.outputs());
        IntStream.range(0, size).parallel().forEach(i -> {
            for (int o = 0; o < sums.outputs(); o++) {
                double sum = sums.targets(i)[o];
                for (int j = 0; j <= sums.inputs(); j++) {
                    sum -= sums.product(i, j) * old[o][j];
                }
                residuals.unsafe_set(i, o, sum);
            }
        });
        return residuals;
    }
}
