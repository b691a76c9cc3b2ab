package dev.lathe.optimize.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.profile.statistics.ValueObserver;
import dev.lathe.profile.statistics.ValueStatistics;
import dev.lathe.profile.tensor.Tensor;
import org.junit.jupiter.api.Test;

class DamageTest {
    private static ValueStatistics channels(float first, float second) {
        ValueObserver observer = new ValueObserver();
        observer.add(Tensor.ofFloats(new long[]{2, 2}, first, second, -first, -second), 0);
        return observer.done().orElseThrow();
    }

    @Test
    void aSmallChannelBesideALargeOneIsDrowned() {
        // noise 1/12 over powers 10000 and 0.01: the second alone matters
        assertThat(Damage.channelDb(channels(100, 0.1f), 1)).isCloseTo(10 * Math.log10(2 * 0.01 * 12), within(0.1));
        assertThat(Damage.channelDb(channels(100, 100), 1)).isCloseTo(10 * Math.log10(10_000 * 12), within(0.1));
    }

    @Test
    void aDeadChannelDoesNotCount() {
        assertThat(Damage.channelDb(channels(100, 0), 1)).isGreaterThan(50);
    }
}
