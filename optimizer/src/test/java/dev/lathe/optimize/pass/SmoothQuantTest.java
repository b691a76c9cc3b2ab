package dev.lathe.optimize.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.Problem;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Tiny;
import dev.lathe.profile.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmoothQuantTest {
    @TempDir
    Path folder;

    private PassContext context(Model model) {
        return Tiny.context(folder, Tiny.samples(model, 16, 4));
    }

    private PassOutcome outcome(Model model) {
        PassOutcome outcome = new SmoothQuant().apply(model, context(model));
        assertThat(outcome.hasFailed()).isFalse();
        assertThat(new SmoothQuant().apply(outcome.model(), context(model)).changes()).isEmpty();
        return outcome;
    }

    /// A gain in which one channel of 32 is fifty times the others.
    private static TensorData outlier() {
        float[] values = new float[32];
        Arrays.fill(values, 1);
        values[5] = 50;
        return TensorData.ofFloats(List.of(32L), values);
    }

    private static Tiny normalized() {
        return new Tiny().input("x", -1, 3, 32).output("y", -1, 3, 16).constant("gain", outlier()).weights("shift", 32L)
                .weights("w", 32L, 16L).weights("v", 32L, 16L);
    }

    private static double difference(Model wanted, Model got) {
        List<SequencedMap<String, Tensor>> samples = Tiny.samples(wanted, 4, 4);
        List<SequencedMap<String, Tensor>> expected = Tiny.run(wanted, samples);
        List<SequencedMap<String, Tensor>> seen = Tiny.run(got, samples);
        double signal = 0;
        double noise = 0;
        for (int s = 0; s < expected.size(); s++) {
            float[] a = expected.get(s).firstEntry().getValue().floats();
            float[] b = seen.get(s).firstEntry().getValue().floats();
            for (int i = 0; i < a.length; i++) {
                signal += (double) a[i] * a[i];
                noise += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
            }
        }
        return Math.sqrt(noise / signal);
    }

    @Test
    void theDivisionGoesIntoTheNormalizationBeforeAllThatReadIt() {
        Model model = normalized().node("LayerNormalization", "x gain shift", "a").node("MatMul", "a w", "b")
                .node("MatMul", "a v", "c").node("Add", "b c", "y").model(17);
        PassOutcome outcome = outcome(model);
        assertThat(outcome.changes()).hasToString("[2 MatMul and Gemm smoothed, 1 divisions folded into normalizations,"
                + " 0 Mul added]");
        assertThat(outcome.model().graph().nodes()).hasSameSizeAs(model.graph().nodes());
        assertThat(outcome.problems()).singleElement().extracting(Problem::sentence).asString()
                .matches("alpha by activation: a 0\\.\\d0\\.");
        assertThat(difference(model, outcome.model())).isLessThan(1e-5);
        float[] gain = outcome.model().graph().initializers().getOrDefault("gain", outlier()).floats();
        assertThat(gain[5] / gain[6]).isLessThan(25);
    }

    @Test
    void aNormalizationInPiecesIsFoldedIntoToo() {
        Model model = normalized().node("Mul", "x gain", "m").node("Add", "shift m", "a").node("MatMul", "a w", "y")
                .model(13);
        PassOutcome outcome = outcome(model);
        assertThat(outcome.changes()).hasToString("[1 MatMul and Gemm smoothed, 1 divisions folded into normalizations,"
                + " 0 Mul added]");
        assertThat(difference(model, outcome.model())).isLessThan(1e-5);
    }

    @Test
    void aValueThatOthersReadGetsAMulOfItsOwnForTheMatricesAlone() {
        Model model = new Tiny().input("x", -1, 3, 32).output("y", -1, 3, 32).constant("gain", outlier())
                .weights("w", 32L, 32L).node("Mul", "x gain", "a").node("MatMul", "a w", "b").node("Add", "a b", "y")
                .model(13);
        PassOutcome outcome = outcome(model);
        assertThat(outcome.changes()).hasToString("[1 MatMul and Gemm smoothed, 0 divisions folded into normalizations,"
                + " 1 Mul added]");
        Node sum = outcome.model().graph().nodes().stream().filter(n -> n.is("Add")).findFirst().orElseThrow();
        assertThat(sum.inputs()).containsExactly("a", "b");
        assertThat(difference(model, outcome.model())).isLessThan(1e-5);
        SmoothQuant noMul = new SmoothQuant(List.of(0.5), false, List.of(), List.of());
        assertThat(noMul.apply(model, context(model)).model()).isSameAs(model);
    }

    @Test
    void quantizationLosesLessAfterIt() {
        Model model = normalized().node("LayerNormalization", "x gain shift", "a").node("MatMul", "a w", "y").model(17);
        QuantizeDynamic quantize = new QuantizeDynamic();
        double before = difference(model, quantize.apply(model, context(model)).model());
        double after = difference(model, quantize.apply(outcome(model).model(), context(model)).model());
        assertThat(after).isLessThan(before * 0.7);
    }

    @Test
    void anEvenLayerIsLeftAsItIs() {
        Model model = new Tiny().input("x", -1, 3, 32).output("y", -1, 3, 16).weights("w", 32L, 16L)
                .node("MatMul", "x w", "y").model(13);
        assertThat(outcome(model).model()).isSameAs(model);
    }

    @Test
    void whatCannotBeDoneIsSaid() {
        Model model = normalized().node("LayerNormalization", "x gain shift", "a").node("MatMul", "a w", "y").model(17);
        assertThat(new SmoothQuant().apply(model, Tiny.context(folder, List.of())).problems())
                .extracting(Problem::sentence).containsExactly("smooth-quant needs calibration data and got none. Give"
                        + " --data with samples of real inputs, or leave the step out.");
        assertThatThrownBy(() -> new SmoothQuant(List.of(0.5, 1.5), true, List.of(), List.of()))
                .hasMessage("alphas must be numbers in 0..1, at least one, and are [0.5, 1.5]");
    }
}
