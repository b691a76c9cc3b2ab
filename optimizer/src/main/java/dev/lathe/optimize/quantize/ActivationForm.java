package dev.lathe.optimize.quantize;

import dev.lathe.graph.Graph;
import dev.lathe.graph.Node;
import dev.lathe.optimize.calibrate.RangeFinder;
import dev.lathe.optimize.calibrate.RangeMethod;
import dev.lathe.profile.statistics.ValueRange;
import dev.lathe.profile.statistics.ValueStatistics;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;

/// How values are stored as integers: ranges by method, with what is done otherwise for some of them.
///
/// @param type the integers' type
/// @param symmetric whether ranges are as wide below zero as above
/// @param method how ranges are chosen
/// @param percentile for the method `percentile`
/// @param overrides by value, node name, operator type or glob of these
public record ActivationForm(IntegerType type, boolean symmetric, RangeMethod method, double percentile,
        Map<String, NodeOptions> overrides) {

    /// Copies the map.
    public ActivationForm {
        overrides = Map.copyOf(overrides);
    }

    /// The same with another method for what has none of its own.
    public ActivationForm with(RangeMethod other) {
        return new ActivationForm(type, symmetric, other, percentile, overrides);
    }

    /// Whether the method of any value needs to know more than extremes.
    public boolean readsHistograms() {
        return method.readsHistogram() || overrides.values().stream().map(NodeOptions::method)
                .anyMatch(own -> own != null && own.readsHistogram());
    }

    /// The range of every value of a placement.
    public Map<String, ValueRange> ranges(Graph graph, Placement placement, Map<String, ValueStatistics> statistics) {
        Map<String, ValueRange> ranges = new ConcurrentHashMap<>();
        Map<String, NodeOptions> own = own(graph, placement);
        placement.values().parallelStream().forEach(value -> {
            ValueStatistics seen = statistics.get(value);
            if (seen != null) {
                ranges.put(value, range(seen, Optional.ofNullable(own.get(value))));
            }
        });
        return ranges;
    }

    private ValueRange range(ValueStatistics seen, Optional<NodeOptions> own) {
        IntegerType used = own.map(NodeOptions::type).orElse(type);
        RangeFinder finder = new RangeFinder(percentile, used.levels(), own.map(NodeOptions::symmetric)
                .orElse(symmetric));
        ValueRange found = finder.range(own.map(NodeOptions::method).orElse(method), seen);
        double min = own.map(NodeOptions::min).orElse((double) found.min());
        double max = own.map(NodeOptions::max).orElse((double) found.max());
        return new ValueRange((float) min, (float) max);
    }

    /// The mapping of each group of values that shares one, under its representative.
    public SequencedMap<String, Affine> affines(Graph graph, Placement placement, Map<String, ValueRange> ranges) {
        Map<String, String> sharing = placement.sharing();
        SequencedMap<String, double[]> spans = new LinkedHashMap<>();
        Map<String, Double> limits = new HashMap<>();
        Map<String, NodeOptions> own = own(graph, placement);
        Map<String, NodeOptions> owners = new HashMap<>();
        for (String value : placement.values()) {
            String root = sharing.getOrDefault(value, value);
            ValueRange range = ranges.getOrDefault(value, new ValueRange(0, 0));
            double[] span = spans.computeIfAbsent(root, _ -> new double[2]);
            span[0] = Math.min(span[0], range.min());
            span[1] = Math.max(span[1], range.max());
            placement.clippedAt(value).ifPresent(limit -> limits.merge(root, limit, Math::max));
            Optional.ofNullable(own.get(value)).ifPresent(o -> owners.put(root, o));
        }
        SequencedMap<String, Affine> affines = new LinkedHashMap<>();
        spans.forEach((root, span) -> {
            Optional<NodeOptions> owner = Optional.ofNullable(owners.get(root));
            Affine affine = Affine.ofRange(span[0], span[1], owner.map(NodeOptions::type).orElse(type),
                    owner.map(NodeOptions::symmetric).orElse(symmetric));
            Double limit = limits.get(root);
            affines.put(root, limit == null ? affine : affine.within(limit));
        });
        return affines;
    }

    private Map<String, NodeOptions> own(Graph graph, Placement placement) {
        if (overrides.isEmpty()) {
            return Map.of();
        }
        Map<String, Node> producers = new HashMap<>();
        graph.nodes().forEach(n -> n.outputs().forEach(o -> producers.put(o, n)));
        Map<String, NodeOptions> own = new HashMap<>();
        for (String value : placement.values()) {
            overrides.forEach((key, options) -> {
                Node maker = producers.get(value);
                if (Selection.isGlobOf(key, value)
                        || (maker != null && new Selection(List.of(key), List.of()).matches(maker))) {
                    own.put(value, options);
                }
            });
        }
        return own;
    }
}
