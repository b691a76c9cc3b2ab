package dev.lathe.optimize.prune;

import dev.lathe.graph.Model;
import dev.lathe.graph.onnx.OnnxLibrary;
import dev.lathe.optimize.Tiny;
import dev.lathe.profile.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;

/// Random cuts, and how far the outputs of two models are apart.
final class Cuts {
    private Cuts() {}

    static DependencyGraph dependencies(Model model) {
        return DependencyGraph.of(OnnxLibrary.inferShapes(model).graph());
    }

    /// About that part of the units of each group, never all of them.
    static Set<Integer> some(DependencyGraph dependencies, double part, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Set<Integer> units = new HashSet<>();
        for (ChannelGroup group : dependencies.groups()) {
            int kept = random.nextInt(group.width());
            for (int i = 0; i < group.width(); i++) {
                if (i != kept && random.nextDouble() < part) {
                    units.add(group.units().get(i));
                }
            }
        }
        return units;
    }

    /// The largest difference of any output, in parts of that output's largest value.
    static double difference(Model wanted, Model got, List<SequencedMap<String, Tensor>> samples) {
        List<SequencedMap<String, Tensor>> expected = Tiny.run(wanted, samples);
        List<SequencedMap<String, Tensor>> seen = Tiny.run(got, samples);
        double worst = 0;
        for (int s = 0; s < expected.size(); s++) {
            for (var output : expected.get(s).entrySet()) {
                float[] a = output.getValue().floats();
                float[] b = seen.get(s).getOrDefault(output.getKey(), output.getValue()).floats();
                double largest = 1e-6;
                double difference = a.length == b.length ? 0 : Double.POSITIVE_INFINITY;
                for (int i = 0; i < Math.min(a.length, b.length); i++) {
                    largest = Math.max(largest, Math.abs(a[i]));
                    difference = Math.max(difference, Math.abs((double) a[i] - b[i]));
                }
                worst = Math.max(worst, difference / largest);
            }
        }
        return worst;
    }
}
