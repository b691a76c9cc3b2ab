package dev.lathe.optimize.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.optimize.quantize.Affine;
import dev.lathe.profile.statistics.ValueObserver;
import dev.lathe.profile.statistics.ValueRange;
import dev.lathe.profile.statistics.ValueStatistics;
import dev.lathe.profile.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RangeFinderTest {
    private static final RangeFinder FINDER = new RangeFinder(99, 255, false);

    private static ValueStatistics seen(float[]... samples) {
        ValueObserver observer = new ValueObserver();
        for (int i = 0; i < samples.length; i++) {
            observer.add(Tensor.ofFloats(new long[]{samples[i].length}, samples[i]), i);
        }
        return observer.done().orElseThrow();
    }

    private static float[] normal(int count, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static double squaredError(ValueRange range, float... values) {
        Affine affine = Affine.ofRange(range.min(), range.max());
        double sum = 0;
        for (float value : values) {
            double error = value - affine.scale() * (double) (affine.quantize(value) - affine.zeroPoint());
            sum += error * error;
        }
        return sum / values.length;
    }

    @Test
    void minMaxAndMovingAverageAreTheExtremesAndTheirMean() {
        ValueStatistics seen = seen(new float[]{-1, 4}, new float[]{-3, 2});
        assertThat(FINDER.range(RangeMethod.MIN_MAX, seen)).isEqualTo(new ValueRange(-3, 4));
        assertThat(FINDER.range(RangeMethod.MOVING_AVERAGE, seen)).isEqualTo(new ValueRange(-2, 3));
    }

    @Test
    void percentileLeavesEqualPartsOutAtBothEnds() {
        float[] values = new float[100_001];
        for (int i = 0; i < values.length; i++) {
            values[i] = -50 + i / 1000f;
        }
        ValueRange range = FINDER.range(RangeMethod.PERCENTILE, seen(values));
        // a bin is a thirty-second wide at most
        assertThat(range.min()).isCloseTo(-49.5f, within(0.03f));
        assertThat(range.max()).isCloseTo(49.5f, within(0.03f));
    }

    @Test
    void percentileOfValuesThatAreNeverNegativeStartsAtZero() {
        float[] values = normal(10_000, 5);
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(0, values[i]);
        }
        ValueRange range = FINDER.range(RangeMethod.PERCENTILE, seen(values));
        assertThat(range.min()).isCloseTo(0, within(0.002f));
        assertThat(range.max()).isBetween(2.4f, 2.8f);
    }

    @Test
    void leastSquaredErrorIsAsGoodAsTrying() {
        float[] values = normal(50_000, 1);
        for (int i = 0; i < 20; i++) {
            values[i] *= 12;
        }
        ValueStatistics seen = seen(values);
        double found = squaredError(FINDER.range(RangeMethod.MSE, seen), values);
        double best = Double.MAX_VALUE;
        for (int i = 20; i <= 100; i++) {
            best = Math.min(best, squaredError(
                    new ValueRange(seen.range().min() * i / 100, seen.range().max() * i / 100), values));
        }
        assertThat(found).isLessThan(best * 1.03);
        assertThat(found).isLessThan(squaredError(seen.range(), values) * 0.9);
    }

    @Test
    void entropyCutsOutliersOffAndLeavesAnEvenRangeAlone() {
        float[] values = normal(50_000, 2);
        values[7] = 40;
        ValueRange cut = FINDER.range(RangeMethod.ENTROPY, seen(values));
        assertThat(cut.max()).isBetween(2f, 12f);
        assertThat(cut.min()).isBetween(-6f, -2f);
        float[] even = new float[50_000];
        for (int i = 0; i < even.length; i++) {
            even[i] = i / 50_000f;
        }
        assertThat(FINDER.range(RangeMethod.ENTROPY, seen(even)).max()).isGreaterThan(0.95f);
    }

    @Test
    void symmetricRangesAreAsWideBelowZero() {
        RangeFinder symmetric = new RangeFinder(99, 254, true);
        for (RangeMethod method : new RangeMethod[]{RangeMethod.MSE, RangeMethod.ENTROPY}) {
            ValueRange range = symmetric.range(method, seen(normal(10_000, 9)));
            assertThat(range.min()).as(method.label()).isEqualTo(-range.max());
        }
    }

    @Test
    void aConstantKeepsItsRangeWithEveryMethod() {
        float[] values = new float[100];
        Arrays.fill(values, 3);
        for (RangeMethod method : RangeMethod.values()) {
            assertThat(FINDER.range(method, seen(values))).as(method.label()).isEqualTo(new ValueRange(3, 3));
        }
    }

    @Test
    void everyMethodStaysWithinWhatWasSeen() {
        for (int seed = 0; seed < 20; seed++) {
            float[] values = normal(2000, seed);
            for (int i = 0; i < values.length; i++) {
                values[i] = seed % 3 == 0 ? Math.abs(values[i]) : seed % 3 == 1 ? -Math.abs(values[i]) : values[i];
            }
            ValueStatistics seen = seen(values);
            for (RangeMethod method : RangeMethod.values()) {
                ValueRange range = FINDER.range(method, seen);
                assertThat(range.min()).as("%s %d", method.label(), seed)
                        .isGreaterThanOrEqualTo(Math.min(0, seen.range().min()));
                assertThat(range.max()).as("%s %d", method.label(), seed)
                        .isLessThanOrEqualTo(Math.max(0, seen.range().max())).isGreaterThanOrEqualTo(range.min());
            }
        }
    }
}
