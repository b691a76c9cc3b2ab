package dev.lathe.optimize.pass;

import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.optimize.Tiny;
import dev.lathe.profile.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// What tests ask of quantized models.
final class Quantized {
    private Quantized() {}

    static Map<String, Long> counts(Model model) {
        return model.graph().nodes().stream().collect(Collectors.groupingBy(Node::opType, Collectors.counting()));
    }

    static double sqnrDb(Model before, Model after) {
        double signal = 0;
        double noise = 0;
        List<SequencedMap<String, Tensor>> samples = Tiny.samples(before, 4, 4);
        List<SequencedMap<String, Tensor>> wanted = Tiny.run(before, samples);
        List<SequencedMap<String, Tensor>> got = Tiny.run(after, samples);
        for (int s = 0; s < wanted.size(); s++) {
            float[] a = wanted.get(s).firstEntry().getValue().floats();
            float[] b = got.get(s).firstEntry().getValue().floats();
            for (int i = 0; i < a.length; i++) {
                signal += (double) a[i] * a[i];
                noise += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
            }
        }
        return 10 * Math.log10(signal / noise);
    }
}
