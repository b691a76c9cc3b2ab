package dev.lathe.app.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;

class SamplesTest {

    @Test
    void expandsWhatItCompressed() throws DataFormatException {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int bits = random.nextInt(Long.SIZE);
            Samples samples = Samples.of(random.longs(random.nextInt(500)).map(value -> value >> bits).toArray());
            assertThat(Samples.expanded(samples.compressed(), samples.size())).as("seed %d", seed).isEqualTo(samples);
        }
    }

    @Test
    void storesTypicalLatenciesInHalfTheirSize() {
        Random random = new Random(1);
        Samples samples = Samples.of(random.doubles(10_000).mapToLong(x -> 2_000_000 + (long) (100_000 * x)).toArray());
        assertThat(samples.compressed().length).isLessThan(samples.size() * Long.BYTES / 2);
    }

    @Test
    void refusesBytesThatDoNotFitTheCount() {
        byte[] compressed = Samples.of(1, 2, 3).compressed();
        assertThatThrownBy(() -> Samples.expanded(compressed, 4)).isInstanceOf(DataFormatException.class)
                .hasMessage("sample 3 of 4 is cut off");
        assertThatThrownBy(() -> Samples.expanded(compressed, 2)).isInstanceOf(DataFormatException.class)
                .hasMessage("more than 2 samples");
        assertThatThrownBy(() -> Samples.expanded(Arrays.copyOf(compressed, 4), 3))
                .isInstanceOf(DataFormatException.class)
                .hasMessage("the samples are cut off");
    }

    @Test
    void doesNotChangeWithTheArrayItWasMadeOf() {
        long[] values = {1, 2};
        Samples samples = Samples.of(values);
        values[0] = 9;
        samples.toArray()[1] = 9;
        assertThat(samples).isEqualTo(Samples.of(1, 2));
    }
}
