package dev.lathe.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanaryTest {
    private static final int SEEDS = 1000;

    @Test
    void isSilentWhereTheSameWorkTakesTheSameTime() {
        assertThat(Canary.caveats(List.of(100L, 104L, 98L), List.of(500L, 600L, 550L), 1.05)).isEmpty();
        assertThat(Canary.caveats(List.of(), List.of(), 1)).isEmpty();
    }

    /// Looks of a quiet machine differ by 4 %; some take longer by a factor.
    private static List<Long> looks(int count, double share, double factor, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return Stream.generate(() -> Math.round(100_000 * (1 + 0.04 * random.nextDouble())
                * (random.nextDouble() < share ? factor : 1))).limit(count).toList();
    }

    private static int told(int count, double share, double factor) {
        int told = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            told += Canary.caveats(looks(count, share, factor, seed), List.of(), 1).size();
        }
        return told;
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 10, 24, 60, 200})
    void bearsAMachineThatIsOffInOneLookOfTen(int count) {
        assertThat(told(count, 0, 1)).isZero();
        assertThat(told(count, 0.1, 1.6)).isLessThanOrEqualTo(SEEDS / 20 + 25); // 25: chance, in 1,000 seeds
    }

    @Test
    void tellsOfAMachineThatIsOffMoreOftenThanMediansBear() {
        assertThat(told(24, 0.4, 1.3)).isGreaterThanOrEqualTo(900);
        assertThat(told(60, 0.3, 1.3)).isGreaterThanOrEqualTo(950);
        List<Long> slowerFromTheMiddleOn = Stream.concat(looks(5, 0, 1, 1).stream(), looks(5, 1, 1.2, 2).stream())
                .toList();
        assertThat(Canary.caveats(slowerFromTheMiddleOn, List.of(), 1)).hasSize(1);
    }

    @Test
    void oneSlowLookInThreeIsNoEvidenceAndTwoAre() {
        assertThat(Canary.caveats(List.of(100L, 132L, 98L), List.of(), 1)).isEmpty();
        assertThat(Canary.caveats(List.of(100L, 132L, 132L), List.of(), 1)).hasSize(1);
    }

    @Test
    void saysHowMuchAndInHowManyLooks() {
        assertThat(Canary.caveats(List.of(132L, 132L, 98L), List.of(500L, 1000L, 1000L), 1.9))
                .extracting(Problem::sentence)
                .containsExactly(
                        "the processor was up to 1.35 times slower between some blocks than between others, with the"
                                + " same work (a neighbour on the same core, or its clock), in 2 of 3 looks. Repeat it;"
                                + " ratios may differ from run to run.",
                        "reading memory was up to 2.00 times slower between some blocks than between others, with the"
                                + " same work (other programs that fill the cache), in 2 of 3 looks. Repeat it; ratios"
                                + " may differ from run to run.",
                        "the same work took 1.90 times as long on all CPUs at once as on one alone: they share cores,"
                                + " or others use them. Compare with one thread, or pin to different cores with"
                                + " --cpus.");
    }

    @Test
    void tellsOfARunThatWasSlowerThroughoutThanTheFastestTenth() {
        List<Pace> earlier = List.of(new Pace(100, 500, 80, 1.0), new Pace(90, 600, 0, 1.1));
        assertThat(new Pace(95, 520, 100, 1.05).against(earlier)).isEmpty();
        assertThat(new Pace(95, 520, 240, 1.9).against(earlier)).extracting(Problem::sentence).containsExactly(
                "passing work between CPUs: this took 3.00 times as long during the whole run as in the fastest tenth of 1"
                        + " earlier ones here. Ratios of models that use it differently may differ from other runs': repeat"
                        + " it later.",
                "arithmetic on all CPUs at once: this took 1.90 times as long during the whole run as in the fastest tenth"
                        + " of 2 earlier ones here. Ratios of models that use it differently may differ from other runs':"
                        + " repeat it later.");
    }

    @Test
    void oneLuckyMomentMakesNoLaterRunSlow() {
        List<Pace> earlier = new ArrayList<>(Collections.nCopies(19, new Pace(100, 500, 80, 1.0)));
        earlier.add(new Pace(100, 500, 20, 1.0));
        assertThat(new Pace(100, 500, 80, 1.0).against(earlier)).isEmpty();
        assertThat(new Pace(100, 500, 150, 1.0).against(earlier)).extracting(Problem::where)
                .containsExactly("passing work between CPUs");
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
