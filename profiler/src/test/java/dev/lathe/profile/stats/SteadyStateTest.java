package dev.lathe.profile.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class SteadyStateTest {

    @Test
    void findsAStepWhereItIs() {
        for (int seed = 0; seed < 100; seed++) {
            double[] windows = noisy(40, 0.005, seed, i -> i < 7 ? 3 : 1);
            assertThat(SteadyState.DEFAULT.firstSteadyWindow(windows)).as("seed %d", seed).hasValue(7);
        }
    }

    @Test
    void seesAStepOfSixWindowsAmongTwelve() {
        assertThat(SteadyState.DEFAULT.firstSteadyWindow(noisy(12, 0.001, 1, i -> i < 6 ? 1.1 : 1))).isEmpty();
    }

    @Test
    void waitsWhileADecayGoesOn() {
        for (int length = 12; length <= 24; length++) {
            assertThat(
                    SteadyState.DEFAULT.firstSteadyWindow(noisy(length, 0.002, length, i -> 1 + Math.exp(-i / 12.0))))
                    .as("%d windows", length).isEmpty();
        }
    }

    @Test
    void endsAfterADecayHasFaded() {
        // 1 + 2 exp(-i/4) is within 1 % of its end from window 22 on
        for (int seed = 0; seed < 100; seed++) {
            OptionalInt first = SteadyState.DEFAULT
                    .firstSteadyWindow(noisy(60, 0.005, seed, i -> 1 + 2 * Math.exp(-i / 4.0)));
            assertThat(first).as("seed %d", seed).isPresent();
            assertThat(first.getAsInt()).as("seed %d", seed).isBetween(8, 48);
        }
    }

    @Test
    void seesASlowRise() {
        assertThat(SteadyState.DEFAULT.firstSteadyWindow(noisy(16, 0.002, 3, i -> 1 + 0.01 * i))).isEmpty();
    }

    @Test
    void takesSteadyNoiseForSteady() {
        for (double noise : new double[]{0.001, 0.02, 0.2}) {
            for (int length : new int[]{12, 20, 50}) {
                int alarms = 0;
                for (int seed = 0; seed < 1000; seed++) {
                    OptionalInt first = SteadyState.DEFAULT.firstSteadyWindow(noisy(length, noise, seed, _ -> 1));
                    alarms += first.equals(OptionalInt.of(0)) ? 0 : 1;
                }
                assertThat(alarms).as("noise %s, %d windows", noise, length).isLessThanOrEqualTo(60);
            }
        }
    }

    @Test
    void ignoresDriftBelowTheTolerance() {
        assertThat(SteadyState.DEFAULT.firstSteadyWindow(noisy(30, 0, 1, i -> 1 + 0.0002 * i))).hasValue(0);
    }

    @Test
    void oneStallIsNoWarmUp() {
        assertThat(SteadyState.DEFAULT.firstSteadyWindow(noisy(20, 0.005, 2, i -> i == 9 ? 50 : 1))).hasValue(0);
    }

    @Test
    void needsEnoughWindows() {
        double[] eleven = new double[11];
        Arrays.fill(eleven, 1);
        assertThat(SteadyState.DEFAULT.firstSteadyWindow(eleven)).isEmpty();
        assertThat(SteadyState.DEFAULT.firstSteadyWindow(new double[0])).isEmpty();
        assertThat(SteadyState.DEFAULT.firstSteadyWindow(Arrays.copyOf(noisy(12, 0, 1, _ -> 1), 12))).hasValue(0);
        assertThatIllegalArgumentException().isThrownBy(() -> new SteadyState(5, 0.01))
                .withMessage("fewer than 12 windows cannot show a step: 5");
    }

    private static double[] noisy(int n, double noise, long seed, IntToDoubleFunction level) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] windows = new double[n];
        for (int i = 0; i < n; i++) {
            windows[i] = 1e6 * level.applyAsDouble(i) * Math.exp(noise * random.nextGaussian());
        }
        return windows;
    }
}
