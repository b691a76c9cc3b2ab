package dev.lathe.profile.target;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.onnx.OnnxWriter;
import dev.lathe.profile.RuntimeOffer;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.Target;
import dev.lathe.profile.Wire;
import dev.lathe.profile.WorkerProcess;
import dev.lathe.profile.WorkerSettings;
import dev.lathe.profile.operators.OperatorProfiler;
import dev.lathe.profile.operators.Placement;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Asks runtimes what they can run models with, and runs a small model to see whether that is so. Each question has a
/// worker of its own: a provider that crashes takes no other answer with it.
public final class TargetProbe {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int WIDTH = 16;
    private static final JsonMapper JSON = new JsonMapper();

    private final WorkerSettings workers;
    private final Cancellation cancellation;

    /// A probe whose workers start with these settings.
    public TargetProbe(WorkerSettings workers, Cancellation cancellation) {
        this.workers = workers;
        this.cancellation = cancellation;
    }

    /// What ONNX Runtime offers here.
    ///
    /// @param version of the library
    public record Answer(String version, RuntimeOffer offer) {}

    /// Asks ONNX Runtime.
    ///
    /// @param libraries plugin libraries to load first: files by names
    /// @throws ProblemException if it does not load, or a library is no plugin, or offers nothing
    public Answer ask(SortedMap<String, String> libraries) {
        try (WorkerProcess worker = WorkerProcess.start(workers, cancellation)) {
            ObjectNode arguments = Wire.object().put("backend", workers.backend()).put("offer", true);
            arguments.set("libraries", JSON.valueToTree(libraries));
            JsonNode answer = worker.ask("probe", arguments, PATIENCE, Progress.Listener.NONE);
            return new Answer(answer.path("version").asString("unknown"),
                    JSON.treeToValue(answer.path("offer"), RuntimeOffer.class));
        }
    }

    /// The version of another engine.
    public Reading<String> version(String backend) {
        try (WorkerProcess worker = WorkerProcess.start(workers, cancellation)) {
            JsonNode answer = worker.ask("probe", Wire.object().put("backend", backend), PATIENCE,
                    Progress.Listener.NONE);
            return answer.has("version")
                    ? Reading.known(answer.path("version").asString(), backend)
                    : Reading.unknown(answer.path("unknown").asString("it does not load"));
        } catch (ProblemException e) {
            return Reading.unknown(e.problems().getFirst().what());
        }
    }

    /// Runs a probe model of three nodes on a target, and sees where they run.
    ///
    /// @throws ProblemException `not-available` if the target is not here; else what the runtime has against it
    public Placement run(Target target) {
        try {
            Path folder = Files.createTempDirectory(Files.createDirectories(workers.scratch()), "probe-");
            Path model = folder.resolve("probe.onnx");
            OnnxWriter.write(model(), model);
            Path queries = folder.resolve("probe.pack");
            try (TensorPackWriter writer = TensorPack.writer(queries)) {
                SequencedMap<String, Tensor> sample = new LinkedHashMap<>();
                sample.put("x", Tensor.ofFloats(new long[]{1, WIDTH}, new float[WIDTH]));
                writer.add(sample);
            }
            return new OperatorProfiler(workers, cancellation).place(
                    new OperatorProfiler.Subject(model, queries, "zeros"),
                    new SessionSettings(1, 1, false, false, true, true, "disable").on(target));
        } catch (IOException e) {
            throw new ProblemException(Problem.error("workspace-unwritable", workers.scratch().toString(),
                    "no files can be written there (" + e.getMessage() + ")",
                    "Free some space, or choose another workspace with --workspace."), e);
        }
    }

    /// `Relu(x · w + b)`: three operators that every provider knows. The oldest file version that all runtimes still read.
    static Model model() {
        float[] weights = new float[WIDTH * WIDTH];
        Arrays.fill(weights, 0.5f);
        SequencedMap<String, TensorData> initializers = new LinkedHashMap<>();
        initializers.put("w", TensorData.ofFloats(List.of((long) WIDTH, (long) WIDTH), weights));
        initializers.put("b", TensorData.ofFloats(List.of((long) WIDTH), new float[WIDTH]));
        List<Dim> row = List.of(new Dim.Fixed(1), new Dim.Fixed(WIDTH));
        Graph graph = new Graph("probe",
                List.of(Node.of("multiply", "MatMul", List.of("x", "w"), List.of("m")),
                        Node.of("add", "Add", List.of("m", "b"), List.of("a")),
                        Node.of("relu", "Relu", List.of("a"), List.of("y"))),
                List.of(ValueInfo.tensor("x", DataType.FLOAT, row)),
                List.of(ValueInfo.tensor("y", DataType.FLOAT, row)),
                initializers, List.of(), Extra.NONE);
        SequencedMap<String, Long> opsets = new LinkedHashMap<>();
        opsets.put("", 13L);
        return new Model(graph, List.of(), opsets, 7, Model.Metadata.NONE, Extra.NONE);
    }
}
