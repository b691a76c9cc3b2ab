package dev.lathe.optimize.prune;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/// The inverse of sums of products of inputs.
final class SymmetricInverse {
    private static final int ATTEMPTS = 6;
    /// The bias is damped as little as arithmetic allows: a mean is told well by any data.
    private static final double BIAS_DAMPING = 1e-6;

    private SymmetricInverse() {}

    /// The inverse, damped ever more until there is one.
    ///
    /// @param damping added to the inputs' diagonal, in parts of its mean
    static double[][] of(NormalEquations sums, double damping) {
        int size = sums.inputs() + 1;
        double mean = 0;
        for (int i = 0; i < sums.inputs(); i++) {
            mean += sums.product(i, i) / sums.inputs();
        }
        double added = damping * (mean > 0 ? mean : 1);
        DMatrixRMaj inverse = new DMatrixRMaj(size, size);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++, added *= 10) {
            DMatrixRMaj matrix = new DMatrixRMaj(size, size);
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    matrix.unsafe_set(i, j, sums.product(i, j));
                }
                matrix.add(i, i, i < sums.inputs() ? added : BIAS_DAMPING * Math.max(1, sums.rows()));
            }
            LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(size);
            if (solver.setA(matrix)) {
                solver.invert(inverse);
                return rows(inverse);
            }
        }
        throw new ArithmeticException("the products of the inputs cannot be inverted");
    }

    private static double[][] rows(DMatrixRMaj matrix) {
        double[][] rows = new double[matrix.numRows][matrix.numCols];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(matrix.data, i * matrix.numCols, rows[i], 0, matrix.numCols);
        }
        return rows;
    }
}
