package dev.lathe.optimize.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.Problem;
import dev.lathe.graph.Model;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.onnx.OnnxWriter;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Tiny;
import dev.lathe.optimize.sparse.CompressedSize;
import dev.lathe.profile.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparsifyWeightsTest {
    @TempDir
    Path folder;

    private PassContext context(Model model) {
        return Tiny.context(folder, Tiny.samples(model, 16, 4));
    }

    private static SparsifyWeights sparsify(SparsifyWeights.Method method, double sparsity, String pattern) {
        return new SparsifyWeights(method, sparsity, pattern, 16, List.of(), List.of());
    }

    private static float[] weights(Model model, String name) {
        return Objects.requireNonNull(model.graph().initializers().get(name)).floats();
    }

    private static Model matrix() {
        return new Tiny().input("x", -1, 3, 32).output("y", -1, 3, 16).weights("w", 32L, 16L)
                .node("MatMul", "x w", "y").model(13);
    }

    /// Inputs of which the last quarter is a hundred times the others.
    private static Model uneven() {
        float[] scale = new float[32];
        Arrays.fill(scale, 0.01f);
        Arrays.fill(scale, 24, 32, 1);
        return new Tiny().input("x", -1, 3, 32).output("y", -1, 3, 16)
                .constant("s", TensorData.ofFloats(List.of(32L), scale))
                .weights("w", 32L, 16L).node("Mul", "x s", "a").node("MatMul", "a w", "y").model(13);
    }

    private static double error(Model wanted, Model got) {
        List<SequencedMap<String, Tensor>> samples = Tiny.samples(wanted, 4, 4);
        double noise = 0;
        for (int s = 0; s < samples.size(); s++) {
            float[] a = Tiny.run(wanted, samples).get(s).firstEntry().getValue().floats();
            float[] b = Tiny.run(got, samples).get(s).firstEntry().getValue().floats();
            for (int i = 0; i < a.length; i++) {
                noise += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
            }
        }
        return noise;
    }

    @Test
    void theSmallestOfALayerGo() {
        Model model = matrix();
        PassOutcome outcome = sparsify(SparsifyWeights.Method.MAGNITUDE, 0.25, "none").apply(model, context(model));
        float[] before = weights(model, "w");
        float[] after = weights(outcome.model(), "w");
        double largestGone = 0;
        double smallestLeft = 1;
        for (int i = 0; i < after.length; i++) {
            if (after[i] == 0) {
                largestGone = Math.max(largestGone, Math.abs(before[i]));
            } else {
                assertThat(after[i]).isEqualTo(before[i]);
                smallestLeft = Math.min(smallestLeft, Math.abs(after[i]));
            }
        }
        assertThat(largestGone).isPositive().isLessThanOrEqualTo(smallestLeft);
        assertThat(outcome.changes())
                .hasToString("[128 weights set to zero in 1 layers; 25 % of their weights are zero]");
        assertThat(outcome.problems()).extracting(Problem::sentence)
                .containsExactly("zeros save no time in ONNX Runtime, which"
                        + " multiplies them like all numbers: they save bytes once the file is compressed.");
    }

    @Test
    void wandaTakesAsManyOfEachOutputByWhatTheyMultiply() {
        Model model = uneven();
        float[] after = weights(
                sparsify(SparsifyWeights.Method.WANDA, 0.75, "none").apply(model, context(model)).model(),
                "w");
        for (int output = 0; output < 16; output++) {
            int zeros = 0;
            for (int input = 0; input < 32; input++) {
                zeros += after[input * 16 + output] == 0 ? 1 : 0;
            }
            assertThat(zeros).isEqualTo(24);
        }
        Model plain = sparsify(SparsifyWeights.Method.MAGNITUDE, 0.75, "none").apply(model, context(model)).model();
        Model wanda = sparsify(SparsifyWeights.Method.WANDA, 0.75, "none").apply(model, context(model)).model();
        assertThat(error(model, wanda)).isLessThan(error(model, plain) / 10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2:4", "4:8", "1:4"})
    void aPatternKeepsItsNumberOfEachGroupAlongTheInputs(String pattern) {
        int kept = Integer.parseInt(pattern.substring(0, 1));
        int group = Integer.parseInt(pattern.substring(2));
        Model model = new Tiny().input("x", -1, 16, 5, 5).output("y", -1, 8, 5, 5).weights("w", 8L, 16L, 3L, 3L)
                .node("Conv", "x w", "y", Tiny.numbers("pads", 1L, 1L, 1L, 1L)).model(13);
        PassOutcome outcome = sparsify(SparsifyWeights.Method.MAGNITUDE, 0, pattern).apply(model, context(model));
        float[] after = weights(outcome.model(), "w");
        for (int output = 0; output < 8; output++) {
            for (int place = 0; place < 9; place++) {
                for (int from = 0; from < 16; from += group) {
                    int left = 0;
                    for (int c = from; c < from + group; c++) {
                        left += after[(output * 16 + c) * 9 + place] == 0 ? 0 : 1;
                    }
                    assertThat(left).isEqualTo(kept);
                }
            }
        }
        assertThat(outcome.problems()).extracting(Problem::sentence).singleElement().asString()
                .endsWith("a GPU with sparse"
                        + " tensor cores uses " + pattern
                        + " only through a runtime that is told to, such as TensorRT.");
    }

    @Test
    void noSparsityIsTheParent() {
        Model model = matrix();
        PassOutcome outcome = sparsify(SparsifyWeights.Method.MAGNITUDE, 0, "none").apply(model, context(model));
        assertThat(outcome.model()).isSameAs(model);
        assertThat(outcome.problems()).extracting(Problem::sentence)
                .containsExactly("nothing was set to zero: 0 % of the weights are zero already.");
    }

    @Test
    void weightsThatOthersReadAreLeft() {
        Model model = new Tiny().input("x", -1, 16).output("y", -1, 16).weights("w", 16L, 16L)
                .node("MatMul", "x w", "a")
                .node("Add", "a w", "y").model(13);
        assertThat(sparsify(SparsifyWeights.Method.MAGNITUDE, 0.5, "none").apply(model, context(model)).problems())
                .extracting(Problem::sentence)
                .containsExactly("nothing to set to zero: no MatMul, Gemm or Conv without groups"
                        + " has constant float weights of 16 numbers or more that nobody else reads. Lower min-weights, or"
                        + " leave the variant out.");
    }

    @Test
    void zerosCompress() throws IOException {
        Model model = new Tiny().input("x", -1, 128).output("y", -1, 256).weights("w", 128L, 256L)
                .node("MatMul", "x w", "y").model(13);
        Path whole = folder.resolve("whole.onnx");
        Path sparse = folder.resolve("sparse.onnx");
        OnnxWriter.write(model, whole);
        OnnxWriter.write(sparsify(SparsifyWeights.Method.MAGNITUDE, 0.75, "none").apply(model, context(model)).model(),
                sparse);
        assertThat(Files.size(sparse)).isEqualTo(Files.size(whole));
        assertThat(CompressedSize.ofModel(sparse)).isPositive().isLessThan(CompressedSize.ofModel(whole) / 2);
    }

    @Test
    void whatCannotBeDoneIsSaid() {
        Model model = matrix();
        assertThat(
                sparsify(SparsifyWeights.Method.WANDA, 0.5, "none").apply(model, Tiny.context(folder, List.of()))
                        .problems())
                .extracting(Problem::sentence)
                .containsExactly("wanda needs calibration data and got none. Give --data with"
                        + " samples of real inputs, or use method magnitude, which needs none.");
        Model quantized = new QuantizeDynamic().apply(model, context(model)).model();
        assertThat(new SparsifyWeights().apply(quantized, context(model)).problems()).extracting(Problem::sentence)
                .singleElement()
                .asString()
                .endsWith(
                        "and sparsify-weights reads float weights. Put sparsify-weights before the step that quantizes, and start"
                                + " from the float model.");
        assertThatThrownBy(() -> Passes.step("sparsify-weights:sparsity=1")).hasMessageContaining(
                "sparsity must be at least 0 and below 1, where nothing would be left, and is 1.0");
        assertThatThrownBy(() -> Passes.step("sparsify-weights:sparsity=-0.5")).hasMessageContaining("and is -0.5");
        assertThatThrownBy(() -> Passes.step("sparsify-weights:pattern=5:4")).hasMessageContaining(
                "pattern must be none or n:m with n in 1..m and m at least 2, as in 2:4, and is 5:4");
        assertThatThrownBy(() -> Passes.step("sparsify-weights:pattern=half")).hasMessageContaining("and is half");
    }
}
