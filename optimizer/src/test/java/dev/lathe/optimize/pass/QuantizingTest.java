package dev.lathe.optimize.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.base.Problem;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.optimize.Optimizer;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Step;
import dev.lathe.optimize.Tiny;
import dev.lathe.optimize.Variant;
import dev.lathe.profile.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizingTest {
    @TempDir
    Path folder;

    private final Model network = Tiny.network();

    private PassContext context(Model model) {
        return Tiny.context(folder, Tiny.samples(model, 4, 4));
    }

    private Model quantized(QuantizeStatic pass, Model model) {
        PassOutcome outcome = pass.apply(model, context(model));
        assertThat(outcome.hasFailed()).isFalse();
        return outcome.model();
    }

    private static QuantizeStatic quantizeStatic(Map<String, ?> options) {
        return (QuantizeStatic) Passes.of(Step.of("quantize-static", options));
    }

    private static Map<String, Long> counts(Model model) {
        return model.graph().nodes().stream().collect(Collectors.groupingBy(Node::opType, Collectors.counting()));
    }

    private static Map<String, Node> producers(Model model) {
        return model.graph().nodes().stream().flatMap(n -> n.outputs().stream().map(o -> Map.entry(o, n)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static double sqnrDb(Model before, Model after) {
        double signal = 0;
        double noise = 0;
        List<SequencedMap<String, Tensor>> samples = Tiny.samples(before, 4, 4);
        List<SequencedMap<String, Tensor>> wanted = Tiny.run(before, samples);
        List<SequencedMap<String, Tensor>> got = Tiny.run(after, samples);
        for (int s = 0; s < wanted.size(); s++) {
            float[] a = wanted.get(s).firstEntry().getValue().floats();
            float[] b = got.get(s).firstEntry().getValue().floats();
            for (int i = 0; i < a.length; i++) {
                signal += (double) a[i] * a[i];
                noise += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
            }
        }
        return 10 * Math.log10(signal / noise);
    }

    @Test
    void nothingStandsBetweenConvAndItsRelu() {
        Model model = quantized(new QuantizeStatic(), network);
        Map<String, Node> producers = producers(model);
        for (Node node : model.graph().nodes()) {
            if (node.is("Relu") || node.is("Clip")) {
                Node before = producers.getOrDefault(node.inputs().getFirst(), node);
                assertThat(before.opType()).isIn("Conv", "Add");
            }
        }
    }

    @Test
    void moversShareOneScale() {
        Model model = quantized(new QuantizeStatic(), network);
        Function<String, String> scale = value -> model.graph().nodes().stream()
                .filter(n -> n.is("DequantizeLinear") && n.outputs().contains(value)).findFirst()
                .map(n -> n.inputs().get(1)).orElse("none");
        assertThat(scale.apply("sr")).isEqualTo(scale.apply("pool")).isEqualTo(scale.apply("joined"))
                .isEqualTo(scale.apply("d")).isNotEqualTo("none");
        assertThat(scale.apply("ar")).isNotEqualTo(scale.apply("sr"));
    }

    @Test
    void bothSidesOfAResidualAddAreQuantized() {
        Model model = quantized(new QuantizeStatic(), network);
        Map<String, Node> producers = producers(model);
        Node add = model.graph().nodes().stream().filter(n -> n.is("Add")).findFirst().orElseThrow();
        assertThat(add.inputs()).allMatch(i -> producers.getOrDefault(i, add).is("DequantizeLinear"));
    }

    @Test
    void theLastGemmKeepsAFloatResult() {
        Model model = quantized(new QuantizeStatic(), network);
        assertThat(producers(model).getOrDefault("y", network.graph().nodes().getFirst()).opType()).isEqualTo("Gemm");
    }

    @Test
    void weightsAreSignedPerChannelAndTheirBiasInt32() {
        Model model = quantized(new QuantizeStatic(), network);
        TensorData weights = model.graph().initializers().getOrDefault("wa_quantized", TensorData.ofInts(List.of()));
        assertThat(weights.type()).isEqualTo(DataType.INT8);
        assertThat(model.graph().initializers().keySet()).contains("wa_scale").doesNotContain("wa", "biasa");
        assertThat(shape(model, "wa_scale")).containsExactly(8L);
        assertThat(model.graph().initializers()).hasEntrySatisfying("biasa_quantized",
                t -> assertThat(t.type()).isEqualTo(DataType.INT32));
        assertThat(sqnrDb(network, model)).isGreaterThan(25);
    }

    private static List<Long> shape(Model model, String constant) {
        return model.graph().initializers().getOrDefault(constant, TensorData.ofInts(List.of())).shape();
    }

    @Test
    void sevenBitsWithoutADotProduct() {
        PassOutcome outcome = new QuantizeStatic().apply(network,
                Tiny.context(folder, Tiny.samples(network, 4, 4), false));
        byte[] weights = outcome.model().graph().initializers()
                .getOrDefault("wa_quantized", TensorData.ofInts(List.of(1L), 1)).bytes().toArray(ValueLayout.JAVA_BYTE);
        assertThat(weights).contains((byte) 64).doesNotContain((byte) 65, (byte) 127);
        assertThat(sqnrDb(network, outcome.model())).isGreaterThan(20);
    }

    @Test
    void sharedWeightsAreStoredOnce() {
        Model model = new Tiny().input("x", -1, 8, 6, 6).output("y", -1, 8, 2, 2).weights("w", 8L, 8L, 3L, 3L)
                .node("Conv", "x w", "a").node("Conv", "a w", "y").model(13);
        assertThat(quantized(new QuantizeStatic(), model).graph().initializers().keySet())
                .filteredOn(n -> n.startsWith("w_quantized")).hasSize(1);
    }

    @Test
    void theConvAtTheImagesEndStaysFloatUnlessAskedFor() {
        Model model = new Tiny().input("x", -1, 3, 8, 8).output("y", -1, 8, 4, 4).weights("w", 8L, 3L, 3L, 3L)
                .weights("v", 8L, 8L, 3L, 3L).node("Conv", "x w", "a").node("Conv", "a v", "y").model(13);
        assertThat(quantized(new QuantizeStatic(), model).graph().initializers()).containsKeys("w", "v_quantized");
        QuantizeStatic all = quantizeStatic(Map.of("leading-convs", true));
        assertThat(quantized(all, model).graph().initializers()).containsKeys("w_quantized", "v_quantized");
    }

    @Test
    void aConcatOfVeryDifferentRangesStaysFloat() {
        Model model = new Tiny().input("x", -1, 8, 6, 6).output("y", -1, 8, 4, 4).weights("w", 8L, 8L, 1L, 1L)
                .weights("v", 8L, 8L, 1L, 1L).constant("tiny", TensorData.ofFloats(List.of(8L, 8L, 1L, 1L), small()))
                .weights("u", 8L, 16L, 3L, 3L).node("Conv", "x w", "a").node("Conv", "x tiny", "b")
                .node("Concat", "a b", "c", Tiny.number("axis", 1)).node("Conv", "c u", "y").model(13);
        Model quantized = quantized(new QuantizeStatic(), model);
        assertThat(quantized.graph().nodes()).anyMatch(
                n -> n.is("QuantizeLinear") && n.inputs().getFirst().equals("c"));
        assertThat(quantized.graph().nodes()).noneMatch(n -> n.outputs().contains("c_unquantized"));
    }

    private static float[] small() {
        float[] values = new float[64];
        Arrays.fill(values, 1e-3f);
        return values;
    }

    @Test
    void excludedNodesStayFloat() {
        QuantizeStatic pass = quantizeStatic(Map.of("exclude", List.of("d_node", "Gemm")));
        Model model = quantized(pass, network);
        assertThat(model.graph().initializers()).containsKeys("wd", "wg", "wa_quantized");
    }

    @Test
    void coreOperatorsLeaveTheAddInFloat() {
        QuantizeStatic pass = quantizeStatic(Map.of("operators", "core"));
        assertThat(producers(quantized(pass, network))).doesNotContainKey("sr_unquantized").containsKey("a");
        assertThat(producers(quantized(new QuantizeStatic(), network))).containsKey("sr_unquantized");
    }

    @Test
    void gemmWithFactorsBecomesIntegersDynamically() {
        for (long transposed = 0; transposed < 2; transposed++) {
            Tiny tiny = new Tiny().input("x", -1, 16).output("y", -1, 5).weights("b", 1L, 5L);
            Model model = (transposed == 1 ? tiny.weights("w", 5L, 16L) : tiny.weights("w", 16L, 5L))
                    .node("Gemm", "x w b", "y", Tiny.number("transB", transposed), Tiny.factor("alpha", 0.5f),
                            Tiny.factor("beta", 3))
                    .model(13);
            Model quantized = new QuantizeDynamic().apply(model, context(model)).model();
            assertThat(counts(quantized)).containsEntry("MatMulInteger", 1L).doesNotContainKey("Gemm");
            assertThat(quantized.graph().initializers()).doesNotContainKey("w");
            assertThat(sqnrDb(model, quantized)).isGreaterThan(35);
        }
    }

    @Test
    void oneActivationIsQuantizedOnceForAllItsReaders() {
        Model model = new Tiny().input("x", -1, 8).output("y", -1, 8).weights("w", 8L, 8L).weights("v", 8L, 8L)
                .node("MatMul", "x w", "a").node("MatMul", "x v", "b").node("Add", "a b", "y").model(13);
        Model quantized = new QuantizeDynamic().apply(model, context(model)).model();
        assertThat(counts(quantized)).containsEntry("DynamicQuantizeLinear", 1L).containsEntry("MatMulInteger", 2L);
        assertThat(sqnrDb(model, quantized)).isGreaterThan(35);
    }

    @Test
    void convIsQuantizedDynamicallyOnRequestOnly() {
        assertThat(counts(new QuantizeDynamic().apply(network, context(network)).model()))
                .doesNotContainKey("ConvInteger");
        Model all = ((QuantizeDynamic) Passes.of(Step.of("quantize-dynamic", Map.of("conv", true))))
                .apply(network, context(network))
                .model();
        assertThat(counts(all)).containsEntry("ConvInteger", 4L);
        assertThat(sqnrDb(network, all)).isGreaterThan(25);
    }

    @Test
    void aQuantizedModelIsNotQuantizedAgain() {
        Model model = quantized(new QuantizeStatic(), network);
        String sentence = "x_QuantizeLinear: the model is quantized already: it has QuantizeLinear. Start from the float model.";
        assertThat(new QuantizeStatic().check(model, context(network).target())).extracting(Problem::sentence)
                .containsExactly(sentence);
        assertThat(new QuantizeDynamic().check(model, context(network).target())).extracting(Problem::sentence)
                .containsExactly(sentence);
    }

    @Test
    void aModelWithoutWeightsIsRefused() {
        Model model = new Tiny().input("x", 2).output("y", 2).node("Relu", "x", "y").model(13);
        assertThat(new QuantizeStatic().check(model, context(model).target())).extracting(Problem::sentence)
                .containsExactly("nothing to quantize: no Conv, MatMul or Gemm with constant float weights. Leave the"
                        + " variant out.");
        assertThat(new QuantizeDynamic().check(model, context(model).target())).extracting(Problem::sentence)
                .containsExactly(
                        "nothing to quantize: no MatMul, Gemm, LSTM or Attention with constant float weights and no"
                                + " embedding. Use static-int8 for convolutions, or leave the variant out.");
    }

    @Test
    void anOldOpsetIsNamedWithTheRemedy() {
        Model model = new Tiny().input("x", 2, 2).output("y", 2, 2).weights("w", 2L, 2L).node("MatMul", "x w", "y")
                .model(9);
        assertThat(new QuantizeStatic().check(model, context(model).target())).extracting(Problem::sentence)
                .containsExactly(
                        "the model has opset 9, and QuantizeLinear per channel needs 13. Put upgrade-opset before"
                                + " this pass.");
    }

    private static String zeroPointType(Model model, String value) {
        return model.graph().initializers().getOrDefault(value + "_zero_point", TensorData.ofInts(List.of())).type()
                .label();
    }

    @Test
    void activationsHaveTheTypeThatIsAskedFor() {
        Model wide = new UpgradeOpset(21).apply(network, context(network)).model();
        for (String type : List.of("u8", "s8", "u16", "s16")) {
            Model model = quantized(quantizeStatic(Map.of("activation-type", type)), wide);
            assertThat(zeroPointType(model, "ar")).isEqualTo(type.replace("u", "uint").replaceFirst("^s", "int"));
            assertThat(Tiny.loads(model)).as(type).isTrue();
            assertThat(sqnrDb(network, model)).as(type).isGreaterThan(25);
        }
        assertThat(sqnrDb(network, quantized(quantizeStatic(Map.of("activation-type", "u16")), wide)))
                .isGreaterThan(sqnrDb(network, quantized(quantizeStatic(Map.of()), wide)) + 1);
    }

    @Test
    void sixteenBitsNeedANewerOpset() {
        assertThat(quantizeStatic(Map.of("activation-type", "u16")).check(network, context(network).target()))
                .extracting(Problem::sentence)
                .containsExactly(
                        "the model has opset 13, and QuantizeLinear to 16 bits needs 21. Put upgrade-opset with"
                                + " min-version 21 before this pass.");
    }

    @Test
    void symmetricActivationsHaveTheirZeroInTheMiddle() {
        Model model = quantized(quantizeStatic(Map.of("symmetric", true)), network);
        assertThat(model.graph().initializers().getOrDefault("c_zero_point", TensorData.ofInts(List.of())).bytes()
                .toArray(ValueLayout.JAVA_BYTE)).containsExactly((byte) 128);
        assertThat(sqnrDb(network, model)).isGreaterThan(20);
    }

    @Test
    void unsignedWeightsGiveTheSameNumbers() {
        Model signed = quantized(quantizeStatic(Map.of()), network);
        Model unsigned = quantized(quantizeStatic(Map.of("weight-type", "u8")), network);
        assertThat(unsigned.graph().initializers()).hasEntrySatisfying("wa_quantized",
                t -> assertThat(t.type()).isEqualTo(DataType.UINT8));
        assertThat(sqnrDb(network, unsigned)).isCloseTo(sqnrDb(network, signed), within(1.0));
    }

    @Test
    void everyMethodGivesAGoodModel() {
        for (String method : List.of("min-max", "moving-average", "percentile", "entropy", "mse", "auto", "best")) {
            Model model = quantized(quantizeStatic(Map.of("method", method)), network);
            // random inputs are even: what clips loses
            assertThat(sqnrDb(network, model)).as(method).isGreaterThan(14);
        }
        assertThat(sqnrDb(network, quantized(quantizeStatic(Map.of("method", "min-max")), network))).isGreaterThan(25);
    }

    @Test
    void someValuesAndOperatorsAreTreatedOtherwise() {
        Model model = quantized(quantizeStatic(Map.of("method", "min-max", "overrides",
                Map.of("ar", Map.of("min", 0, "max", 51), "c_node", Map.of("type", "s8"), "wd",
                        Map.of("weight-bits", 7, "per-channel", false)))),
                network);
        assertThat(model.graph().initializers().getOrDefault("ar_scale", TensorData.ofInts(List.of(1L), 1)).floats())
                .containsExactly((float) (51.0 / 255));
        assertThat(shape(model, "wd_scale")).isEmpty();
        assertThat(shape(model, "wa_scale")).containsExactly(8L);
        byte[] weights = model.graph().initializers().getOrDefault("wd_quantized", TensorData.ofInts(List.of(1L), 1))
                .bytes().toArray(ValueLayout.JAVA_BYTE);
        assertThat(weights).doesNotContain((byte) 65, (byte) 127);
    }

    @Test
    void aRangeUpsideDownIsRefused() {
        assertThatThrownBy(() -> quantizeStatic(Map.of("overrides", Map.of("ar", Map.of("min", 1, "max", 0)))))
                .hasMessageContaining("quantize-static");
    }

    @Test
    void aValueThatIsNotFiniteStaysFloatAndIsNamed() {
        Model model = new Tiny().input("x", -1, 8, 6, 6).output("y", -1, 8, 6, 6).weights("w", 8L, 8L, 1L, 1L)
                .weights("v", 8L, 8L, 1L, 1L).weights("u", 8L, 8L, 1L, 1L).node("Conv", "x w", "a")
                .node("Log", "a", "b").node("Conv", "b v", "c").node("Conv", "a u", "d").node("Add", "c d", "y")
                .model(13);
        PassOutcome outcome = quantizeStatic(Map.of("method", "min-max")).apply(model, context(model));
        assertThat(outcome.hasFailed()).isFalse();
        assertThat(outcome.model().graph().initializers()).containsKeys("v", "w_quantized", "u_quantized");
        assertThat(outcome.problems()).extracting(Problem::sentence).contains(
                "b: sample 0 makes it NaN or infinite. It stays float, and so do the operators around it; check the data.");
    }

    @Test
    void anInputThatNeverChangesIsNamed() {
        Model model = new Tiny().input("x", -1, 4).output("y", -1, 4).weights("w", 4L, 4L).node("MatMul", "x w", "y")
                .model(13);
        SequencedMap<String, Tensor> sample = new LinkedHashMap<>(
                Map.of("x", Tensor.ofFloats(new long[]{1, 4}, 2, 2, 2, 2)));
        PassOutcome outcome = quantizeStatic(Map.of("method", "min-max")).apply(model,
                Tiny.context(folder, List.of(sample, sample)));
        assertThat(outcome.problems()).extracting(Problem::sentence).contains(
                "x: the input is 2.0 in every element of all 2 calibration samples. Check the data: ranges learned from"
                        + " it fit nothing else.");
    }

    @Test
    void aCheapConvBeforeAGateStaysFloat() {
        Model model = new Tiny().input("x", -1, 16, 6, 6).output("y", -1, 8, 4, 4).weights("w", 16L, 16L, 1L, 1L)
                .weights("v", 8L, 16L, 3L, 3L).node("Conv", "x w", "a").node("Sigmoid", "a", "s")
                .node("Mul", "a s", "g").node("Conv", "g v", "y").model(13);
        Model quantized = quantized(quantizeStatic(Map.of()), model);
        assertThat(quantized.graph().initializers()).containsKeys("w", "v_quantized");
    }

    @Test
    void correctedBiasesTakeTheMeanErrorAway() {
        Path out = folder.resolve("out.onnx");
        Optimizer.Parent parent = new Optimizer.Parent(network, Path.of("parent.onnx"), "hash");
        double[] means = new double[2];
        for (int i = 0; i < 2; i++) {
            List<Step> steps = new ArrayList<>(List.of(Step.of("quantize-static",
                    Map.of("method", "min-max", "weight-method", "min-max", "weight-bits", 7, "per-channel", false))));
            if (i == 1) {
                steps.add(Step.of("correct-bias"));
            }
            Variant variant = Optimizer.run(parent, new Recipe("r", steps), context(network), out);
            Model model = OnnxReader.read(out);
            assertThat(variant.steps().getLast().changes()).isNotEmpty();
            means[i] = meanError(network, model);
        }
        assertThat(means[1]).isLessThan(means[0] * 0.6);
    }

    /// Mean over the channels of the last output before the head of how far its mean is off.
    private static double meanError(Model before, Model after) {
        List<SequencedMap<String, Tensor>> samples = Tiny.samples(before, 16, 4);
        List<SequencedMap<String, Tensor>> wanted = Tiny.run(before, samples);
        List<SequencedMap<String, Tensor>> got = Tiny.run(after, samples);
        double[] sums = new double[4];
        for (int s = 0; s < wanted.size(); s++) {
            float[] a = wanted.get(s).firstEntry().getValue().floats();
            float[] b = got.get(s).firstEntry().getValue().floats();
            for (int i = 0; i < a.length; i++) {
                sums[i % 4] += a[i] - b[i];
            }
        }
        return Arrays.stream(sums).map(Math::abs).sum();
    }

    @Test
    void biasesOfAFloatModelAreLeftAlone() {
        PassOutcome outcome = new CorrectBias().apply(network, context(network));
        assertThat(outcome.model()).isSameAs(network);
        assertThat(outcome.changes()).isEmpty();
    }

    @Test
    void anLstmBecomesIntegersDynamically() {
        Model model = new Tiny().input("x", 5, 1, 6).output("y", 5, 1, 1, 7).weights("w", 1L, 28L, 6L)
                .weights("r", 1L, 28L, 7L).weights("b", 1L, 56L)
                .node("LSTM", "x w r b", "y", Tiny.number("hidden_size", 7)).model(13);
        for (boolean perChannel : new boolean[]{true, false}) {
            Model quantized = Passes.of(Step.of("quantize-dynamic", Map.of("per-channel", perChannel)))
                    .apply(model, context(model)).model();
            assertThat(counts(quantized)).containsEntry("DynamicQuantizeLSTM", 1L);
            assertThat(quantized.graph().initializers()).doesNotContainKeys("w", "r");
            assertThat(sqnrDb(model, quantized)).isGreaterThan(25);
        }
    }

    @Test
    void anLstmWhoseWeightsAreComputedStaysFloatAndIsNamed() {
        Model model = new Tiny().input("x", 5, 1, 6).output("y", 5, 1, 1, 7).weights("w", 1L, 28L, 6L)
                .weights("r0", 1L, 28L, 7L).node("Neg", "r0", "r")
                .node("LSTM", "x w r", "y", Tiny.number("hidden_size", 7)).model(13);
        assertThat(new QuantizeDynamic().check(model, context(model).target())).extracting(Problem::sentence)
                .containsExactly("nothing to quantize: no MatMul, Gemm, LSTM or Attention with constant float weights and"
                        + " no embedding; 1 LSTM left in float: the model puts the weights together while it runs, as"
                        + " exporters write it inside of If, or in a layout that has no 8-bit form. Use static-int8 for"
                        + " convolutions, or leave the variant out.");
        Model mixed = new Tiny().input("x", 5, 1, 6).output("z", 5, 1, 1, 3).weights("w", 1L, 28L, 6L)
                .weights("r0", 1L, 28L, 7L).weights("m", 7L, 3L).node("Neg", "r0", "r")
                .node("LSTM", "x w r", "y", Tiny.number("hidden_size", 7)).node("MatMul", "y m", "z").model(13);
        assertThat(new QuantizeDynamic().apply(mixed, context(mixed)).problems()).extracting(Problem::sentence)
                .containsExactly("1 LSTM left in float: the model puts the weights together while it runs, as exporters"
                        + " write it inside of If, or in a layout that has no 8-bit form.");
    }

    @Test
    void attentionBecomesIntegersDynamically() {
        Tiny tiny = new Tiny().input("x", 1, 3, 16).output("y", 1, 3, 16).weights("w", 16L, 48L).weights("b", 48L);
        Model plain = tiny.node("Attention", "x w b", "y", Tiny.number("num_heads", 2)).model(13);
        Node node = plain.graph().nodes().getFirst();
        Model model = new Model(
                new Graph("tiny", List.of(new Node(node.name(), "com.microsoft", node.opType(), node.inputs(),
                        node.outputs(), node.attributes(), node.rest())), plain.graph().inputs(),
                        plain.graph().outputs(), plain.graph().initializers(), List.of(), plain.graph().rest()),
                List.of(), new LinkedHashMap<>(Map.of("", 13L, "com.microsoft", 1L)), 8, plain.metadata(),
                plain.rest());
        Model quantized = new QuantizeDynamic().apply(model, context(model)).model();
        assertThat(counts(quantized)).containsEntry("QAttention", 1L);
        assertThat(sqnrDb(model, quantized)).isGreaterThan(25);
    }

    @Test
    void whatStaysInFloatIsListed() {
        Model model = new Tiny().input("x", -1, 8, 6, 6).output("y", -1, 8, 12, 12).weights("w", 8L, 8L, 1L, 1L)
                .weights("t", 8L, 8L, 2L, 2L).node("Conv", "x w", "a")
                .node("ConvTranspose", "a t", "y", Tiny.numbers("strides", 2L, 2L)).model(13);
        assertThat(new QuantizeStatic().apply(model, context(model)).problems()).extracting(Problem::sentence)
                .contains("operators left in float: 1 ConvTranspose.");
    }
}
