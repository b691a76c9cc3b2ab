package dev.lathe.optimize.prune;

/// Channels that cannot be cut.
///
/// @param name the node whose weights make them
/// @param width how many there are
/// @param why which node stands against it, and what it does
public record FrozenGroup(String name, int width, String why) {}
