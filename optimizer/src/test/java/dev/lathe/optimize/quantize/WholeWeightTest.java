package dev.lathe.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WholeWeightTest {
    private static double squaredError(float[] weights, WholeWeight whole) {
        byte[] integers = whole.integers().bytes().toArray(ValueLayout.JAVA_BYTE);
        byte zero = whole.zeroPoint().bytes().get(ValueLayout.JAVA_BYTE, 0);
        float scale = whole.scale(1).floats()[0];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += Math.pow(weights[i] - (double) scale * (integers[i] - zero), 2);
        }
        return sum;
    }

    private static float[] lopsided() {
        SplittableRandom random = new SplittableRandom(3);
        float[] weights = new float[2000];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian(0, 0.1);
        }
        weights[0] = 1.5f;
        return weights;
    }

    @Test
    void aRangeThatReachesFurtherToOneSideUsesAllIntegers() {
        WholeWeight whole = WholeWeight.of(List.of(4L), false, -1, 0, 1, 3);

        assertThat(whole.scale(1).floats()[0]).isEqualTo(4f / 255);
        assertThat(whole.zeroPoint().bytes().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) -64);
        assertThat(whole.integers().bytes().toArray(ValueLayout.JAVA_BYTE)).containsExactly(-128, -64, 0, 127);
    }

    @Test
    void zerosStayZero() {
        WholeWeight whole = WholeWeight.of(List.of(3L), true, 0, 0, 0);

        assertThat(squaredError(new float[3], whole)).isZero();
    }

    @Test
    void theLeastErrorIsLessThanThatOfTheWidestRange() {
        float[] weights = lopsided();

        double widest = squaredError(weights, WholeWeight.of(List.of(2000L), false, weights));
        double least = squaredError(weights, WholeWeight.of(List.of(2000L), true, weights));
        assertThat(least).isLessThan(widest);
    }

    @Test
    void oneZeroPointIsNearerThanASymmetricRange() {
        float[] weights = lopsided();
        float[] scales = IntegerWeights.scales(weights, List.of(2000L), -1, IntegerWeights.BITS);
        byte[] symmetric = IntegerWeights.quantize(weights, List.of(2000L), -1, IntegerWeights.BITS, scales).bytes();
        double error = 0;
        for (int i = 0; i < weights.length; i++) {
            error += Math.pow(weights[i] - (double) scales[0] * symmetric[i], 2);
        }

        assertThat(squaredError(weights, WholeWeight.of(List.of(2000L), false, weights))).isLessThan(0.5 * error);
    }

    @Test
    void aFactorGoesIntoTheScale() {
        assertThat(WholeWeight.of(List.of(2L), false, -1, 1).scale(2).floats()[0])
                .isEqualTo(2 * WholeWeight.of(List.of(2L), false, -1, 1).scale(1).floats()[0]);
    }
}
