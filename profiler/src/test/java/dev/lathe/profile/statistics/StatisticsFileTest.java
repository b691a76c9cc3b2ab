package dev.lathe.profile.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.profile.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatisticsFileTest {
    @TempDir
    Path folder;

    private static CalibrationStatistics statistics() {
        SequencedMap<String, ValueStatistics> values = new LinkedHashMap<>();
        ValueObserver image = new ValueObserver();
        image.add(Tensor.ofFloats(new long[]{1, 2, 1, 2}, -1, 2, 3, 4), 0);
        values.put("image", image.done().orElseThrow());
        ValueObserver broken = new ValueObserver();
        broken.add(Tensor.ofFloats(new long[]{1}, Float.NaN), 3);
        values.put("größe", broken.done().orElseThrow());
        return new CalibrationStatistics(values, new LinkedHashMap<>());
    }

    @Test
    void givesBackWhatWasWritten() throws IOException {
        Path file = folder.resolve("s");
        StatisticsFile.write(statistics(), file);
        assertThat(StatisticsFile.read(file)).contains(statistics());
    }

    @Test
    void aFileThatWasCutShortIsNone() throws IOException {
        Path file = folder.resolve("s");
        StatisticsFile.write(statistics(), file);
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[]{0, 7, 20, whole.length / 2, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(StatisticsFile.read(file)).as("%d bytes", length).isEmpty();
        }
    }

    @Test
    void aQuarterIsHeldBackFromFourSamplesOn() {
        assertThat(CalibrationStatistics.partOf(3)).isEqualTo(3);
        assertThat(CalibrationStatistics.partOf(4)).isEqualTo(3);
        assertThat(CalibrationStatistics.partOf(100)).isEqualTo(75);
    }
}
