package dev.lathe.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;

/// The only way to change a graph: take one, change it, [#done()] gives the new one, in a valid order.
/// Where a node is added does not matter: [#done()] sorts, keeping the present order as far as it can.
/// Not thread-safe.
public final class GraphEdit {
    private final Graph before;
    private final List<Node> nodes;
    private final SequencedMap<String, TensorData> initializers;
    private final List<ValueInfo> inputs;
    private final Set<String> names = new HashSet<>();
    /// What a body reads of the graphs around it.
    private final Set<String> captured = new HashSet<>();

    /// An edit of this graph.
    public GraphEdit(Graph graph) {
        this.before = graph;
        this.nodes = new ArrayList<>(graph.nodes());
        this.initializers = new LinkedHashMap<>(graph.initializers());
        this.inputs = new ArrayList<>(graph.inputs());
        collectNames(graph);
    }

    /// An edit of the body of an If, Loop or Scan, which may read values of the graphs around it.
    ///
    /// @param taken names that values of its own must not have
    public static GraphEdit ofBody(Graph body, Set<String> taken) {
        GraphEdit edit = new GraphEdit(body);
        edit.names.addAll(taken);
        edit.captured.addAll(body.captured());
        return edit;
    }

    private void collectNames(Graph graph) {
        names.addAll(graph.defined());
        Stream.of(graph.outputs(), graph.values()).flatMap(List::stream).forEach(v -> names.add(v.name()));
        for (Node node : graph.nodes()) {
            names.add(node.name());
            names.addAll(node.inputs());
            node.subgraphs().forEach(this::collectNames);
        }
    }

    /// The nodes as they are now; a snapshot.
    public List<Node> nodes() {
        return List.copyOf(nodes);
    }

    /// The constants as they are now.
    public SequencedMap<String, TensorData> initializers() {
        return Collections.unmodifiableSequencedMap(initializers);
    }

    /// Nodes by each value they make.
    public Map<String, Node> producers() {
        Map<String, Node> producers = new HashMap<>();
        nodes.forEach(n -> n.outputs().forEach(o -> producers.put(o, n)));
        return producers;
    }

    /// Nodes by each value they read, subgraphs included; a node that reads a value twice is there once.
    public Map<String, List<Node>> consumers() {
        Map<String, List<Node>> consumers = new HashMap<>();
        nodes.forEach(n -> n.reads().forEach(i -> consumers.computeIfAbsent(i, _ -> new ArrayList<>()).add(n)));
        return consumers;
    }

    /// Whether the graph gives this value to its caller.
    public boolean isOutput(String value) {
        return before.outputs().stream().anyMatch(o -> o.name().equals(value));
    }

    /// A name nobody uses yet, made of this one.
    public String freshName(String base) {
        String name = base;
        for (int i = 1; !names.add(name); i++) {
            name = base + "_" + i;
        }
        return name;
    }

    /// Adds a constant under a fresh name made of this one, and returns that name.
    public String addInitializer(String base, TensorData data) {
        String name = freshName(base);
        initializers.put(name, data);
        return name;
    }

    /// Puts other data in the place of a constant.
    public void setInitializer(String name, TensorData data) {
        names.add(name);
        initializers.put(name, data);
    }

    /// Takes a constant away, and the input that older files list for it, which callers would otherwise have to give.
    public void removeInitializer(String name) {
        if (initializers.remove(name) != null) {
            removeInput(name);
        }
    }

    /// Takes an input away, for constants that were listed as inputs.
    public void removeInput(String name) {
        inputs.removeIf(i -> i.name().equals(name));
    }

    /// Adds a node.
    public void add(Node node) {
        names.add(node.name());
        names.addAll(node.outputs());
        nodes.add(node);
    }

    /// Puts nodes in the place of one.
    public void replace(Node old, Node... fresh) {
        int at = indexOf(old);
        nodes.remove(at);
        for (Node node : fresh) {
            names.add(node.name());
            names.addAll(node.outputs());
        }
        nodes.addAll(at, List.of(fresh));
    }

    /// Takes a node away; whoever still reads its outputs must be given something else before [#done()].
    public void remove(Node node) {
        nodes.remove(indexOf(node));
    }

