package dev.lathe.profile.operators;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.stats.Estimate;
import java.util.List;
import java.util.stream.Stream;

/// What each operator of a model takes, where it ran, and what holds it back.
///
/// @param origin what was profiled, and how
/// @param times of whole queries
/// @param nodes the graph that ran, in the order in which it ran
/// @param operators the same by operator type, the longest first
/// @param placement where the nodes ran
/// @param ceilings what the machine can do, or why that is not known
/// @param caveats what may have disturbed it
public record OperatorProfile(Origin origin, Times times, List<OperatorTime> nodes, List<OperatorTotal> operators,
        Placement placement, Reading<Ceilings> ceilings, List<Problem> caveats) {

    /// Copies the lists.
    public OperatorProfile {
        nodes = List.copyOf(nodes);
        operators = List.copyOf(operators);
        caveats = List.copyOf(caveats);
    }

    /// What was profiled.
    ///
    /// @param model the file's name
    /// @param session how the runtime ran it
    /// @param runtime name and version
    /// @param data what the queries were, in words
    public record Origin(String model, SessionSettings session, String runtime, String data) {}

    /// Times of one query, in nanoseconds.
    ///
    /// @param session from the call to its return, with profiling on
    /// @param nodes the sum of all nodes in one run; where single nodes are disturbed now and then it is more than the sum
    ///     of their medians
    /// @param overhead session minus nodes: the runtime's own work between operators, and what noting their times costs
    /// @param plain the same query without profiling: the difference to `session` is what profiling costs
    public record Times(Estimate session, Estimate nodes, Estimate overhead, Reading<Estimate> plain) {}

    /// This profile with one more caveat.
    OperatorProfile with(Problem caveat) {
        return new OperatorProfile(origin, times, nodes, operators, placement, ceilings,
                Stream.concat(caveats.stream(), Stream.of(caveat)).toList());
    }

    /// The medians of all nodes added up, in nanoseconds: what shares are shares of.
    public double nodesNs() {
        return nodes.stream().mapToDouble(n -> n.perQuery().value()).sum();
    }

    /// A node's part of the medians of all nodes, in 0..1.
    public double share(OperatorTime node) {
        double all = nodesNs();
        return all == 0 ? 0 : node.perQuery().value() / all;
    }

    /// Multiply-accumulates of one query; unknown, naming the node, if one node's are.
    public Reading<Double> macs() {
        double sum = 0;
        for (OperatorTime node : nodes) {
            switch (node.work().macs()) {
                case Reading.Known<Double>(Double macs, _) -> sum += macs;
                case Reading.Unknown<Double>(String why) -> {
                    return Reading.unknown(node.identity().label() + ": " + why);
                }
            }
        }
        return Reading.known(sum, "shapes of the runs");
    }
}
