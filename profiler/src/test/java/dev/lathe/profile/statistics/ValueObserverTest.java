package dev.lathe.profile.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.profile.tensor.Tensor;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ValueObserverTest {
    private static ValueStatistics seen(Tensor... samples) {
        ValueObserver observer = new ValueObserver();
        for (int i = 0; i < samples.length; i++) {
            observer.add(samples[i], i);
        }
        return observer.done().orElseThrow();
    }

    private static Tensor row(float... values) {
        return Tensor.ofFloats(new long[]{values.length}, values);
    }

    @Test
    void keepsExtremesAndTheirMeanOverTheSamples() {
        ValueStatistics statistics = seen(row(-1, 2), row(-3, 1), row(0, 6));
        assertThat(statistics.range()).isEqualTo(new ValueRange(-3, 6));
        assertThat(statistics.average().min()).isCloseTo(-4 / 3f, within(1e-6f));
        assertThat(statistics.average().max()).isEqualTo(3);
    }

    @Test
    void countsEveryElementInABinThatHoldsIt() {
        SplittableRandom random = new SplittableRandom(3);
        ValueObserver observer = new ValueObserver();
        float[] values = new float[20_000];
        for (int sample = 0; sample < 5; sample++) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextGaussian() * Math.pow(10, sample - 2));
            }
            observer.add(row(values), sample);
        }
        Histogram histogram = observer.done().orElseThrow().histogram();
        assertThat(histogram.total()).isEqualTo(100_000);
        assertThat(histogram.bins()).isBetween(2049, 4096);
        // the last sample, a hundred times wider than the third, decides the width; its median is at 0
        long below = 0;
        for (int i = 0; histogram.centre(i) < 0; i++) {
            below += histogram.count(i);
        }
        assertThat(below).isBetween(49_000L, 51_000L);
    }

    @Test
    void extremesAloneAreThoseOfACountingObserver() {
        float[] values = new float[2 * 3 * 400];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i) * (i % 7);
        }
        Tensor sample = Tensor.ofFloats(new long[]{2, 3, 20, 20}, values);
        ValueObserver extremes = new ValueObserver(false);
        extremes.add(sample, 0);
        ValueStatistics seen = extremes.done().orElseThrow();
        assertThat(seen.histogram()).isEqualTo(Histogram.NONE);
        ValueStatistics counted = seen(sample);
        assertThat(seen.range()).isEqualTo(counted.range());
        assertThat(seen.channels()).isEqualTo(counted.channels());
    }

    @Test
    void sumsAPlaneOfAnyLength() {
        for (int length : new int[]{32, 33, 255, 256, 291, 9_000}) {
            float[] values = new float[2 * length];
            for (int i = 0; i < values.length; i++) {
                values[i] = i < length ? 1 : i % 5;
            }
            ChannelStatistics channels = seen(Tensor.ofFloats(new long[]{1, 2, 1, length}, values)).channels()
                    .orElseThrow();
            double sum = 0;
            double squares = 0;
            for (int i = length; i < values.length; i++) {
                sum += values[i];
                squares += values[i] * values[i];
            }
            // whole numbers: exact in whichever order
            assertThat(channels.mean()).containsExactly(1, sum / length);
            assertThat(channels.meanSquare()).containsExactly(1, squares / length);
        }
    }

    @Test
    void theOrderOfTheSamplesDoesNotMatter() {
        Tensor small = row(0.001f, -0.002f, 0);
        Tensor large = row(1000, -3, 0.5f);
        assertThat(seen(small, large).histogram()).isEqualTo(seen(large, small).histogram());
    }

    @Test
    void zerosThenLargeNumbersFitTheWindow() {
        Histogram histogram = seen(row(0, 0, 0), row(3e38f, -1e-38f, 1)).histogram();
        assertThat(histogram.total()).isEqualTo(6);
        assertThat(histogram.bins()).isLessThanOrEqualTo(4096);
    }

    @Test
    void aNarrowRangeFarFromZeroHasFineBins() {
        Histogram histogram = seen(row(1000, 1000.5f, 1001)).histogram();
        assertThat(histogram.width()).isLessThanOrEqualTo(1.0 / 1024);
        assertThat(histogram.centre(0)).isCloseTo(1000, within(0.001));
    }

    @Test
    void aConstantIsSeenAsOne() {
        assertThat(seen(row(2, 2), row(2)).isConstant()).isTrue();
        assertThat(seen(row(2, 2), row(3)).isConstant()).isFalse();
    }

    @Test
    void imagesHaveTheirChannelsInTheSecondDimension() {
        float[] values = new float[2 * 3 * 64];
        for (int i = 0; i < values.length; i++) {
            values[i] = i / 64 % 3 * 10 + i % 2;
        }
        ChannelStatistics channels = seen(Tensor.ofFloats(new long[]{2, 3, 8, 8}, values)).channels().orElseThrow();
        assertThat(channels.mean()).containsExactly(0.5, 10.5, 20.5);
        assertThat(channels.min()).containsExactly(0, 10, 20);
        assertThat(channels.max()).containsExactly(1, 11, 21);
        assertThat(channels.meanSquare()[1]).isEqualTo((100 + 121) / 2.0);
    }

    @Test
    void rowsHaveTheirChannelsInTheLastDimension() {
        ChannelStatistics channels = seen(Tensor.ofFloats(new long[]{1, 2, 3}, 1, 2, 3, 5, 6, 7)).channels()
                .orElseThrow();
        assertThat(channels.mean()).containsExactly(3, 4, 5);
    }

    @Test
    void aChangingNumberOfChannelsGivesNone() {
        assertThat(seen(Tensor.ofFloats(new long[]{1, 2}, 1, 2), Tensor.ofFloats(new long[]{1, 3}, 1, 2, 3)).channels())
                .isEmpty();
    }

    @Test
    void theFirstSampleThatIsNotFiniteIsNamed() {
        assertThat(seen(row(1), row(Float.NaN), row(Float.POSITIVE_INFINITY)).notFinite()).hasValue(1);
        assertThat(seen(row(Float.NEGATIVE_INFINITY)).notFinite()).hasValue(0);
    }
}
