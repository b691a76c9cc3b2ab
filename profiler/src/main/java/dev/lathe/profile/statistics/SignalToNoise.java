package dev.lathe.profile.statistics;

import dev.lathe.profile.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// How far the outputs of a changed model are from those of the model it was made of, sample by sample.
public final class SignalToNoise {
    private static final double IDENTICAL_DB = 200;

    private final Map<String, double[]> powers = new HashMap<>();

    /// Nothing compared yet.
    public SignalToNoise() {}

    /// Takes in the outputs of one sample.
    ///
    /// @param reference outputs of the original
    /// @param changed outputs of the changed model; may hold more
    public void add(Map<String, Tensor> reference, Map<String, Tensor> changed) {
        reference.forEach((name, tensor) -> {
            Tensor other = changed.get(name);
            if (other == null) {
                throw new IllegalArgumentException("output is missing: " + name);
            }
            add(powers.computeIfAbsent(name, _ -> new double[2]), tensor.floatBuffer(), other.floatBuffer());
        });
    }

    private static void add(double[] power, FloatBuffer wanted, FloatBuffer got) {
        for (int i = 0; i < wanted.limit(); i++) {
            double value = wanted.get(i);
            double difference = i < got.limit() ? value - got.get(i) : value;
            power[0] += value * value;
            power[1] += difference * difference;
        }
    }

    /// The outputs compared.
    public Set<String> outputs() {
        return Set.copyOf(powers.keySet());
    }

    /// The ratio of the worst output over all samples, in dB: ten times the logarithm of the power of the reference over
    /// that of the difference; 200 where there is no difference, -200 where there is no number.
    public double worstDb() {
        return powers.values().stream().mapToDouble(p -> db(p[0], p[1])).min().orElse(IDENTICAL_DB);
    }

    private static double db(double signal, double noise) {
        if (Double.isNaN(noise)) {
            return -IDENTICAL_DB;
        }
        return noise == 0 ? IDENTICAL_DB : Math.clamp(10 * Math.log10(signal / noise), -IDENTICAL_DB, IDENTICAL_DB);
    }
}
