package dev.lathe.optimize.quantize;

import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.ejml.interfaces.linsol.LinearSolverDense;

/// Rounds the weights of a layer one after the other, each time correcting those not yet rounded for the error made, as the
/// inputs seen on calibration data weigh it. Source: Frantar et al., "GPTQ: Accurate Post-Training Quantization for
/// Generative Pre-trained Transformers" (2022), with blocks fitted when they are reached, in the order of the weights.
///
/// Memory: two square matrices of doubles as wide as the layer's input.
public final class Gptq {
    /// Part of the mean of the diagonal that is added to it, so that it can be inverted (the paper's value).
    private static final double DAMPING = 0.01;
    /// How often the damping is raised tenfold where the matrix still cannot be inverted.
    private static final int ATTEMPTS = 4;

    private final int width;
    private final double[] products;
    private final double[] factor;

    private Gptq(int width, double[] products, double[] factor) {
        this.width = width;
        this.products = products;
        this.factor = factor;
    }

    /// The rounding for inputs whose products were summed up.
    ///
    /// @param products `X^T X` row by row: sums of the products of each two inputs
    /// @param width how many inputs there are
    /// @throws ArithmeticException if the matrix cannot be inverted
    public static Gptq of(double[] products, int width) {
        double mean = 0;
        for (int i = 0; i < width; i++) {
            mean += products[i * width + i] / width;
        }
        double damping = DAMPING * (mean > 0 ? mean : 1);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++, damping *= 10) {
            double[] factor = factor(products, width, damping);
            if (factor.length > 0) {
                return new Gptq(width, products, factor);
            }
        }
        throw new ArithmeticException("the products of the inputs cannot be inverted");
    }

    /// The upper triangle U with `U^T U` the inverse of the damped products; empty if there is none.
    private static double[] factor(double[] products, int width, double damping) {
        DMatrixRMaj matrix = new DMatrixRMaj(width, width, true, products.clone());
        for (int i = 0; i < width; i++) {
            double diagonal = products[i * width + i];
            matrix.set(i, i, (diagonal == 0 ? 1 : diagonal) + damping);
        }
        LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(width);
        DMatrixRMaj inverse = new DMatrixRMaj(width, width);
        if (!solver.setA(matrix)) {
            return new double[0];
        }
        solver.invert(inverse);
        CholeskyDecomposition_F64<DMatrixRMaj> cholesky = DecompositionFactory_DDRM.chol(width, false);
        return cholesky.decompose(inverse) ? cholesky.getT(null).data : new double[0];
    }

    /// The rounding of one row of weights.
    public BlockWeights.Rounding rounding(BlockForm form) {
        return (row, codes, blocks) -> {
            for (int i = 0; i < width; i++) {
                int block = i / form.size();
                if (i % form.size() == 0) {
                    blocks[block] = form.fit(row, i, Math.min(width, i + form.size()));
                }
                codes[i] = form.code(row[i], blocks[block]);
                double error = (row[i] - BlockForm.real(codes[i], blocks[block])) / factor[i * width + i];
                for (int j = i + 1; j < width; j++) {
                    row[j] -= error * factor[i * width + j];
                }
            }
        };
    }

    /// The squared error of a layer's outputs on the calibration data when its weights are changed.
    ///
    /// @param weights row by row
    /// @param changed row by row
    public double outputError(float[] weights, float[] changed) {
        return IntStream.range(0, weights.length / width).parallel().mapToDouble(r -> {
            double sum = 0;
            for (int i = 0; i < width; i++) {
                double inner = 0;
                for (int j = 0; j < width; j++) {
                    inner += products[i * width + j] * ((double) weights[r * width + j] - changed[r * width + j]);
                }
                sum += inner * ((double) weights[r * width + i] - changed[r * width + i]);
            }
            return sum;
        }).sum();
    }
}
