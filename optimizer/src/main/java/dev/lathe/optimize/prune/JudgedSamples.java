package dev.lathe.optimize.prune;

import dev.lathe.base.Progress;
import dev.lathe.graph.Model;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.TemporaryPacks;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// A few calibration samples, what the original model gives for them, and what changed ones give.
final class JudgedSamples implements AutoCloseable {
    private final PassContext context;
    private final List<String> outputs;
    private final TemporaryPacks files;
    private final TensorPack samples;
    private final TensorPack reference;

    /// @param numbers which of the calibration samples
    /// @param outputs which outputs are looked at
    JudgedSamples(Model original, PassContext context, Calibration calibration, List<Integer> numbers,
            List<String> outputs) {
        this.context = context;
        this.outputs = outputs;
        this.files = new TemporaryPacks(context, "damage-");
        Path file = files.next();
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            numbers.forEach(n -> writer.add(calibration.samples().sample(n)));
        }
        this.samples = TensorPack.open(file);
        this.reference = run(original);
    }

    /// At most so many of these numbers, evenly spread.
    static List<Integer> some(List<Integer> numbers, int most) {
        int count = Math.min(most, numbers.size());
        return IntStream.range(0, count)
                .mapToObj(i -> numbers.get((int) ((long) i * numbers.size() / count))).toList();
    }

    int size() {
        return samples.size();
    }

    /// What the original gives.
    TensorPack reference() {
        return reference;
    }

    /// What a changed model gives.
    TensorPack run(Model model) {
        context.cancellation().throwIfCancelled();
        return context.laboratory().evaluate(model, samples, outputs, files.next(), Progress.Listener.NONE);
    }

    @Override
    public void close() {
        files.close();
    }
}
