package dev.lathe.optimize.prune;

import dev.lathe.base.Progress;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Model;
import dev.lathe.graph.ValueInfo;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.TemporaryPacks;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// How far the outputs of changed models are from those of the original on a few calibration samples: the squared error as a
/// part of what the outputs vary by, over all float outputs.
final class OutputDamage implements AutoCloseable {
    private final PassContext context;
    private final List<String> outputs;
    private final TemporaryPacks files;
    private final TensorPack samples;
    private final TensorPack reference;

    /// On samples of the calibration data.
    ///
    /// @param numbers which of them
    /// @param most at most so many of these, evenly spread
    OutputDamage(Model original, PassContext context, Calibration calibration, List<Integer> numbers, int most) {
        this.context = context;
        this.files = new TemporaryPacks(context, "damage-");
        this.outputs = original.graph().outputs().stream().filter(o -> o.type() == DataType.FLOAT)
                .map(ValueInfo::name).toList();
        int count = Math.min(most, numbers.size());
        Path file = files.next();
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            for (int i = 0; i < count; i++) {
                writer.add(calibration.samples().sample(numbers.get((int) ((long) i * numbers.size() / count))));
            }
        }
        this.samples = TensorPack.open(file);
        this.reference = run(original);
    }

    /// How many samples they are.
    int size() {
        return samples.size();
    }

    private TensorPack run(Model model) {
        context.cancellation().throwIfCancelled();
        return context.laboratory().evaluate(model, samples, outputs, files.next(), Progress.Listener.NONE);
    }

    /// The damage: 0 is none, 1 is as if the outputs were their mean.
    double of(Model changed) {
        if (outputs.isEmpty()) {
            return 0;
        }
        TensorPack got = run(changed);
        double damage = 0;
        for (String output : outputs) {
            double sum = 0;
            double squares = 0;
            double error = 0;
            long count = 0;
            for (int s = 0; s < samples.size(); s++) {
                float[] wanted = Objects.requireNonNull(reference.sample(s).get(output), output).floats();
                float[] seen = Objects.requireNonNull(got.sample(s).get(output), output).floats();
                for (int i = 0; i < wanted.length; i++) {
                    sum += wanted[i];
                    squares += (double) wanted[i] * wanted[i];
                    error += ((double) wanted[i] - seen[i]) * ((double) wanted[i] - seen[i]);
                }
                count += wanted.length;
            }
            damage += error / Math.max(Double.MIN_NORMAL, squares - sum * sum / Math.max(1, count));
        }
        return Double.isFinite(damage) ? damage / outputs.size() : Double.MAX_VALUE;
    }

    @Override
    public void close() {
        files.close();
    }
}
