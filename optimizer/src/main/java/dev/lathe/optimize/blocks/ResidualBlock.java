package dev.lathe.optimize.blocks;

import dev.lathe.graph.Dim;
import dev.lathe.graph.Graph;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Node;
import dev.lathe.graph.ValueInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A value to which the graph adds what it made of it: `y = x + f(x)`, as in residual networks and transformers.
///
/// @param addition the Add
/// @param kept the value that stays when the block is dropped
public record ResidualBlock(Node addition, String kept) {

    /// What to call it in a message.
    public String label() {
        return addition.label();
    }

    /// The blocks of a graph, in its order. Both sides must be known to have one shape, and the sum must not be an output of
    /// the graph.
    ///
    /// @param inferred the graph with shapes declared
    /// @param selected additions that may be dropped
    public static List<ResidualBlock> of(Graph inferred, Predicate<Node> selected) {
        Map<String, List<Dim>> shapes = new HashMap<>();
        Stream.of(inferred.inputs(), inferred.values(), inferred.outputs()).flatMap(List::stream)
                .filter(ValueInfo::isTensor)
                .forEach(v -> v.shape().filter(ResidualBlock::isKnown).ifPresent(s -> shapes.put(v.name(), s)));
        Map<String, Node> producers = new GraphEdit(inferred).producers();
        Set<String> outputs = new HashSet<>(inferred.outputs().stream().map(ValueInfo::name).toList());
        List<ResidualBlock> blocks = new ArrayList<>();
        for (Node node : inferred.nodes()) {
            if (node.is("Add") && selected.test(node) && !outputs.contains(node.outputs().getFirst())
                    && shapes.containsKey(node.outputs().getFirst())) {
                List<Dim> shape = shapes.getOrDefault(node.outputs().getFirst(), List.of());
                kept(node, producers).filter(k -> shape.equals(shapes.get(k)))
                        .ifPresent(k -> blocks.add(new ResidualBlock(node, k)));
            }
        }
        return blocks;
    }

    /// A size that is neither a number nor a name says nothing of being equal.
    private static boolean isKnown(List<Dim> shape) {
        return shape.stream().noneMatch(d -> d instanceof Dim.Any);
    }

    /// The operand from which the other is made.
    private static Optional<String> kept(Node addition, Map<String, Node> producers) {
        String a = addition.inputs().get(0);
        String b = addition.inputs().get(1);
        if (a.equals(b)) {
            return Optional.empty();
        }
        return isMadeOf(b, a, producers)
                ? Optional.of(a)
                : isMadeOf(a, b, producers) ? Optional.of(b) : Optional.empty();
    }

    private static boolean isMadeOf(String made, String from, Map<String, Node> producers) {
        Deque<String> open = new ArrayDeque<>(List.of(made));
        Set<String> seen = new HashSet<>();
        while (!open.isEmpty()) {
            Node node = producers.get(open.remove());
            if (node == null) {
                continue;
            }
            for (String read : node.reads()) {
                if (read.equals(from)) {
                    return true;
                }
                if (seen.add(read)) {
                    open.add(read);
                }
            }
        }
        return false;
    }

    /// The graph without a block: whoever read the sum reads the value, and what only made the sum is gone.
    public Graph dropped(Graph graph) {
        GraphEdit edit = new GraphEdit(graph);
        String sum = addition.outputs().getFirst();
        Node node = edit.nodes().stream().filter(n -> n.outputs().contains(sum)).findFirst().orElseThrow();
        edit.remove(node);
        edit.replaceUses(sum, kept);
        edit.removeUnused();
        return edit.done();
    }
}
