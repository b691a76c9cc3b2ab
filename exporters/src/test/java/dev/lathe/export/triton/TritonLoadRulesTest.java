package dev.lathe.export.triton;

import static dev.lathe.export.Deployments.plan;
import static dev.lathe.export.Deployments.tensor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import dev.lathe.export.Deployments;
import dev.lathe.graph.DataType;
import dev.lathe.graph.ValueInfo;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Configurations that users wrote and Triton refused, shortened, each with the model they were for. Our own configuration
/// for the same model must pass.
class TritonLoadRulesTest {
    @TempDir
    Path folder;

    private List<String> refused(String name, String config, List<ValueInfo> inputs, List<ValueInfo> outputs)
            throws Exception {
        List<String> sentences = TritonLoadRules.check(TritonConfig.parse(config), name, inputs, outputs).stream()
                .map(Problem::sentence).toList();
        assertThat(TritonLoadRules.check(TritonConfig.of(Deployments.of(folder, name, inputs, outputs, plan(1))), name,
                inputs, outputs)).as("our own configuration for the same model").isEmpty();
        return sentences;
    }

    private static String would(String sentence) {
        return sentence + ". Triton would not load this configuration.";
    }

    /// onnxruntime_backend #88: a batch of 2 fixed in the model, smuggled back in through reshape.
    @Test
    void refusesAReshapeThatAddsAFixedBatch() throws Exception {
        assertThat(refused("cat_dog", """
                name: "cat_dog" platform: "onnxruntime_onnx" max_batch_size: 2
                input [ { name: "data_input" data_type: TYPE_FP32 format: FORMAT_NCHW dims: [ 3, 32, 32 ]
                          reshape { shape: [ 2, 3, 32, 32 ] } } ]
                output [ { name: "prob_Y" data_type: TYPE_FP32 dims: [ 2 ] reshape { shape: [ 2, 2 ] } } ]
                instance_group [ { count: 2 kind: KIND_CPU } ] dynamic_batching { }
                """, List.of(tensor("data_input", DataType.FLOAT, 2, 3, 32, 32)),
                List.of(tensor("prob_Y", DataType.FLOAT, 2, 2)))).containsExactly(
                        would("Input data_input: dims [3, 32, 32] and reshape [2, 3, 32, 32] differ in their number of "
                                + "elements"),
                        would("Input data_input: max_batch_size is 2, and the model's first dimension is not open: [2, 3,"
                                + " 32, 32]"),
                        would("Output prob_Y: dims [2] and reshape [2, 2] differ in their number of elements"),
                        would("Output prob_Y: max_batch_size is 2, and the model's first dimension is not open: [2, 2]"));
    }

    /// onnxruntime_backend #109, #111, #220 and server #7462: an output whose first dimension the model fixes.
    @Test
    void refusesBatchingWhereAnOutputIsFixed() throws Exception {
        assertThat(refused("segmentation", """
                name: "segmentation" platform: "onnxruntime_onnx" max_batch_size: 8
                input [ { name: "input" data_type: TYPE_FP32 dims: [ 3, -1, -1 ] } ]
                output [ { name: "output" data_type: TYPE_INT64 dims: [ -1, -1, -1 ] } ]
                """, List.of(tensor("input", DataType.FLOAT, "batch", 3, "h", "w")),
                List.of(tensor("output", DataType.INT64, 1, "?", "h", "w")))).containsExactly(would(
                        "Output output: max_batch_size is 8, and the model's first dimension is not open: [1, -1, -1, "
                                + "-1]"));
    }

    /// onnxruntime_backend #165: sizes the model leaves open, fixed in the configuration of an output.
    @Test
    void refusesFixedSizesForAnOpenOutput() throws Exception {
        List<ValueInfo> inputs = List.of(tensor("x", DataType.FLOAT, 1, 3, 256, 256));
        List<ValueInfo> outputs = List.of(tensor("y", DataType.FLOAT, "?", "?", "?", "?"));

        assertThat(refused("upscale", """
                name: "upscale" backend: "onnxruntime" max_batch_size: 0
                input [ { name: "x" data_type: TYPE_FP32 dims: [ 1, 3, 256, 256 ] } ]
                output [ { name: "y" data_type: TYPE_FP32 dims: [ 1, 3, 1024, 1024 ] } ]
                """, inputs, outputs)).containsExactly(would("Output y: the configuration makes the shape [1, 3, 1024, "
                + "1024], and the model has [-1, -1, -1, -1]"));
    }

