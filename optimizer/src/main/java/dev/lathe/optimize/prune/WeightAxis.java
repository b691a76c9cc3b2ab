package dev.lathe.optimize.prune;

import dev.lathe.graph.Node;

/// An axis of constant weights, with the operator they belong to.
///
/// @param node the operator
/// @param weights name of the constant
/// @param axis which of its axes
public record WeightAxis(Node node, String weights, int axis) {}
