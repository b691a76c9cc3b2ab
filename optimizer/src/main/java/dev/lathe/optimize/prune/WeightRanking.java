package dev.lathe.optimize.prune;

import dev.lathe.graph.DataType;
import dev.lathe.graph.Graph;
import dev.lathe.graph.TensorData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Ranks channels by the weights that make them. Source of the geometric median: He et al., "Filter Pruning via Geometric
/// Median" (2019).
final class WeightRanking {
    private final Graph graph;
    private final DependencyGraph dependencies;
    private final Importance importance;

    WeightRanking(Graph graph, DependencyGraph dependencies, Importance importance) {
        this.graph = graph;
        this.dependencies = dependencies;
        this.importance = importance;
    }

    Ranking of(ChannelGroup group) {
        double[] scores = new double[group.width()];
        for (WeightAxis maker : group.makers()) {
            TensorData tensor = graph.initializers().get(maker.weights());
            if (tensor != null && tensor.type() == DataType.FLOAT) {
                double[] own = scores(group, maker, tensor);
                double sum = Math.max(Double.MIN_NORMAL, IntStream.range(0, own.length).mapToDouble(i -> own[i]).sum());
                for (int i = 0; i < own.length; i++) {
                    scores[i] += own[i] / sum;
                }
            }
        }
        return byScore(group, scores);
    }

    /// The ranking by a score for each unit, the smallest first.
    static Ranking byScore(ChannelGroup group, double... scores) {
        List<Integer> order = IntStream.range(0, scores.length).boxed()
                .sorted(Comparator.comparingDouble(i -> scores[i])).toList();
        double all = Math.max(Double.MIN_NORMAL, IntStream.range(0, scores.length).mapToDouble(i -> scores[i]).sum());
        List<Double> losses = new ArrayList<>();
        double sum = 0;
        for (int i : order) {
            sum += scores[i] / all;
            losses.add(sum);
        }
        return new Ranking(group, order.stream().map(group.units()::get).toList(), losses, new TreeMap<>());
    }

    private double[] scores(ChannelGroup group, WeightAxis maker, TensorData tensor) {
        double[][] rows = rows(group, maker, tensor);
        return switch (importance) {
            case L1 -> IntStream.range(0, rows.length)
                    .mapToDouble(i -> IntStream.range(0, rows[i].length).mapToDouble(j -> Math.abs(rows[i][j])).sum())
                    .toArray();
            case GEOMETRIC_MEDIAN -> IntStream.range(0, rows.length).mapToDouble(i -> IntStream.range(0, rows.length)
                    .mapToDouble(k -> Math.sqrt(distance(rows[i], rows[k]))).sum()).toArray();
            case L2, ACTIVATION_VARIANCE, RECONSTRUCTION -> IntStream.range(0, rows.length)
                    .mapToDouble(i -> IntStream.range(0, rows[i].length).mapToDouble(j -> rows[i][j] * rows[i][j])
                            .sum())
                    .toArray();
        };
    }

    private static double distance(double[] one, double[] other) {
        return IntStream.range(0, one.length).mapToDouble(j -> (one[j] - other[j]) * (one[j] - other[j])).sum();
    }

    /// The weights that make each unit, one unit a row.
    private double[][] rows(ChannelGroup group, WeightAxis maker, TensorData tensor) {
        int[] units = dependencies.units(maker.weights(), maker.axis());
        float[] values = tensor.floats();
        long inner = tensor.shape().stream().skip(maker.axis() + 1L).reduce(1L, (a, b) -> a * b);
        List<List<Double>> rows = new ArrayList<>();
        group.units().forEach(_ -> rows.add(new ArrayList<>()));
        Map<Integer, Integer> places = new HashMap<>();
        for (int i = 0; i < group.width(); i++) {
            places.put(group.units().get(i), i);
        }
        for (int i = 0; i < values.length; i++) {
            Integer place = places.get(units[(int) (i / inner % units.length)]);
            if (place != null) {
                rows.get(place).add((double) values[i]);
            }
        }
        return rows.stream().map(r -> r.stream().mapToDouble(Double::doubleValue).toArray()).toArray(double[][]::new);
    }
}
