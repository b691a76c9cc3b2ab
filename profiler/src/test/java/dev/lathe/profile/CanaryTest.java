package dev.lathe.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class CanaryTest {
    @Test
    void isSilentWhereTheSameWorkTakesTheSameTime() {
        assertThat(Canary.caveats(List.of(100L, 104L, 98L), List.of(500L, 600L, 550L), 1.05)).isEmpty();
        assertThat(Canary.caveats(List.of(), List.of(), 1)).isEmpty();
    }

    @Test
    void tellsOfAMachineThatChangesItsSpeed() {
        assertThat(Canary.caveats(List.of(100L, 132L, 98L), List.of(500L, 1000L, 550L), 1.9))
                .extracting(Problem::sentence)
                .containsExactly(
                        "the processor was up to 1.35 times slower between some blocks than between others, with the"
                                + " same work (a neighbour on the same core, or its clock). Repeat it; ratios may"
                                + " differ from run to run.",
                        "reading memory was up to 2.00 times slower between some blocks than between others, with the"
                                + " same work (other programs that fill the cache). Repeat it; ratios may differ from"
                                + " run to run.",
                        "the same work took 1.90 times as long on all CPUs at once as on one alone: they share cores,"
                                + " or others use them. Compare with one thread, or pin to different cores with"
                                + " --cpus.");
    }
}
