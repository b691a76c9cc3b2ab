package dev.lathe.optimize.prune;

import dev.lathe.graph.Graph;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The channels of a group in the order in which they are best cut.
///
/// @param group the group
/// @param units the least important first; some of the most important may be missing
/// @param losses for each, what is lost in all once it and those before it are cut: a part of what the group gives
/// @param silenced for some numbers of channels, the graph in which so many are silent and their readers make up for it
record Ranking(ChannelGroup group, List<Integer> units, List<Double> losses, SortedMap<Integer, Graph> silenced) {

    /// Copies the collections.
    Ranking {
        units = List.copyOf(units);
        losses = List.copyOf(losses);
        silenced = Collections.unmodifiableSortedMap(new TreeMap<>(silenced));
    }

    /// What is lost with that many channels.
    double loss(int count) {
        return count == 0 ? 0 : losses.get(count - 1);
    }
}
