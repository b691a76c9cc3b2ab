package dev.lathe.profile.worker;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Reading;
import dev.lathe.graph.Model;
import dev.lathe.graph.onnx.OnnxLibrary;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.graph.onnx.OnnxWriter;
import dev.lathe.profile.Declared;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.Signatures;
import dev.lathe.profile.Wire;
import dev.lathe.profile.backend.Backend;
import dev.lathe.profile.backend.OnnxRuntimeBackend;
import dev.lathe.profile.backend.PyTorchBackend;
import dev.lathe.profile.backend.Session;
import dev.lathe.profile.backend.SyntheticBackend;
import dev.lathe.profile.meter.ProcessMeter;
import dev.lathe.profile.statistics.CalibrationStatistics;
import dev.lathe.profile.statistics.SignalToNoise;
import dev.lathe.profile.statistics.StatisticsFile;
import dev.lathe.profile.statistics.ValueStatistics;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackReader;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a worker can be asked. One model is open at a time.
final class Verbs implements AutoCloseable {
    private static final Map<String, Supplier<Backend>> BACKENDS = Map.of("onnxruntime", OnnxRuntimeBackend::new,
            "pytorch", PyTorchBackend::new, "synthetic", SyntheticBackend::new);

    private final JsonMapper json = new JsonMapper();
    private final DoubleConsumer progress;
    private @Nullable Backend backend;
    private final List<Session> sessions = new ArrayList<>();
    private @Nullable Blocks blocks;
    private long dataLimitBytes;
    private @Nullable Pool pool;

    Verbs(DoubleConsumer progress) {
        this.progress = progress;
    }

    JsonNode answer(JsonNode request) {
        return switch (request.path("verb").asString()) {
            case "probe" -> probe(request);
            case "confine" -> confine(request);
            case "check" -> check(request);
            case "shapes" -> shapes(request);
            case "convert" -> convert(request);
            case "load" -> load(request);
            case "evaluate" -> evaluate(request);
            case "calibrate" -> calibrate(request);
            case "compare" -> compare(request);
            case "prepare" -> blocks(request).prepare(request);
            case "measure" -> blocks(request).measure(request);
            case "memory" -> memory();
            case "profile" -> new Profiles(backend(request)).profile(request);
            case "executed" -> new Profiles(backend(request)).executed(request);
            case "copy" -> CopyBandwidth.measure(request);
            case "pool" -> openPool(request);
            case "drive" -> pool().drive(request);
            default -> throw new IllegalStateException("no such verb: " + request.path("verb"));
        };
    }

    private Backend backend(JsonNode request) {
        Backend now = backend;
        if (now == null) {
            String id = request.path("backend").asString("onnxruntime");
            Supplier<Backend> supplier = BACKENDS.get(id);
            if (supplier == null) {
                throw new IllegalStateException("no such backend: " + id);
            }
            now = supplier.get();
            backend = now;
        }
        return now;
    }

    private JsonNode probe(JsonNode request) {
        ObjectNode result = Wire.object();
        switch (backend(request).version()) {
            case Reading.Known<String>(var version, _) -> result.put("version", version);
            case Reading.Unknown<String>(var why) -> result.put("unknown", why);
        }
        if (request.path("offer").asBoolean()) {
            SortedMap<String, String> libraries = new TreeMap<>();
            request.path("libraries").properties().forEach(e -> libraries.put(e.getKey(), e.getValue().asString()));
            result.set("offer", json.valueToTree(backend(request).offer(libraries)));
        }
        return result.put("backend", backend(request).id());
    }

    private JsonNode confine(JsonNode request) {
        dataLimitBytes = request.path("dataLimitBytes").asLong(0);
        ObjectNode result = Wire.object();
        List<Integer> cpus = new ArrayList<>();
        request.path("cpus").forEach(n -> cpus.add(n.asInt()));
        return cpus.isEmpty() ? result : result.put("cpus", ProcessLimits.pin(cpus));
    }

