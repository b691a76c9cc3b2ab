package dev.lathe.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The shared awkward models, each answered as its row in their README says. Skipped where they are not there.
class AwkwardModelsTest {
    @TempDir
    Path folder;

    private static String model(String name) {
        var awkward = Lathe.shared("models/awkward");
        assumeTrue(awkward.isPresent(), "the shared models are not beside this checkout");
        return awkward.orElseThrow().resolve(name).toString();
    }

    @ParameterizedTest
    @CsvSource({
        "invalid_dangling_edge_mnist.onnx, no_such_tensor",
        "invalid_empty.onnx, is empty",
        "invalid_html_page.onnx, web page",
        "invalid_lfs_pointer.onnx, Git LFS pointer",
        "invalid_truncated.onnx, ends early",
        "missing_external_data_resnet18.onnx, resnet18.onnx.data"})
    void brokenFileIsNamedWithWhatIsWrong(String name, String what) throws Exception {
        for (String verb : List.of("inspect", "auto")) {
            Lathe.Run run = new Lathe(folder).run(verb, model(name), "--format", "json");
            assertThat(run.exitCode()).as("%s", run).isEqualTo(1);
            assertThat(run.err()).singleElement().asString().contains(name, what);
            assertThat(run.out()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bert_tokenizer_custom_op.onnx, ai.onnx.contrib, 1, ai.onnx.contrib:BertTokenizer, 1",
        "candy_opset7_removed_ops.onnx, ai.onnx, 7, ImageScaler, 1",
        "external_data_digits/model.onnx, ai.onnx, 18, Gemm, 2",
        "ppocr_cls_dynamic_weights_in_constants.onnx, ai.onnx, 10, Constant, 275",
        "resnet20_cifar10_opset21.onnx, ai.onnx, 21, Conv, 19",
        "squeezenet1.0_fp16_opset7.onnx, ai.onnx, 7, Conv, 26",
        "tiny_random_gpt2_past_contrib.onnx, com.microsoft, 1, com.microsoft:Attention, 5"})
    void oddButSoundModelIsInspected(String name, String domain, int opset, String operator, int count)
            throws Exception {
        JsonNode summary = new Lathe(folder).run("inspect", model(name), "--format", "json").succeeded().events()
                .getLast();
        assertThat(summary.path("opsets").path(domain).asInt()).isEqualTo(opset);
        assertThat(summary.path("operators").path(operator).asInt()).isEqualTo(count);
    }

    /// Elements of initializers and of Constant nodes, shapes in int64 included; counted with onnx's Python package.
    @ParameterizedTest
    @CsvSource({"external_data_digits/model.onnx, 390412", "ppocr_cls_dynamic_weights_in_constants.onnx, 133744",
        "squeezenet1.0_fp16_opset7.onnx, 1235496"})
    void weightsAreCountedWhereverTheyAre(String name, long parameters) throws Exception {
        JsonNode summary = new Lathe(folder).run("inspect", model(name), "--format", "json").succeeded().events()
                .getLast();
        assertThat(summary.path("parameters").asLong()).isEqualTo(parameters);
    }

    @ParameterizedTest
    @ValueSource(strings = {"external_data_digits/model.onnx", "squeezenet1.0_fp16_opset7.onnx"})
    void oddButSoundModelGoesTheWholeWay(String name) throws Exception {
        Lathe.Run run = new Lathe(folder)
                .run("auto", model(name), "--budget", "3s", "--format", "json", "--out", "bundle").succeeded();
        JsonNode result = run.events().getLast();
        assertThat(result.path("event").asString()).isEqualTo("result");
        assertThat(result.path("variants").valueStream()).hasSize(4).allSatisfy(v -> assertThat(
                v.has("failed") || v.path("latency").path("medianNs").isNumber()).as("%s", v).isTrue());
        assertThat(folder.resolve("bundle/manifest.json")).isNotEmptyFile();
    }

    @ParameterizedTest
    @ValueSource(strings = "bert_tokenizer_custom_op.onnx")
    void operatorOfAnotherLibraryIsRefusedByName(String name) throws Exception {
        Lathe.Run run = new Lathe(folder).run("auto", model(name), "--budget", "3s", "--format", "json");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).singleElement().asString().contains(name, "ai.onnx.contrib:BertTokenizer",
                "onnxruntime-extensions");
    }
}
