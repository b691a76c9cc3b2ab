package dev.lathe.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CanaryTest {
    @Test
    void isSilentWhereTheSameWorkTakesTheSameTime() {
        assertThat(Canary.caveats(List.of(100L, 104L, 98L), List.of(500L, 600L, 550L), 1.05)).isEmpty();
        assertThat(Canary.caveats(List.of(), List.of(), 1)).isEmpty();
    }

    @Test
    void bearsOneLookInTenThatIsOff() {
        List<Long> looks = new ArrayList<>(Collections.nCopies(10, 100L));
        looks.set(4, 150L);
        assertThat(Canary.caveats(looks, List.of(), 1)).isEmpty();
        looks.set(7, 150L);
        assertThat(Canary.caveats(looks, List.of(), 1)).extracting(Problem::code).containsExactly("uneven-speed");
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

    @Test
    void keepsTheBestAndTellsOfARunThatWasSlowerThroughout() {
        Pace best = new Pace(100, 500, 80, 1.0).best(new Pace(90, 600, 0, 1.1));
        assertThat(best).isEqualTo(new Pace(90, 500, 80, 1.0));
        assertThat(new Pace(95, 520, 100, 1.05).against(best)).isEmpty();
        assertThat(new Pace(95, 520, 240, 1.9).against(best)).extracting(Problem::sentence).containsExactly(
                "passing work between CPUs: this took 3.00 times as long during the whole run as on this machine at its"
                        + " best. Ratios of models that use it differently may differ from other runs': repeat it later.",
                "arithmetic on all CPUs at once: this took 1.90 times as long during the whole run as on this machine at"
                        + " its best. Ratios of models that use it differently may differ from other runs': repeat it later.");
    }

    @Test
    void looksAtThisMachine() {
        Canary canary = new Canary();
        assertThat(canary.pace()).isEmpty();
        canary.lookAtAll(2);
        assertThat(canary.pace()).hasValueSatisfying(pace -> {
            assertThat(pace.arithmeticNs()).isPositive();
            assertThat(pace.memoryNs()).isPositive();
            assertThat(pace.handoffNs()).isNotNegative(); // 0 on a machine too crowded to tell
            assertThat(pace.sharing()).isPositive();
        });
    }
}
