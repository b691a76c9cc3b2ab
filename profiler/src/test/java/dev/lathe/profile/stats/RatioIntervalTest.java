package dev.lathe.profile.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.base.Reading;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatioIntervalTest {
    private static final int SEEDS = 1000;
    private static final int FEWER_RESAMPLES = 200;
    private static final Synthetic.Service QUIET = random -> 1_000_000 * Math.exp(0.01 * random.nextGaussian());

    @ParameterizedTest(name = "{0} forks, drift {1}, shared offset {2}, process offset {3}")
    @CsvSource({"1, 0.05, 0.05, 0", "2, 0, 0, 0", "2, 0.05, 0.05, 0", "2, 0.05, 0.05, 0.005", "2, 0.05, 0.05, 0.01",
        "3, 0.05, 0.05, 0.01", "5, 0.05, 0.05, 0.01"})
    void twoCopiesOfOneVariantShowNoDifference(int forks, double drift, double shared, double process) {
        assertThat(withoutDifference(Synthetic.LOG_NORMAL, new Synthetic.Setting(forks, 10, drift, shared, process)))
                .isGreaterThanOrEqualTo(930);
    }

    @ParameterizedTest(name = "{0} forks, process offset {1}")
    @CsvSource({"2, 0.003", "2, 0.01", "2, 0.015", "2, 0.04", "3, 0.015"})
    void variantsThatShareTheNoiseKeepTheLevelHoweverMuchProcessesDiffer(int forks, double process) {
        int same = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            List<List<Fork>> all = quiet(forks, process).measure(QUIET, seed, 1, 1, 0.9, 0.5, 0.4);
            RatioInterval ratio = known(RatioInterval.of(all.get(1), all.get(0), ForkNoise.pooled(all),
                    new BlockBootstrap(FEWER_RESAMPLES, seed)));
            same += ratio.verdict() == Verdict.NO_DIFFERENCE ? 1 : 0;
        }
        assertThat(same).isGreaterThanOrEqualTo(930);
    }

    @Test
    void onePairAloneKeepsTheLevelUpToWhatIsAssumed() {
        assertThat(withoutDifference(QUIET, quiet(2, 0.01))).isGreaterThanOrEqualTo(930);
        assertThat(withoutDifference(QUIET, quiet(5, 0.04))).isGreaterThanOrEqualTo(930);
        // the documented limit: two forks, processes 3 % apart
        assertThat(withoutDifference(QUIET, quiet(2, 0.03))).isBetween(740, 820);
    }

    @ParameterizedTest
    @CsvSource({"0.55, FASTER", "0.95, FASTER", "1.05, SLOWER", "1.5, SLOWER"})
    void findsARealDifferenceWithTwoForks(double factor, Verdict verdict) {
        Synthetic.Setting setting = new Synthetic.Setting(2, 40, 0.05, 0.05, 0.003);
        int found = 0;
        int held = 0;
        for (int seed = 0; seed < 300; seed++) {
            RatioInterval ratio = compare(Synthetic.LOG_NORMAL, setting, seed, factor);
            found += ratio.verdict() == verdict ? 1 : 0;
            held += ratio.interval().contains(factor) ? 1 : 0;
        }
        assertThat(found).isGreaterThanOrEqualTo(270);
        assertThat(held).isGreaterThanOrEqualTo(279);
    }

    @Test
    void driftThatBothSeeCancels() {
        // the machine becomes twice as slow during the run; the variant is 20 % faster throughout
        List<long[]> variant = new ArrayList<>();
        List<long[]> original = new ArrayList<>();
        for (int b = 0; b < 20; b++) {
            long level = 1_000_000 + 50_000L * b;
            original.add(new long[]{level, level, level, level});
            variant.add(new long[]{level * 8 / 10, level * 8 / 10, level * 8 / 10, level * 8 / 10});
        }
        RatioInterval ratio = known(RatioInterval.of(List.of(new Fork(variant)), List.of(new Fork(original)),
                new ForkNoise(0, 1e6), BlockBootstrap.seeded(1)));
        assertThat(ratio.value()).isCloseTo(0.8, within(1e-9));
        assertThat(ratio.interval().high() - ratio.interval().low()).isLessThan(1e-9);
        assertThat(ratio.words()).isEqualTo("1.25x faster [1.25, 1.25]");
    }

    @Test
    void saysTheVerdictInWords() {
        assertThat(ratio(0.546, 0.534, 0.559).words()).isEqualTo("1.83x faster [1.79, 1.87]");
        assertThat(ratio(1.5, 1.451, 1.549).words()).isEqualTo("1.50x slower [1.45, 1.55]");
        assertThat(ratio(1, 0.97, 1.04).words()).isEqualTo("no difference shown (0.97 to 1.04)");
        assertThat(ratio(0.99, 0.981, 0.999).words()).isEqualTo("1.01x faster [1.001, 1.02]");
        assertThat(ratio(1, 0.9, 1).verdict()).isEqualTo(Verdict.NO_DIFFERENCE);
    }

    @Test
    void holdsBothForksWhenThereAreTwo() {
        List<Fork> original = List.of(constant(1_000_000), constant(1_000_000));
        List<Fork> variant = List.of(constant(800_000), constant(1_100_000));
        RatioInterval ratio = known(
                RatioInterval.of(variant, original, new ForkNoise(0, 10), BlockBootstrap.seeded(1)));
        assertThat(ratio.interval().low()).isCloseTo(0.8, within(1e-9));
        assertThat(ratio.interval().high()).isCloseTo(1.1, within(1e-9));
        assertThat(ratio.verdict()).isEqualTo(Verdict.NO_DIFFERENCE);
        assertThat(ratio.forkSpread()).isCloseTo(1.375, within(1e-9));
        assertThat(ratio.value()).isCloseTo(Math.sqrt(0.88), within(1e-9));
    }

    @Test
    void oneForkIsNeverNarrowerThanWhatIsAssumedOfProcesses() {
        RatioInterval ratio = known(RatioInterval.of(List.of(constant(990_000)), List.of(constant(1_000_000)), 1));
        // Student's 4.30 for two degrees of freedom times 1 %
        assertThat(ratio.interval().low()).isCloseTo(0.99 * Math.exp(-0.0430), within(1e-4));
        assertThat(ratio.verdict()).isEqualTo(Verdict.NO_DIFFERENCE);
    }

    @Test
    void poolsTheNoiseOfAllVariantsAndLeavesOutWhatForksShare() {
        // forks 10 % apart for all alike, variants 2x apart: no residual, only what is assumed remains
        double[][] additive = {{0, 0.1}, {0.7, 0.8}, {1, 1.1}};
        ForkNoise none = ForkNoise.ofLogValues(additive);
        assertThat(none.degreesOfFreedom()).isEqualTo(4);
        assertThat(none.logVariance()).isCloseTo(2 * 1e-4 / 4, within(1e-12));
        // one pair, residual 0.02 each way: process variance 4 * 0.0001, ratio variance twice that, one degree
        ForkNoise some = ForkNoise.ofLogValues(new double[][]{{0, 0.02}, {0.02, 0}});
        assertThat(some.logVariance()).isCloseTo((2 * 4e-4 + 2 * 1e-4) / 3, within(1e-12));
        assertThat(ForkNoise.ofLogValues(new double[][]{{0}, {0.2}})).isEqualTo(ForkNoise.ASSUMED);
    }

    @Test
    void saysWhyThereIsNoRatio() {
        Fork two = new Fork(List.of(new long[]{1}, new long[]{2}));
        assertThat(RatioInterval.of(List.of(two), List.of(two), 1))
                .isEqualTo(Reading.unknown("too few paired blocks in a fork (2, needs 3)"));
        Fork zeros = constant(0);
        assertThat(RatioInterval.of(List.of(zeros), List.of(zeros), 1))
                .isEqualTo(Reading.unknown("a median of 0 ns has no ratio"));
    }

    @Test
    void refusesBlocksThatAreNotPaired() {
        Fork two = new Fork(List.of(new long[]{1}, new long[]{2}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RatioInterval.of(List.of(two), List.of(constant(1)), 1))
                .withMessage("2 blocks of the variant against 10 of the original in one fork");
        assertThatIllegalArgumentException().isThrownBy(() -> RatioInterval.of(List.of(two, two), List.of(two),
                ForkNoise.ASSUMED, BlockBootstrap.seeded(1)))
                .withMessage("2 forks of the variant against 1 of the original");
    }

    /// Blocks so quiet that processes are all that differs.
    private static Synthetic.Setting quiet(int forks, double process) {
        return new Synthetic.Setting(forks, 10, 0.02, 0.02, process);
    }

    private static int withoutDifference(Synthetic.Service service, Synthetic.Setting setting) {
        int same = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            same += compare(service, setting, seed, 1).verdict() == Verdict.NO_DIFFERENCE ? 1 : 0;
        }
        return same;
    }

    private static RatioInterval compare(Synthetic.Service service, Synthetic.Setting setting, long seed,
            double factor) {
        List<List<Fork>> both = setting.measure(service, seed, factor, 1);
        return known(RatioInterval.of(both.get(0), both.get(1), ForkNoise.pooled(both),
                new BlockBootstrap(FEWER_RESAMPLES, seed)));
    }

    private static RatioInterval ratio(double value, double low, double high) {
        Interval interval = new Interval(low, high);
        return new RatioInterval(value, interval, 20, List.of(value), RatioInterval.verdictOf(interval));
    }

    private static Fork constant(long ns) {
        return new Fork(Collections.nCopies(10, new long[]{ns, ns, ns}));
    }

    private static RatioInterval known(Reading<RatioInterval> reading) {
        return reading.toOptional().orElseThrow();
    }
}
