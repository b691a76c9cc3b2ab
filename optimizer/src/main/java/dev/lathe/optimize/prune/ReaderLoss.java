package dev.lathe.optimize.prune;

import dev.lathe.graph.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// What one layer that reads a group loses with each unit, and what its weights become.
final class ReaderLoss {
    private final Layer layer;
    private final List<Elimination> groups;
    private final Map<Integer, int[]> indices;

    private ReaderLoss(Layer layer, List<Elimination> groups, Map<Integer, int[]> indices) {
        this.layer = layer;
        this.groups = groups;
        this.indices = indices;
    }

    /// @param sums what it reads
    static ReaderLoss of(Graph graph, DependencyGraph dependencies, WeightAxis reader, Layer layer,
            ReaderSums sums) {
        List<double[][]> weights = LayerChange.weights(graph, layer, RefitTarget.of(graph, layer));
        List<Elimination> groups = IntStream.range(0, sums.of(layer).size()).mapToObj(
                g -> new Elimination(sums.of(layer).get(g), sums.held(layer).get(g), weights.get(g))).toList();
        return new ReaderLoss(layer, groups, UnitInputs.of(dependencies, reader, layer));
    }

    /// What is lost with this unit next, as a part of what the layer's outputs vary by.
    double loss(int unit) {
        int[] own = indices.getOrDefault(unit, new int[0]);
        return groups.stream().mapToDouble(g -> g.loss(own)).average().orElse(0);
    }

    void remove(int unit) {
        groups.forEach(g -> g.remove(indices.getOrDefault(unit, new int[0])));
    }

    /// The graph with the layer's weights as they are now.
    Graph applied(Graph graph) {
        Layer own = graph.nodes().stream().filter(n -> n.outputs().equals(layer.node().outputs())).findFirst()
                .flatMap(n -> Layer.of(graph, n)).orElseThrow();
        List<double[][]> weights = new ArrayList<>();
        groups.forEach(g -> weights.add(g.weights()));
        return LayerChange.apply(graph, own, RefitTarget.of(graph, own), weights);
    }

    /// What varies of each unit over calibration data.
    static double variance(Map<Integer, int[]> indices, int unit, List<NormalEquations> sums) {
        double variance = 0;
        for (NormalEquations own : sums) {
            double rows = Math.max(1, own.done().rows());
            for (int i : indices.getOrDefault(unit, new int[0])) {
                double mean = own.product(own.inputs(), i) / rows;
                variance += own.product(i, i) / rows - mean * mean;
            }
        }
        return variance;
    }
}
