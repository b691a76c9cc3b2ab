package dev.lathe.optimize.quantize;

import dev.lathe.base.Progress;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.ValueInfo;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.TemporaryPacks;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Shows values inside a graph on calibration data, a few samples at a time: what is kept of them is the reader's business,
/// and there are never more of them than 64 MiB, or one sample's, in a file of the scratch folder.
public final class Activations {
    private static final long MOST_BYTES = 64L << 20;
    private static final int MOST_SAMPLES = 64;

    private final Model model;
    private final PassContext context;
    private final Calibration calibration;
    private final int available;
    private final TemporaryPacks files;

    /// For the values of this model.
    public Activations(Model model, PassContext context, Calibration calibration) {
        this(model, context, calibration, calibration.count());
    }

    /// For the values of this model, seen on the first samples alone.
    ///
    /// @param available how many of the samples may be looked at
    public Activations(Model model, PassContext context, Calibration calibration, int available) {
        this.model = model;
        this.context = context;
        this.files = new TemporaryPacks(context, "activations-");
        this.calibration = calibration;
        this.available = Math.min(available, calibration.count());
    }

    /// Told of each value of each sample.
    @FunctionalInterface
    public interface Reader {

        /// One value of one sample.
        void read(String value, Tensor tensor);
    }

    /// Runs calibration samples, evenly spread, and shows these values.
    ///
    /// @param values float values of the main graph; constants are left out
    /// @param most how many samples at most
    public void show(List<String> values, int most, Reader reader) {
        Set<String> inputs = new LinkedHashSet<>(model.graph().inputs().stream().map(ValueInfo::name).toList());
        List<String> made = values.stream().filter(v -> !inputs.contains(v)
                && !model.graph().initializers().containsKey(v)).distinct().toList();
        List<String> given = values.stream().filter(inputs::contains).distinct().toList();
        Model showing = showing(model, made);
        int count = Math.min(most, available);
        int chunk = 1;
        for (int from = 0; from < count;) {
            context.cancellation().throwIfCancelled();
            int to = Math.min(count, from + chunk);
            long bytes = run(showing, made, given, new Range(from, to, count), reader);
            chunk = (int) Math.clamp(MOST_BYTES * (to - from) / Math.max(1, bytes), 1L, MOST_SAMPLES);
            from = to;
            context.progress().progress(Progress.of("looking at activations: " + from + " of " + count + " samples",
                    (double) from / count));
        }
    }

    /// Samples from one to another of so many.
    private record Range(int from, int to, int count) {}

    private long run(Model showing, List<String> made, List<String> given, Range range, Reader reader) {
        long bytes = 0;
        try {
            TensorPack few = few(range);
            for (int i = 0; i < few.size(); i++) {
                few.sample(i).forEach((value, tensor) -> {
                    if (given.contains(value)) {
                        reader.read(value, tensor);
                    }
                });
            }
            if (!made.isEmpty()) {
                TensorPack seen = context.laboratory().evaluate(showing, few, made, files.next(),
                        Progress.Listener.NONE);
                for (int i = 0; i < seen.size(); i++) {
                    for (var entry : seen.sample(i).entrySet()) {
                        bytes += entry.getValue().data().remaining();
                        reader.read(entry.getKey(), entry.getValue());
                    }
                }
            }
        } finally {
            files.close();
        }
        return bytes;
    }

    private TensorPack few(Range range) {
        Path file = files.next();
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            for (int i = range.from(); i < range.to(); i++) {
                writer.add(calibration.samples().sample((int) ((long) i * available / range.count())));
            }
        }
        return TensorPack.open(file);
    }

    /// The model giving these values beside its outputs; the runtime finds their types.
    private static Model showing(Model model, List<String> values) {
        Graph graph = model.graph();
        List<ValueInfo> outputs = new ArrayList<>(graph.outputs());
        for (String value : values) {
            if (outputs.stream().noneMatch(o -> o.name().equals(value))) {
                outputs.add(ValueInfo.tensor(value, DataType.UNDEFINED));
            }
        }
        return model.withGraph(graph.withOutputs(outputs));
    }
}
