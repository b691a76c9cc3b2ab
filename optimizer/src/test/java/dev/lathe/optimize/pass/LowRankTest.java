package dev.lathe.optimize.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Tiny;
import dev.lathe.profile.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LowRankTest {
    /// Float arithmetic in another order, over a hundred summands.
    private static final double ROUNDING = 1e-9;

    @TempDir
    Path folder;

    private PassContext context(Model model) {
        return Tiny.context(folder, Tiny.samples(model, 24, 6));
    }

    private static LowRank atRank(int rank) {
        return new LowRank(rank, 0, 0, 0.1, 64, 8, List.of(), List.of());
    }

    private static LowRank within(double maxError) {
        return new LowRank(0, 0, maxError, 0.1, 64, 8, List.of(), List.of());
    }

    /// Weights `[rows, inner...]` that are a product over this many numbers, in parts of which the first are the largest.
    private static TensorData product(int rows, int rank, Long... inner) {
        SplittableRandom random = new SplittableRandom(3);
        int columns = Math.toIntExact(List.of(inner).stream().reduce(1L, (a, b) -> a * b));
        float[] values = new float[rows * columns];
        for (int k = 0; k < rank; k++) {
            double[] right = random.doubles(columns, -0.3, 0.3).toArray();
            for (int r = 0; r < rows; r++) {
                double left = random.nextDouble(-1, 1) / (1 + k);
                for (int c = 0; c < columns; c++) {
                    values[r * columns + c] += (float) (left * right[c]);
                }
            }
        }
        List<Long> shape = new ArrayList<>(List.of((long) rows));
        shape.addAll(List.of(inner));
        return TensorData.ofFloats(shape, values);
    }

    private static Model gemm(int rank) {
        return new Tiny().input("x", -1, 40).output("y", -1, 64).constant("w", product(64, rank, 40L)).weights("b", 64L)
                .node("Gemm", "x w b", "y", Tiny.number("transB", 1), Tiny.factor("alpha", 0.5f),
                        Tiny.factor("beta", 2))
                .model(13);
    }

    /// The squared error of the outputs in parts of their power.
    private static double error(Model wanted, Model got) {
        List<SequencedMap<String, Tensor>> samples = Tiny.samples(wanted, 8, 6);
        List<SequencedMap<String, Tensor>> expected = Tiny.run(wanted, samples);
        List<SequencedMap<String, Tensor>> seen = Tiny.run(got, samples);
        double signal = 0;
        double noise = 0;
        for (int s = 0; s < samples.size(); s++) {
            float[] a = expected.get(s).firstEntry().getValue().floats();
            float[] b = seen.get(s).firstEntry().getValue().floats();
            for (int i = 0; i < a.length; i++) {
                signal += (double) a[i] * a[i];
                noise += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
            }
        }
        return noise / signal;
    }

    private static List<Long> shape(Model model, Node node) {
        return Objects.requireNonNull(model.graph().initializers().get(node.inputs().get(1))).shape();
    }

    @Test
    void weightsThatAreAProductAreFoundExactly() {
        Model model = gemm(8);
        PassOutcome outcome = atRank(5).apply(model, context(model));
        assertThat(outcome.changes()).extracting(Object::toString).containsExactly(
                "1 MatMul and Gemm split in two, at rank 8", "1728 multiply-accumulates fewer, of 2560 (68 %)");
        assertThat(outcome.model().graph().nodes()).extracting(Node::opType).containsExactly("MatMul", "Gemm");
        assertThat(outcome.model().graph().initializers()).doesNotContainKeys("w", "b");
        assertThat(error(model, outcome.model())).isLessThan(ROUNDING);
    }

    @Test
    void whatIsLostIsTakenOutOfTheMeanByTheBias() {
        Model model = new Tiny().input("x", -1, 40).output("y", -1, 32).constant("w", product(40, 30, 32L))
                .constant("c", TensorData.ofFloats(List.of(), 3)).weights("b", 32L)
                .node("Add", "x c", "far").node("MatMul", "far w", "m").node("Add", "m b", "y").model(13);
        Model without = new Tiny().input("x", -1, 40).output("y", -1, 32).constant("w", product(40, 30, 32L))
                .constant("c", TensorData.ofFloats(List.of(), 3)).node("Add", "x c", "far").node("MatMul", "far w", "y")
                .model(13);
        PassOutcome outcome = atRank(8).apply(model, context(model));
        assertThat(outcome.model().graph().nodes()).extracting(Node::opType).containsExactly("Add", "MatMul", "MatMul",
                "Add");
        Model plain = atRank(8).apply(without, Tiny.context(folder, List.of())).model();
        assertThat(error(model, outcome.model())).isLessThan(error(without, plain) / 2);
    }

    @Test
    void aConvolutionKeepsItsKernelInTheFirstOfTwo() {
        Model model = new Tiny().input("x", -1, 12, 9, 7).output("y", -1, 48, 5, 4)
                .constant("w", product(48, 8, 12L, 3L, 3L)).weights("b", 48L)
                .node("Conv", "x w b", "y", Tiny.numbers("pads", 1L, 1L, 1L, 1L), Tiny.numbers("strides", 2L, 2L))
                .model(13);
        PassOutcome outcome = atRank(8).apply(model, context(model));
        List<Node> nodes = outcome.model().graph().nodes();
        assertThat(nodes).hasSize(2).allMatch(n -> n.is("Conv"));
        assertThat(shape(outcome.model(), nodes.getFirst())).containsExactly(8L, 12L, 3L, 3L);
        assertThat(shape(outcome.model(), nodes.getLast())).containsExactly(48L, 8L, 1L, 1L);
        assertThat(error(model, outcome.model())).isLessThan(ROUNDING);
    }

    @Test
    void aConvolutionWithFewOutputsIsSplitTheOtherWayRound() {
        // every place of the kernel sees the same 8 mixtures of 64 channels
        float[] mixtures = product(64, 8, 8L).floats();
        float[] kernel = product(16 * 9, 30, 8L).floats();
        float[] values = new float[16 * 64 * 9];
        for (int i = 0; i < values.length; i++) {
            int output = i / 9 / 64;
            int channel = i / 9 % 64;
            for (int k = 0; k < 8; k++) {
                values[i] += kernel[(output * 9 + i % 9) * 8 + k] * mixtures[channel * 8 + k];
            }
        }
        Model model = new Tiny().input("x", -1, 64, 6, 6).output("y", -1, 16, 6, 6)
                .constant("w", TensorData.ofFloats(List.of(16L, 64L, 3L, 3L), values))
                .node("Conv", "x w", "y", Tiny.numbers("pads", 1L, 1L, 1L, 1L)).model(13);
        PassOutcome outcome = atRank(8).apply(model, context(model));
        List<Node> nodes = outcome.model().graph().nodes();
        assertThat(shape(outcome.model(), nodes.getFirst())).containsExactly(8L, 64L, 1L, 1L);
        assertThat(shape(outcome.model(), nodes.getLast())).containsExactly(16L, 8L, 3L, 3L);
        assertThat(error(model, outcome.model())).isLessThan(ROUNDING);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.1, 0.03})
    void theErrorOfTheOutputsStaysInItsBudget(double maxError) {
        Model model = gemm(40);
        PassOutcome outcome = within(maxError).apply(model, context(model));
        assertThat(outcome.hasFailed()).isFalse();
        // other samples than those it was measured on
        assertThat(error(model, outcome.model())).isPositive().isLessThan(maxError * 1.3);
    }

    @Test
    void dataDecideWhichDirectionsMatter() {
        float[] scale = new float[40];
        Arrays.fill(scale, 0.05f);
        Arrays.fill(scale, 30, 40, 4f);
        Model model = new Tiny().input("x", -1, 5, 40).output("y", -1, 5, 64).constant("w", product(40, 40, 64L))
                .constant("s", TensorData.ofFloats(List.of(40L), scale)).node("Mul", "x s", "a")
                .node("MatMul", "a w", "y")
                .model(13);
        double seen = error(model, atRank(10).apply(model, context(model)).model());
        double blind = error(model, atRank(10).apply(model, Tiny.context(folder, List.of())).model());
        assertThat(seen).isLessThan(blind / 3);
    }

    @Test
    void withoutDataItIsSaid() {
        Model model = gemm(8);
        PassOutcome outcome = within(0.01).apply(model, Tiny.context(folder, List.of()));
        assertThat(outcome.problems()).extracting(Problem::sentence)
                .containsExactly("split without calibration data: by the"
                        + " singular values of the weights alone, as if all inputs were alike.");
        assertThat(error(model, outcome.model())).isLessThan(ROUNDING);
    }

    @Test
    void whatDoesNotPayIsLeftAndListed() {
        Model model = new Tiny().input("x", -1, 40).output("y", -1, 64).constant("w", product(64, 8, 40L))
                .weights("v", 64L, 64L).node("Gemm", "x w", "a", Tiny.number("transB", 1)).node("MatMul", "a v", "y")
                .model(13);
        PassOutcome outcome = new LowRank(0, 0.999, 0, 0.1, 64, 8, List.of(), List.of()).apply(model,
                Tiny.context(folder, List.of()));
        assertThat(outcome.problems()).extracting(Problem::sentence).last()
                .isEqualTo("left whole, for no rank that keeps 0.999 of the energy saves enough there: y_node.");
        assertThat(outcome.changes().getFirst().count()).isEqualTo(1);
    }

    @Test
    void aLayerSplitBeforeIsNotSplitAgain() {
        Model model = gemm(40);
        Model once = atRank(16).apply(model, context(model)).model();
        PassOutcome twice = atRank(8).apply(once, context(once));
        assertThat(twice.model()).isSameAs(once);
        assertThat(twice.problems()).extracting(Problem::sentence)
                .containsExactly("layers were split before, and are left as"
                        + " they are: start from the float model for other ranks.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "y"})
    void aSplitLayerIsKnownByItsNameHoweverNodesAreNamed(String name) {
        Model named = gemm(40);
        Node gemm = named.graph().nodes().getFirst();
        GraphEdit edit = new GraphEdit(named.graph());
        edit.replace(gemm, new Node(name, "", "Gemm", gemm.inputs(), gemm.outputs(), gemm.attributes(), gemm.rest()));
        Model model = named.withGraph(edit.done());
        Model once = atRank(16).apply(model, context(model)).model();
        assertThat(atRank(8).apply(once, context(once)).model()).isSameAs(once);
    }

    @Test
    void whatCannotBeDoneIsSaid() {
        Model model = gemm(40);
        assertThat(new LowRank().apply(model, context(model)).problems()).extracting(Problem::sentence)
                .containsExactly(
                        "nothing to split: no MatMul, Gemm or Conv without groups has constant float weights of 8192"
                                + " numbers or more, with room for a rank of 8 that saves 20 %. Lower min-weights, or leave the"
                                + " variant out.");
        assertThat(within(1e-7).apply(model, context(model)).problems()).extracting(Problem::sentence)
                .containsExactly("nothing was split: no rank that holds max-error 1.0E-7 saves 10 % of a layer's"
                        + " multiply-accumulates, in any of 1 layers. Allow more, or leave the variant out.");
        Model quantized = new QuantizeDynamic().apply(model, context(model)).model();
        assertThat(atRank(8).apply(quantized, context(model)).problems()).extracting(Problem::what, Problem::remedy)
                .containsExactly(tuple(
                        "the model is quantized already: it has DynamicQuantizeLinear, and low-rank splits float weights",
                        "Put low-rank before the step that quantizes, and start from the float model."));
    }

    @Test
    void optionsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> Passes.step("low-rank:rank=-4")).isInstanceOf(ProblemException.class)
                .hasMessageContaining("rank must be above 0, or 0 to let energy or max-error decide, and is -4");
        assertThatThrownBy(() -> Passes.step("low-rank:energy=1.5")).hasMessageContaining(
                "energy must be above 0 and at most 1, or 0 to let max-error decide, and is 1.5");
        assertThatThrownBy(() -> Passes.step("low-rank:energy=-0.1")).hasMessageContaining("and is -0.1");
        assertThatThrownBy(() -> Passes.step("low-rank:max-error=0")).hasMessageContaining(
                "max-error must be above 0 where neither rank nor energy is given, and is 0.0");
        assertThatThrownBy(() -> Passes.step("low-rank:rank=8,energy=0.9")).hasMessageContaining(
                "rank 8 and energy 0.9 are both given: give one");
        assertThatThrownBy(() -> new LowRank(8, 0, 0, 1, 0, 8, List.of(), List.of())).hasMessageContaining(
                "they are 1.0, 0, 8");
    }
}
