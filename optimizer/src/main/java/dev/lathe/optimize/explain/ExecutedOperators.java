package dev.lathe.optimize.explain;

import dev.lathe.graph.Graph;
import dev.lathe.graph.Node;
import dev.lathe.graph.ValueTypes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Reads an executed graph: pairs that are left, conversions, operators by precision. Subgraphs are read each by itself.
final class ExecutedOperators {
    private static final String QUANTIZE = "QuantizeLinear";
    private static final String DEQUANTIZE = "DequantizeLinear";
    private static final String DYNAMIC = "DynamicQuantizeLinear";
    /// How the runtime names a node that works on blocks of channels.
    private static final String BLOCKED = "_nchwc";
    /// What reads weights; a runtime's own names for them end alike: FusedConv, TransposeMatMul, FusedGemm.
    private static final Set<String> WEIGHTED = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul", "LSTM", "GRU", "RNN",
            "Attention");

    private final Graph file;
    private final Graph executed;
    private final List<Structure.Unfused> unfused = new ArrayList<>();
    private final List<Structure.Change> changes = new ArrayList<>();
    private final List<Structure.InFloat> inFloat = new ArrayList<>();
    private final SortedMap<String, SortedMap<String, Integer>> precisions = new TreeMap<>();
    private final Map<String, String> inherited = new HashMap<>();
    private final Neighbours source;
    private int dynamic;

    ExecutedOperators(Graph file, Graph executed) {
        this.file = file;
        this.executed = executed;
        this.source = new Neighbours(file);
    }

    Structure structure() {
        read(executed);
        List<Structure.AtPrecision> sorted = precisions.entrySet().stream()
                .map(e -> new Structure.AtPrecision(e.getKey(), e.getValue()))
                .sorted(Comparator.comparingInt(Structure.AtPrecision::count).reversed()
                        .thenComparing(Structure.AtPrecision::precision))
                .toList();
        return new Structure(new Structure.Pairs(pairs(file), unfused), sorted, changes, inFloat, dynamic);
    }

    private static int pairs(Graph graph) {
        Neighbours neighbours = new Neighbours(graph);
        int inside = graph.nodes().stream().flatMap(Node::subgraphs).mapToInt(ExecutedOperators::pairs).sum();
        return inside + Math.toIntExact(graph.nodes().stream().filter(n -> n.opType().equals(QUANTIZE))
                .filter(n -> neighbours.readers(n).stream().anyMatch(r -> r.opType().equals(DEQUANTIZE))).count());
    }

    private void read(Graph graph) {
        Neighbours neighbours = new Neighbours(graph);
        ValueTypes types = new ValueTypes(graph);
        for (Node node : graph.nodes()) {
            node.subgraphs().forEach(this::read);
            switch (node.opType()) {
                case QUANTIZE -> quantize(node, neighbours, types);
                case DEQUANTIZE -> dequantize(node, neighbours, types);
                case DYNAMIC -> {
                    dynamic++;
                    change(node, neighbours, types);
                }
                case "Cast" -> cast(node, neighbours, types);
                default -> operator(node, neighbours, types);
            }
        }
    }

    private void quantize(Node node, Neighbours neighbours, ValueTypes types) {
        Optional<Node> back = neighbours.readers(node).stream().filter(r -> r.opType().equals(DEQUANTIZE)).findFirst();
        if (back.isPresent()) {
            String consumer = neighbours.readers(back.get()).stream().map(Node::opType).findFirst().orElse("output");
            String value = node.inputs().getFirst();
            unfused.add(new Structure.Unfused(value,
                    neighbours.producer(value).map(Node::opType).orElse("input"), consumer));
        } else {
            change(node, neighbours, types);
        }
    }

    private void dequantize(Node node, Neighbours neighbours, ValueTypes types) {
        String value = node.inputs().getFirst();
        boolean constant = executed.constant(value).isPresent();
        boolean paired = neighbours.producer(value).filter(p -> p.opType().equals(QUANTIZE)).isPresent();
        if (!constant && !paired) {
            change(node, neighbours, types);
        }
    }

    /// Casts between floats and to or from quantized values change the precision; those of shapes do not.
    private void cast(Node node, Neighbours neighbours, ValueTypes types) {
        Optional<String> from = Precision.of(node.inputs().getFirst(), types);
        Optional<String> to = Precision.of(node.outputs().getFirst(), types);
        if (from.isPresent() && to.isPresent() && !from.equals(to)) {
            change(node, neighbours, types);
        } else {
            operator(node, neighbours, types);
        }
    }

    private void change(Node node, Neighbours neighbours, ValueTypes types) {
        boolean quantizes = !node.opType().equals(DEQUANTIZE);
        String in = node.inputs().getFirst();
        String from = Precision.of(in, types).orElse(quantizes ? Precision.FLOAT32 : "uint8");
        String to = Precision.of(node.outputs().getFirst(), types).orElse(quantizes ? "uint8" : Precision.FLOAT32);
        changes.add(new Structure.Change(from, to, node.opType(), neighbours.producer(in).map(this::label).orElse(in),
                neighbours.readers(node).stream().map(this::label).findFirst().orElse(node.outputs().getFirst())));
    }

    private void operator(Node node, Neighbours neighbours, ValueTypes types) {
        if (node.is("Constant")) {
            return;
        }
        String precision = Precision.of(node, types, inherited);
        node.outputs().stream().filter(o -> types.type(o).isEmpty()).forEach(o -> inherited.put(o, precision));
        precisions.computeIfAbsent(precision, _ -> new TreeMap<>()).merge(node.opType(), 1, Integer::sum);
        if (Precision.isFloat(precision) && isWeighted(node)) {
            Predicate<String> dequantized = v -> neighbours.producer(v)
                    .filter(p -> p.opType().equals(DEQUANTIZE)).isPresent();
            inFloat.add(new Structure.InFloat(label(node), node.opType(),
                    node.inputs().stream().skip(1).anyMatch(dequantized)));
        }
    }

    /// The file's name for a node where the runtime has called it after the value it makes.
    private String label(Node node) {
        String name = node.name();
        return name.endsWith(BLOCKED)
                ? source.producer(name.substring(0, name.length() - BLOCKED.length())).map(Node::label).orElse(name)
                : node.label();
    }

    /// Products of two activations have no weights.
    private boolean isWeighted(Node node) {
        return WEIGHTED.stream().anyMatch(node.opType()::endsWith)
                && node.inputs().stream().skip(1).anyMatch(this::isConstant);
    }

    private boolean isConstant(String value) {
        return executed.constant(value).isPresent() || executed.nodes().stream()
                .anyMatch(n -> n.opType().equals(DEQUANTIZE) && n.outputs().contains(value)
                        && executed.constant(n.inputs().getFirst()).isPresent());
    }

    /// Who makes and who reads the values of one graph.
    private static final class Neighbours {
        private final Map<String, Node> producers = new HashMap<>();
        private final Map<String, List<Node>> readers = new HashMap<>();

        Neighbours(Graph graph) {
            for (Node node : graph.nodes()) {
                node.outputs().forEach(o -> producers.put(o, node));
                node.reads().forEach(r -> readers.computeIfAbsent(r, _ -> new ArrayList<>()).add(node));
            }
        }

        Optional<Node> producer(String value) {
            return Optional.ofNullable(producers.get(value));
        }

        List<Node> readers(Node node) {
            return node.outputs().stream().flatMap(o -> readers.getOrDefault(o, List.of()).stream()).toList();
        }
    }
}