    private static Path path(JsonNode request, String field) {
        return Path.of(request.path(field).asString());
    }

    private static JsonNode check(JsonNode request) {
        ObjectNode result = Wire.object();
        OnnxLibrary.check(OnnxReader.read(path(request, "model"))).ifPresent(reason -> result.put("invalid", reason));
        return result;
    }

    private JsonNode shapes(JsonNode request) {
        Model inferred = OnnxLibrary.inferShapes(OnnxReader.read(path(request, "model")));
        ObjectNode result = Wire.object();
        result.set("values", json.valueToTree(inferred.graph().values().stream().map(Signatures::write).toList()));
        return result;
    }

    private static JsonNode convert(JsonNode request) {
        Model converted = OnnxLibrary.convert(OnnxReader.read(path(request, "model")), request.path("opset").asInt());
        OnnxWriter.write(converted, path(request, "out"));
        return Wire.object();
    }

    private JsonNode load(JsonNode request) {
        closeSession();
        Backend runtime = backend(request);
        SessionSettings settings = json.treeToValue(request.path("settings"), SessionSettings.class);
        runtime.version(); // the library is loaded before the clock starts
        if (dataLimitBytes > 0) {
            ProcessLimits.limitGrowth(dataLimitBytes);
        }
        ProcessMeter.resetPeak();
        ObjectNode result = Wire.object();
        put(result, "privateBeforeBytes", ProcessMeter.privateBytes());
        long start = runtime.clock().nanoTime();
        for (int i = 0; i < request.path("instances").asInt(1); i++) {
            sessions.add(runtime.open(path(request, "model"), settings, declared(request)));
        }
        Session opened = sessions.getFirst();
        result.put("loadNs", runtime.clock().nanoTime() - start);
        put(result, "privateAfterBytes", ProcessMeter.privateBytes());
        opened.parameters().ifPresent(n -> result.put("parameters", n));
        result.set("inputs", json.valueToTree(opened.inputs().stream().map(Signatures::write).toList()));
        result.set("outputs", json.valueToTree(opened.outputs().stream().map(Signatures::write).toList()));
        return result;
    }

    static Declared declared(JsonNode request) {
        JsonNode declared = request.path("declared");
        return new Declared(Signatures.read(declared.path("inputs")), names(declared.path("outputs")));
    }

    private Session session() {
        if (sessions.isEmpty()) {
            throw new IllegalStateException("no model is open");
        }
        return sessions.getFirst();
    }

    private static List<String> names(JsonNode array) {
        List<String> names = new ArrayList<>();
        array.forEach(n -> names.add(n.asString()));
        return names;
    }

    private JsonNode evaluate(JsonNode request) {
        List<String> wanted = names(request.path("outputs"));
        TensorPackWriter out = TensorPack.writer(path(request, "out"));
        try (out) {
            if (request.path("inputs").isMissingNode()) {
                out.add(session().run(new LinkedHashMap<>(), wanted));
            } else {
                TensorPack inputs = TensorPack.open(path(request, "inputs"));
                try (TensorPackReader reader = new TensorPackReader(inputs)) {
                    for (int i = 0; i < inputs.size(); i++) {
                        out.add(run(reader.sample(i), wanted, i));
                        progress.accept((i + 1.0) / inputs.size());
                    }
                }
            }
        }
        return Wire.object();
    }

    private SequencedMap<String, Tensor> run(SequencedMap<String, Tensor> sample, List<String> wanted, int index) {
        SequencedMap<String, Tensor> outputs = new LinkedHashMap<>();
        naming(index, () -> outputs.putAll(session().run(sample, wanted)));
        return outputs;
    }

    /// Does something with a sample, which a problem then names.
    private static void naming(int sample, Runnable work) {
        try {
            work.run();
        } catch (ProblemException e) {
            Problem first = e.problems().getFirst();
            throw new ProblemException(Problem.error(first.code(), "sample " + sample, first.what(), first.remedy()),
                    e);
        }
    }

