package dev.lathe.optimize.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.lathe.graph.Model;
import dev.lathe.graph.TensorData;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Tiny;
import dev.lathe.optimize.calibrate.RangeMethod;
import dev.lathe.profile.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EqualizeLayersTest {
    @TempDir
    Path folder;

    private PassOutcome outcome(Model model) {
        PassContext context = Tiny.context(folder, List.of());
        PassOutcome outcome = new EqualizeLayers().apply(model, context);
        assertThat(new EqualizeLayers().apply(outcome.model(), context).changes()).isEmpty();
        return outcome;
    }

    private static float[] floats(Model model, String constant) {
        return model.graph().initializers().getOrDefault(constant, TensorData.ofFloats(List.of())).floats();
    }

    /// A constant in which some of the channels that are made are many times larger, or of those read many times smaller.
    private static TensorData uneven(int first, int second, int inner, boolean byFirst) {
        float[] values = new float[first * second * inner];
        for (int i = 0; i < values.length; i++) {
            int channel = byFirst ? i / (second * inner) : i / inner % second;
            values[i] = (float) (Math.sin(i * 1.7) * Math.pow(4, byFirst ? channel % 4 : -channel % 4));
        }
        return TensorData.ofFloats(inner == 1
                ? List.of((long) first, (long) second)
                : List.of((long) first, (long) second, 3L, 3L), values);
    }

    private static double difference(Model wanted, Model got) {
        List<SequencedMap<String, Tensor>> samples = Tiny.samples(wanted, 2, 4);
        float[] a = Tiny.run(wanted, samples).getFirst().firstEntry().getValue().floats();
        float[] b = Tiny.run(got, samples).getFirst().firstEntry().getValue().floats();
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i]));
            difference = Math.max(difference, Math.abs((double) a[i] - b[i]));
        }
        assertThat(largest).isPositive();
        return difference / largest;
    }

    private static double spread(float[] weights, int channels, int inner) {
        double[] ranges = new double[channels];
        for (int i = 0; i < weights.length; i++) {
            ranges[i / inner % channels] = Math.max(ranges[i / inner % channels], Math.abs(weights[i]));
        }
        double low = Double.MAX_VALUE;
        double high = 0;
        for (double range : ranges) {
            low = Math.min(low, range);
            high = Math.max(high, range);
        }
        return high / low;
    }

    @Test
    void bothSidesOfAPairGetEqualRangesAndTheOutputsStay() {
        Model model = new Tiny().input("x", -1, 3, 8, 8).output("y", -1, 5, 4, 4)
                .constant("w", uneven(8, 3, 9, true)).weights("b", 8L).weights("v", 5L, 8L, 3L, 3L)
                .node("Conv", "x w b", "a").node("Relu", "a", "r").node("Conv", "r v", "y").model(13);
        PassOutcome outcome = outcome(model);
        assertThat(outcome.changes()).hasToString("[1 pairs of layers equalized]");
        assertThat(spread(floats(model, "w"), 8, 27)).isGreaterThan(30);
        float[] w = floats(outcome.model(), "w");
        float[] v = floats(outcome.model(), "v");
        for (int c = 0; c < 8; c++) {
            assertThat(range(w, c, 8, 27)).isCloseTo(range(v, c, 8, 9), withPercentage(1));
        }
        assertThat(spread(w, 8, 27)).isLessThan(10);
        assertThat(difference(model, outcome.model())).isLessThan(1e-5);
    }

    private static double range(float[] weights, int channel, int channels, int inner) {
        double range = 0;
        for (int i = 0; i < weights.length; i++) {
            if (i / inner % channels == channel) {
                range = Math.max(range, Math.abs(weights[i]));
            }
        }
        return range;
    }

    @Test
    void aDepthwiseTripleIsEqualizedAsTheGeometricMeanOfItsThree() {
        Model model = new Tiny().input("x", -1, 3, 10, 10).output("y", -1, 5, 4, 4)
                .constant("w", uneven(8, 3, 9, true)).weights("b", 8L).weights("d", 8L, 1L, 3L, 3L)
                .weights("v", 5L, 8L, 3L, 3L).node("Conv", "x w b", "a").node("Relu", "a", "r")
                .node("Conv", "r d", "e", Tiny.number("group", 8)).node("PRelu", "e slope", "p")
                .constant("slope", TensorData.ofFloats(List.of(8L, 1L, 1L), 1, .1f, .2f, .3f, .4f, .5f, .6f, .7f))
                .node("Conv", "p v", "y").model(13);
        PassOutcome outcome = outcome(model);
        assertThat(outcome.changes()).hasToString("[2 pairs of layers equalized]");
        for (int c = 0; c < 8; c++) {
            double mean = Math.cbrt(range(floats(model, "w"), c, 8, 27) * range(floats(model, "d"), c, 8, 9)
                    * range(floats(model, "v"), c, 8, 9));
            assertThat(range(floats(outcome.model(), "d"), c, 8, 9)).isCloseTo(mean,
                    withPercentage(1));
        }
        assertThat(difference(model, outcome.model())).isLessThan(1e-5);
    }

    @Test
    void gemmsAndAGlobalPoolBeforeThemAreTakenToo() {
        Model model = new Tiny().input("x", -1, 3, 8, 8).output("y", -1, 4).constant("w", uneven(8, 3, 9, true))
                .weights("g", 8L, 6L).weights("c", 6L).weights("h", 4L, 6L).node("Conv", "x w", "a")
                .node("GlobalAveragePool", "a", "p").node("Flatten", "p", "f").node("Gemm", "f g c", "m",
                        Tiny.factor("alpha", 0.5f), Tiny.factor("beta", 2))
                .node("LeakyRelu", "m", "l").node("Gemm", "l h", "y", Tiny.number("transB", 1)).model(13);
        PassOutcome outcome = outcome(model);
        assertThat(outcome.changes()).hasToString("[2 pairs of layers equalized]");
        assertThat(difference(model, outcome.model())).isLessThan(1e-5);
    }

    @Test
    void whatAScaleDoesNotPassThroughIsLeftAlone() {
        Tiny clip = new Tiny().input("x", -1, 3, 8, 8).output("y", -1, 5, 4, 4).constant("w", uneven(8, 3, 9, true))
                .weights("v", 5L, 8L, 3L, 3L).constant("zero", TensorData.ofFloats(List.of(), 0))
                .constant("six", TensorData.ofFloats(List.of(), 6)).node("Conv", "x w", "a")
                .node("Clip", "a zero six", "r").node("Conv", "r v", "y");
        assertThat(outcome(clip.model(13)).changes()).isEmpty();
        Model twice = new Tiny().input("x", -1, 8, 8, 8).output("y", -1, 8, 8, 8)
                .constant("w", uneven(8, 8, 9, true)).constant("v", uneven(8, 8, 9, false))
                .node("Conv", "x w", "a", Tiny.numbers("pads", 1L, 1L, 1L, 1L))
                .node("Conv", "a v", "b", Tiny.numbers("pads", 1L, 1L, 1L, 1L)).node("Add", "a b", "y").model(13);
        assertThat(outcome(twice).changes()).isEmpty();
        Model shared = new Tiny().input("x", -1, 8, 8, 8).output("y", -1, 8, 4, 4).constant("w", uneven(8, 8, 9, true))
                .node("Conv", "x w", "a").node("Conv", "a w", "y").model(13);
        assertThat(outcome(shared).changes()).isEmpty();
    }

    @Test
    void excludedLayersStay() {
        Model model = new Tiny().input("x", -1, 3, 8, 8).output("y", -1, 5, 4, 4).constant("w", uneven(8, 3, 9, true))
                .weights("v", 5L, 8L, 3L, 3L).node("Conv", "x w", "a").node("Conv", "a v", "y").model(13);
        EqualizeLayers pass = new EqualizeLayers(10, List.of(), List.of("a_node"));
        assertThat(pass.apply(model, Tiny.context(folder, List.of())).model()).isSameAs(model);
        assertThatThrownBy(() -> new EqualizeLayers(0, List.of(), List.of()))
                .hasMessage("iterations must be in 1..1000, and is 0");
    }

    @Test
    void perTensorQuantizationGainsFromIt() {
        Model model = new Tiny().input("x", -1, 8, 10, 10).output("y", -1, 8, 4, 4)
                .constant("w", uneven(8, 8, 9, true)).constant("v", uneven(8, 8, 9, false)).weights("u", 8L, 8L, 3L, 3L)
                .node("Conv", "x w", "a").node("Relu", "a", "r").node("Conv", "r v", "b").node("Relu", "b", "s")
                .node("Conv", "s u", "y").model(13);
        Model equal = outcome(model).model();
        PassContext context = Tiny.context(folder, Tiny.samples(model, 4, 4));
        QuantizeDynamic perTensor = new QuantizeDynamic(false, 0, RangeMethod.MIN_MAX, true, true, List.of(),
                List.of());
        double before = difference(model, perTensor.apply(model, context).model());
        assertThat(difference(model, perTensor.apply(equal, context).model())).isLessThan(before * 0.7);
    }
}
