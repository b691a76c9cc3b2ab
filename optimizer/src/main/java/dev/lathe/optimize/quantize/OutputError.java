package dev.lathe.optimize.quantize;

import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import java.util.HashMap;
import java.util.Map;

/// How far the outputs of a changed model are from those of the model it was made of.
public final class OutputError {
    private static final double IDENTICAL_DB = 200;

    private OutputError() {}

    /// Signal to noise ratio of the worst output over all samples, in dB: ten times the logarithm of the power of the
    /// reference over that of the difference; 200 where there is no difference.
    ///
    /// @param reference outputs of the original, one sample a run
    /// @param changed outputs of the changed model on the same samples
    public static double worstSqnrDb(TensorPack reference, TensorPack changed) {
        Map<String, Double> signal = new HashMap<>();
        Map<String, Double> noise = new HashMap<>();
        for (int i = 0; i < reference.size(); i++) {
            Map<String, Tensor> outputs = changed.sample(i);
            reference.sample(i).forEach((name, tensor) -> {
                Tensor other = outputs.get(name);
                if (other == null) {
                    throw new IllegalArgumentException("output is missing: " + name);
                }
                add(name, tensor.floats(), other.floats(), signal, noise);
            });
        }
        return signal.keySet().stream().mapToDouble(n -> db(signal.getOrDefault(n, 0.0), noise.getOrDefault(n, 0.0)))
                .min().orElse(IDENTICAL_DB);
    }

    private static void add(String name, float[] wanted, float[] got, Map<String, Double> signal,
            Map<String, Double> noise) {
        double power = 0;
        double error = 0;
        for (int i = 0; i < wanted.length; i++) {
            double difference = i < got.length ? (double) wanted[i] - got[i] : wanted[i];
            power += (double) wanted[i] * wanted[i];
            error += difference * difference;
        }
        signal.merge(name, power, Double::sum);
        noise.merge(name, error, Double::sum);
    }

    private static double db(double signal, double noise) {
        if (Double.isNaN(noise)) {
            return -IDENTICAL_DB;
        }
        return noise == 0 ? IDENTICAL_DB : Math.clamp(10 * Math.log10(signal / noise), -IDENTICAL_DB, IDENTICAL_DB);
    }
}