    private JsonNode calibrate(JsonNode request) {
        TensorPack inputs = TensorPack.open(path(request, "inputs"));
        CalibrationRun run = new CalibrationRun(session(), names(request.path("values")),
                request.path("histograms").asBoolean());
        SequencedMap<String, ValueStatistics> part = new LinkedHashMap<>();
        try (TensorPackReader reader = new TensorPackReader(inputs)) {
            for (int i = 0; i < inputs.size(); i++) {
                if (i == CalibrationStatistics.partOf(inputs.size())) {
                    part = run.seen();
                }
                SequencedMap<String, Tensor> sample = reader.sample(i);
                run.check(sample, i);
                int index = i;
                naming(index, () -> run.add(sample, index));
                progress.accept((i + 1.0) / inputs.size());
            }
        }
        SequencedMap<String, ValueStatistics> all = run.seen();
        try {
            StatisticsFile.write(new CalibrationStatistics(all, part.isEmpty() ? all : part), path(request, "out"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Wire.object();
    }

    private JsonNode compare(JsonNode request) {
        TensorPack settings = TensorPack.open(path(request, "settings"));
        TensorPack inputs = TensorPack.open(path(request, "inputs"));
        TensorPack reference = TensorPack.open(path(request, "reference"));
        ObjectNode result = Wire.object();
        ArrayNode ratios = result.putArray("db");
        // mapped tensors are copied for each run, and the copies stay until the heap happens to be collected
        try (TensorPackReader chosen = new TensorPackReader(settings);
                TensorPackReader reader = new TensorPackReader(inputs)) {
            for (int s = 0; s < settings.size(); s++) {
                SignalToNoise ratio = new SignalToNoise();
                SequencedMap<String, Tensor> setting = chosen.sample(s);
                for (int i = 0; i < inputs.size(); i++) {
                    SequencedMap<String, Tensor> sample = new LinkedHashMap<>(reader.sample(i));
                    sample.putAll(setting);
                    SequencedMap<String, Tensor> wanted = reference.sample(i);
                    ratio.add(wanted, run(sample, List.copyOf(wanted.keySet()), i));
                }
                ratios.add(ratio.worstDb());
                progress.accept((s + 1.0) / settings.size());
            }
        }
        return result;
    }

    private Blocks blocks(JsonNode request) {
        Blocks now = blocks;
        if (now == null) {
            now = new Blocks(List.copyOf(sessions), backend(request).clock());
            blocks = now;
        }
        return now;
    }

    private JsonNode openPool(JsonNode request) {
        closePool();
        Backend runtime = backend(request);
        runtime.version(); // the library is loaded before growth is limited and the clock starts
        if (dataLimitBytes > 0) {
            ProcessLimits.limitGrowth(dataLimitBytes);
        }
        Pool opened = new Pool(runtime);
        pool = opened;
        return opened.open(request);
    }

    private Pool pool() {
        Pool now = pool;
        if (now == null) {
            throw new IllegalStateException("no pool is open");
        }
        return now;
    }

    private void closePool() {
        if (pool != null) {
            pool.close();
            pool = null;
        }
    }

    private static JsonNode memory() {
        ObjectNode result = Wire.object();
        put(result, "privateBytes", ProcessMeter.privateBytes());
        put(result, "peakBytes", ProcessMeter.peakBytes());
        return result;
    }

    static void put(ObjectNode node, String field, Reading<Long> reading) {
        Optional<Long> value = reading.toOptional();
        if (value.isPresent()) {
            node.put(field, value.get());
        }
    }

    private void closeSession() {
        if (blocks != null) {
            blocks.close();
            blocks = null;
        }
        sessions.forEach(Session::close);
        sessions.clear();
    }

    @Override
    public void close() {
        closePool();
        closeSession();
    }
}
