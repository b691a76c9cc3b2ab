package dev.lathe.profile.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Reading;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final int SEEDS = 400;

    private static List<Fork> forks(double medianNs, double forkSigma, SplittableRandom random) {
        List<Fork> forks = new ArrayList<>();
        for (int f = 0; f < 2; f++) {
            double own = medianNs * Math.exp(forkSigma * random.nextGaussian());
            List<long[]> blocks = new ArrayList<>();
            for (int b = 0; b < 10; b++) {
                long[] samples = new long[40];
                for (int i = 0; i < samples.length; i++) {
                    samples[i] = Math.round(own * Math.exp(0.1 * random.nextGaussian()));
                }
                blocks.add(samples);
            }
            forks.add(new Fork(blocks));
        }
        return forks;
    }

    private static Comparison compared(SequencedMap<String, List<Fork>> measured, long seed) {
        return Comparison.of(measured, ForkNoise.pooled(List.copyOf(measured.values())),
                new BlockBootstrap(200, seed));
    }

    @Test
    void tellsWhoIsFasterAndWhoCannotBeToldApart() {
        SplittableRandom random = new SplittableRandom(7);
        SequencedMap<String, List<Fork>> measured = new LinkedHashMap<>();
        measured.put("original", forks(1_000_000, 0.003, random));
        measured.put("clean", forks(1_000_000, 0.003, random));
        measured.put("static", forks(500_000, 0.003, random));
        Comparison comparison = compared(measured, 7);
        assertThat(comparison.names()).first().isEqualTo("static");
        assertThat(comparison.alike()).singleElement().satisfies(
                set -> assertThat(set).containsExactlyInAnyOrder("original", "clean"));
        assertThat(comparison.ratio("original", "static").flatMap(Reading::toOptional)).hasValueSatisfying(r -> {
            assertThat(r.value()).isBetween(1.9, 2.1);
            assertThat(r.words()).contains("x slower [");
        });
        assertThat(comparison.ratio("static", "original").flatMap(Reading::toOptional)).hasValueSatisfying(
                r -> assertThat(r.verdict()).isEqualTo(Verdict.FASTER));
    }

    @Test
    void oneVariantMayBelongToTwoGroups() {
        SequencedMap<String, Double> medians = new LinkedHashMap<>();
        medians.put("c", 3.0);
        medians.put("a", 1.0);
        medians.put("b", 2.0);
        Comparison comparison = Comparison.of(medians, (one, other, _) -> Reading.known(
                ratio(one.equals("a") && other.equals("c") ? 0.5 : 0.97), "test"));
        assertThat(comparison.names()).containsExactly("a", "b", "c");
        assertThat(comparison.alike()).containsExactly(List.of("a", "b"), List.of("b", "c"));
        assertThat(comparison.comparisons()).isEqualTo(3);
    }

    private static RatioInterval ratio(double value) {
        Interval interval = new Interval(value * 0.9, value * 1.1);
        return new RatioInterval(value, interval, 10, List.of(), RatioInterval.verdictOf(interval));
    }

    @Test
    void ratiosThroughAnAnchorAddTheirErrors() {
        RatioInterval through = ratio(0.5).over(ratio(0.25));
        assertThat(through.value()).isEqualTo(2.0);
        assertThat(through.interval().low()).isBetween(1.70, 1.76);
        assertThat(through.interval().high()).isBetween(2.27, 2.36);
        assertThat(through.inverse().value()).isEqualTo(0.5);
    }

    /// Five copies of one variant make ten pairs. Told apart although they are alike: at most 1 run in 20 with widened
    /// intervals, several times as many with intervals of 95 % each.
    @Test
    void fiveCopiesAreToldApartInAtMostOneRunOfTwenty() {
        int wrong = 0;
        int wrongWithout = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SequencedMap<String, List<Fork>> measured = new LinkedHashMap<>();
            for (String name : List.of("a", "b", "c", "d", "e")) {
                measured.put(name, forks(1_000_000, 0.01, random));
            }
            Comparison comparison = compared(measured, seed);
            wrong += comparison.alike().contains(comparison.names()) ? 0 : 1;
            ForkNoise noise = ForkNoise.pooled(List.copyOf(measured.values()));
            boolean any = comparison.pairs().stream().anyMatch(p -> RatioInterval
                    .of(measured.getOrDefault(p.one(), List.of()), measured.getOrDefault(p.other(), List.of()), noise,
                            new BlockBootstrap(200, 7))
                    .toOptional().map(r -> r.verdict() != Verdict.NO_DIFFERENCE).orElse(false));
            wrongWithout += any ? 1 : 0;
        }
        assertThat(wrong).isLessThanOrEqualTo(SEEDS / 20 + 9); // 1.96 standard errors of 5 % of 400
        assertThat(wrongWithout).isGreaterThan(wrong);
    }
}
