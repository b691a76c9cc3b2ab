package dev.lathe.export.triton;

import com.google.auto.service.AutoService;
import com.google.protobuf.TextFormat;
import dev.lathe.base.Problem;
import dev.lathe.base.Severity;
import dev.lathe.export.Batching;
import dev.lathe.export.Deployment;
import dev.lathe.export.ExportFile;
import dev.lathe.export.Exporter;
import dev.lathe.export.ExporterInfo;
import dev.lathe.export.triton.ModelConfigProto.ModelConfig;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A model repository for NVIDIA Triton Inference Server and its ONNX Runtime backend.
///
/// Writes `triton/<model>/config.pbtxt` and `triton/<model>/1/model.onnx`. Batching is on where [Batching] allows it; the batch
/// dimension is then left out of dims. Thread counts are always written: Triton's own default is every core of the host,
/// whatever the container may use (onnxruntime_backend #245).
@AutoService(Exporter.class)
public final class TritonExporter implements Exporter {
    private static final String ID = "triton";
    /// The oldest release with scalar tensors is 23.10 (onnxruntime_backend #213); this one also reads today's opsets.
    private static final String IMAGE = "nvcr.io/nvidia/tritonserver:25.03-py3";

    /// For the service loader.
    public TritonExporter() {}

    @Override
    public ExporterInfo info() {
        return new ExporterInfo(ID, "Triton model repository",
                "A folder that NVIDIA Triton Inference Server serves with its ONNX Runtime backend.");
    }

    @Override
    public boolean serves(String target) {
        return TritonConfig.group(target).isPresent();
    }

    @Override
    public List<Problem> check(Deployment deployment) {
        List<Problem> problems = new ArrayList<>();
        if (!serves(deployment.serving().target())) {
            problems.add(Problem.error("triton-target-unsupported", "Target " + deployment.serving().target(),
                    "this format is written for cpu and cuda", "Plan for one of them or leave this format out."));
        }
        deployment.inputs().forEach(v -> tensor(problems, "Input " + v.name(), v));
        deployment.tensorOutputs().forEach(v -> tensor(problems, "Output " + v.name(), v));
        outputs(problems, deployment);
        batching(problems, deployment);
        // A plan that is out of range is the bundle's to tell; a configuration made of it would only repeat it.
        if (deployment.serving().check().isEmpty()
                && problems.stream().noneMatch(p -> p.severity() == Severity.ERROR)) {
            problems.addAll(roundTrip(deployment));
        }
        return List.copyOf(problems);
    }

    @Override
    public List<ExportFile> render(Deployment deployment) {
        String folder = ID + "/" + deployment.modelName();
        return List.of(
                new ExportFile.Text(folder + "/config.pbtxt",
                        TritonConfig.print(TritonConfig.of(deployment), deployment)),
                new ExportFile.ModelCopy(folder + "/1/model.onnx"),
                new ExportFile.Instructions(instructions(deployment)));
    }

    private static void tensor(List<Problem> problems, String where, ValueInfo value) {
        if (!value.isTensor()) {
            problems.add(Problem.error("triton-input-not-tensor", where, "is no tensor",
                    "Triton takes tensors only: export the model again with a tensor there."));
        } else if (TritonConfig.dataType(value.type()).isEmpty()) {
            problems.add(Problem.error("triton-type-unsupported", where,
                    "has type " + value.type().label() + ", which Triton's ONNX Runtime backend does not serve",
                    "Cast it to float32 inside the model or leave this format out."));
        } else if (value.shape().isEmpty()) {
            problems.add(Problem.error("triton-shape-undeclared", where, "declares no shape",
                    "Triton would take it for a scalar: declare its shape in the model, for example by shape inference."));
        } else if (value.shape().get().stream().anyMatch(d -> d instanceof Dim.Fixed(long size) && size < 1)) {
            problems.add(Problem.error("triton-dimension-zero", where,
                    "has shape " + value.signature() + " with an empty dimension",
                    "Triton takes sizes of at least 1: give the dimension a name instead of a size."));
        }
    }

    /// Left out of the configuration, with a warning: the backend still asks for the type of every output at load, and refuses
    /// what is no tensor (onnxruntime_backend #94).
    private static void outputs(List<Problem> problems, Deployment deployment) {
        if (deployment.tensorOutputs().isEmpty()) {
            problems.add(Problem.error("triton-no-tensor-output", "Outputs", "none of them is a tensor",
                    "Export the model again with tensors as outputs (scikit-learn: zipmap=False)."));
        }
        deployment.outputs().stream().filter(v -> !v.isTensor())
                .forEach(v -> problems.add(Problem.warning("triton-output-not-tensor", "Output " + v.name(),
                        "is a sequence or a map and was left out; Triton's ONNX Runtime backend is known to refuse models "
                                + "that have one (onnxruntime_backend #94)",
                        "Export the model again with tensors as outputs (scikit-learn: zipmap=False).")));
    }

    private static void batching(List<Problem> problems, Deployment deployment) {
        if (deployment.serving().maxBatch() > 1
                && Batching.of(deployment) instanceof Batching.None(String tensor, String why)) {
            problems.add(Problem.warning("triton-no-batching", "Tensor " + tensor,
                    why + ", so Triton runs each request on its own although the plan has batches of up to "
                            + deployment.serving().maxBatch(),
                    "Plan for a largest batch of 1, or leave the first dimension of every input and output open."));
        }
    }

    /// Prints, reads back and holds the result against Triton's own rules and the model's signature.
    private static List<Problem> roundTrip(Deployment deployment) {
        ModelConfig config = TritonConfig.of(deployment);
        try {
            ModelConfig read = TritonConfig.parse(TritonConfig.print(config, deployment));
            if (!read.equals(config)) {
                throw new IllegalStateException("config.pbtxt reads back differently: " + read);
            }
            return TritonLoadRules.check(read, deployment.modelName(), deployment.inputs(),
                    deployment.tensorOutputs());
        } catch (TextFormat.ParseException e) {
            throw new IllegalStateException("config.pbtxt does not read back", e);
        }
    }

    private static String instructions(Deployment deployment) {
        String reshaped = Stream.concat(deployment.inputs().stream(), deployment.tensorOutputs().stream())
                .filter(v -> v.shape().orElseThrow().isEmpty()).map(ValueInfo::name).findFirst()
                .map(name -> "\nScalars such as `" + name + "` travel with shape `[1]`.\n").orElse("");
        return """
                ### Triton

                ```sh
                docker run --rm%s -p 8000:8000 -p 8001:8001 -p 8002:8002 -v "$PWD/triton:/models:ro" \\
                  %s tritonserver --model-repository=/models
                curl -fsS http://localhost:8000/v2/models/%s/ready
                ```

                HTTP is on port 8000, gRPC on 8001, metrics on 8002. Give the container %d CPUs (`--cpus`): that is what the \
                threads of all instances come to.
                %s"""
                .formatted(deployment.serving().target().equals("cpu") ? "" : " --gpus all", IMAGE,
                        deployment.modelName(),
                        Math.multiplyExact(deployment.serving().instances(), deployment.serving().intraOpThreads()),
                        reshaped);
    }
}
