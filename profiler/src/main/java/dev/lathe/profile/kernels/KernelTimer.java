package dev.lathe.profile.kernels;

import dev.lathe.base.Progress;
import dev.lathe.graph.Model;
import dev.lathe.graph.onnx.OnnxWriter;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.Wire;
import dev.lathe.profile.WorkerProcess;
import dev.lathe.profile.WorkerSettings;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Times small models with one input `x`, one after the other, in one worker.
public final class KernelTimer {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int UNMEASURED = 4;

    private final WorkerProcess worker;
    private final WorkerSettings workers;
    private final SessionSettings session;

    /// In this worker, which was started with these settings.
    ///
    /// @param session how the runtime runs the models
    public KernelTimer(WorkerProcess worker, WorkerSettings workers, SessionSettings session) {
        this.worker = worker;
        this.workers = workers;
        this.session = session;
    }

    /// How long a model is timed.
    ///
    /// @param queries how many at least
    /// @param most how many at most
    /// @param atLeastNs until so much time has passed, in nanoseconds
    /// @param leadInNs time before the first that counts, in nanoseconds
    public record Patience(int queries, int most, long atLeastNs, long leadInNs) {}

    /// The durations of single queries, in nanoseconds.
    ///
    /// @param name of the files, which are replaced
    /// @param x what the model reads
    /// @throws dev.lathe.base.ProblemException if the runtime does not run the model
    /// @throws IOException if the files cannot be written or read
    public long[] queriesNs(String name, Model model, Tensor x, Patience patience) throws IOException {
        Path file = workers.scratch().resolve(name + ".onnx");
        Path pack = workers.scratch().resolve(name + ".pack");
        Path samples = workers.scratch().resolve("kernel-samples-" + worker.pid());
        OnnxWriter.write(model, file);
        try (TensorPackWriter writer = TensorPack.writer(pack)) {
            SequencedMap<String, Tensor> sample = new LinkedHashMap<>();
            sample.put("x", x);
            writer.add(sample);
        }
        ObjectNode load = Wire.object().put("backend", workers.backend()).put("model", file.toString());
        load.set("settings", new JsonMapper().valueToTree(session));
        ask("load", load);
        ask("prepare", Wire.object().put("batch", 1).put("inputs", pack.toString()));
        JsonNode answer = ask("measure", Wire.object().put("batch", 1).put("queries", patience.queries())
                .put("most", patience.most()).put("atLeastNs", patience.atLeastNs()).put("unmeasured", UNMEASURED)
                .put("leadInNs", patience.leadInNs()).put("samples", samples.toString()));
        long[] ns = new long[answer.path("n").asInt()];
        ByteBuffer.wrap(Files.readAllBytes(samples)).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(ns);
        return ns;
    }

    private JsonNode ask(String verb, ObjectNode arguments) {
        return worker.ask(verb, arguments, PATIENCE, Progress.Listener.NONE);
    }
}