    /// Takes nodes away.
    public void removeAll(Collection<Node> gone) {
        Set<Node> identities = Collections.newSetFromMap(new IdentityHashMap<>());
        identities.addAll(gone);
        nodes.removeIf(identities::contains);
    }

    /// Lets every node that reads `from` read `to`, in subgraphs too. The graph's outputs keep their names.
    public void replaceUses(String from, String to) {
        nodes.replaceAll(n -> n.reading(from, to));
    }

    /// The changed graph.
    ///
    /// @throws IllegalStateException if a node reads what nothing makes, a value is made twice, or there is a cycle:
    ///     an error of the pass, not of the model
    public Graph done() {
        List<Node> sorted = sorted();
        Set<String> alive = new HashSet<>();
        sorted.forEach(n -> alive.addAll(n.outputs()));
        List<ValueInfo> values = before.values().stream()
                .filter(v -> alive.contains(v.name()) || initializers.containsKey(v.name())).toList();
        return new Graph(before.name(), sorted, inputs, before.outputs(), initializers, values, before.rest());
    }

    private List<Node> sorted() {
        Map<String, Integer> producer = new HashMap<>();
        Set<String> given = new HashSet<>(initializers.keySet());
        given.addAll(captured);
        inputs.forEach(i -> given.add(i.name()));
        for (int i = 0; i < nodes.size(); i++) {
            for (String output : nodes.get(i).outputs()) {
                if (!output.isEmpty() && (given.contains(output) || producer.put(output, i) != null)) {
                    throw new IllegalStateException("value made twice: " + output);
                }
            }
        }
        int[] waiting = new int[nodes.size()];
        List<List<Integer>> next = new ArrayList<>();
        nodes.forEach(_ -> next.add(new ArrayList<>()));
        for (int i = 0; i < nodes.size(); i++) {
            for (String read : nodes.get(i).reads()) {
                Integer from = producer.get(read);
                if (from != null) {
                    next.get(from).add(i);
                    waiting[i]++;
                } else if (!given.contains(read)) {
                    throw new IllegalStateException(
                            "node " + nodes.get(i).label() + " reads " + read + ", which nothing makes");
                }
            }
        }
        for (ValueInfo output : before.outputs()) {
            if (!producer.containsKey(output.name()) && !given.contains(output.name())) {
                throw new IllegalStateException("nothing makes the output " + output.name());
            }
        }
        return inOrder(waiting, next);
    }

    private List<Node> inOrder(int[] waiting, List<List<Integer>> next) {
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int i = 0; i < waiting.length; i++) {
            if (waiting[i] == 0) {
                ready.add(i);
            }
        }
        List<Node> sorted = new ArrayList<>();
        while (!ready.isEmpty()) {
            int i = ready.remove();
            sorted.add(nodes.get(i));
            for (int follower : next.get(i)) {
                if (--waiting[follower] == 0) {
                    ready.add(follower);
                }
            }
        }
        if (sorted.size() != nodes.size()) {
            throw new IllegalStateException("the graph has a cycle");
        }
        return sorted;
    }

    /// Takes away every node and constant that no output needs, and returns how many nodes went.
    public int removeUnused() {
        Map<String, Node> producers = producers();
        Set<Node> needed = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<String> read = new HashSet<>();
        Deque<String> open = new ArrayDeque<>();
        before.outputs().forEach(o -> open.add(o.name()));
        while (!open.isEmpty()) {
            String value = open.remove();
            if (read.add(value)) {
                Optional.ofNullable(producers.get(value)).filter(needed::add).ifPresent(n -> open.addAll(n.reads()));
            }
        }
        int count = nodes.size();
        nodes.removeIf(n -> !needed.contains(n));
        List.copyOf(initializers.keySet()).stream().filter(i -> !read.contains(i)).forEach(this::removeInitializer);
        return count - nodes.size();
    }

    @SuppressWarnings("ReferenceEquality") // two nodes can be equal as values, and one of them is meant
    private int indexOf(Node node) {
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i) == node) {
                return i;
            }
        }
        throw new IllegalStateException("node is not in the graph (any more): " + node.label());
    }
}
