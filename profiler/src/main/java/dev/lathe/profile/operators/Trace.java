package dev.lathe.profile.operators;

import dev.lathe.base.Reading;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// What one profiled session did, run by run.
///
/// @param nodes in the order they first ran
/// @param sessionNs the time of each run, from the call to its return, in nanoseconds
// the arrays are shared, not copied, and not changed afterwards: as many numbers as there are runs
@SuppressWarnings("ArrayRecordComponent")
public record Trace(List<Node> nodes, long[] sessionNs) {

    /// Copies the list.
    public Trace {
        nodes = List.copyOf(nodes);
    }

    /// How many runs there are.
    public int runs() {
        return sessionNs.length;
    }

    /// What tells nodes apart: names need not be unique, and graphs inside a graph number their nodes anew.
    ///
    /// @param name the runtime's name: the node's own, or operator and index where it has none
    /// @param opType the operator, without its domain
    /// @param index in its graph
    /// @param inner whether it ran inside another node (If, Loop, Scan)
    public record Key(String name, String opType, int index, boolean inner) {}

    /// One node.
    ///
    /// @param provider the execution provider that ran it
    /// @param perRunNs its own time in each run, in nanoseconds, 0 where it did not run; without the nodes inside of it
    /// @param calls how often it was called in all runs
    /// @param signatures the shapes it was called with, and how often
    /// @param details what else the profile tells
    @SuppressWarnings("ArrayRecordComponent")
    public record Node(Key key, String provider, long[] perRunNs, int calls,
            SequencedMap<Signature, Integer> signatures, Details details) {

        /// Copies the map.
        public Node {
            signatures = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(signatures));
        }
    }

    /// What not every profile tells.
    ///
    /// @param kernelShare time in the kernel itself over all time, in 0..1; 1 for runtimes that note nothing else
    /// @param schedulingShare time the calling thread spent sharing out the work and waiting for the others, over the
    ///     kernel's time, in 0..1
    public record Details(double kernelShare, Reading<Double> schedulingShare) {}

    /// The shapes of one call, as the profile lists them: inputs that the runtime has packed away are left out.
    public record Signature(List<TensorShape> inputs, List<TensorShape> outputs) {

        /// Copies the lists.
        public Signature {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
        }
    }
}
