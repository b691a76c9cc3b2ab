package dev.lathe.optimize.prune;

import dev.lathe.graph.Graph;
import dev.lathe.graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/// Which channels of a graph fall together, from the weights that make them to the weights that sum them up.
///
/// Every index of every axis starts as a unit of its own; each node ties the indices that it hands on to one another, and
/// freezes those that it needs whole. What is tied to an input or an output of the graph, to a subgraph, to an operator
/// without a rule or to something that mixes channels without weights (a normalization over them, a Softmax) is frozen, with
/// the node that stands against it. What is left can be cut: without such a unit, the sums that follow lack its term and nothing else.
///
/// Source of the idea: Fang et al., "DepGraph: Towards Any Structural Pruning" (2023); units per index instead of per layer.
public final class DependencyGraph {
    private final Graph graph;
    private final Units units = new Units();
    private final Axes axes;
    private final Roles roles = new Roles();
    private final List<ChannelGroup> groups = new ArrayList<>();
    private final List<FrozenGroup> frozen = new ArrayList<>();

    private DependencyGraph(Graph graph) {
        this.graph = graph;
        this.axes = new Axes(graph, units);
    }

    /// The dependencies of a graph.
    ///
    /// @param graph with as many shapes as could be inferred: an axis whose size is open is never cut
    public static DependencyGraph of(Graph graph) {
        DependencyGraph dependencies = new DependencyGraph(graph);
        dependencies.tie();
        dependencies.collect();
        return dependencies;
    }

    /// The channels that can be cut, in the order of the nodes that make them.
    public List<ChannelGroup> groups() {
        return List.copyOf(groups);
    }

    /// The channels with weights that cannot be cut, and why.
    public List<FrozenGroup> frozen() {
        return List.copyOf(frozen);
    }

    /// The unit that each index of an axis belongs to; empty where the size of the axis is open or at most 1.
    public int[] units(String value, int axis) {
        return Arrays.stream(axes.units(value, axis)).map(units::root).toArray();
    }

    /// How many axes a value has; 0 where that is not known.
    int rank(String value) {
        return axes.rank(value);
    }

    Axes axes() {
        return axes;
    }

    private void tie() {
        graph.inputs().forEach(i -> axes.freeze(i.name(), "it is the graph's input " + i.name()));
        graph.outputs().forEach(o -> axes.freeze(o.name(), "it is the graph's output " + o.name()));
        List<AxisRegrouping> undecided = new ArrayList<>();
        for (Node node : graph.nodes()) {
            NodeTies ties = new NodeTies(node, axes, units, roles, undecided);
            OperatorRules.apply(ties);
            node.subgraphs().flatMap(g -> g.captured().stream())
                    .forEach(v -> axes.freeze(v, "a subgraph of node " + node.label() + " reads it"));
        }
        undecided.forEach(r -> r.apply(axes, units, r.why()));
    }

    /// What tells a group: the axes of constants that its units stand in, and why it is frozen, if it is.
    private record Key(Set<String> places, String why) {}

    private void collect() {
        Map<Integer, Set<String>> places = new LinkedHashMap<>();
        graph.initializers().forEach((name, tensor) -> {
            for (int axis = 0; axis < tensor.shape().size(); axis++) {
                String place = name + " " + axis;
                for (int unit : units(name, axis)) {
                    places.computeIfAbsent(unit, _ -> new TreeSet<>()).add(place);
                }
            }
        });
        Set<Integer> read = new LinkedHashSet<>();
        roles.readers().forEach(r -> Arrays.stream(units(r.weights(), r.axis())).forEach(read::add));
        SequencedMap<Key, Set<Integer>> found = new LinkedHashMap<>();
        Map<Key, String> names = new LinkedHashMap<>();
        for (WeightAxis maker : roles.makers()) {
            for (int unit : units(maker.weights(), maker.axis())) {
                String why = units.frozen(unit).orElse(read.contains(unit) ? "" : "no weights sum it up");
                Key key = new Key(places.getOrDefault(unit, Set.of()), why);
                found.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(unit);
                names.putIfAbsent(key, maker.node().label());
            }
        }
        Map<String, Integer> used = new LinkedHashMap<>();
        found.forEach((key, members) -> add(key, List.copyOf(members), names.getOrDefault(key, ""), used));
    }

    private void add(Key key, List<Integer> members, String node, Map<String, Integer> used) {
        if (!key.why().isEmpty()) {
            frozen.add(new FrozenGroup(node, members.size(), key.why()));
            return;
        }
        int number = used.merge(node, 1, Integer::sum);
        List<WeightAxis> makers = roles.makers().stream().filter(m -> holds(m, members.getFirst())).toList();
        List<WeightAxis> readers = roles.readers().stream().filter(r -> holds(r, members.getFirst())).toList();
        int indices = makers.stream().mapToInt(m -> count(m, members.getFirst())).min().orElse(1);
        groups.add(new ChannelGroup(number == 1 ? node : node + " #" + number, members, indices, makers, readers));
    }

    private boolean holds(WeightAxis place, int unit) {
        return count(place, unit) > 0;
    }

    private int count(WeightAxis place, int unit) {
        return (int) Arrays.stream(units(place.weights(), place.axis())).filter(u -> u == unit).count();
    }
}
