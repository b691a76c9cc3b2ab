package dev.lathe.profile;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.base.Sha256;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Model;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.graph.onnx.OnnxWriter;
import dev.lathe.graph.onnx.Skeleton;
import dev.lathe.profile.statistics.CalibrationStatistics;
import dev.lathe.profile.statistics.StatisticsFile;
import dev.lathe.profile.statistics.ValueStatistics;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The laboratory in a worker process, started when it is first needed and again after it crashed. Not thread-safe.
public final class LaboratoryProcess implements Laboratory, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final JsonMapper JSON = new JsonMapper();

    private final WorkerSettings settings;
    private final SessionSettings session;
    private final Cancellation cancellation;
    /// One for each engine that is needed: no process loads two.
    private final Map<String, WorkerProcess> workers = new HashMap<>();
    private final Map<Path, Declared> declared = new HashMap<>();
    /// Hashes of packs of samples by file: they are written once and stay as they are while a laboratory is open.
    private final Map<Path, String> packs = new HashMap<>();
    private int files;

    /// A laboratory whose worker runs models with these session settings.
    public LaboratoryProcess(WorkerSettings settings, SessionSettings session, Cancellation cancellation) {
        this.settings = settings;
        this.session = session;
        this.cancellation = cancellation;
    }

    /// Notes what the user says of a model whose file does not say it.
    public void declare(Path model, Declared says) {
        declared.put(model.toAbsolutePath(), says);
    }

    private WorkerProcess worker(String backend) {
        WorkerProcess now = workers.get(backend);
        if (now == null || !now.isAlive()) {
            now = WorkerProcess.startUntimed(settings, cancellation);
            workers.put(backend, now);
        }
        return now;
    }

    private JsonNode ask(String verb, ObjectNode arguments, Progress.Listener progress) {
        return ask(settings.backend(), verb, arguments, progress);
    }

    private JsonNode ask(String backend, String verb, ObjectNode arguments, Progress.Listener progress) {
        return worker(backend).ask(verb, arguments.put("backend", backend), PATIENCE, progress);
    }

    /// The version of the runtime that runs models here.
    public JsonNode probe() {
        return ask("probe", Wire.object(), Progress.Listener.NONE);
    }

    @Override
    public Optional<Problem> check(Model model) {
        return withFile(new Skeleton(model).bare(), file -> {
            JsonNode answer = ask("check", Wire.object().put("model", file.toString()), Progress.Listener.NONE);
            return answer.has("invalid")
                    ? Optional.of(Problem.error("model-invalid", "",
                            "ONNX's checker refuses the model (" + answer.path("invalid").asString() + ")",
                            "Export the model again."))
                    : Optional.empty();
        });
    }

    @Override
    public Optional<Problem> load(Model model) {
        return withFile(model, file -> {
            try {
                open(file, session);
                return Optional.empty();
            } catch (ProblemException e) {
                return Optional.of(e.problems().getFirst());
            }
        });
    }

    private JsonNode open(Path file, SessionSettings how) {
        ObjectNode arguments = Wire.object().put("model", file.toString());
        arguments.set("settings", JSON.valueToTree(how));
        Signatures.put(arguments, declared.getOrDefault(file.toAbsolutePath(), Declared.NOTHING));
        return ask(settings.backendOf(file), "load", arguments, Progress.Listener.NONE);
    }

    /// Loads a model's file as it stands, and gives its signature as the runtime sees it.
    ///
    /// @throws ProblemException if the runtime does not load it
    public SignaturePair signature(Path file) {
        JsonNode answer = open(file, session);
        return new SignaturePair(Signatures.read(answer.path("inputs")), Signatures.read(answer.path("outputs")),
                answer.has("parameters") ? OptionalLong.of(answer.path("parameters").asLong()) : OptionalLong.empty());
    }

    /// The graph that the runtime makes of a model's file and runs: which operators it has fused, and which are left. For
    /// looking at: its weights are those of the machine's kernels, in a file that goes with the job.
    ///
    /// @return the reason where the runtime refuses the model, or writes a graph that cannot be read
    public Reading<Model> executed(Path model) {
        Path folder = fresh("executed", "");
        try {
            Files.createDirectories(folder);
            ObjectNode arguments = Wire.object().put("model", model.toAbsolutePath().toString())
                    .put("folder", folder.toString());
            arguments.set("settings", JSON.valueToTree(session));
            JsonNode answer = ask(settings.backendOf(model), "executed", arguments, Progress.Listener.NONE);
            return Reading.known(OnnxReader.read(Path.of(answer.path("optimized").asString())),
                    "the graph that the runtime wrote");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ProblemException e) {
            return Reading.unknown("the graph that runs cannot be told: "
                    + e.problems().stream().map(Problem::what).findFirst().orElse("the runtime refuses it"));
        }
    }

    /// Inputs and outputs of a model.
    ///
    /// @param parameters how many it has, where the runtime tells
    public record SignaturePair(List<ValueInfo> inputs, List<ValueInfo> outputs, OptionalLong parameters) {}

    @Override
    public Model inferShapes(Model model) {
        return withFile(new Skeleton(model).bare(), file -> {
            JsonNode answer = ask("shapes", Wire.object().put("model", file.toString()), Progress.Listener.NONE);
            return model.withGraph(model.graph().withValues(Signatures.read(answer.path("values"))));
        });
    }

    @Override
    public Model convert(Model model, int opset) {
        Path out = fresh("converted", ".onnx");
        Skeleton skeleton = new Skeleton(model);
        return withFile(skeleton.bare(), file -> {
            ask("convert", Wire.object().put("model", file.toString()).put("opset", opset).put("out", out.toString()),
                    Progress.Listener.NONE);
            return skeleton.restore(OnnxReader.read(out));
        });
    }

    @Override
    public SequencedMap<String, Tensor> constants(Model model) {
        Path out = fresh("constants", ".pack");
        List<String> outputs = model.graph().outputs().stream().map(ValueInfo::name).toList();
        return withFile(model, file -> {
            open(file, session.on(Target.CPU));
            ObjectNode arguments = Wire.object().put("out", out.toString());
            arguments.set("outputs", JSON.valueToTree(outputs));
            ask("evaluate", arguments, Progress.Listener.NONE);
            return TensorPack.open(out).sample(0);
        });
    }

    @Override
    public CalibrationStatistics observe(Model model, TensorPack inputs, List<String> values,
            Progress.Listener progress) {
        return observe(model, inputs, new Wanted(values, true), progress);
    }

    @Override
    public CalibrationStatistics observeExtremes(Model model, TensorPack inputs, List<String> values,
            Progress.Listener progress) {
        return observe(model, inputs, new Wanted(values, false), progress);
    }

    /// Values to be observed.
    ///
    /// @param histograms whether with histograms
    private record Wanted(List<String> values, boolean histograms) {
        boolean isMissingIn(CalibrationStatistics known, String value) {
            ValueStatistics seen = known.all().get(value);
            return seen == null || (histograms && seen.histogram().bins() == 0);
        }
    }

    private CalibrationStatistics observe(Model model, TensorPack inputs, Wanted wanted, Progress.Listener progress) {
        StatisticsCache cache = new StatisticsCache(settings.cache().resolve("calibration"));
        String key = withFile(model, file -> StatisticsCache.key(file,
                packs.computeIfAbsent(inputs.file(), Sha256::ofFile), settings.backend()));
        CalibrationStatistics known = cache.read(key);
        List<String> missing = wanted.values().stream().filter(v -> wanted.isMissingIn(known, v)).toList();
        if (missing.isEmpty()) {
            return known;
        }
        CalibrationStatistics all = known
                .with(calibrate(model, inputs, new Wanted(missing, wanted.histograms()), progress));
        cache.write(key, all);
        return all;
    }

    private CalibrationStatistics calibrate(Model model, TensorPack inputs, Wanted wanted,
            Progress.Listener progress) {
        Path out = fresh("statistics", ".part");
        try {
            return withFile(observed(model, wanted.values()), file -> {
                // fusions would hide the values asked for, and threads that spin would take the CPUs from those that count
                open(file, session.basic());
                ObjectNode arguments = Wire.object().put("inputs", inputs.file().toString())
                        .put("out", out.toString()).put("histograms", wanted.histograms());
                arguments.set("values", JSON.valueToTree(wanted.values()));
                ask("calibrate", arguments, Remaining.predicting(progress, "calibrating"));
                try {
                    return StatisticsFile.read(out).orElseThrow();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } finally {
            discard(out);
        }
    }

    /// The model giving these values beside its outputs.
    static Model observed(Model model, List<String> values) {
        List<ValueInfo> outputs = new ArrayList<>(model.graph().outputs());
        for (String value : values) {
            if (outputs.stream().noneMatch(o -> o.name().equals(value))) {
                outputs.add(ValueInfo.tensor(value, DataType.FLOAT));
            }
        }
        return model.withGraph(model.graph().withOutputs(outputs));
    }

    @Override
    public TensorPack evaluate(Model model, TensorPack inputs, List<String> outputs, Path out,
            Progress.Listener progress) {
        return withFile(model, file -> evaluate(file, inputs, outputs, out, progress));
    }

    /// Runs every sample through a model's file and writes the outputs as samples of a new pack.
    public TensorPack evaluate(Path model, TensorPack inputs, List<String> outputs, Path out,
            Progress.Listener progress) {
        open(model, session);
        ObjectNode arguments = Wire.object().put("inputs", inputs.file().toString()).put("out", out.toString());
        arguments.set("outputs", JSON.valueToTree(outputs));
        ask(settings.backendOf(model), "evaluate", arguments, progress);
        return TensorPack.open(out);
    }

    @Override
    public double[] compare(Model model, TensorPack settings, TensorPack inputs, TensorPack reference,
            Progress.Listener progress) {
        return withFile(model, file -> {
            open(file, session);
            JsonNode answer = ask("compare", Wire.object().put("inputs", inputs.file().toString())
                    .put("settings", settings.file().toString()).put("reference", reference.file().toString()),
                    Remaining.predicting(progress, "comparing ranges"));
            double[] ratios = new double[settings.size()];
            for (int i = 0; i < ratios.length; i++) {
                ratios[i] = answer.path("db").path(i).asDouble();
            }
            return ratios;
        });
    }

    private Path fresh(String what, String ending) {
        return settings.scratch().resolve(what + "-" + ProcessHandle.current().pid() + "-" + files++ + ending);
    }

    private interface WithFile<T> {
        T apply(Path file);
    }

    private <T> T withFile(Model model, WithFile<T> work) {
        Path file = fresh("model", ".onnx");
        try {
            Files.createDirectories(settings.scratch());
            OnnxWriter.write(model, file);
            return work.apply(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            discard(file);
            discard(file.resolveSibling(file.getFileName() + ".data"));
        }
    }

    private static void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // scratch is cleared at the next start
        }
    }

    @Override
    public void close() {
        workers.values().forEach(WorkerProcess::close);
    }
}
