package dev.lathe.export.triton;

import static dev.lathe.export.Deployments.nonTensor;
import static dev.lathe.export.Deployments.plan;
import static dev.lathe.export.Deployments.tensor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import dev.lathe.base.Severity;
import dev.lathe.export.Deployment;
import dev.lathe.export.Deployments;
import dev.lathe.export.ServingChoice;
import dev.lathe.export.triton.ModelConfigProto.ModelConfig;
import dev.lathe.export.triton.ModelConfigProto.ModelInstanceGroup;
import dev.lathe.graph.DataType;
import dev.lathe.graph.ValueInfo;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TritonExporterTest {
    private final TritonExporter triton = new TritonExporter();

    @TempDir
    Path folder;

    private Deployment deployment(List<ValueInfo> inputs, List<ValueInfo> outputs, ServingChoice serving) {
        return Deployments.of(folder, "m", inputs, outputs, serving);
    }

    private List<String> errors(ValueInfo input, ValueInfo output) {
        return triton.check(deployment(List.of(input), List.of(output), plan(1))).stream()
                .filter(p -> p.severity() == Severity.ERROR).map(Problem::sentence).toList();
    }

    @Test
    void leavesTheBatchDimensionOutOfDims() {
        ModelConfig config = TritonConfig.of(Deployments.digits(folder));

        assertThat(config.getMaxBatchSize()).isEqualTo(16);
        assertThat(config.getInput(0).getDimsList()).containsExactly(1L, 28L, 28L);
        assertThat(config.getOutput(0).getDimsList()).containsExactly(10L);
        assertThat(config.getDynamicBatching().getPreferredBatchSizeList()).containsExactly(4);
        assertThat(config.getDynamicBatching().getMaxQueueDelayMicroseconds()).isEqualTo(500);
    }

    @Test
    void writesFullDimsAndTellsWhereAFixedBatchForbidsBatching() {
        Deployment lenet = deployment(List.of(tensor("x", DataType.FLOAT, 10, 1, 28, 28)),
                List.of(tensor("y", DataType.FLOAT, 10, 10)), plan(16));
        ModelConfig config = TritonConfig.of(lenet);

        assertThat(config.getMaxBatchSize()).isZero();
        assertThat(config.getInput(0).getDimsList()).containsExactly(10L, 1L, 28L, 28L);
        assertThat(config.hasDynamicBatching()).isFalse();
        assertThat(triton.check(lenet)).extracting(Problem::sentence).containsExactly(
                "Tensor x: has its first dimension fixed at 10, so Triton runs each request on its own although the plan"
                        + " has batches of up to 16. Plan for a largest batch of 1, or leave the first dimension of every"
                        + " input and output open.");
    }

    @Test
    void doesNotBatchWhereOneOutputHasAFixedFirstDimension() {
        ModelConfig config = TritonConfig.of(deployment(List.of(tensor("input", DataType.FLOAT, "s77", 1, 28, 28)),
                List.of(tensor("output", DataType.FLOAT, 1, 10)), plan(4)));

        assertThat(config.getMaxBatchSize()).isZero();
        assertThat(config.getInput(0).getDimsList()).containsExactly(-1L, 1L, 28L, 28L);
        assertThat(config.getOutput(0).getDimsList()).containsExactly(1L, 10L);
    }

    @Test
    void writesOpenSizesAsMinusOne() {
        ModelConfig config = TritonConfig.of(deployment(List.of(tensor("ids", DataType.INT64, "batch", "sequence")),
                List.of(tensor("y", DataType.FLOAT, "batch", "?", 2)), plan(8)));

        assertThat(config.getInput(0).getDimsList()).containsExactly(-1L);
        assertThat(config.getOutput(0).getDimsList()).containsExactly(-1L, 2L);
    }

    @Test
    void reshapesABatchOfScalars() {
        ModelConfig config = TritonConfig.of(deployment(List.of(tensor("x", DataType.FLOAT, "n", 4)),
                List.of(tensor("label", DataType.INT64, "n")), plan(8)));

        assertThat(config.getOutput(0).getDimsList()).containsExactly(1L);
        assertThat(config.getOutput(0).hasReshape()).isTrue();
        assertThat(config.getOutput(0).getReshape().getShapeList()).isEmpty();
    }

    @Test
    void writesAScalarAsOneElementWithoutAReshape() {
        ModelConfig config = TritonConfig.of(deployment(List.of(tensor("sr", DataType.INT64)),
                List.of(tensor("y", DataType.FLOAT, "n", 1)), plan(1)));

        assertThat(config.getInput(0).getDimsList()).containsExactly(1L);
        assertThat(config.getInput(0).hasReshape()).isFalse();
    }

    @Test
    void batchesWithoutAQueueWhenTheLargestBatchIsOne() {
        Deployment digits = Deployments.with(Deployments.digits(folder), plan(1));
        ModelConfig config = TritonConfig.of(digits);

        assertThat(config.getMaxBatchSize()).isOne();
        assertThat(config.hasDynamicBatching()).isFalse();
        assertThat(triton.check(digits)).isEmpty();
    }

    @Test
    void writesThreadsAndInstances() {
        ModelConfig config = TritonConfig.of(Deployments.with(Deployments.digits(folder),
                new ServingChoice(1, List.of(), 0, 3, 2, "cpu")));

        assertThat(config.getParametersOrThrow("intra_op_thread_count").getStringValue()).isEqualTo("3");
        assertThat(config.getParametersOrThrow("inter_op_thread_count").getStringValue()).isEqualTo("1");
        assertThat(config.getInstanceGroupList()).containsExactly(ModelInstanceGroup.newBuilder().setCount(2)
                .setKind(ModelInstanceGroup.Kind.KIND_CPU).build());
    }

    @Test
    void leavesOutAndTellsOfOutputsThatAreNoTensors() {
        Deployment iris = deployment(List.of(tensor("float_input", DataType.FLOAT, "?", 4)),
                List.of(tensor("output_label", DataType.INT64, "?"), nonTensor("output_probability")), plan(8));

        assertThat(TritonConfig.of(iris).getOutputList()).extracting(o -> o.getName()).containsExactly("output_label");
        assertThat(triton.check(iris)).extracting(Problem::severity).containsExactly(Severity.WARNING);
        assertThat(triton.check(iris).getFirst().sentence()).isEqualTo("Output output_probability: is a sequence or a "
                + "map and was left out; Triton's ONNX Runtime backend is known to refuse models that have one "
                + "(onnxruntime_backend #94). Export the model again with tensors as outputs (scikit-learn: "
                + "zipmap=False).");
    }

    @Test
    void refusesAModelWithoutATensorOutput() {
        assertThat(errors(tensor("x", DataType.FLOAT, "?", 4), nonTensor("p"))).containsExactly(
                "Outputs: none of them is a tensor. Export the model again with tensors as outputs (scikit-learn: "
                        + "zipmap=False).");
    }

    @Test
    void refusesAnInputThatIsNoTensor() {
        assertThat(errors(nonTensor("x"), tensor("y", DataType.FLOAT, "?"))).containsExactly(
                "Input x: is no tensor. Triton takes tensors only: export the model again with a tensor there.");
    }

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "COMPLEX64", "COMPLEX128", "FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2",
        "FLOAT8E5M2FNUZ", "UINT4", "INT4", "FLOAT4E2M1"})
    void refusesTypesThatTheBackendDoesNotServe(DataType type) {
        assertThat(errors(tensor("x", type, "n"), tensor("y", DataType.FLOAT, "n")))
                .containsExactly("Input x: has type "
                        + type.label()
                        + ", which Triton's ONNX Runtime backend does not serve. Cast it to float32 inside the "
                        + "model or leave this format out.");
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE", "FLOAT16", "STRING", "BOOL", "INT8", "INT16", "INT32", "INT64", "UINT8",
        "UINT16", "UINT32", "UINT64"})
    void servesTheOtherTypes(DataType type) {
        assertThat(errors(tensor("x", type, "n"), tensor("y", type, "n"))).isEmpty();
    }

    @Test
    void refusesAShapeThatIsNotDeclared() {
        assertThat(errors(tensor("x", DataType.FLOAT, "n"), ValueInfo.tensor("y", DataType.FLOAT))).containsExactly(
                "Output y: declares no shape. Triton would take it for a scalar: declare its shape in the model, for "
                        + "example by shape inference.");
    }

    @Test
    void refusesAnEmptyDimension() {
        assertThat(errors(tensor("x", DataType.FLOAT, "n", 0), tensor("y", DataType.FLOAT, "n"))).containsExactly(
                "Input x: has shape float32[n,0] with an empty dimension. Triton takes sizes of at least 1: give the "
                        + "dimension a name instead of a size.");
    }

    @Test
    void refusesATargetThatAnInstanceGroupCannotName() {
        assertThat(triton.serves("webgpu")).isFalse();
        assertThat(triton.check(on("webgpu"))).extracting(Problem::sentence)
                .containsExactly("Target webgpu: this format is written "
                        + "for cpu and cuda. Plan for one of them or leave this format out.");
    }

    @Test
    void servesOnTheGraphicsProcessorsThatWereMeasured() {
        assertThat(triton.check(on("cuda"))).isEmpty();
        assertThat(text(on("cuda"))).contains("kind: KIND_GPU").doesNotContain("gpus:");
        assertThat(text(on("cuda:1"))).contains("kind: KIND_GPU").contains("gpus: 1");
        assertThat(text(on("cpu"))).contains("kind: KIND_CPU").doesNotContain("--gpus");
        assertThat(text(on("cuda"))).contains("docker run --rm --gpus all -p 8000");
    }

    private Deployment on(String target) {
        return Deployments.with(Deployments.digits(folder), new ServingChoice(1, List.of(), 0, 1, 1, target));
    }

    private String text(Deployment deployment) {
        return triton.render(deployment).toString();
    }

    @Test
    void survivesNamesThatNeedQuoting() throws Exception {
        Deployment odd = deployment(List.of(tensor("onnx::Shape_\"261\"\n\\", DataType.FLOAT, "n", 4)),
                List.of(tensor("größe/😀", DataType.FLOAT, "n", 2)), plan(4));
        ModelConfig read = TritonConfig.parse(TritonConfig.print(TritonConfig.of(odd), odd));

        assertThat(read.getInput(0).getName()).isEqualTo("onnx::Shape_\"261\"\n\\");
        assertThat(read.getOutput(0).getName()).isEqualTo("größe/😀");
        assertThat(triton.check(odd)).isEmpty();
    }
}
