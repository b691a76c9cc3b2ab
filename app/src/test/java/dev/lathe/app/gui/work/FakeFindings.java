package dev.lathe.app.gui.work;

import dev.lathe.base.Reading;
import dev.lathe.optimize.explain.Explanation;
import dev.lathe.optimize.explain.Structure;
import dev.lathe.optimize.search.Sensitivities;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What nobody found out about a small model: of eight layers the last does most damage and saves no time.
final class FakeFindings {
    private static final String TEST = "test";

    private FakeFindings() {}

    static Explanation explanation(Path variant, Optional<Path> parent) {
        Structure structure = new Structure(
                new Structure.Pairs(14, List.of(new Structure.Unfused("pool", "MaxPool", "Reshape"))),
                List.of(new Structure.AtPrecision("uint8", new TreeMap<>(Map.of("Conv", 6, "Gemm", 1))),
                        new Structure.AtPrecision("float32", new TreeMap<>(Map.of("Gemm", 1, "Softmax", 1)))),
                List.of(new Structure.Change("uint8", "float32", "DequantizeLinear", "fc1", "fc2")),
                List.of(new Structure.InFloat("fc2", "Gemm", false)), 0);
        return new Explanation(String.valueOf(variant.getFileName()), Reading.known(structure, TEST),
                new Explanation.Savings(parent.map(p -> String.valueOf(p.getFileName())), 286_100, 1_092_300,
                        Reading.known(5_120_000L, TEST), Reading.known(5_120_000L, TEST)),
                Optional.empty());
    }

    static Sensitivities sensitivities(String model) {
        return new Sensitivities(model, 64, "min-max", 27.4,
                Reading.known("2 threads, nodes take 118 µs in place of 301 µs a query", TEST),
                List.of(layer("conv1", "Conv", 31.2, 21_300, 288), layer("conv2", "Conv", 44.8, 58_100, 9_216),
                        layer("conv3", "Conv", 47.1, 33_900, 18_432), layer("conv4", "Conv", 52.6, 40_250, 36_864),
                        layer("conv5", "Conv", 55.0, 12_700, 36_864), layer("conv6", "Conv", 49.3, 9_800, 73_728),
                        layer("fc1", "Gemm", 41.5, 7_400, 100_352),
                        new Sensitivities.Layer("fc2", "Gemm", 22.3,
                                Reading.known(new Sensitivities.Saved(-1_200, false), TEST), 1_280)));
    }

    private static Sensitivities.Layer layer(String node, String operator, double db, double savedNs, long weights) {
        return new Sensitivities.Layer(node, operator, db,
                Reading.known(new Sensitivities.Saved(savedNs, true), TEST), weights);
    }

    static List<Tied> tied() {
        return List.of(new Tied("conv1", 32, 1, List.of("conv1", "norm1"), List.of("conv2"), ""),
                new Tied("conv2", 64, 1, List.of("conv2", "conv4"), List.of("conv3", "fc1"), ""),
                new Tied("attention", 8, 64, List.of("query", "key", "value"), List.of("project"), ""),
                new Tied("fc2", 10, 1, List.of(), List.of(), "it is the graph's output logits"));
    }
}
