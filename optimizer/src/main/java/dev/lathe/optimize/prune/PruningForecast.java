package dev.lathe.optimize.prune;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// What is left of a model when so much of each group is cut: arithmetic, nothing is made and nothing is run.
///
/// It counts what the cut takes away. What fitting adds (a bias where a layer had none) and what other passes save is not
/// in it, so it is an estimate and is to be shown as one.
///
/// @param groups those that can be cut, in the order of the nodes that make them
/// @param weights the constants of the graph, by name
/// @param nodes what multiplies, by its label, for batch 1 and sequences of 64
public record PruningForecast(List<Group> groups, List<Share> weights, List<Share> nodes) {

    /// Copies the lists.
    public PruningForecast {
        groups = List.copyOf(groups);
        weights = List.copyOf(weights);
        nodes = List.copyOf(nodes);
    }

    /// Channels that fall together.
    ///
    /// @param width how many there are
    /// @param cuts how many of them may go, ascending: so that a liked width stays
    public record Group(String name, int width, List<Integer> cuts) {

        /// Copies the list.
        public Group {
            cuts = List.copyOf(cuts);
        }

        /// How many go at this ratio: of none and [#cuts] the nearest.
        ///
        /// @param ratio in 0..1
        public int cut(double ratio) {
            return Widths.nearest(cuts, ratio * width);
        }
    }

    /// An axis that gets shorter.
    ///
    /// @param fixed the part of it that no group owns, in 0..1
    /// @param groups the parts that groups own, by their names
    public record Axis(double fixed, Map<String, Double> groups) {

        /// Copies the map.
        public Axis {
            groups = Map.copyOf(groups);
        }

        double left(Map<String, Double> kept) {
            return fixed
                    + groups.entrySet().stream().mapToDouble(e -> e.getValue() * kept.getOrDefault(e.getKey(), 1.0))
                            .sum();
        }
    }

    /// Something that gets smaller.
    ///
    /// @param name of a constant, or the label of a node
    /// @param amount numbers in the constant, or multiply-accumulates of the node
    /// @param sizeBytes of the constant; 0 for a node
    /// @param axes by which it gets smaller
    public record Share(String name, double amount, double sizeBytes, List<Axis> axes) {

        /// Copies the list.
        public Share {
            axes = List.copyOf(axes);
        }

        double left(Map<String, Double> kept) {
            return axes.stream().mapToDouble(a -> a.left(kept)).reduce(1, (a, b) -> a * b);
        }
    }

    /// What is left.
    ///
    /// @param cuts how many channels go, by group; those that keep all are there with 0
    /// @param parameters numbers in the constants
    /// @param removedBytes what the constants are smaller by
    /// @param macs multiply-accumulates
    /// @param nodes the part that is left of each node's multiply-accumulates, in 0..1, by its label
    public record Left(SequencedMap<String, Integer> cuts, double parameters, double removedBytes, double macs,
            Map<String, Double> nodes) {

        /// Copies the maps.
        public Left {
            cuts = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(cuts));
            nodes = Map.copyOf(nodes);
        }
    }

    /// What is left with the same ratios that [dev.lathe.optimize.pass.PruneChannels] takes.
    ///
    /// @param ratio of the groups without one of their own, in 0..1
    /// @param ratios of single groups, by name
    public Left at(double ratio, Map<String, Double> ratios) {
        SequencedMap<String, Integer> cuts = new LinkedHashMap<>();
        Map<String, Double> kept = new HashMap<>();
        for (Group group : groups) {
            int cut = group.cut(ratios.getOrDefault(group.name(), ratio));
            cuts.put(group.name(), cut);
            kept.put(group.name(), 1 - (double) cut / group.width());
        }
        Map<String, Double> parts = new HashMap<>();
        nodes.forEach(n -> parts.put(n.name(), n.left(kept)));
        return new Left(cuts, weights.stream().mapToDouble(w -> w.amount() * w.left(kept)).sum(),
                weights.stream().mapToDouble(w -> w.sizeBytes() * (1 - w.left(kept))).sum(),
                nodes.stream().mapToDouble(n -> n.amount() * n.left(kept)).sum(), parts);
    }

    /// The group of this name.
    public Optional<Group> group(String name) {
        return groups.stream().filter(g -> g.name().equals(name)).findFirst();
    }
}
