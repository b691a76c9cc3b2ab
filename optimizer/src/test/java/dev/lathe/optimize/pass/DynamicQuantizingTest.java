package dev.lathe.optimize.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Step;
import dev.lathe.optimize.Tiny;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DynamicQuantizingTest {
    @TempDir
    Path folder;

    private final Model network = Tiny.network();

    private PassContext context(Model model) {
        return Tiny.context(folder, Tiny.samples(model, 4, 4));
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
            assertThat(Quantized.counts(quantized)).containsEntry("MatMulInteger", 1L).doesNotContainKey("Gemm");
            assertThat(quantized.graph().initializers()).doesNotContainKey("w");
            assertThat(Quantized.sqnrDb(model, quantized)).isGreaterThan(35);
        }
    }

    @Test
    void oneActivationIsQuantizedOnceForAllItsReaders() {
        Model model = new Tiny().input("x", -1, 8).output("y", -1, 8).weights("w", 8L, 8L).weights("v", 8L, 8L)
                .node("MatMul", "x w", "a").node("MatMul", "x v", "b").node("Add", "a b", "y").model(13);
        Model quantized = new QuantizeDynamic().apply(model, context(model)).model();
        assertThat(Quantized.counts(quantized)).containsEntry("DynamicQuantizeLinear", 1L)
                .containsEntry("MatMulInteger", 2L);
        assertThat(Quantized.sqnrDb(model, quantized)).isGreaterThan(35);
    }

    @Test
    void convIsQuantizedDynamicallyOnRequestOnly() {
        assertThat(Quantized.counts(new QuantizeDynamic().apply(network, context(network)).model()))
                .doesNotContainKey("ConvInteger");
        Model all = ((QuantizeDynamic) Passes.of(Step.of("quantize-dynamic", Map.of("conv", true))))
                .apply(network, context(network))
                .model();
        assertThat(Quantized.counts(all)).containsEntry("ConvInteger", 4L);
        assertThat(Quantized.sqnrDb(network, all)).isGreaterThan(25);
    }

    @Test
    void anLstmBecomesIntegersDynamically() {
        Model model = new Tiny().input("x", 5, 1, 6).output("y", 5, 1, 1, 7).weights("w", 1L, 28L, 6L)
                .weights("r", 1L, 28L, 7L).weights("b", 1L, 56L)
                .node("LSTM", "x w r b", "y", Tiny.number("hidden_size", 7)).model(13);
        for (boolean perChannel : new boolean[]{true, false}) {
            Model quantized = Passes.of(Step.of("quantize-dynamic", Map.of("per-channel", perChannel)))
                    .apply(model, context(model)).model();
            assertThat(Quantized.counts(quantized)).containsEntry("DynamicQuantizeLSTM", 1L);
            assertThat(quantized.graph().initializers()).doesNotContainKeys("w", "r");
            assertThat(Quantized.sqnrDb(model, quantized)).isGreaterThan(25);
        }
    }

    @Test
    void anLstmWhoseWeightsAreComputedStaysFloatAndIsNamed() {
        Model model = new Tiny().input("x", 5, 1, 6).output("y", 5, 1, 1, 7).weights("w", 1L, 28L, 6L)
                .weights("r0", 1L, 28L, 7L).node("Neg", "r0", "r")
                .node("LSTM", "x w r", "y", Tiny.number("hidden_size", 7)).model(13);
        assertThat(new QuantizeDynamic().check(model, context(model).target())).extracting(Problem::sentence)
                .containsExactly(
                        "nothing to quantize: no MatMul, Gemm, LSTM or Attention with constant float weights and"
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
        assertThat(Quantized.counts(quantized)).containsEntry("QAttention", 1L);
        assertThat(Quantized.sqnrDb(model, quantized)).isGreaterThan(25);
    }
}
