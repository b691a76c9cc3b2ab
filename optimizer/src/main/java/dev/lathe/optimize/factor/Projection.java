package dev.lathe.optimize.factor;

import java.util.Arrays;
import java.util.Comparator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/// A matrix `W` of weights as a product of two, so that the outputs on the inputs seen change as little as that many numbers in
/// between allow.
///
/// The least of `E|Wx - W'x|^2` is had by the singular values of `W L` where `E[x x^T] = L L^T` (Cholesky): whitening the
/// inputs makes all of them count the same. Of the two sides the smaller one is decomposed: with the outputs' directions `U`
/// the factors are `U_r` and `U_r^T W`, for which `L` is not even needed; with the inputs' directions `V` they are `W L V_r`
/// and `V_r^T L^-1`. Source: Wang and others, "SVD-LLM: Truncation-aware Singular Value Decomposition" (2024).
final class Projection {
    /// Part of the mean of the diagonal that is added to it, so that it can be decomposed.
    private static final double DAMPING = 1e-6;
    private static final double MOST_DAMPING = 1e-1;

    private final int full;
    private final double[] energies;
    private final double total;
    /// `outputs x full`, orthonormal columns.
    private final DMatrixRMaj second;
    /// `full x inputs`.
    private final DMatrixRMaj first;

    private Projection(DMatrixRMaj second, DMatrixRMaj first, double... energies) {
        this.full = energies.length;
        this.energies = energies;
        this.second = second;
        this.first = first;
        double sum = 0;
        for (double energy : energies) {
            sum += energy;
        }
        this.total = sum;
    }

    /// Decomposes weights.
    ///
    /// @param weights row by row, a row for each output
    /// @param moment products of the inputs, row by row; empty where all inputs count the same
    /// @throws ArithmeticException if the numbers do not allow it
    static Projection of(double[] weights, int outputs, int inputs, double... moment) {
        DMatrixRMaj matrix = DMatrixRMaj.wrap(outputs, inputs, weights);
        return outputs <= inputs ? byOutputs(matrix, moment) : byInputs(matrix, moment);
    }

    private static Projection byOutputs(DMatrixRMaj weights, double... moment) {
        int outputs = weights.numRows;
        DMatrixRMaj seen = weights;
        if (moment.length > 0) {
            seen = new DMatrixRMaj(outputs, weights.numCols);
            CommonOps_DDRM.mult(weights, DMatrixRMaj.wrap(weights.numCols, weights.numCols, moment), seen);
        }
        DMatrixRMaj gram = new DMatrixRMaj(outputs, outputs);
        CommonOps_DDRM.multTransB(seen, weights, gram);
        DMatrixRMaj directions = new DMatrixRMaj(outputs, outputs);
        double[] energies = decompose(gram, directions);
        DMatrixRMaj first = new DMatrixRMaj(outputs, weights.numCols);
        CommonOps_DDRM.multTransA(directions, weights, first);
        return new Projection(directions, first, energies);
    }

    private static Projection byInputs(DMatrixRMaj weights, double... moment) {
        int inputs = weights.numCols;
        DMatrixRMaj lower = moment.length > 0 ? cholesky(inputs, moment) : CommonOps_DDRM.identity(inputs);
        DMatrixRMaj white = new DMatrixRMaj(weights.numRows, inputs);
        CommonOps_DDRM.mult(weights, lower, white);
        DMatrixRMaj gram = new DMatrixRMaj(inputs, inputs);
        CommonOps_DDRM.multTransA(white, white, gram);
        DMatrixRMaj directions = new DMatrixRMaj(inputs, inputs);
        double[] energies = decompose(gram, directions);
        DMatrixRMaj second = new DMatrixRMaj(weights.numRows, inputs);
        CommonOps_DDRM.mult(white, directions, second);
        DMatrixRMaj inverse = new DMatrixRMaj(inputs, inputs);
        if (!CommonOps_DDRM.invert(lower, inverse)) {
            throw new ArithmeticException("the products of the inputs cannot be inverted");
        }
        DMatrixRMaj first = new DMatrixRMaj(inputs, inputs);
        CommonOps_DDRM.multTransA(directions, inverse, first);
        for (int i = 0; i < inputs; i++) {
            double scale = Math.sqrt(energies[i]);
            for (int j = 0; j < inputs; j++) {
                first.set(i, j, first.get(i, j) * scale);
            }
            for (int o = 0; o < weights.numRows; o++) {
                second.set(o, i, scale == 0 ? 0 : second.get(o, i) / scale);
            }
        }
        return new Projection(second, first, energies);
    }

    private static DMatrixRMaj cholesky(int inputs, double... moment) {
        double mean = 0;
        for (int i = 0; i < inputs; i++) {
            mean += moment[i * inputs + i] / inputs;
        }
        for (double part = DAMPING; part <= MOST_DAMPING; part *= 10) {
            DMatrixRMaj damped = new DMatrixRMaj(inputs, inputs, true, moment.clone());
            for (int i = 0; i < inputs; i++) {
                damped.add(i, i, part * (mean > 0 ? mean : 1));
            }
            CholeskyDecomposition_F64<DMatrixRMaj> cholesky = DecompositionFactory_DDRM.chol(inputs, true);
            if (cholesky.decompose(damped)) {
                return cholesky.getT(null);
            }
        }
        throw new ArithmeticException("the products of the inputs cannot be decomposed");
    }

    /// Eigenvalues, largest first and none below 0, with their directions in columns.
    private static double[] decompose(DMatrixRMaj gram, DMatrixRMaj directions) {
        int size = gram.numRows;
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(size, true, true);
        if (!eigen.decompose(gram)) {
            throw new ArithmeticException("the singular values were not found");
        }
        Integer[] order = new Integer[size];
        for (int i = 0; i < size; i++) {
            order[i] = i;
        }
        Arrays.sort(order, Comparator.comparingDouble(i -> -eigen.getEigenvalue(i).getReal()));
        double[] energies = new double[size];
        for (int i = 0; i < size; i++) {
            energies[i] = Math.max(0, eigen.getEigenvalue(order[i]).getReal());
            DMatrixRMaj direction = eigen.getEigenVector(order[i]);
            for (int j = 0; j < size; j++) {
                directions.set(j, i, direction.get(j));
            }
        }
        return energies;
    }

    /// The largest rank there is.
    int full() {
        return full;
    }

    /// What a rank loses of the outputs' power, in parts of it.
    double error(int rank) {
        double lost = 0;
        for (int i = rank; i < full; i++) {
            lost += energies[i];
        }
        return total == 0 ? 0 : lost / total;
    }

    /// The factor that is applied first, `rank x inputs`.
    double[] first(int rank) {
        return Arrays.copyOf(first.data, rank * first.numCols);
    }

    /// The factor that is applied second, `outputs x rank`.
    double[] second(int rank) {
        double[] columns = new double[second.numRows * rank];
        for (int o = 0; o < second.numRows; o++) {
            System.arraycopy(second.data, o * second.numCols, columns, o * rank, rank);
        }
        return columns;
    }
}
