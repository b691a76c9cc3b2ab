package dev.lathe.optimize.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.evaluate.Scorer;
import dev.lathe.evaluate.metric.PairedComparison;
import dev.lathe.graph.Model;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.Tiny;
import dev.lathe.profile.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SensitivityMeasurementTest {
    private static final int SAMPLES = 40;

    @TempDir
    Path folder;

    /// As compact networks end: many features, a global pool, a classifier. It reads one row a sample.
    private static Model features() {
        return new Tiny().input("x", -1, 8, 6, 6).output("y", -1, 5).weights("w", 96L, 8L, 1L, 1L).weights("b", 96L)
                .weights("v", 5L, 96L).weights("c", 5L).node("Conv", "x w b", "a").node("Relu", "a", "r")
                .node("GlobalAveragePool", "r", "pool").node("Flatten", "pool", "flat")
                .node("Gemm", "flat v c", "y", Tiny.number("transB", 1)).model(13);
    }

    private static PruningRequest request() {
        return new PruningRequest(new PruningRequest.Amount.Ratio(0.5, new TreeMap<>()), Importance.RECONSTRUCTION, 8,
                true, SAMPLES, _ -> true);
    }

    @Test
    void whatAFewSamplesMakeUpForIsNotTakenForWhatOthersSuffer() {
        Model model = features();
        List<SequencedMap<String, Tensor>> samples = Tiny.samples(model, 2 * SAMPLES, 2);
        PassContext known = Tiny.context(folder, samples.subList(0, SAMPLES));
        PassContext others = Tiny.context(folder, samples.subList(SAMPLES, 2 * SAMPLES));
        Sensitivity sensitivity = new ChannelPruning(model, known, request()).sensitivities().getFirst();
        try (OutputDamage fresh = new OutputDamage(model, others, others.calibration().orElseThrow(),
                IntStream.range(0, SAMPLES).boxed().toList(), SAMPLES)) {
            sensitivity.ranking().silenced().forEach((count, graph) -> assertThat(
                    Objects.requireNonNull(sensitivity.damage().get(count)).doubleValue())
                    .as(count + " channels").isGreaterThan(fresh.of(model.withGraph(graph)) / 2));
        }
    }

    @Test
    void theScoreIsLostOnSamplesThatNothingWasLearnedOnAndSaysOnHowMany() {
        Model model = features();
        PassContext context = Tiny.context(folder, Tiny.samples(model, 2 * SAMPLES, 2));
        Scorer scorer = new Scorer(Optional.empty(),
                IntStream.range(0, 2 * SAMPLES).mapToObj(List::of).toList(), model.graph().inputs(),
                model.graph().outputs());
        DamageCurve curve = new ChannelPruning(model, context, request()).damageCurves(Optional.of(scorer)).getFirst();
        assertThat(curve.lost().keySet()).isEqualTo(curve.damage().tailMap(1).keySet());
        assertThat(curve.lost().values()).as("of 80 samples 40 are looked at, and 30 of these are learned on")
                .allMatch(l -> l.n() == 50 && l.inPoints() && l.metricId().equals("agreement"));
        PairedComparison most = curve.lost().sequencedValues().getLast();
        assertThat(most.drop()).as("with 8 of 96 channels left").isPositive();
        assertThat(new ChannelPruning(model, context, request()).damageCurves(Optional.empty()).getFirst().lost())
                .isEmpty();
    }

    @Test
    void heldBackSamplesAreAQuarterAndNoneWhereThereAreFew() {
        HeldBack some = new HeldBack(24, 12);
        assertThat(some.samples()).containsExactly(6, 14, 22);
        assertThat(some.learned()).isEqualTo(9);
        HeldBack few = new HeldBack(7, 7);
        assertThat(few.samples()).hasSize(7);
        assertThat(few.learned()).isEqualTo(7);
        assertThat(some.unlearned()).as("those held back, and those not looked at").hasSize(15).contains(1, 6, 14, 22)
                .doesNotContain(0, 2, 4);
        assertThat(few.unlearned()).isEmpty();
    }
}
