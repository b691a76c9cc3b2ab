package dev.lathe.evaluate.metric;

import dev.lathe.base.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A metric that has seen all outputs and can be asked for any weighting of the samples.
public interface Prepared {

    /// How many samples there are.
    int count();

    /// The metric of the samples, each counted `weights[i]` times; NaN where that weighting has none (one class only).
    double value(int[] weights);

    /// What each sample adds where the metric is the mean of that; empty otherwise.
    Optional<double[]> contributions();

    /// What was wrong with outputs, such as NaN.
    List<Problem> problems();

    /// The metric of all samples.
    default double value() {
        int[] ones = new int[count()];
        Arrays.fill(ones, 1);
        return value(ones);
    }

    /// A metric that is the mean of what each sample adds.
    static Prepared mean(double[] contributions, List<Problem> problems) {
        return new Prepared() {
            @Override
            public int count() {
                return contributions.length;
            }

            @Override
            public double value(int[] weights) {
                double sum = 0;
                long total = 0;
                for (int i = 0; i < weights.length; i++) {
                    sum += weights[i] * contributions[i];
                    total += weights[i];
                }
                return sum / total;
            }

            @Override
            public Optional<double[]> contributions() {
                return Optional.of(contributions.clone());
            }

            @Override
            public List<Problem> problems() {
                return problems;
            }
        };
    }

    /// A metric that is some other function of the weights.
    static Prepared of(int count, Weighted weighted, List<Problem> problems) {
        return new Prepared() {
            @Override
            public int count() {
                return count;
            }

            @Override
            public double value(int[] weights) {
                return weighted.value(weights);
            }

            @Override
            public Optional<double[]> contributions() {
                return Optional.empty();
            }

            @Override
            public List<Problem> problems() {
                return problems;
            }
        };
    }

    /// A number for every weighting of the samples.
    @FunctionalInterface
    interface Weighted {
        /// The number for one weighting.
        double value(int[] weights);
    }
}
