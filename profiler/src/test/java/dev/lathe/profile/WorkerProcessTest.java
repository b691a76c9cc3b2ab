package dev.lathe.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.Cancellation;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.graph.Model;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class WorkerProcessTest {
    private static final Path SAMPLE = Path.of(System.getProperty("lathe.repository", ".."), "app/samples/digits.onnx");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final Cancellation cancellation = new Cancellation();

    private WorkerSettings settings(String backend) {
        return WorkerSettings.likeThisProcess(folder.resolve("cache"), folder.resolve("scratch"), backend);
    }

    private Path pack(String input, long[] shape, int samples) {
        Path file = folder.resolve(input + ".pack");
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            for (int s = 0; s < samples; s++) {
                float[] values = new float[(int) Tensor.count(shape)];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) Math.sin(i * 0.1 + s);
                }
                SequencedMap<String, Tensor> sample = new LinkedHashMap<>();
                sample.put(input, Tensor.ofFloats(shape, values));
                writer.add(sample);
            }
        }
        return file;
    }

    private static JsonNode ask(WorkerProcess worker, String verb, ObjectNode arguments) {
        return worker.ask(verb, arguments, LIMIT, Progress.Listener.NONE);
    }

    private Path script(long endsAt, long hangsAt) throws Exception {
        Path script = folder.resolve("model.json");
        Files.writeString(script,
                """
                        {"distribution":"constant","medianNs":1000,"sigma":0,"warmUpQueries":0,"seed":1,"endsAt":%d,"hangsAt":%d,"refuses":""}
                        """
                        .formatted(endsAt, hangsAt));
        return script;
    }

    private static ObjectNode load(Path model, String backend) {
        ObjectNode arguments = Wire.object().put("model", model.toString()).put("backend", backend);
        arguments.set("settings", new JsonMapper().valueToTree(SessionSettings.threads(1)));
        return arguments;
    }

    private ObjectNode block(int queries) {
        return Wire.object().put("batch", 1).put("queries", queries).put("samples",
                folder.resolve("samples").toString());
    }

    @Test
    void loadsAndTimesARealModel() throws Exception {
        try (WorkerProcess worker = WorkerProcess.start(settings("onnxruntime"), cancellation)) {
            JsonNode loaded = ask(worker, "load", load(SAMPLE, "onnxruntime"));
            assertThat(loaded.path("loadNs").asLong()).isPositive();
            assertThat(Signatures.read(loaded.path("inputs"))).first().extracting(v -> v.signature())
                    .isEqualTo("float32[batch,1,28,28]");
            Path pack = pack("image", new long[]{1, 1, 28, 28}, 3);
            JsonNode prepared = ask(worker, "prepare", Wire.object().put("batch", 1).put("inputs", pack.toString()));
            assertThat(prepared.path("finite").asBoolean()).isTrue();
            assertThat(prepared.path("firstNs").asLong()).isPositive();
            JsonNode block = ask(worker, "measure", block(20));
            assertThat(block.path("n").asInt()).isEqualTo(20);
            assertThat(Files.size(folder.resolve("samples"))).isEqualTo(160);
            assertThat(block.path("cpuNs").asLong()).isPositive();
        }
    }

    @Test
    void theSyntheticClockIsMovedByQueriesAlone() throws Exception {
        try (WorkerProcess worker = WorkerProcess.start(settings("synthetic"), cancellation)) {
            ask(worker, "load", load(script(0, 0), "synthetic"));
            Path pack = pack("x", new long[]{1, 1}, 1);
            ask(worker, "prepare", Wire.object().put("batch", 1).put("inputs", pack.toString()));
            assertThat(ask(worker, "measure", block(50)).path("wallNs").asLong()).isEqualTo(50_000);
        }
    }

    @Test
    void aCrashIsNamedAndTheNextWorkerIsWell() throws Exception {
        try (WorkerProcess worker = WorkerProcess.start(settings("synthetic"), cancellation)) {
            ask(worker, "load", load(script(10, 0), "synthetic"));
            Path pack = pack("x", new long[]{1, 1}, 1);
            ask(worker, "prepare", Wire.object().put("batch", 1).put("inputs", pack.toString()));
            assertThatThrownBy(() -> ask(worker, "measure", block(50))).isInstanceOf(ProblemException.class)
                    .hasMessageContaining("ended with status 139 (segmentation fault) at measure");
            assertThat(worker.isAlive()).isFalse();
        }
        try (WorkerProcess worker = WorkerProcess.start(settings("synthetic"), cancellation)) {
            assertThat(ask(worker, "probe", Wire.object().put("backend", "synthetic")).path("version").asString())
                    .isEqualTo("1");
        }
    }

    @Test
    void aHangEndsAtItsLimit() throws Exception {
        try (WorkerProcess worker = WorkerProcess.start(settings("synthetic"), cancellation)) {
            ask(worker, "load", load(script(0, 10), "synthetic"));
            Path pack = pack("x", new long[]{1, 1}, 1);
            ask(worker, "prepare", Wire.object().put("batch", 1).put("inputs", pack.toString()));
            assertThatThrownBy(() -> worker.ask("measure", block(50), Duration.ofSeconds(1), Progress.Listener.NONE))
                    .hasMessageContaining("did not answer to measure within 1 s");
        }
    }

    @Test
    void cancellingKillsTheWorker() throws Exception {
        try (WorkerProcess worker = WorkerProcess.start(settings("synthetic"), cancellation)) {
            ask(worker, "load", load(script(0, 0), "synthetic"));
            cancellation.cancel();
            assertThatThrownBy(() -> ask(worker, "memory", Wire.object())).isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void theLaboratoryChecksRunsAndObserves() {
        Model model = OnnxReader.read(SAMPLE);
        TensorPack inputs = TensorPack.open(pack("image", new long[]{1, 1, 28, 28}, 3));
        try (LaboratoryProcess laboratory = new LaboratoryProcess(settings("onnxruntime"), SessionSettings.threads(1),
                cancellation)) {
            assertThat(laboratory.check(model)).isEmpty();
            assertThat(laboratory.load(model)).isEmpty();
            assertThat(laboratory.inferShapes(model.withGraph(model.graph().withValues(List.of()))).graph().values())
                    .isNotEmpty();
            assertThat(laboratory.convert(model, 18).opset()).isEqualTo(18);
            String inner = model.graph().nodes().getFirst().outputs().getFirst();
            var ranges = laboratory.observe(model, inputs, List.of("image", inner),
                    Progress.Listener.NONE).all();
            assertThat(ranges).hasEntrySatisfying("image", r -> assertThat(r.range().max()).isBetween(0.99f, 1f));
            assertThat(ranges).containsKey(inner);
            TensorPack outputs = laboratory.evaluate(model, inputs, List.of("logits"), folder.resolve("out.pack"),
                    Progress.Listener.NONE);
            assertThat(outputs.size()).isEqualTo(3);
            assertThat(outputs.sample(2)).hasEntrySatisfying("logits",
                    t -> assertThat(t.shape()).containsExactly(1, 10));
        }
    }
}
