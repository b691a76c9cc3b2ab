package dev.lathe.optimize.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Tiny;
import dev.lathe.profile.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleaningTest {
    @TempDir
    Path folder;

    private Model apply(Pass pass, Model model) {
        PassOutcome outcome = pass.apply(model, context());
        assertThat(outcome.hasFailed()).isFalse();
        return outcome.model();
    }

    private PassContext context() {
        return Tiny.context(folder, List.of());
    }

    private static List<String> operators(Model model) {
        return model.graph().nodes().stream().map(Node::operator).toList();
    }

    private static void assertSame(Model before, Model after) {
        List<SequencedMap<String, Tensor>> samples = Tiny.samples(before, 2, 4);
        float[] wanted = Tiny.run(before, samples).getLast().firstEntry().getValue().floats();
        float[] got = Tiny.run(after, samples).getLast().firstEntry().getValue().floats();
        assertThat(got).hasSameSizeAs(wanted);
        for (int i = 0; i < wanted.length; i++) {
            // rounding of float arithmetic in another order
            assertThat((double) got[i]).isCloseTo(wanted[i], within(1e-4));
        }
    }

    private static Tiny normalized(String operator) {
        return new Tiny().positive("s", 4L).weights("o", 4L).weights("m", 4L).positive("v", 4L).output("y", -1, 4, 6, 6)
                .input("x", -1, 4, 6, 6).weights("w", 4L, 4L, 3L, 3L)
                .node(operator, "x w", "a", Tiny.numbers("pads", 1L, 1L, 1L, 1L))
                .node("BatchNormalization", "a s o m v", "y");
    }

    @Test
    void foldsNormalizationIntoConv() {
        Model model = normalized("Conv").model(13);
        Model folded = apply(new FoldBatchNorm(), model);
        assertThat(operators(folded)).containsExactly("Conv");
        assertThat(folded.graph().nodes().getFirst().inputs()).containsExactly("x", "w", "w_bias");
        assertSame(model, folded);
    }

    @Test
    void foldsNormalizationIntoTransposedConvOfTwoGroups() {
        Model model = new Tiny().positive("s", 6L).weights("o", 6L).weights("m", 6L).positive("v", 6L)
                .input("x", -1, 4, 5, 5).output("y", -1, 6, 7, 7).weights("w", 4L, 3L, 3L, 3L).weights("b", 6L)
                .node("ConvTranspose", "x w b", "a", Tiny.number("group", 2))
                .node("BatchNormalization", "a s o m v", "y").model(13);
        Model folded = apply(new FoldBatchNorm(), model);
        assertThat(operators(folded)).containsExactly("ConvTranspose");
        assertSame(model, folded);
    }

    @Test
    void foldsNormalizationIntoGemmWithFactors() {
        for (long transposed = 0; transposed < 2; transposed++) {
            Tiny tiny = new Tiny().positive("s", 3L).weights("o", 3L).weights("m", 3L).positive("v", 3L)
                    .input("x", -1, 5).output("y", -1, 3).weights("b", 1L);
            Model model = (transposed == 1 ? tiny.weights("w", 3L, 5L) : tiny.weights("w", 5L, 3L))
                    .node("Gemm", "x w b", "a", Tiny.number("transB", transposed), Tiny.factor("alpha", 0.5f),
                            Tiny.factor("beta", 2))
                    .node("BatchNormalization", "a s o m v", "y").model(13);
            Model folded = apply(new FoldBatchNorm(), model);
            assertThat(operators(folded)).containsExactly("Gemm");
            assertSame(model, folded);
        }
    }

    @Test
    void keepsSharedWeightOnce() {
        Model model = new Tiny().positive("s", 4L).weights("o", 4L).weights("m", 4L).positive("v", 4L)
                .input("x", -1, 4, 6, 6).output("y", -1, 4, 2, 2).weights("w", 4L, 4L, 3L, 3L).node("Conv", "x w", "a")
                .node("BatchNormalization", "a s o m v", "n").node("Conv", "n w", "y").model(13);
        Model folded = apply(new FoldBatchNorm(), model);
        assertThat(folded.graph().initializers()).containsKeys("w", "w_folded");
        assertThat(folded.graph().initializers().get("w")).isSameAs(model.graph().initializers().get("w"));
        assertSame(model, folded);
    }

    @Test
    void keepsANormalizationWhoseInputOthersRead() {
        Model model = normalized("Conv").output("a", -1, 4, 6, 6).model(13);
        assertThat(apply(new FoldBatchNorm(), model)).isSameAs(model);
    }

    @Test
    void foldsBiasIntoConvAndMatMulOfTwoDimensions() {
        Model model = new Tiny().input("x", -1, 3, 4, 4).output("y", -1, 5).weights("w", 2L, 3L, 3L, 3L)
                .weights("b", 2L, 1L, 1L).weights("v", 8L, 5L).weights("c", 1L, 5L)
                .node("Conv", "x w", "a").node("Add", "a b", "ab").node("Flatten", "ab", "f")
                .node("MatMul", "f v", "m").node("Add", "c m", "y").model(13);
        Model folded = apply(new FoldBias(), model);
        assertThat(operators(folded)).containsExactly("Conv", "Flatten", "Gemm");
        assertSame(model, folded);
    }

    @Test
    void keepsABiasThatBroadcastsOtherwise() {
        Model model = new Tiny().input("x", -1, 3, 4, 4).output("y", -1, 2, 2, 2).weights("w", 2L, 3L, 3L, 3L)
                .weights("b", 2L, 1L, 2L).node("Conv", "x w", "a").node("Add", "a b", "y").model(13);
        assertThat(apply(new FoldBias(), model)).isSameAs(model);
    }

    @Test
    void constantsOffTheInputsCanBeFolded() {
        Model listed = normalized("Conv").input("w", 4, 4, 3, 3).input("s", 4).model(9);
        assertThat(apply(new FoldBatchNorm(), listed)).isSameAs(listed);
        Model taken = apply(new TakeInitializersOffInputs(), listed);
        assertThat(taken.graph().inputs()).extracting(ValueInfo::name).containsExactly("x");
        assertThat(operators(apply(new FoldBatchNorm(), taken))).containsExactly("Conv");
    }

    @Test
    void foldsShapeArithmeticOfFixedDimensions() {
        Model model = new Tiny().input("x", -1, 3, 4).output("y", -1, 12)
                .constant("one", TensorData.ofLongs(List.of(1L), 1))
                .constant("three", TensorData.ofLongs(List.of(1L), 3))
                .constant("any", TensorData.ofLongs(List.of(1L), -1))
                .constant("axis", TensorData.ofLongs(List.of(1L), 0)).node("Shape", "x", "s")
                .node("Slice", "s one three axis", "inner").node("ReduceProd", "inner", "n", Tiny.number("keepdims", 1))
                .node("Concat", "any n", "t", Tiny.number("axis", 0)).node("Reshape", "x t", "y").model(13);
        Model folded = apply(new FoldConstants(), model);
        assertThat(operators(folded)).containsExactly("Reshape");
        assertThat(folded.graph().initializers().keySet()).containsExactly("t");
        assertSame(model, folded);
    }

    @Test
    void keepsTheShapeOfAFreeDimension() {
        Model model = new Tiny().input("x", -1, 3).output("y", -1, 3)
                .constant("zero", TensorData.ofLongs(List.of(1L), 0))
                .constant("any", TensorData.ofLongs(List.of(1L), -1)).node("Shape", "x", "s")
                .node("Gather", "s zero", "n")
                .node("Concat", "n any", "t", Tiny.number("axis", 0)).node("Reshape", "x t", "y").model(13);
        assertThat(apply(new FoldConstants(), model)).isSameAs(model);
    }

    @Test
    void doesNotFoldWhatBlowsUpTheFile() {
        Model model = new Tiny().input("x", 300, 300).output("y", 300, 300)
                .constant("shape", TensorData.ofLongs(List.of(2L), 300, 300))
                .constant("c", TensorData.ofFloats(List.of(1L), 2))
                .node("Expand", "c shape", "large").node("Mul", "x large", "y").model(13);
        assertThat(apply(new FoldConstants(), model)).isSameAs(model);
        assertThat(operators(apply(new FoldConstants(400_000), model))).containsExactly("Mul");
    }

    @Test
    void doesNotFoldRandomNumbers() {
        Model model = new Tiny().input("x", 2).output("y", 2).constant("c", TensorData.ofFloats(List.of(2L), 1, 2))
                .node("RandomNormalLike", "c", "r").node("Add", "x r", "y").model(13);
        assertThat(apply(new FoldConstants(), model)).isSameAs(model);
    }

    @Test
    void removesWhatGivesBackWhatItGets() {
        Model model = new Tiny().input("x", 2, 3).output("y", 2, 3)
                .constant("shape", TensorData.ofLongs(List.of(2L), 2, 3))
                .node("Relu", "x", "a").node("Identity", "a", "b").node("Dropout", "b", "c")
                .node("Cast", "c", "d", Tiny.number("to", DataType.FLOAT.number())).node("Reshape", "d shape", "e")
                .node("Transpose", "e", "f", Tiny.numbers("perm", 0L, 1L))
                .node("Concat", "f", "g", Tiny.number("axis", 0))
                .node("Identity", "g", "y").model(13);
        Model removed = apply(new RemoveIdentities(), model);
        assertThat(operators(removed)).containsExactly("Relu");
        assertThat(removed.graph().nodes().getFirst().outputs()).containsExactly("y");
        assertSame(model, removed);
    }

    @Test
    void keepsAnIdentityBetweenInputAndOutputAndAReshapeThatReshapes() {
        Model model = new Tiny().input("x", 2, 3).output("y", 2, 3).output("z", 3, 2)
                .constant("shape", TensorData.ofLongs(List.of(2L), 3, 2)).node("Identity", "x", "y")
                .node("Reshape", "x shape", "z").model(13);
        assertThat(apply(new RemoveIdentities(), model)).isSameAs(model);
    }

    @Test
    void mergesEqualConstantsAndLeavesThoseThatDifferInShape() {
        Model model = new Tiny().input("x", 2).output("y", 2).constant("a", TensorData.ofFloats(List.of(2L), 1, 2))
                .constant("b", TensorData.ofFloats(List.of(2L), 1, 2))
                .constant("c", TensorData.ofFloats(List.of(1L, 2L), 1, 2))
                .node("Add", "x a", "p").node("Add", "p b", "q").node("Add", "q c", "r").node("Squeeze", "r", "y")
                .model(13);
        Model merged = apply(new MergeEqualInitializers(), model);
        assertThat(merged.graph().initializers().keySet()).containsExactly("a", "c");
        assertSame(model, merged);
    }

    @Test
    void removesDeadNodesAndKeepsConstantsThatAreInputs() {
        Model model = new Tiny().input("x", 2).input("unused", 2).output("y", 2).weights("unused", 2L)
                .weights("dead", 2L)
                .node("Relu", "x", "y").node("Add", "x dead", "nobody").model(13);
        Model alive = apply(new RemoveDeadNodes(), model);
        assertThat(operators(alive)).containsExactly("Relu");
        assertThat(alive.graph().initializers().keySet()).containsExactly("unused");
    }

    @Test
    void constantNodesOfEveryKindBecomeInitializers() {
        Model model = new Tiny().input("x", 2).output("y", 2)
                .node("Constant", "", "t", Attribute.of("value",
                        new Attribute.TensorValue(TensorData.ofFloats(List.of(2L), 1, 2))))
                .node("Constant", "", "f", Tiny.factor("value_float", 2))
                .node("Constant", "", "i", Tiny.numbers("value_ints", 2L)).node("Expand", "f i", "e")
                .node("Add", "x t", "p").node("Mul", "p e", "y").model(13);
        Graph moved = apply(new ConstantsToInitializers(), model).graph();
        assertThat(moved.initializers().keySet()).containsExactly("t", "f", "i");
        assertSame(model, model.withGraph(moved));
    }

    @Test
    void anOpsetIsOnlyRaised() {
        Model model = Tiny.network();
        assertThat(apply(new UpgradeOpset(11), model)).isSameAs(model);
        assertThat(apply(new UpgradeOpset(17), model).opset()).isEqualTo(17);
    }

    private static Tiny focus(long... starts) {
        Tiny tiny = new Tiny().input("x", -1, 3, 8, 10).output("y", -1, 5, 4, 5).weights("w", 5L, 12L, 3L, 3L)
                .weights("b", 5L).constant("far", TensorData.ofLongs(List.of(1L), Long.MAX_VALUE))
                .constant("two", TensorData.ofLongs(List.of(1L), 2))
                .constant("three", TensorData.ofLongs(List.of(1L), 3))
                .constant("at0", TensorData.ofLongs(List.of(1L), 0))
                .constant("at1", TensorData.ofLongs(List.of(1L), 1));
        for (int i = 0; i < starts.length; i += 2) {
            tiny.node("Slice", "x at" + starts[i] + " far two two", "rows" + i)
                    .node("Slice", "rows" + i + " at" + starts[i + 1] + " far three two", "part" + i);
        }
        return tiny.node("Concat", "part0 part2 part4 part6", "c", Tiny.number("axis", 1)).node("Conv", "c w b", "y",
                Tiny.numbers("pads", 1L, 1L, 1L, 1L));
    }

    @Test
    void aConvOverEvenAndOddPixelsStepsByTwo() {
        Model before = focus(0, 0, 1, 0, 0, 1, 1, 1).model(13);
        Model after = apply(new FoldSpaceToDepth(), before);
        assertThat(operators(after)).containsExactly("Conv");
        assertThat(after.graph().nodes().getFirst().intsAttribute("strides")).contains(List.of(2L, 2L));
        assertThat(after.graph().nodes().getFirst().intsAttribute("pads")).contains(List.of(2L, 2L, 2L, 2L));
        assertSame(before, after);
    }

    @Test
    void theOrderOfThePartsDoesNotMatterAsLongAsAllAreThere() {
        Model before = focus(1, 1, 0, 1, 1, 0, 0, 0).model(13);
        Model after = apply(new FoldSpaceToDepth(), before);
        assertThat(operators(after)).containsExactly("Conv");
        assertSame(before, after);
        Model twice = focus(1, 1, 0, 1, 0, 1, 0, 0).model(13);
        assertThat(apply(new FoldSpaceToDepth(), twice)).isSameAs(twice);
    }

    @Test
    void partsThatSomebodyElseReadsStay() {
        Model before = focus(0, 0, 1, 0, 0, 1, 1, 1).node("Relu", "c", "z").output("z", -1, 12, 4, 5).model(13);
        assertThat(apply(new FoldSpaceToDepth(), before)).isSameAs(before);
    }
}
