package dev.lathe.optimize.quantize;

import dev.lathe.base.Progress;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Model;
import dev.lathe.graph.ValueInfo;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.TemporaryPacks;
import dev.lathe.profile.statistics.SignalToNoise;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/// Tells on a few calibration samples how near the outputs of changed models are to those of the original.
public final class Trial implements AutoCloseable {
    private final Model original;
    private final PassContext context;
    private final TensorPack all;
    private final int first;
    private final int count;
    private final List<String> outputs;
    private final TemporaryPacks files;
    private TensorPack samples;
    private TensorPack reference;

    /// A trial on a part of the samples.
    ///
    /// @param all the calibration samples
    /// @param first the first of them that may be used: what was learned on those before it is judged on the others
    /// @param most how many are used
    public Trial(Model original, PassContext context, TensorPack all, int first, int most) {
        this.original = original;
        this.context = context;
        this.files = new TemporaryPacks(context, "trial-");
        this.all = all;
        this.first = first;
        this.count = Math.min(most, all.size() - first);
        this.outputs = original.graph().outputs().stream().filter(o -> o.type() == DataType.FLOAT)
                .map(ValueInfo::name).toList();
        this.samples = all;
        this.reference = all;
    }

    /// Whether there is anything to compare: outputs of floats.
    public boolean isPossible() {
        return !outputs.isEmpty() && count > 0;
    }

    /// How many samples are compared.
    public int samples() {
        return count;
    }

    /// The signal to noise ratio of the worst output, in dB.
    public double db(Model changed) {
        begin();
        SignalToNoise ratio = new SignalToNoise();
        TensorPack got = evaluate(changed);
        for (int i = 0; i < count; i++) {
            ratio.add(reference.sample(i), got.sample(i));
        }
        return ratio.worstDb();
    }

    /// The same for each setting of a model's further inputs.
    public double[] db(Model changed, List<SequencedMap<String, Tensor>> settings) {
        begin();
        context.cancellation().throwIfCancelled();
        return context.laboratory().compare(changed, pack(settings), samples, reference, context.progress());
    }

    private void begin() {
        if (files.isEmpty()) {
            List<SequencedMap<String, Tensor>> few = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                few.add(all.sample(first + (int) ((long) i * (all.size() - first) / count)));
            }
            samples = pack(few);
            reference = evaluate(original);
        }
    }

    private TensorPack pack(List<SequencedMap<String, Tensor>> content) {
        Path file = files.next();
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            content.forEach(writer::add);
        }
        return TensorPack.open(file);
    }

    private TensorPack evaluate(Model tried) {
        context.cancellation().throwIfCancelled();
        return context.laboratory().evaluate(tried, samples, outputs, files.next(), Progress.Listener.NONE);
    }

    @Override
    public void close() {
        files.close();
    }
}
