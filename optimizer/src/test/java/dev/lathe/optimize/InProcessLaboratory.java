package dev.lathe.optimize;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.onnx.OnnxLibrary;
import dev.lathe.graph.onnx.OnnxWriter;
import dev.lathe.profile.Laboratory;
import dev.lathe.profile.statistics.CalibrationStatistics;
import dev.lathe.profile.statistics.SignalToNoise;
import dev.lathe.profile.statistics.ValueObserver;
import dev.lathe.profile.statistics.ValueStatistics;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// A laboratory in this very process, for tests: what the workers do, without the workers.
final class InProcessLaboratory implements Laboratory {
    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    @Override
    public Optional<Problem> check(Model model) {
        return OnnxLibrary.check(model).map(why -> Problem.error("check", "", why, ""));
    }

    @Override
    public Optional<Problem> load(Model model) {
        try (OrtSession _ = open(model)) {
            return Optional.empty();
        } catch (OrtException e) {
            return Optional.of(Problem.error("load", "", String.valueOf(e.getMessage()), ""));
        }
    }

    @Override
    public Model inferShapes(Model model) {
        return OnnxLibrary.inferShapes(model);
    }

    @Override
    public Model convert(Model model, int opset) {
        return OnnxLibrary.convert(model, opset);
    }

    @Override
    public SequencedMap<String, Tensor> constants(Model model) {
        return run(model, List.of(new LinkedHashMap<>()),
                model.graph().outputs().stream().map(ValueInfo::name).toList())
                .getFirst();
    }

    @Override
    public CalibrationStatistics observe(Model model, TensorPack inputs, List<String> values,
            Progress.Listener progress) {
        SequencedMap<String, ValueObserver> observers = new LinkedHashMap<>();
        SequencedMap<String, ValueStatistics> part = new LinkedHashMap<>();
        values.forEach(v -> observers.put(v, new ValueObserver()));
        try (OrtSession session = open(showing(model, values))) {
            for (int i = 0; i < inputs.size(); i++) {
                if (i == CalibrationStatistics.partOf(inputs.size())) {
                    part = seen(observers);
                }
                SequencedMap<String, Tensor> seen = new LinkedHashMap<>(inputs.sample(i));
                if (!made(model, values).isEmpty()) {
                    seen.putAll(run(session, inputs.sample(i), made(model, values)));
                }
                int sample = i;
                observers.forEach((name, observer) -> Optional.ofNullable(seen.get(name))
                        .filter(t -> t.type() == DataType.FLOAT).ifPresent(t -> observer.add(t, sample)));
            }
        } catch (OrtException e) {
            throw Problem.error("run", "", String.valueOf(e.getMessage()), "").toException();
        }
        return new CalibrationStatistics(seen(observers), part.isEmpty() ? seen(observers) : part);
    }

    private static SequencedMap<String, ValueStatistics> seen(SequencedMap<String, ValueObserver> observers) {
        SequencedMap<String, ValueStatistics> statistics = new LinkedHashMap<>();
        observers.forEach((name, observer) -> observer.done().ifPresent(s -> statistics.put(name, s)));
        return statistics;
    }

    private static List<String> made(Model model, List<String> values) {
        return values.stream().filter(v -> model.graph().inputs().stream().noneMatch(i -> i.name().equals(v))).toList();
    }

    private static Model showing(Model model, List<String> values) {
        Graph graph = model.graph();
        List<ValueInfo> outputs = new ArrayList<>(graph.outputs());
        made(model, values).stream().filter(v -> outputs.stream().noneMatch(o -> o.name().equals(v)))
                .forEach(v -> outputs.add(ValueInfo.tensor(v, DataType.FLOAT)));
        return model.withGraph(graph.withOutputs(outputs));
    }

    private static List<SequencedMap<String, Tensor>> samples(TensorPack pack) {
        List<SequencedMap<String, Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < pack.size(); i++) {
            samples.add(pack.sample(i));
        }
        return samples;
    }

    @Override
    public TensorPack evaluate(Model model, TensorPack inputs, List<String> outputs, Path out,
            Progress.Listener progress) {
        try (TensorPackWriter writer = TensorPack.writer(out)) {
            run(model, samples(inputs), outputs).forEach(writer::add);
        }
        return TensorPack.open(out);
    }

    @Override
    public double[] compare(Model model, TensorPack settings, TensorPack inputs, TensorPack reference,
            Progress.Listener progress) {
        double[] ratios = new double[settings.size()];
        try (OrtSession session = open(model)) {
            for (int s = 0; s < ratios.length; s++) {
                SignalToNoise ratio = new SignalToNoise();
                for (int i = 0; i < inputs.size(); i++) {
                    SequencedMap<String, Tensor> sample = new LinkedHashMap<>(inputs.sample(i));
                    sample.putAll(settings.sample(s));
                    ratio.add(reference.sample(i),
                            run(session, sample, List.copyOf(reference.sample(i).keySet())));
                }
                ratios[s] = ratio.worstDb();
            }
            return ratios;
        } catch (OrtException e) {
            throw Problem.error("run", "", String.valueOf(e.getMessage()), "").toException();
        }
    }

    /// The outputs of each sample.
    List<SequencedMap<String, Tensor>> run(Model model, List<SequencedMap<String, Tensor>> samples,
            List<String> outputs) {
        try (OrtSession session = open(model)) {
            List<SequencedMap<String, Tensor>> results = new ArrayList<>();
            for (SequencedMap<String, Tensor> sample : samples) {
                results.add(run(session, sample, outputs));
            }
            return results;
        } catch (OrtException e) {
            throw Problem.error("run", "", String.valueOf(e.getMessage()), "").toException();
        }
    }

    private static SequencedMap<String, Tensor> run(OrtSession session, SequencedMap<String, Tensor> sample,
            List<String> outputs) throws OrtException {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        for (var entry : sample.entrySet()) {
            inputs.put(entry.getKey(), onnx(entry.getValue()));
        }
        try (OrtSession.Result result = session.run(inputs, new LinkedHashSet<>(outputs))) {
            SequencedMap<String, Tensor> values = new LinkedHashMap<>();
            for (String output : outputs) {
                if (result.get(output).orElseThrow() instanceof OnnxTensor tensor) {
                    values.put(output, lathe(tensor));
                }
            }
            return values;
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor onnx(Tensor tensor) throws OrtException {
        ByteBuffer copy = ByteBuffer.allocateDirect(tensor.data().remaining()).order(ByteOrder.nativeOrder());
        copy.put(tensor.data()).flip();
        return OnnxTensor.createTensor(ENVIRONMENT, copy, tensor.shape(),
                OnnxJavaType.valueOf(tensor.type().name()));
    }

    private static Tensor lathe(OnnxTensor tensor) {
        ByteBuffer buffer = tensor.getByteBuffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        DataType type = DataType.valueOf(tensor.getInfo().type.name());
        return Tensor.ofBytes(type, tensor.getInfo().getShape(), bytes);
    }

    private static OrtSession open(Model model) throws OrtException {
        try {
            Path folder = Files.createTempDirectory("laboratory");
            Path file = folder.resolve("model.onnx");
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                OnnxWriter.write(model, file);
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
                options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
                return ENVIRONMENT.createSession(file.toString(), options);
            } finally {
                Files.deleteIfExists(file);
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
