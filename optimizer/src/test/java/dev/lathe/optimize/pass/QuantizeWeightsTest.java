package dev.lathe.optimize.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.Problem;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Tiny;
import dev.lathe.profile.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Layouts are held against ONNX Runtime: the numbers that the codes stand for are computed here, put in the place of the
/// weights, and both models give the same.
class QuantizeWeightsTest {
    @TempDir
    Path folder;

    private PassContext context(Model model) {
        return Tiny.context(folder, Tiny.samples(model, 8, 4));
    }

    private static QuantizeWeights weights(int bits, int block, boolean symmetric, QuantizeWeights.Method method) {
        return new QuantizeWeights(bits, block, symmetric, method, 0, true, List.of(), List.of());
    }

    private Model made(QuantizeWeights pass, Model model) {
        PassOutcome outcome = pass.apply(model, context(model));
        assertThat(outcome.problems()).isEmpty();
        assertThat(context(model).laboratory().check(outcome.model())).isEmpty();
        return outcome.model();
    }

    private static TensorData constant(Model model, String name) {
        return model.graph().initializers().getOrDefault(name, TensorData.ofInts(List.of()));
    }

    /// The numbers that codes in blocks along the last dimension stand for, by the operators' documentation.
    private static float[] decoded(Model model, String weights, int columns, int bits, int block) {
        byte[] codes = constant(model, weights + "_blocks").bytes().toArray(ValueLayout.JAVA_BYTE);
        float[] scales = constant(model, weights + "_scales").floats();
        byte[] points = model.graph().initializers().containsKey(weights + "_zero_points")
                ? constant(model, weights + "_zero_points").bytes().toArray(ValueLayout.JAVA_BYTE)
                : new byte[0];
        int blocks = (columns + block - 1) / block;
        int rows = scales.length / blocks;
        float[] values = new float[rows * columns];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                int point = points.length == 0
                        ? 1 << (bits - 1)
                        : code(points, r * (points.length / rows), c / block, bits);
                values[r * columns + c] = scales[r * blocks + c / block]
                        * (code(codes, r * (codes.length / rows), c, bits) - point);
            }
        }
        return values;
    }

    private static int code(byte[] bytes, int offset, int index, int bits) {
        int at = Byte.toUnsignedInt(bytes[offset + index * bits / 8]);
        return bits == 8 ? at : index % 2 == 0 ? at % 16 : at / 16;
    }

    private static Model with(Model model, String constant, float... values) {
        SequencedMap<String, TensorData> constants = new LinkedHashMap<>(model.graph().initializers());
        constants.put(constant, TensorData.ofFloats(constant(model, constant).shape(), values));
        return model.withGraph(model.graph().withInitializers(constants));
    }

    private static float[] transposed(float[] rows, int columns) {
        float[] turned = new float[rows.length];
        int count = rows.length / columns;
        for (int r = 0; r < count; r++) {
            for (int c = 0; c < columns; c++) {
                turned[c * count + r] = rows[r * columns + c];
            }
        }
        return turned;
    }

    /// The largest difference in parts of the largest output.
    private static double difference(Model wanted, Model got) {
        List<SequencedMap<String, Tensor>> samples = Tiny.samples(wanted, 8, 4);
        List<SequencedMap<String, Tensor>> expected = Tiny.run(wanted, samples);
        List<SequencedMap<String, Tensor>> seen = Tiny.run(got, samples);
        double largest = 0;
        double difference = 0;
        for (int s = 0; s < expected.size(); s++) {
            float[] a = expected.get(s).firstEntry().getValue().floats();
            float[] b = seen.get(s).firstEntry().getValue().floats();
            for (int i = 0; i < a.length; i++) {
                largest = Math.max(largest, Math.abs(a[i]));
                difference = Math.max(difference, Math.abs((double) a[i] - b[i]));
            }
        }
        return difference / largest;
    }

    private static double squaredError(Model wanted, Model got) {
        List<SequencedMap<String, Tensor>> samples = Tiny.samples(wanted, 8, 4);
        List<SequencedMap<String, Tensor>> expected = Tiny.run(wanted, samples);
        List<SequencedMap<String, Tensor>> seen = Tiny.run(got, samples);
        double sum = 0;
        for (int s = 0; s < expected.size(); s++) {
            float[] a = expected.get(s).firstEntry().getValue().floats();
            float[] b = seen.get(s).firstEntry().getValue().floats();
            for (int i = 0; i < a.length; i++) {
                sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
            }
        }
        return sum;
    }

    private static Model matMul(long inputs, long outputs) {
        return new Tiny().input("x", -1, 3, inputs).output("y", -1, 3, outputs).weights("w", inputs, outputs)
                .node("MatMul", "x w", "y").model(13);
    }

    @ParameterizedTest
    @CsvSource({"4,16,true,64", "4,32,false,64", "4,32,true,100", "4,16,false,40", "4,256,true,70", "8,16,true,64",
        "8,32,false,64", "8,128,true,100", "8,64,false,200"})
    void theRuntimeReadsTheCodesAsTheyWereWritten(int bits, int block, boolean symmetric, int inputs) {
        Model model = matMul(inputs, 24);
        Model made = made(weights(bits, block, symmetric, QuantizeWeights.Method.NEAREST), model);
        assertThat(made.graph().nodes()).extracting(Node::operator).containsExactly("com.microsoft:MatMulNBits");
        assertThat(made.graph().initializers()).doesNotContainKey("w");
        float[] decoded = decoded(made, "w", inputs, bits, block);
        assertThat(difference(with(model, "w", transposed(decoded, inputs)), made)).isLessThan(1e-5);
        assertThat(difference(model, made)).isBetween(1e-6, bits == 4 ? 0.3 : 0.02);
    }

    @Test
    void gemmKeepsItsFactorsAndItsBias() {
        for (long transposed = 0; transposed < 2; transposed++) {
            Tiny tiny = new Tiny().input("x", -1, 48).output("y", -1, 5).weights("b", 1L, 5L);
            Model model = (transposed == 1 ? tiny.weights("w", 5L, 48L) : tiny.weights("w", 48L, 5L))
                    .node("Gemm", "x w b", "y", Tiny.number("transB", transposed), Tiny.factor("alpha", 0.5f),
                            Tiny.factor("beta", 3))
                    .model(13);
            Model made = made(weights(8, 16, false, QuantizeWeights.Method.NEAREST), model);
            assertThat(made.graph().nodes()).extracting(Node::operator).containsExactly("com.microsoft:MatMulNBits");
            assertThat(difference(model, made)).isLessThan(0.02);
        }
    }

    @ParameterizedTest
    @CsvSource({"4,16,true", "4,32,false", "8,16,true", "8,64,false"})
    void embeddingsAreGatheredFromBlocks(int bits, int block, boolean symmetric) {
        Model model = new Tiny().input("x", 1).output("y", 3, 64).weights("t", 50L, 64L)
                .constant("rows", TensorData.ofLongs(List.of(3L), 0, 17, 49)).node("Gather", "t rows", "g")
                .node("Add", "g x", "y").model(13);
        Model made = made(weights(bits, block, symmetric, QuantizeWeights.Method.NEAREST), model);
        assertThat(made.graph().nodes()).extracting(Node::operator).contains("com.microsoft:GatherBlockQuantized");
        assertThat(made.graph().initializers()).doesNotContainKey("t");
        assertThat(difference(with(model, "t", decoded(made, "t", 64, bits, block)), made)).isLessThan(1e-6);
    }

    @Test
    void gptqLosesLessOfTheOutputsThanRoundingDoes() {
        Model model = matMul(64, 24);
        Model nearest = made(weights(4, 32, true, QuantizeWeights.Method.NEAREST), model);
        Model gptq = made(weights(4, 32, true, QuantizeWeights.Method.GPTQ), model);
        assertThat(squaredError(model, gptq)).isLessThan(squaredError(model, nearest) * 0.8);
    }

    @Test
    void weightsThatOthersReadStayForThem() {
        Model model = new Tiny().input("x", -1, 32).output("y", -1, 32).weights("w", 32L, 32L)
                .node("MatMul", "x w", "a").node("ReduceMean", "w", "m", Tiny.numbers("axes", 0L))
                .node("Add", "a m", "y").model(13);
        Model made = made(new QuantizeWeights(), model);
        assertThat(made.graph().initializers()).containsKeys("w", "w_blocks");
    }

    @Test
    void twoReadersShareTheirBlocks() {
        Model model = new Tiny().input("x", -1, 32).output("y", -1, 32).weights("w", 32L, 32L)
                .node("MatMul", "x w", "a").node("MatMul", "a w", "y").model(13);
        Model made = made(weights(4, 32, true, QuantizeWeights.Method.GPTQ), model);
        assertThat(made.graph().initializers().keySet()).containsExactlyInAnyOrder("w_blocks", "w_scales");
    }

    @Test
    void excludedNodesStayFloat() {
        Model model = new Tiny().input("x", -1, 32).output("y", -1, 32).weights("w", 32L, 32L).weights("v", 32L, 32L)
                .node("MatMul", "x w", "a").node("MatMul", "a v", "y").model(13);
        QuantizeWeights pass = new QuantizeWeights(4, 32, true, QuantizeWeights.Method.NEAREST, 0, true, List.of(),
                List.of("y_*"));
        assertThat(made(pass, model).graph().initializers()).containsKeys("v", "w_blocks").doesNotContainKey("w");
    }

    @Test
    void theAccuracyLevelIsHandedOn() {
        Model model = matMul(64, 24);
        Model made = made(new QuantizeWeights(4, 32, true, QuantizeWeights.Method.NEAREST, 4, true, List.of(),
                List.of()), model);
        assertThat(made.graph().nodes().getFirst().intAttribute("accuracy_level", 0)).isEqualTo(4);
        Model exact = made(new QuantizeWeights(), model);
        assertThat(difference(exact, made)).isBetween(0.0, 0.05);
    }

    @Test
    void symmetricBlocksUseTheirLowestCode() {
        float[] values = new float[16];
        values[3] = 0.8f;
        values[4] = -0.1f;
        Model model = new Tiny().input("x", -1, 16).output("y", -1, 1)
                .constant("w", TensorData.ofFloats(List.of(16L, 1L), values)).node("MatMul", "x w", "y").model(13);
        Model made = made(weights(4, 16, true, QuantizeWeights.Method.NEAREST), model);
        assertThat(constant(made, "w_scales").floats()).containsExactly(-0.1f);
        assertThat(decoded(made, "w", 16, 4, 16)[3]).isEqualTo(0.8f);
        assertThat(decoded(made, "w", 16, 4, 16)[4]).isEqualTo(-0.1f);
        assertThat(constant(made, "w_blocks").type()).isEqualTo(DataType.UINT8);
    }

    @Test
    void whatCannotBeDoneIsSaidInOneSentence() {
        Model relu = new Tiny().input("x", 2).output("y", 2).node("Relu", "x", "y").model(13);
        assertThat(sentence(new QuantizeWeights(), relu))
                .isEqualTo("nothing to quantize: no MatMul or Gemm with constant"
                        + " float weights and no embedding. Use static-int8 for convolutions, or leave the variant out.");
        Model old = new Tiny().input("x", -1, 32).output("y", -1, 32).weights("w", 32L, 32L)
                .node("MatMul", "x w", "y").model(6);
        assertThat(sentence(new QuantizeWeights(), old))
                .isEqualTo("the model has opset 6, and weights in blocks need 7."
                        + " Put upgrade-opset before this pass.");
        Model done = made(new QuantizeWeights(), matMul(32, 8));
        assertThat(sentence(new QuantizeWeights(), done)).isEqualTo("y_node: the model is quantized already: it has"
                + " com.microsoft:MatMulNBits. Start from the float model.");
        PassOutcome none = weights(4, 32, true, QuantizeWeights.Method.GPTQ).apply(matMul(32, 8),
                Tiny.context(folder, List.of()));
        assertThat(none.problems()).extracting(Problem::sentence).containsExactly("gptq needs calibration data and got"
                + " none. Give --data with samples of real inputs, or use method nearest, which needs none.");
    }

    private String sentence(QuantizeWeights pass, Model model) {
        PassOutcome outcome = pass.apply(model, context(model));
        assertThat(outcome.hasFailed()).isTrue();
        assertThat(outcome.model()).isSameAs(model);
        return outcome.problems().getFirst().sentence();
    }

    @Test
    void numbersOutOfRangeAreNamed() {
        assertThatThrownBy(() -> weights(5, 32, true, QuantizeWeights.Method.NEAREST))
                .hasMessage("bits must be 4 or 8, and is 5");
        assertThatThrownBy(() -> weights(4, 48, true, QuantizeWeights.Method.NEAREST))
                .hasMessage("block-size must be 16, 32, 64, 128 or 256, and is 48");
    }

    @Test
    void calibrationDataThatIsNotFiniteIsNamed() {
        Model model = matMul(32, 8);
        List<SequencedMap<String, Tensor>> samples = Tiny.samples(model, 1, 4);
        float[] values = samples.getFirst().firstEntry().getValue().floats();
        values[5] = Float.NaN;
        SequencedMap<String, Tensor> bad = new LinkedHashMap<>(Map.of("x",
                Tensor.ofFloats(samples.getFirst().firstEntry().getValue().shape(), values)));
        assertThatThrownBy(() -> weights(4, 32, true, QuantizeWeights.Method.GPTQ).apply(model,
                Tiny.context(folder, List.of(bad))))
                .hasMessage(
                        "x: the values are not finite on the calibration data. Leave out the node that reads them with"
                                + " exclude, or check the data.");
    }
}
