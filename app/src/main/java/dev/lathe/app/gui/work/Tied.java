package dev.lathe.app.gui.work;

import dev.lathe.optimize.prune.ChannelGroup;
import dev.lathe.optimize.prune.DependencyGraph;
import dev.lathe.optimize.prune.FrozenGroup;
import dev.lathe.optimize.prune.WeightAxis;
import java.util.ArrayList;
import java.util.List;

/// Channels that fall together when a model is pruned, or that cannot be cut.
///
/// @param name the node whose weights make them; with a number where a node makes several such groups
/// @param width how many there are: of channels, neurons or heads
/// @param indicesPerUnit how many indices of a tensor belong to one: 64 for heads of 64
/// @param makers the nodes whose weights make them; empty where they cannot be cut
/// @param readers the nodes whose weights sum them up; empty where they cannot be cut
/// @param why which node stands against cutting them, and what it does; empty where they can be cut
public record Tied(String name, int width, int indicesPerUnit, List<String> makers, List<String> readers, String why) {

    /// Copies the lists.
    public Tied {
        makers = List.copyOf(makers);
        readers = List.copyOf(readers);
    }

    /// Whether channels of it can be cut.
    public boolean canBeCut() {
        return why.isEmpty();
    }

    /// All of a graph: first those that can be cut.
    public static List<Tied> of(DependencyGraph graph) {
        List<Tied> all = new ArrayList<>();
        for (ChannelGroup group : graph.groups()) {
            all.add(new Tied(group.name(), group.width(), group.indicesPerUnit(), labels(group.makers()),
                    labels(group.readers()), ""));
        }
        for (FrozenGroup group : graph.frozen()) {
            all.add(new Tied(group.name(), group.width(), 1, List.of(), List.of(), group.why()));
        }
        return all;
    }

    private static List<String> labels(List<WeightAxis> places) {
        return places.stream().map(p -> p.node().label()).distinct().toList();
    }
}
