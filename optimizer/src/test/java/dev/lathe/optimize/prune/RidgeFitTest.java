package dev.lathe.optimize.prune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RidgeFitTest {
    private final SplittableRandom random = new SplittableRandom(3);
    private final NormalEquations learned = new NormalEquations(3, 1);
    private final NormalEquations held = new NormalEquations(3, 1);

    /// y = 2 a - b + 0.5 c + 4, and noise of that size.
    private void data(double noise) {
        for (int i = 0; i < 400; i++) {
            float a = (float) random.nextGaussian();
            float b = (float) random.nextGaussian();
            float c = (float) random.nextGaussian();
            float y = (float) (2 * a - b + 0.5 * c + 4 + noise * random.nextGaussian());
            (i % 4 == 3 ? held : learned).add(new float[]{a, b, c}, new float[]{y}, 0);
        }
    }

    @Test
    void findsWeightsAndBias() {
        data(0);
        double[][] fit = RidgeFit.fit(learned, held, new double[][]{{0, 0, 0, 0}}, true, true).orElseThrow();
        double[] wanted = {2, -1, 0.5, 4};
        for (int i = 0; i < wanted.length; i++) {
            assertThat(fit[0][i]).isCloseTo(wanted[i], org.assertj.core.data.Offset.offset(1e-3));
        }
    }

    @Test
    void keepsTheBiasOfALayerThatHasNoPlaceForOne() {
        data(0);
        double[][] fit = RidgeFit.fit(learned, held, new double[][]{{0, 0, 0, 0}}, false, true).orElseThrow();
        assertThat(fit[0][3]).isZero();
    }

    @Test
    void keepsWeightsThatServeBestAsTheyAre() {
        data(0);
        assertThat(RidgeFit.fit(learned, held, new double[][]{{2, -1, 0.5, 4}}, true, true)).isEmpty();
    }

    @Test
    void rowsThatAreHeldBackAreLeftAloneWhereTheyHaveToJudge() {
        data(1);
        double[][] old = {{0, 0, 0, 0}};
        int rows = (int) learned.rows();
        double[][] part = RidgeFit.fit(learned, held, old, true, false).orElseThrow();
        assertThat(learned.rows()).isEqualTo(rows);
        double[][] whole = RidgeFit.fit(learned, held, old, true, true).orElseThrow();
        assertThat(learned.rows()).isGreaterThan(rows);
        assertThat(whole[0]).isNotEqualTo(part[0]);
    }

    @Test
    void doesNotLearnNoise() {
        data(100);
        double[][] old = {{2, -1, 0.5, 4}};
        double before = held.done().error(old);
        RidgeFit.fit(learned, held, old, true, true)
                .ifPresent(fit -> assertThat(held.error(fit)).isLessThanOrEqualTo(before * 1.01));
    }
}
