package dev.lathe.optimize.factor;

import dev.lathe.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// What a layer's inputs are like on calibration data: their mean, the products of each two of them, and a few rows to try
/// things on.
///
/// Memory: a square of doubles as wide as the input, and 192 rows. Rows are drawn evenly from each tensor where there are
/// more than are needed; the same rows for the same data.
final class InputMoments {
    private static final int BLOCK = 64;
    private static final int KEPT = 128;
    private static final long SEED = 5;

    private final int width;
    private final int share;
    private final double[] products;
    private final double[] sums;
    private final double[] block;
    private final List<double[]> kept = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(SEED);
    private int filled;
    private long rows;

    /// @param width numbers in a row
    /// @param share rows that one tensor may bring
    InputMoments(int width, int share) {
        this.width = width;
        this.share = share;
        this.products = new double[Math.multiplyExact(width, width)];
        this.sums = new double[width];
        this.block = new double[BLOCK * width];
    }

    /// Bytes that a layer of that width takes.
    static long sizeBytes(int width) {
        return Double.BYTES * ((long) width * width + (long) (BLOCK + KEPT) * width);
    }

    /// Takes in the rows of one tensor.
    ///
    /// @param value the tensor's name, for the message
    /// @throws dev.lathe.base.ProblemException if a number is not finite
    void add(String value, InputRows from) {
        long count = from.count();
        long taken = Math.min(count, share);
        double[] row = new double[width];
        for (long i = 0; i < taken; i++) {
            long low = i * count / taken;
            from.read(taken == count ? i : random.nextLong(low, Math.max(low + 1, (i + 1) * count / taken)), row);
            for (double number : row) {
                if (!Double.isFinite(number)) {
                    throw Problem.error("range-not-finite", value, "the values are not finite on the calibration data",
                            "Leave out the node that reads them with exclude, or check the data.").toException();
                }
            }
            add(row);
        }
    }

    private void add(double... row) {
        System.arraycopy(row, 0, block, filled * width, width);
        for (int i = 0; i < width; i++) {
            sums[i] += row[i];
        }
        if (kept.size() < KEPT) {
            kept.add(row.clone());
        } else {
            long place = random.nextLong(rows + 1);
            if (place < KEPT) {
                kept.set((int) place, row.clone());
            }
        }
        rows++;
        if (++filled == BLOCK) {
            flush();
        }
    }

    private void flush() {
        int count = filled;
        IntStream lines = IntStream.range(0, width);
        (width < BLOCK ? lines : lines.parallel()).forEach(i -> {
            for (int b = 0; b < count; b++) {
                double left = block[b * width + i];
                if (left != 0) {
                    for (int j = i; j < width; j++) {
                        products[i * width + j] += left * block[b * width + j];
                    }
                }
            }
        });
        filled = 0;
    }

    /// What was seen, and nothing more is taken in after it.
    InputPicture picture(boolean centred) {
        flush();
        double[] mean = new double[width];
        for (int i = 0; centred && i < width; i++) {
            mean[i] = sums[i] / Math.max(1, rows);
        }
        for (int i = 0; i < width; i++) {
            for (int j = i; j < width; j++) {
                double product = products[i * width + j] / Math.max(1, rows) - mean[i] * mean[j];
                products[i * width + j] = product;
                products[j * width + i] = product;
            }
        }
        shrink(mean);
        return new InputPicture(rows > 0 ? products : new double[0], mean, kept);
    }

    /// Moves the products towards those of inputs that are all alike, the more the fewer rows there were for so many numbers:
    /// a hundred samples say little of 784 inputs. Source: Ledoit and Wolf, "A well-conditioned estimator for
    /// large-dimensional covariance matrices" (2004), the fourth moment from the rows that were kept.
    private void shrink(double... mean) {
        double trace = 0;
        for (int i = 0; i < width; i++) {
            trace += products[i * width + i];
        }
        double alike = trace / width;
        double squares = 0;
        for (double product : products) {
            squares += product * product;
        }
        double spread = squares - alike * trace;
        double noise = (fourth(mean) - squares) / Math.max(1, rows);
        double part = spread > 0 ? Math.clamp(noise / spread, 0, 1) : 0;
        for (int i = 0; i < products.length; i++) {
            products[i] *= 1 - part;
        }
        for (int i = 0; i < width; i++) {
            products[i * width + i] += part * alike;
        }
    }

    private double fourth(double... mean) {
        double sum = 0;
        for (double[] row : kept) {
            double square = 0;
            for (int i = 0; i < width; i++) {
                square += (row[i] - mean[i]) * (row[i] - mean[i]);
            }
            sum += square * square / kept.size();
        }
        return sum;
    }
}
