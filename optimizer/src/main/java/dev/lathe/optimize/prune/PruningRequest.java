package dev.lathe.optimize.prune;

import dev.lathe.graph.Node;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// What is wanted of [ChannelPruning].
///
/// @param amount how much is cut
/// @param importance which channels of a group go first
/// @param multiple widths that stay are multiples of it
/// @param recovery whether layers are fitted afterwards
/// @param samples how many calibration samples are used at most
/// @param selected nodes whose channels may be cut
public record PruningRequest(Amount amount, Importance importance, int multiple, boolean recovery, int samples,
        Predicate<Node> selected) {

    /// How much is cut.
    public sealed interface Amount {

        /// A part of each group, 0..1.
        ///
        /// @param ratio of the groups that are not named
        /// @param ratios by the group's name or a glob
        record Ratio(double ratio, SortedMap<String, Double> ratios) implements Amount {

            /// Copies the map.
            public Ratio {
                ratios = Collections.unmodifiableSortedMap(new TreeMap<>(ratios));
            }
        }

        /// A part of all multiply-accumulates, by the same part of each group.
        ///
        /// @param part 0..1
        record EvenMacs(double part) implements Amount {}

        /// A part of all multiply-accumulates, where outputs suffer least from it.
        ///
        /// @param part 0..1
        /// @param maxError what outputs may suffer: the squared error, as a part of what they vary by; 0 for whatever it takes
        record CheapestMacs(double part, double maxError) implements Amount {}

        /// A part of the time that operators take, where outputs suffer least from it.
        ///
        /// @param part 0..1
        /// @param maxError as above
        /// @param nodeNs what each node takes, in nanoseconds, by its label; empty where nobody knows: then
        ///     multiply-accumulates stand in for it
        record CheapestTime(double part, double maxError, SortedMap<String, Double> nodeNs) implements Amount {

            /// Copies the map.
            public CheapestTime {
                nodeNs = Collections.unmodifiableSortedMap(new TreeMap<>(nodeNs));
            }
        }
    }
}
