package dev.lathe.optimize.prune;

import dev.lathe.graph.Node;
import java.util.ArrayList;
import java.util.List;

/// Which axes of constant weights make channels, and over which channels are summed up.
final class Roles {
    private final List<WeightAxis> makers = new ArrayList<>();
    private final List<WeightAxis> readers = new ArrayList<>();

    void makes(Node node, String weights, int axis) {
        makers.add(new WeightAxis(node, weights, axis));
    }

    void sums(Node node, String weights, int axis) {
        readers.add(new WeightAxis(node, weights, axis));
    }

    List<WeightAxis> makers() {
        return makers;
    }

    List<WeightAxis> readers() {
        return readers;
    }
}
