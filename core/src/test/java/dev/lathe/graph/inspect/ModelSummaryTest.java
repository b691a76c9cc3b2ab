package dev.lathe.graph.inspect;

import static dev.lathe.graph.Models.branch;
import static dev.lathe.graph.Models.graph;
import static dev.lathe.graph.Models.model;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Reading;
import dev.lathe.base.Shared;
import dev.lathe.graph.Attribute;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Models;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.onnx.OnnxLibrary;
import dev.lathe.graph.onnx.OnnxReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ModelSummaryTest {
    private static final Sizes ONE = Sizes.ofBatch(1);

    private static ModelSummary summary(Path path, Sizes sizes) {
        Model model = OnnxReader.read(path);
        return ModelSummary.of(model, OnnxLibrary.inferShapes(sizes.bind(model)), path, sizes);
    }

    private static ModelSummary summary(String shared) {
        return summary(Shared.path("models/" + shared), ONE);
    }

    private static ModelSummary summary(Graph graph) {
        Model model = model(graph);
        return ModelSummary.of(model, model, "m.onnx", Reading.known(12L, "test"), ONE);
    }

    /// As published. SqueezeNet 1.1: 1,235,496 parameters, 349 to 352 M MACs (torchvision). MobileNetV2: 3,504,872
    /// parameters, of which 34,112 of normalisation became 17,056 biases, and 300 M MACs (torchvision; table 4 of its
    /// paper); here two bounds of Clip come on top, and scales and zero points in the quantized one.
    @ParameterizedTest
    @CsvSource({"imagenet/squeezenet1.1.onnx, 1235496, 0, 349000000, 352000000",
        "imagenet/mobilenetv2.onnx, 3487816, 2, 299000000, 302000000",
        "imagenet/mobilenetv2_int8_qdq.onnx, 3487816, 500, 299000000, 302000000"})
    void publishedModelsHaveTheirPublishedNumbers(String file, long parameters, long more, long least, long most) {
        ModelSummary summary = summary(file);
        assertThat(summary.weights().parameters()).isBetween(parameters, parameters + more);
        assertThat(summary.macs().total().toOptional()).hasValueSatisfying(m -> assertThat(m).isBetween(least, most));
        assertThat(summary.macs().perNode().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(summary.macs().atLeast());
    }

    @Test
    void theSampleHasTheParametersOfItsReadme() {
        ModelSummary summary = summary(Shared.sample("digits.onnx"), ONE);
        assertThat(summary.weights().parameters()).isBetween(246_500L, 247_500L);
        assertThat(summary.macs().total()).isInstanceOf(Reading.Known.class);
        assertThat(summary.signature().inputs().getFirst().signature()).isEqualTo("float32[batch,1,28,28]");
    }

    /// 0.27 M parameters (table 6 of the paper) and 40.6 to 41 M MACs (the list in the repository of its source). Its
    /// shortcuts are padded by computed amounts, which shape inference does not follow: at batch 1 the sum of a shortcut
    /// and its block could be of any batch; at batch 2 it can only be 2.
    @Test
    void aResNetHasItsPublishedNumbers() {
        Path path = Shared.path("models/cifar10/resnet20.onnx");
        assertThat(summary(path, ONE).weights().parameters()).isBetween(268_000L, 273_000L);
        assertThat(summary(path, Sizes.ofBatch(2)).macs().total().toOptional())
                .hasValueSatisfying(m -> assertThat(m / 2).isBetween(40_500_000L, 41_000_000L));
        assertThat(summary(path, ONE).macs().total()).isInstanceOfSatisfying(Reading.Unknown.class,
                u -> assertThat(u.why()).startsWith("node ").endsWith("has no size"));
    }

    @Test
    void weightsInConstantNodesCount() {
        ModelSummary summary = summary("awkward/ppocr_cls_dynamic_weights_in_constants.onnx");
        assertThat(summary.weights().parameters()).isBetween(130_000L, 140_000L);
        assertThat(summary.weights().bytes().firstEntry().getKey()).isEqualTo(DataType.FLOAT);
        assertThat(summary.macs().total()).isInstanceOf(Reading.Unknown.class);
    }

    @Test
    void unnamedDimensionsOfARealModelCanBeGiven() {
        Path path = Shared.path("models/awkward/ppocr_cls_dynamic_weights_in_constants.onnx");
        Macs without = summary(path, ONE).macs();
        Macs with = summary(path, ONE.with("x[2]", 48).with("x[3]", 192)).macs();
        assertThat(with.perNode().keySet()).containsAll(without.perNode().keySet()).contains("Conv_0");
        assertThat(with.perNode()).hasSize(53);
    }

    @Test
    void aTransformerCountsOnceItsSequenceIsGiven() {
        Path path = Shared.path("models/bert-tiny-sst2/model.onnx");
        Macs macs = summary(path, ONE.with("sequence", 64)).macs();
        // two layers: four 128x128 projections, 128x512 and back, and two products of 64x64 attention
        long layer = 64L * (4 * 128 * 128 + 2 * 128 * 512) + 2 * 64 * 64 * 128;
        long head = 128 * 128 + 128 * 2;
        assertThat(macs.total().toOptional()).as(macs.toString()).contains(2 * layer + head);
        assertThat(summary(path, ONE).macs().total()).isInstanceOf(Reading.Unknown.class);
    }

    @Test
    void weightsInFilesBesideTheModelAreNamed() {
        ModelSummary summary = summary("awkward/external_data_digits/model.onnx");
        assertThat(summary.origin().external()).containsExactly(Map.entry("model.onnx.data", 1_572_864L));
        assertThat(summary.weights().parameters()).isBetween(380_000L, 393_216L);
    }

    @Test
    void constantsListedAsInputsAreNoInputs() {
        ModelSummary summary = summary("detection/ultraface_rfb_320.onnx");
        assertThat(summary.signature().inputs()).extracting(ValueInfo::name).containsExactly("input");
        assertThat(summary.signature().initializersListedAsInputs()).isGreaterThan(100);
    }

    @Test
    void aQuantizedModelIsRecognised() {
        ModelSummary summary = summary("imagenet/mobilenetv2_int8_qdq.onnx");
        assertThat(summary.operators().isQuantized()).isTrue();
        assertThat(summary.operators().quantized()).containsOnlyKeys("DequantizeLinear", "QuantizeLinear");
        assertThat(summary("imagenet/mobilenetv2.onnx").operators().isQuantized()).isFalse();
        Graph dynamic = graph(List.of("x"), List.of("y"), List.of(), Models.node("MatMulInteger", "a", "x"),
                Models.node("QLinearConv", "b", "x"), Models.node("Relu", "y", "x"));
        assertThat(summary(dynamic).operators().quantized()).containsOnlyKeys("MatMulInteger", "QLinearConv");
    }

    @Test
    void controlFlowAndItsInsidesAreSeen() {
        ModelSummary summary = summary("vad/silero_vad.onnx");
        assertThat(summary.operators().controlFlow()).containsOnlyKeys("If");
        assertThat(summary.operators().histogram()).containsEntry("LSTM", 4);
        assertThat(summary.weights().parameters()).isGreaterThan(500_000);
        assertThat(summary.macs().total()).isInstanceOfSatisfying(Reading.Unknown.class,
                u -> assertThat(u.why()).contains("is inside the If node"));
    }

    @Test
    void operatorsAreSortedByCountThenName() {
        Graph inner = graph(List.of(), List.of("t"), List.of(), Models.node("Relu", "t", "x"));
        Node custom = new Node("c", "com.example", "Own", List.of("x"), List.of("c"), List.of(),
                dev.lathe.graph.Extra.NONE);
        ModelSummary summary = summary(graph(List.of("x"), List.of("y"), List.of(), Models.node("Abs", "a", "x"),
                custom, branch("y", "x", inner, inner)));
        assertThat(summary.operators().nodes()).isEqualTo(5);
        assertThat(summary.operators().histogram()).containsExactly(Map.entry("Relu", 2), Map.entry("Abs", 1),
                Map.entry("If", 1), Map.entry("com.example:Own", 1));
    }

    @Test
    void sharedConstantsCountOnceAndTruthValuesNever() {
        TensorData shared = TensorData.ofFloats(List.of(3L), 1, 2, 3);
        SequencedMap<String, TensorData> constants = new LinkedHashMap<>();
        constants.put("a", shared);
        constants.put("b", shared);
        constants.put("ints", TensorData.ofBytes(DataType.INT4, List.of(3L), (byte) 0x21, (byte) 0x03));
        constants.put("mask", TensorData.ofBytes(DataType.BOOL, List.of(2L), (byte) 1, (byte) 0));
        Node constant = Models.node("Constant", "k").withAttributes(
                List.of(Attribute.of("value_floats", new Attribute.FloatsValue(List.of(1f, 2f)))));
        Graph inner = graph(List.of(), Models.floats(List.of("t")), constants, List.of(), constant);
        ModelSummary.Weights weights = summary(graph(Models.floats(List.of("x")), Models.floats(List.of("y")),
                constants, List.of(), branch("y", "x", inner, inner))).weights();
        // 3 shared floats and 3 small integers, and 2 floats in each branch's node
        assertThat(weights.parameters()).isEqualTo(3 + 3 + 2 * 2);
        assertThat(weights.bytes()).containsExactly(Map.entry(DataType.FLOAT, 12L + 16), Map.entry(DataType.BOOL, 2L),
                Map.entry(DataType.INT4, 2L));
        assertThat(weights.sizeBytes()).isEqualTo(32);
    }

    @Test
    void theTextIsAlignedAndHasUnits() {
        ModelSummary summary = summary("imagenet/squeezenet1.1.onnx");
        assertThat(SummaryText.of(summary)).isEqualTo("""
                Model             squeezenet1.1.onnx, 4.95 MB
                Format            opset ai.onnx 12, IR version 7, made by rebuilt-from-npy
                Input             data float32[N,3,224,224]
                Output            squeezenet0_flatten0_reshape0 float32[N,1000]
                Weights           1.24 M parameters (float32 4.94 MB)
                Computation       349 M MACs at batch 1
                Nodes             65: Conv 26, Relu 26, Concat 8, MaxPool 3, AveragePool 1, Flatten 1
                Quantized         no
                """);
    }

    @Test
    void theTextSaysWhatIsNotKnownAndWhy() {
        Model model = model(graph(List.of(Models.value("x", 2, 3), Models.value("w", 3, 5)),
                Models.floats(List.of("z")), new LinkedHashMap<>(), List.of(), Models.node("MatMul", "y", "x", "w"),
                Models.node("MatMul", "z", "far", "w")));
        String text = SummaryText
                .of(ModelSummary.of(model, model, "m.onnx", Reading.unknown("it has no file"), ONE));
        assertThat(text).contains("Model             m.onnx, size unknown (it has no file)\n")
                .contains("Computation       MACs unknown, at least 30 at batch 2 "
                        + "(node z (MatMul): the shape of far is not known)\n");
    }

    @Test
    void jsonHoldsTheWholeSummary() {
        ModelSummary summary = summary("imagenet/mobilenetv2_int8_qdq.onnx");
        JsonNode json = SummaryJson.of(summary);
        assertThat(json.get("sizeBytes").get("value").longValue()).isEqualTo(3_668_772);
        assertThat(json.get("inputs").get(0).toString())
                .isEqualTo("{\"name\":\"input\",\"type\":\"float32\",\"shape\":[\"batch\",3,224,224]}");
        assertThat(json.get("quantized").booleanValue()).isTrue();
        assertThat(json.get("macs").get("total").get("value").longValue()).isEqualTo(summary.macs().atLeast());
        assertThat(json.get("macs").get("perNode").size()).isEqualTo(summary.macs().perNode().size()).isPositive();
        assertThat(SummaryJson.of(summary("vad/silero_vad.onnx")).get("macs").get("total").get("unknown").stringValue())
                .contains("If_0");
    }

    @Test
    void everyReadableModelHasASummary() {
        for (Path path : Shared.files("models", ".onnx")) {
            if (!path.getFileName().toString().matches("(invalid|missing)_.*")) {
                Model model = OnnxReader.read(path);
                assertThat(SummaryText.of(ModelSummary.of(model, path, ONE))).contains("Computation");
                assertThat(SummaryJson.of(ModelSummary.of(model, path, ONE)).isEmpty()).isFalse();
            }
        }
    }
}
