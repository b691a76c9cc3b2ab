package dev.lathe.optimize.prune;

import dev.lathe.graph.DataType;
import dev.lathe.graph.Model;
import dev.lathe.graph.ValueInfo;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.PassContext;
import dev.lathe.profile.tensor.TensorPack;
import java.util.List;
import java.util.Objects;

/// How far the outputs of changed models are from those of the original on a few calibration samples: the squared error as a
/// part of what the outputs vary by, over all float outputs.
final class OutputDamage implements AutoCloseable {
    private final JudgedSamples samples;
    private final List<String> outputs;

    /// On samples of the calibration data.
    ///
    /// @param numbers which of them
    /// @param most at most so many of these, evenly spread
    OutputDamage(Model original, PassContext context, Calibration calibration, List<Integer> numbers, int most) {
        this.outputs = original.graph().outputs().stream().filter(o -> o.type() == DataType.FLOAT)
                .map(ValueInfo::name).toList();
        this.samples = new JudgedSamples(original, context, calibration, JudgedSamples.some(numbers, most), outputs);
    }

    /// How many samples they are.
    int size() {
        return samples.size();
    }

    /// The damage: 0 is none, 1 is as if the outputs were their mean.
    double of(Model changed) {
        if (outputs.isEmpty()) {
            return 0;
        }
        TensorPack reference = samples.reference();
        TensorPack got = samples.run(changed);
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
        samples.close();
    }
}
