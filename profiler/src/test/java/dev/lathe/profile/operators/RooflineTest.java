package dev.lathe.profile.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.base.Reading;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Interval;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A machine of 100 GFLOP/s on floats, 400 GOP/s on bytes, 100 GB/s in its cache of 1 MB and 10 GB/s beyond.
class RooflineTest {
    static final Ceilings MACHINE = new Ceilings(1, "ONNX Runtime 1", Reading.known(exactly(100e9), "test"),
            Reading.known(exactly(400e9), "test"), List.of(new Ceilings.Bandwidth(100_000_000, exactly(10e9)),
                    new Ceilings.Bandwidth(1_000_000, exactly(100e9)), new Ceilings.Bandwidth(1_000, exactly(50e9))),
            "2026-01-01T00:00:00Z");

    static Estimate exactly(double value) {
        return new Estimate(value, new Interval(value, value), 30);
    }

    private static Work work(double macs, double bytes, Work.Arithmetic arithmetic) {
        return new Work(Reading.known(macs, "test"), Reading.known(bytes, "test"), arithmetic);
    }

    private static Judgement judge(Work work, double us) {
        return Roofline.judge(work, exactly(us * 1000), 1, Reading.known(MACHINE, "test"));
    }

    private static double share(Judgement judgement) {
        return judgement.share().toOptional().orElseThrow().value();
    }

    @Test
    void muchArithmeticOnFewBytesIsComputeBound() {
        // 10 MFLOP need 100 µs, and take 199.5 + 0.5
        Judgement judgement = judge(work(5e6, 1e5, Work.Arithmetic.FLOAT32), 199.5);
        assertThat(judgement.bound()).isEqualTo(Judgement.Bound.COMPUTE);
        assertThat(share(judgement)).isCloseTo(0.5, within(1e-9));
        assertThat(judgement.operationsPerS().toOptional().orElseThrow().value()).isCloseTo(50e9, within(1.0));
    }

    @Test
    void integersHaveTheirOwnCeiling() {
        Judgement judgement = judge(work(5e6, 1e5, Work.Arithmetic.INT8), 199.5);
        assertThat(share(judgement)).isCloseTo(0.125, within(1e-9));
    }

