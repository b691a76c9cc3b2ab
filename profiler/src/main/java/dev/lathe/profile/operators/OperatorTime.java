package dev.lathe.profile.operators;

import dev.lathe.profile.stats.Estimate;
import java.util.List;

/// One node of the graph that ran.
///
/// @param identity what it is
/// @param perQuery its own time in one query, in nanoseconds, without nodes inside of it: the median over runs
/// @param callsPerQuery how often one query calls it; other than 1 inside of loops and branches
/// @param details what else the profile tells of its time
/// @param shapes the shapes it was called with most often; values the runtime has packed away are left out
/// @param work what it had to do for one query
/// @param judgement what holds it back
public record OperatorTime(Identity identity, Estimate perQuery, double callsPerQuery, Trace.Details details,
        Trace.Signature shapes, Work work, Judgement judgement) {

    /// What a node is, here and in the source.
    ///
    /// @param name the runtime's name for it
    /// @param operator with its domain where that is known: `com.microsoft:FusedConv`
    /// @param provider the execution provider that ran it
    /// @param sources labels of the source model's nodes it stands for, the main one first; empty for nodes that the
    ///     runtime has added
    public record Identity(String name, String operator, String provider, List<String> sources) {

        /// Copies the list.
        public Identity {
            sources = List.copyOf(sources);
        }

        /// The main source node, or its own name where there is none.
        public String label() {
            return sources.isEmpty() ? name : sources.getFirst();
        }

        /// The operator without its domain.
        public String opType() {
            return operator.substring(operator.lastIndexOf(':') + 1);
        }
    }
}
