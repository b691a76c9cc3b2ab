package dev.lathe.app.gui.work;

import dev.lathe.app.engine.PruningDamage;
import dev.lathe.base.Reading;
import dev.lathe.optimize.explain.Explanation;
import dev.lathe.optimize.explain.Structure;
import dev.lathe.optimize.prune.DamageCurve;
import dev.lathe.optimize.prune.LayerWidth;
import dev.lathe.optimize.prune.PruningForecast;
import dev.lathe.optimize.search.Sensitivities;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

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

    /// Two convolutions whose channels are summed up by the next, and heads.
    static Prunable prunable() {
        List<PruningForecast.Group> groups = List.of(new PruningForecast.Group("conv1", 32, List.of(8, 16, 24)),
                new PruningForecast.Group("conv2", 64, List.of(8, 16, 24, 32, 40, 48, 56)),
                new PruningForecast.Group("attention", 8, List.of(1, 2, 3, 4, 5, 6, 7)));
        return new Prunable(tied(), new PruningForecast(groups,
                List.of(share("w1", 800, 3_200, "conv1"), share("w2", 18_432, 73_728, "conv1", "conv2"),
                        share("w3", 102_400, 409_600, "conv2"), share("wa", 65_536, 262_144, "attention")),
                List.of(share("conv1", 400_000, 0, "conv1"), share("conv2", 3_600_000, 0, "conv1", "conv2"),
                        share("fc1", 102_400, 0, "conv2"), share("query", 1_000_000, 0, "attention"))),
                1_092_300, Optional.empty());
    }

    private static PruningForecast.Share share(String name, double amount, double sizeBytes, String... groups) {
        return new PruningForecast.Share(name, amount, sizeBytes,
                Stream.of(groups).map(g -> new PruningForecast.Axis(0, Map.of(g, 1.0))).toList());
    }

    static PruningDamage damage() {
        return new PruningDamage(List.of(
                new DamageCurve("conv1", 32, new TreeMap<>(Map.of(0, 0.0, 8, 4e-4, 16, 0.006, 24, 0.09))),
                new DamageCurve("conv2", 64,
                        new TreeMap<>(Map.of(0, 0.0, 16, 2e-5, 32, 3e-4, 48, 0.004, 56, 0.05))),
                new DamageCurve("attention", 8, new TreeMap<>(Map.of(0, 0.0, 2, 0.01, 4, 0.08, 6, 0.4, 7, 0.9)))), 32);
    }

    static BeforeAfter beforeAfter(boolean scored, Optional<Row.Speed> speed) {
        return new BeforeAfter(side(1_092_300, 276_900, 5_120_000, scored, 0.991),
                side(611_200, 152_600, 2_610_000, scored, 0.987),
                List.of(width("conv1", "Conv", 32, 24), width("conv2", "Conv", 64, 40), width("conv3", "Conv", 64, 64),
                        width("query", "MatMul", 512, 384), width("fc1", "Gemm", 128, 96), width("fc2", "Gemm", 10, 10),
                        new LayerWidth("norm2", "Conv", OptionalLong.of(64), OptionalLong.empty())),
                speed);
    }

    private static LayerWidth width(String layer, String operator, long before, long after) {
        return new LayerWidth(layer, operator, OptionalLong.of(before), OptionalLong.of(after));
    }

    private static BeforeAfter.Side side(long sizeBytes, long parameters, long macs, boolean scored, double score) {
        return new BeforeAfter.Side(sizeBytes, parameters, Reading.known(macs, TEST), scored
                ? Optional.of(new Row.Accuracy("top-1", Optional.of(new Row.Figure(score, score - 0.008, score + 0.005,
                        1000)), Optional.of(new Row.Figure(0.4, -0.1, 0.9, 1000)), "points"))
                : Optional.empty());
    }

    static Row.Speed speed() {
        return new Row.Speed(Optional.of(new Row.Figure(112_000, 110_000, 114_000, 4000)), OptionalDouble.empty(),
                OptionalDouble.empty(), "", Optional.of(new Row.Figure(0.63, 0.61, 0.66, 12)), List.of(),
                OptionalLong.empty());
    }
}