    @Test
    void manyBytesWithoutArithmeticAreMemoryBoundAtTheBandwidthOfTheirSize() {
        // 50 MB at 10 GB/s need 5 ms; 0.5 MB at 100 GB/s need 5 µs
        Judgement large = judge(work(0, 50e6, Work.Arithmetic.FLOAT32), 9_999.5);
        assertThat(large.bound()).isEqualTo(Judgement.Bound.MEMORY);
        assertThat(share(large)).isCloseTo(0.5, within(1e-9));
        assertThat(share(judge(work(0, 5e5, Work.Arithmetic.FLOAT32), 9.5))).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void whatNeitherExplainsIsOverhead() {
        Judgement judgement = judge(work(5e3, 1e3, Work.Arithmetic.FLOAT32), 20);
        assertThat(judgement.bound()).isEqualTo(Judgement.Bound.OVERHEAD);
        assertThat(share(judgement)).isLessThan(Roofline.EXPLAINED);
        assertThat(judge(work(0, 0, Work.Arithmetic.FLOAT32), 3).bound()).isEqualTo(Judgement.Bound.OVERHEAD);
    }

    @Test
    void aTenthIsTheBorder() {
        assertThat(judge(work(1e6, 0, Work.Arithmetic.FLOAT32), 199.4).bound()).isEqualTo(Judgement.Bound.COMPUTE);
        assertThat(judge(work(1e6, 0, Work.Arithmetic.FLOAT32), 199.6).bound()).isEqualTo(Judgement.Bound.OVERHEAD);
    }

    @Test
    void unknownWorkIsNotJudged() {
        Judgement judgement = judge(Work.unknown("no formula", "Custom"), 100);
        assertThat(judgement.bound()).isEqualTo(Judgement.Bound.UNKNOWN);
        assertThat(judgement.share()).isEqualTo(Reading.unknown("no formula"));
    }

    @Test
    void withoutCeilingsRatesAreStillTold() {
        Judgement judgement = Roofline.judge(work(5e6, 1e5, Work.Arithmetic.FLOAT32), exactly(199_500), 1,
                Reading.unknown("not measured"));
        assertThat(judgement.bound()).isEqualTo(Judgement.Bound.UNKNOWN);
        assertThat(judgement.share()).isEqualTo(Reading.unknown("not measured"));
        assertThat(judgement.operationsPerS().toOptional().orElseThrow().value()).isCloseTo(50e9, within(1.0));
    }

    @Test
    void aRateKnowsThatTimesAreWholeMicroseconds() {
        Estimate rate = judge(work(5e6, 1e5, Work.Arithmetic.FLOAT32), 10).operationsPerS().toOptional().orElseThrow();
        assertThat(rate.value()).isCloseTo(10e6 / 10.5e-6, within(1.0));
        assertThat(rate.interval().low()).isCloseTo(10e6 / 11e-6, within(1.0));
        assertThat(rate.interval().high()).isCloseTo(10e6 / 10e-6, within(1.0));
    }

    @Test
    void whatFitsASizeMovesAsFastAsTheFastestThatIsNoSmaller() {
        assertThat(MACHINE.memory().stream().map(Ceilings.Bandwidth::workingSetBytes)).containsExactly(1_000L,
                1_000_000L, 100_000_000L);
        assertThat(MACHINE.bandwidth(500).workingSetBytes()).isEqualTo(1_000_000);
        assertThat(MACHINE.bandwidth(2_000_000).workingSetBytes()).isEqualTo(100_000_000);
        assertThat(MACHINE.bandwidth(1e12).workingSetBytes()).isEqualTo(100_000_000);
    }

    @Test
    void ceilingsSurviveJsonAndBrokenFilesAreNone(@TempDir Path folder) throws Exception {
        Ceilings partly = new Ceilings(1, "ONNX Runtime 1", MACHINE.float32(), Reading.unknown("no int8 here"),
                MACHINE.memory(), MACHINE.measuredAt());
        assertThat(ProfileJson.ceilings(ProfileJson.of(partly))).isEqualTo(partly);
        Path file = folder.resolve("ceilings.json");
        assertThat(CeilingStore.read(file)).isEmpty();
        Files.writeString(file, ProfileJson.of(partly).toString());
        assertThat(CeilingStore.read(file)).contains(partly);
        for (String broken : List.of("", "{", "{}", "[1]", "{\"memory\":[{\"workingSetBytes\":1,\"bytesPerS\":{}}]}")) {
            Files.writeString(file, broken);
            assertThat(CeilingStore.read(file)).as(broken).isEmpty();
        }
    }

    @Test
    void theRateOfManyDurationsCarriesItsInterval() {
        long[] ns = new long[40];
        java.util.Arrays.setAll(ns, i -> 1_000 + i % 5);
        Estimate rate = CeilingBench.rate(1e6, ns);
        assertThat(rate.value()).isCloseTo(1e6 / 1002 * 1e9, within(1e6));
        assertThat(rate.interval().contains(rate.value())).isTrue();
        assertThat(rate.n()).isEqualTo(40);
    }

    @Test
    void placementIsSaidInWords() {
        var placed = new java.util.LinkedHashMap<String, Integer>();
        placed.put("CUDAExecutionProvider", 100);
        placed.put(Placement.CPU, 20);
        Placement placement = new Placement("CUDAExecutionProvider", placed, List.of("NonMaxSuppression", "Resize"));
        assertThat(placement.words()).isEqualTo("100 of 120 on CUDA, the rest on CPU: NonMaxSuppression, Resize");
        assertThat(placement.fellBack()).isTrue();
        placed.remove("CUDAExecutionProvider");
        assertThat(new Placement(Placement.CPU, placed, List.of()).words()).isEqualTo("20 of 20 on CPU");
    }
}
