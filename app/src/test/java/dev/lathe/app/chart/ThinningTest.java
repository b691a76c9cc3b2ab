package dev.lathe.app.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ThinningTest {
    private static Points noise(int n, long seed) {
        Random random = new Random(seed);
        double[] x = new double[n];
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = i;
            y[i] = Math.exp(random.nextGaussian());
        }
        return new Points("noise", x, y);
    }

    @Test
    void leavesFewPointsAlone() {
        Points few = noise(10, 1);
        assertThat(Thinning.thin(few, 10)).isSameAs(few);
    }

    @Test
    void keepsExtremesAndEndsAndOrderWithinTheLimit() {
        for (long seed = 0; seed < 50; seed++) {
            Points all = noise(5_000, seed);
            Points thin = Thinning.thin(all, 101);
            assertThat(thin.size()).isLessThanOrEqualTo(101).isGreaterThan(90);
            assertThat(Arrays.stream(thin.y()).max()).isEqualTo(Arrays.stream(all.y()).max());
            assertThat(Arrays.stream(thin.y()).min()).isEqualTo(Arrays.stream(all.y()).min());
            assertThat(thin.x()[0]).isZero();
            assertThat(thin.x()[thin.size() - 1]).isEqualTo(4_999);
            assertThat(thin.x()).isSorted();
        }
    }

    @Test
    void everyThinPointIsOneOfThePoints() {
        Points all = noise(1_000, 3);
        Points thin = Thinning.thin(all, 50);
        for (int i = 0; i < thin.size(); i++) {
            assertThat(thin.y()[i]).isEqualTo(all.y()[(int) thin.x()[i]]);
        }
    }

    @Test
    void aSpikeOfOnePointSurvives() {
        double[] x = new double[100_000];
        double[] y = new double[100_000];
        Arrays.setAll(x, i -> i);
        Arrays.fill(y, 1);
        y[77_777] = 60;
        assertThat(Thinning.thin(new Points("spike", x, y), 100).y()).contains(60);
    }
}
