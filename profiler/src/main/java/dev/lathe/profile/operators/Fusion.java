package dev.lathe.profile.operators;

import dev.lathe.graph.Graph;
import dev.lathe.graph.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which nodes of the source model each node of the executed graph stands for.
///
/// A fused node keeps the name of the value it gives, or hints at a node in its own name; the nodes between its inputs and
/// that value are its own. What is left (an activation that moved into a layout of its own, a pair of quantizations)
/// belongs to the node that computes its input, and a DequantizeLinear to the one that reads it.
final class Fusion {
    private static final String FUSED = "fused ";
    private static final String BLOCKED = "_nchwc";
    private static final String UNQUANTIZED = "_unquantized";
    /// The runtime computes in float32 what it cannot in float16, under names of its own.
    private static final Pattern CAST = Pattern.compile("^Inserted(PrecisionFree)?Cast_");
    /// Conversions stand for themselves: the value they give was computed in front of them.
    private static final Set<String> CONVERTING = Set.of("QuantizeLinear", "DequantizeLinear",
            "DynamicQuantizeLinear");
    /// The transformer of layouts numbers its copies; fusions add their own name.
    private static final Pattern COPIED = Pattern.compile("(_token_\\d+|/[A-Za-z]*Fusion/?|_quant|_integer)$");

    private final Map<String, Node> producers = new HashMap<>();
    private final Map<String, Node> named = new HashMap<>();
    private final Map<String, List<Node>> readers = new HashMap<>();
    private final Graph executed;
    private final IdentityHashMap<Node, List<Node>> sources = new IdentityHashMap<>();
    private final IdentityHashMap<Node, Node> owners = new IdentityHashMap<>();
    private final IdentityHashMap<Node, Integer> places = new IdentityHashMap<>();

    Fusion(Graph source, Graph executed) {
        this.executed = executed;
        source.allNodes()
                .forEach(n -> n.reads().forEach(i -> readers.computeIfAbsent(i, _ -> new ArrayList<>()).add(n)));
        source.allNodes().forEach(n -> {
            n.outputs().forEach(o -> producers.put(o, n));
            if (!n.name().isEmpty()) {
                named.putIfAbsent(n.name(), n);
            }
        });
        List<Node> all = executed.allNodes().toList();
        all.forEach(n -> places.put(n, places.size()));
        // names first: what a node is called it surely is
        all.forEach(n -> anchor(n).ifPresent(a -> own(n, a)));
        all.forEach(this::between);
        leftovers(source);
    }

    /// The source nodes of an executed node, its anchor first; empty for nodes the runtime added.
    List<Node> of(Node executed) {
        return List.copyOf(sources.getOrDefault(executed, List.of()));
    }

    private void own(Node executed, Node source) {
        if (owners.putIfAbsent(source, executed) == null) {
            sources.computeIfAbsent(executed, _ -> new ArrayList<>()).add(source);
        }
    }

    /// The source node that an executed one is first of all.
    private Optional<Node> anchor(Node node) {
        String name = node.name();
        if (name.startsWith(FUSED)) {
            name = name.substring(FUSED.length());
        }
        if (name.endsWith(BLOCKED)) {
            return Optional.ofNullable(producer(name.substring(0, name.length() - BLOCKED.length())));
        }
        Node exact = named.get(name);
        String shorter = COPIED.matcher(name).replaceFirst("");
        while (exact == null && !shorter.equals(name)) {
            name = shorter;
            exact = named.get(name);
            shorter = COPIED.matcher(name).replaceFirst("");
        }
        return Optional.ofNullable(exact)
                .or(() -> node.outputs().stream().map(this::producer).filter(p -> p != null)
                        .filter(p -> !CONVERTING.contains(node.opType()) || CONVERTING.contains(p.opType()))
                        .findFirst())
                .or(() -> weighted(node));
    }

    /// Static quantization gives the value in front of a new pair a new name, and so does the runtime around its casts.
    private @Nullable Node producer(String value) {
        Node producer = producers.get(value);
        if (producer == null && value.endsWith(UNQUANTIZED)) {
            return producers.get(value.substring(0, value.length() - UNQUANTIZED.length()));
        }
        return producer != null ? producer : producers.get(CAST.matcher(value).replaceFirst(""));
    }

    /// The only source node that reads the largest constant of an executed one, behind a DequantizeLinear perhaps: what a
    /// node without a name is known by when its output has a new name too.
    private Optional<Node> weighted(Node node) {
        Optional<String> weight = node.inputs().stream().filter(executed.initializers()::containsKey)
                .max(Comparator.comparingLong(i -> Optional.ofNullable(executed.initializers().get(i))
                        .map(t -> t.elements()).orElse(0L)));
        List<Node> reading = weight.map(w -> readers.getOrDefault(w, List.of())).orElse(List.of());
        if (reading.size() == 1 && reading.getFirst().is("DequantizeLinear")) {
            reading = readers.getOrDefault(reading.getFirst().outputs().getFirst(), List.of());
        }
        return reading.size() == 1 ? Optional.of(reading.getFirst()) : Optional.empty();
    }

    /// The source nodes from the values that an executed node gives, or that its anchor gives, back to those it reads. A
    /// pair of quantizations is an end: what is quantized belongs to the node in front.
    // a node is itself, however much another one may look like it
    @SuppressWarnings("ReferenceEquality")
    private void between(Node executed) {
        Set<String> ends = new HashSet<>(executed.inputs());
        Deque<String> open = new ArrayDeque<>(executed.outputs());
        of(executed).forEach(n -> open.addAll(n.outputs()));
        Set<String> seen = new HashSet<>();
        List<Node> found = new ArrayList<>();
        while (!open.isEmpty()) {
            String value = open.pop();
            Node producer = producers.get(value);
            if (ends.contains(value) || !seen.add(value) || producer == null) {
                continue;
            }
            Node owner = owners.get(producer);
            if (owner == null || owner == executed) {
                found.add(producer);
                boolean dequantizes = producer.is("DequantizeLinear");
                producer.inputs().stream().filter(i -> !dequantizes || !isQuantized(i)).forEach(open::add);
            }
        }
        found.forEach(n -> own(executed, n));
    }

    private boolean isQuantized(String value) {
        Node producer = producers.get(value);
        return producer != null && producer.is("QuantizeLinear");
    }

    private void leftovers(Graph source) {
        List<Node> nodes = source.nodes();
        for (Node node : nodes) {
            if (!owners.containsKey(node) && !node.is("DequantizeLinear")) {
                owner(node).ifPresent(o -> own(o, node));
            }
        }
        for (Node node : nodes.reversed()) {
            if (!owners.containsKey(node) && node.is("DequantizeLinear")) {
                readers.getOrDefault(node.outputs().getFirst(), List.of()).stream().map(owners::get)
                        .filter(o -> o != null).findFirst().ifPresent(o -> own(o, node));
            }
        }
    }

    /// The executed node that computes what this one reads: the latest, where there are several.
    private Optional<Node> owner(Node node) {
        return node.inputs().stream().map(producers::get).filter(p -> p != null).map(owners::get)
                .filter(o -> o != null).max(Comparator.comparingInt(o -> places.getOrDefault(o, 0)));
    }
}
