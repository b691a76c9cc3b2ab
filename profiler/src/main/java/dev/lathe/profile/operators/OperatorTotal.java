package dev.lathe.profile.operators;

import dev.lathe.base.Reading;
import dev.lathe.profile.stats.Estimate;

/// All nodes of one operator type.
///
/// @param operator with its domain where that is known
/// @param nodes how many there are
/// @param perQuery their time in one query, in nanoseconds: the sum of their medians; its interval is the sum of theirs,
///     too wide rather than too narrow
/// @param shareOfNodes of the medians of all nodes, in 0..1
/// @param macs multiply-accumulates of one query; unknown if one node's are
/// @param bound what holds back the nodes that take most of its time
public record OperatorTotal(String operator, int nodes, Estimate perQuery, double shareOfNodes, Reading<Double> macs,
        Judgement.Bound bound) {}
