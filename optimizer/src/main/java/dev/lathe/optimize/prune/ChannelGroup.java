package dev.lathe.optimize.prune;

import java.util.List;

/// Channels that are made and read by the same weights, each of which can be cut by itself.
///
/// @param name the node whose weights make them; with a number where a node makes several groups
/// @param units the channels, in their order; a unit is whatever falls together: a channel, a neuron, a head
/// @param indicesPerUnit how many indices of the narrowest tensor that holds them belong to one: 64 for heads of 64
/// @param makers the weights they are made by
/// @param readers the weights that sum them up
public record ChannelGroup(String name, List<Integer> units, int indicesPerUnit, List<WeightAxis> makers,
        List<WeightAxis> readers) {

    /// Copies the lists.
    public ChannelGroup {
        units = List.copyOf(units);
        makers = List.copyOf(makers);
        readers = List.copyOf(readers);
    }

    /// How many channels there are.
    public int width() {
        return units.size();
    }

    /// By the name alone, which no two groups of a graph share.
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChannelGroup group && name.equals(group.name) && units.equals(group.units);
    }
}
