package dev.lathe.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpuShareTest {
    @Test
    void isSilentWhereAllBlocksHadTheSameCpus() {
        assertThat(CpuShare.caveat("m", 2, blocks(1.9, 2.0, 1.95, 2.05))).isEmpty();
        assertThat(CpuShare.caveat("m", 2, blocks(1.0, 1.0, 1.02))).isEmpty();
        assertThat(CpuShare.caveat("m", 2, blocks())).isEmpty();
    }

    @Test
    void countsNoMoreThanItsThreads() {
        assertThat(CpuShare.caveat("m", 1, blocks(1.0, 1.0, 1.0, 1.9, 1.4))).isEmpty();
        assertThat(CpuShare.caveat("m", 1, blocks(0.6, 1.0, 0.5, 1.9, 1.4))).isPresent();
    }

    @Test
    void bearsOneBlockOfFive() {
        assertThat(CpuShare.caveat("m", 2, blocks(1.0, 2.0, 2.0, 2.0, 2.0))).isEmpty();
    }

    @Test
    void tellsOfThreadsThatSharedOneCpu() {
        assertThat(CpuShare.caveat("m", 2, blocks(1.0, 2.0, 1.1, 2.0, 1.9))).get().extracting(Problem::sentence)
                .isEqualTo("m: in 2 of 5 blocks its threads had only 1.1 CPUs on average, in others 2.0. Stop other"
                        + " programs, use fewer threads than CPUs, or take the ratio of CPU times.");
    }

    private static List<Block> blocks(double... cpus) {
        return Arrays.stream(cpus).mapToObj(c -> new Block(new Block.Key("m", 0, 1, 0), new long[]{1}, 1_000_000,
                (long) (c * 1e6), Instant.EPOCH)).toList();
    }
}
