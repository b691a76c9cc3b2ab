package dev.lathe.evaluate.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.profile.stats.Interval;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScoreTest {

    @Test
    void sharesGetWilsonsInterval() {
        // Wilson for 81 of 263: 0.2553 to 0.3662 (Newcombe, Statistics in Medicine 17, 1998, table I)
        Interval interval = Score.of(new TopK(1), right(81, 263), 1).interval();
        assertThat(interval.low()).isCloseTo(0.2553, within(5e-5));
        assertThat(interval.high()).isCloseTo(0.3662, within(5e-5));
        // 0 of 20: 0 to 0.1611
        assertThat(Score.of(new TopK(1), right(0, 20), 1).interval().high()).isCloseTo(0.1611, within(5e-5));
        assertThat(Score.of(new TopK(1), right(20, 20), 1).interval().high()).isEqualTo(1);
    }

    @Test
    void otherMetricsAreResampledFromTheSeed() {
        Prepared f1 = ConfusionMetric.F1.prepare(labels(200, 0.8, 1), reference(200));
        assertThat(Score.of(ConfusionMetric.F1, f1, 1)).isEqualTo(Score.of(ConfusionMetric.F1, f1, 1));
        assertThat(Score.of(ConfusionMetric.F1, f1, 1)).isNotEqualTo(Score.of(ConfusionMetric.F1, f1, 2));
        assertThat(Score.of(ConfusionMetric.F1, f1, 1).interval().contains(f1.value())).isTrue();
    }

    @Test
    void intervalOfF1HoldsTheTruth() {
        // right with probability 0.8, half of the samples positive: precision = recall = 0.8 in the long run
        int held = 0;
        for (int seed = 0; seed < 200; seed++) {
            Prepared f1 = ConfusionMetric.F1.prepare(labels(200, 0.8, seed), reference(200));
            held += Score.of(ConfusionMetric.F1, f1, seed).interval().contains(0.8) ? 1 : 0;
        }
        // 95 % of 200 less three standard deviations
        assertThat(held).isGreaterThanOrEqualTo(181);
    }

    @Test
    void perfectScoresAreNotCertain() {
        Prepared f1 = ConfusionMetric.F1.prepare(labels(20, 1, 1), reference(20));
        Score score = Score.of(ConfusionMetric.F1, f1, 1);
        assertThat(score.value()).isEqualTo(1);
        assertThat(score.interval().low()).isCloseTo(0.8389, within(5e-5));
        assertThat(score.interval().high()).isEqualTo(1);
    }

    @Test
    void saysTheScoreInWords() {
        assertThat(new Score("top-1", 0.97418, new Interval(0.96361, 0.98169), 1200, true).words())
                .isEqualTo("0.9742 [0.9636, 0.9817]");
        assertThat(new Score("sqnr", 41.26, new Interval(39.84, 42.96), 100, true).words())
                .isEqualTo("41.3 dB [39.8, 43.0]");
    }

    @Test
    void pairedDropIsInPointsAndPositiveWhereTheVariantIsWorse() {
        // 1,000 samples: 12 lost, 4 gained
        PairedComparison worse = PairedComparison.of(new TopK(1), mean(1000, 900, 12, 4, true),
                mean(1000, 900, 12, 4, false), 1);
        assertThat(worse.drop()).isCloseTo(0.8, within(1e-9));
        // one added to each: 13 and 5 of 1,002
        double half = 1.959964 * Math.sqrt((18.0 / 1002 - Math.pow(8.0 / 1002, 2)) / 1002);
        assertThat(worse.interval().low()).isCloseTo(100 * (8.0 / 1002 - half), within(1e-9));
        assertThat(worse.cannotExclude()).isCloseTo(100 * (8.0 / 1002 + half), within(1e-9));
        // exact two-sided: 2 * P(X <= 4), X ~ Binomial(16, 1/2) = 2 * 2517 / 65536
        assertThat(worse.mcNemarP().orElseThrow()).isCloseTo(2.0 * 2517 / 65536, within(1e-9));
        PairedComparison better = PairedComparison.of(new TopK(1), mean(1000, 900, 12, 4, false),
                mean(1000, 900, 12, 4, true), 1);
        assertThat(better.drop()).isCloseTo(-0.8, within(1e-9));
        assertThat(better.interval().high()).isCloseTo(-worse.interval().low(), within(1e-9));
    }

    @Test
    void noDisagreementStillLeavesADropPossible() {
        PairedComparison same = PairedComparison.of(new TopK(1), right(190, 200), right(190, 200), 1);
        assertThat(same.drop()).isZero();
        assertThat(same.mcNemarP()).hasValue(1);
        assertThat(same.cannotExclude()).isCloseTo(100 * 1.959964 * Math.sqrt(2) / 202, within(1e-6));
        assertThat(same.words()).isEqualTo(
                "drop 0.00 points [-1.37, 1.37]; n = 200 cannot exclude a drop of 1.37 points");

        Prepared f1 = ConfusionMetric.F1.prepare(labels(200, 1, 1), reference(200));
        PairedComparison perfect = PairedComparison.of(ConfusionMetric.F1, f1, f1, 1);
        // 1 - 0.025^(1/200)
        assertThat(perfect.cannotExclude()).isCloseTo(1.828, within(1e-3));
        assertThat(perfect.mcNemarP()).isEmpty();
    }

    @Test
    void lowerIsBetterForErrorsAndTheUnitIsTheLabels() {
        Reference truth = Reference.Values.of(1, 2, 3, 4);
        Prepared original = new Rmse().prepare(MetricTest.rows(1, 1, 2, 3, 5), truth);
        Prepared variant = new Rmse().prepare(MetricTest.rows(1, 2, 3, 4, 5), truth);
        PairedComparison drop = PairedComparison.of(new Rmse(), original, variant, 1);
        assertThat(drop.drop()).isCloseTo(0.5, within(1e-6));
        assertThat(drop.inPoints()).isFalse();
        assertThat(drop.words()).startsWith("drop 0.50 [").endsWith("cannot exclude a drop of "
                + String.format(Locale.ROOT, "%.2f", drop.cannotExclude()));
    }

    @Test
    void pairingUsesThatBothSawTheSameSamples() {
        // the variant errs on the same hard samples: paired it is far better known than from two separate scores
        Prepared original = mean(1000, 700, 5, 5, true);
        Prepared variant = mean(1000, 700, 5, 5, false);
        PairedComparison paired = PairedComparison.of(new TopK(1), original, variant, 1);
        Interval alone = Score.of(new TopK(1), variant, 1).interval();
        assertThat(paired.interval().high() - paired.interval().low())
                .isLessThan(100 * (alone.high() - alone.low()) / 4);
    }

    @Test
    void pairedIntervalHoldsTheTruth() {
        int held = 0;
        for (int seed = 0; seed < 1000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            double[] before = new double[400];
            double[] after = new double[400];
            for (int i = 0; i < before.length; i++) {
                before[i] = random.nextDouble() < 0.9 ? 1 : 0;
                // 2 % of all samples change: of the right ones to wrong, of the wrong ones to right
                after[i] = random.nextDouble() < 0.02 ? 1 - before[i] : before[i];
            }
            PairedComparison drop = PairedComparison.of(new TopK(1), Prepared.mean(before, List.of()),
                    Prepared.mean(after, List.of()), seed);
            held += drop.interval().contains(100 * 0.02 * (0.9 - 0.1)) ? 1 : 0;
        }
        assertThat(held).isGreaterThanOrEqualTo(930);
    }

    @Test
    void lossOfAgreementIsItsMirror() {
        PairedComparison loss = PairedComparison
                .lossOfAgreement(new Score("agreement", 0.985, new Interval(0.97, 0.99), 300, true));
        assertThat(loss.drop()).isCloseTo(1.5, within(1e-9));
        assertThat(loss.interval().low()).isCloseTo(1, within(1e-9));
        assertThat(loss.cannotExclude()).isCloseTo(3, within(1e-9));
    }

    @Test
    void refusesDifferentSamples() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PairedComparison.of(new TopK(1), right(1, 2), right(1, 3), 1))
                .withMessage("2 samples of the original against 3 of the variant");
    }

    private static Prepared right(int right, int n) {
        double[] contributions = new double[n];
        for (int i = 0; i < right; i++) {
            contributions[i] = 1;
        }
        return Prepared.mean(contributions, List.of());
    }

    /// `both` right in both, `lost` only in the first, `gained` only in the second.
    private static Prepared mean(int n, int both, int lost, int gained, boolean first) {
        double[] contributions = new double[n];
        for (int i = 0; i < both + lost + gained; i++) {
            boolean right = i < both || (first ? i < both + lost : i >= both + lost);
            contributions[i] = right ? 1 : 0;
        }
        return Prepared.mean(contributions, List.of());
    }

    private static Reference reference(int n) {
        return new Reference.Classes(IntStream.range(0, n).mapToObj(i -> i % 2).toList());
    }

    private static Outputs labels(int n, double right, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] chosen = new long[n];
        for (int i = 0; i < n; i++) {
            chosen[i] = random.nextDouble() < right ? i % 2 : 1 - i % 2;
        }
        return Outputs.Labels.of(chosen);
    }
}
