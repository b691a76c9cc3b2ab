package dev.lathe.optimize.prune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class EliminationTest {
    private final SplittableRandom random = new SplittableRandom(5);

    /// The third input is the sum of the first two; the fourth is its own.
    private Elimination elimination(double... weights) {
        NormalEquations sums = new NormalEquations(4, 0);
        for (int i = 0; i < 500; i++) {
            float a = (float) random.nextGaussian();
            float b = (float) random.nextGaussian();
            sums.add(new float[]{a, b, a + b, (float) random.nextGaussian()}, new float[0], 0);
        }
        return new Elimination(sums, new NormalEquations(4, 0), weights);
    }

    @Test
    void whatOthersCanStandInForCostsNothing() {
        Elimination elimination = elimination(1, 1, 1, 1, 0);
        assertThat(elimination.loss(2)).isLessThan(0.01);
        assertThat(elimination.loss(3)).isGreaterThan(0.05);
    }

    @Test
    void theOthersTakeOver() {
        Elimination elimination = elimination(1, 1, 1, 1, 0);
        elimination.remove(2);
        double[] left = elimination.weights()[0];
        assertThat(left[0]).isCloseTo(2, Offset.offset(0.02));
        assertThat(left[1]).isCloseTo(2, Offset.offset(0.02));
        assertThat(left[2]).isZero();
        assertThat(left[3]).isCloseTo(1, Offset.offset(0.02));
        assertThat(elimination.loss(0)).as("nobody is left to stand in").isGreaterThan(0.1);
    }

    @Test
    void severalAtOnceCostWhatTheyCostOneByOne() {
        Elimination elimination = elimination(1, 0.5, 0, 2, 0);
        double both = elimination.loss(0, 3);
        double first = elimination.loss(0);
        elimination.remove(0);
        assertThat(first + elimination.loss(3)).isCloseTo(both, Offset.offset(1e-6));
    }

    /// Inputs that have nothing to do with one another, fewer rows than inputs: by chance, some tell the others exactly.
    private void independent(NormalEquations sums, int rows) {
        for (int i = 0; i < rows; i++) {
            float[] row = new float[sums.inputs()];
            for (int j = 0; j < row.length; j++) {
                row[j] = (float) random.nextGaussian();
            }
            sums.add(row, new float[0], 0);
        }
    }

    @Test
    void chanceIsNotTakenForALaw() {
        int inputs = 60;
        NormalEquations learned = new NormalEquations(inputs, 0);
        NormalEquations held = new NormalEquations(inputs, 0);
        independent(learned, 30);
        independent(held, 10);
        double[] weights = new double[inputs + 1];
        Arrays.fill(weights, 0, inputs, 1);
        Elimination elimination = new Elimination(learned, held, weights);
        assertThat(elimination.loss(0)).as("nothing tells the first input").isGreaterThan(0.5 / inputs);
        int[] gone = IntStream.range(0, inputs / 2).toArray();
        elimination.remove(gone);
        double[] left = elimination.weights()[0];
        double error = 0;
        for (int i = 0; i < inputs; i++) {
            error += (left[i] - weights[i]) * (left[i] - weights[i]);
        }
        assertThat(error).as("on other rows, in squares of one input").isLessThan(1.25 * gone.length);
    }
}