    /// server #1889 and #2387: a model exported for batch 1 or 16, configured as if its batch were open.
    @Test
    void refusesBatchingForAModelExportedWithAFixedBatch() throws Exception {
        assertThat(refused("arcface", """
                name: "arcface" platform: "onnxruntime_onnx" max_batch_size: 16
                input [ { name: "data" data_type: TYPE_FP32 format: FORMAT_NCHW dims: [ 3, 112, 112 ]
                          reshape: { shape: [ 1, 3, 112, 112 ] } } ]
                output [ { name: "fc1" data_type: TYPE_FP32 dims: [ 1, 512 ] } ]
                """, List.of(tensor("data", DataType.FLOAT, 16, 3, 112, 112)),
                List.of(tensor("fc1", DataType.FLOAT, 16, 512)))).containsExactly(
                        would("Input data: max_batch_size is 16, and the model's first dimension is not open: [16, 3, "
                                + "112, 112]"),
                        would("Output fc1: max_batch_size is 16, and the model's first dimension is not open: [16, 512]"));
    }

    /// server #1338: the batch written into dims although max_batch_size already adds it.
    @Test
    void refusesTheBatchWrittenTwice() throws Exception {
        assertThat(refused("bert", """
                name: "bert" platform: "onnxruntime_onnx" max_batch_size: 1024
                input [ { name: "input_ids" data_type: TYPE_INT64 dims: [ -1, 128 ] } ]
                output [ { name: "logits" data_type: TYPE_FP32 dims: [ 2 ] } ]
                """, List.of(tensor("input_ids", DataType.INT64, "batch", 128)),
                List.of(tensor("logits", DataType.FLOAT, "batch", 2)))).containsExactly(would(
                        "Input input_ids: the "
                                + "configuration makes the shape [-1, -1, 128], and the model has [-1, 128]"));
    }

    /// server #3239: a scalar with an empty reshape where batching is off.
    @Test
    void refusesAnEmptyReshapeWithoutBatching() throws Exception {
        assertThat(refused("greedy_search", """
                name: "greedy_search" platform: "onnxruntime_onnx" max_batch_size: 0
                input [ { name: "max_length" data_type: TYPE_INT64 dims: [ 1 ] reshape { shape: [ ] } } ]
                output [ { name: "y" data_type: TYPE_INT64 dims: [ -1 ] } ]
                """, List.of(tensor("max_length", DataType.INT64)), List.of(tensor("y", DataType.INT64, "n"))))
                .containsExactly(would("Input max_length: an empty reshape needs batching"));
    }

    @Test
    void refusesNamesTypesAndCountsThatDiffer() throws Exception {
        assertThat(refused("folder", """
                name: "other" max_batch_size: 4
                input [ { name: "x" data_type: TYPE_FP64 dims: [ 4 ] } ]
                output [ { name: "z" data_type: TYPE_FP32 dims: [ 2 ] } ]
                instance_group [ { count: 0 kind: KIND_CPU gpus: [ 0 ] } ]
                dynamic_batching { preferred_batch_size: [ 8 ] }
                """, List.of(tensor("x", DataType.FLOAT, "n", 4), tensor("x2", DataType.FLOAT, "n", 4)),
                List.of(tensor("y", DataType.FLOAT, "n", 2)))).containsExactly(
                        would("Name: it is other, and the folder is folder"),
                        would("Backend: neither backend nor platform is given"),
                        would("dynamic_batching: preferred batch size 8 lies outside 1..4"),
                        would("instance_group: KIND_CPU names GPUs [0]"), would("instance_group: its count is 0"),
                        would("Inputs: the configuration has 1, the model has 2"),
                        would("Input x: its type is TYPE_FP64, and the model has float32"),
                        would("Output z: the model has none of this name, it has [y]"));
    }

    @Test
    void refusesMissingDims() throws Exception {
        assertThat(refused("m", """
                name: "m" backend: "onnxruntime" max_batch_size: 4
                input [ { name: "x" data_type: TYPE_FP32 } ]
                output [ { name: "y" data_type: TYPE_FP32 dims: [ 0 ] } ]
                """, List.of(tensor("x", DataType.FLOAT, "n")), List.of(tensor("y", DataType.FLOAT, "n", 2))))
                .containsExactly(would("Input x: dims are missing"),
                        would("Output y: dims [0] hold a size that is neither at least 1 nor -1"),
                        would("Output y: the configuration makes the shape [-1, 0], and the model has [-1, 2]"));
    }
}
