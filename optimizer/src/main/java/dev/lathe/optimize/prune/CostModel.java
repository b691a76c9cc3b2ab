package dev.lathe.optimize.prune;

import dev.lathe.graph.Dim;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.inspect.Macs;
import dev.lathe.graph.inspect.Sizes;
import dev.lathe.profile.Laboratory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What is left of multiply-accumulates, or of the operators' time, when so many channels of each group are cut, without
/// making the model. An operator's time is taken to fall as what it computes does.
final class CostModel {
    /// Stands in for the length of a sequence.
    private static final long SEQUENCE = 64;

    /// A node: what it takes now, and by what it shrinks.
    private record Product(String node, double cost, List<Part> parts) {}

    /// An axis by which a node shrinks: which part of its indices belongs to which group.
    record Part(double fixed, Map<ChannelGroup, Double> groups) {

        double left(Map<ChannelGroup, Integer> cuts) {
            double left = fixed;
            for (var entry : groups.entrySet()) {
                left += entry.getValue() * (1 - (double) cuts.getOrDefault(entry.getKey(), 0) / entry.getKey().width());
            }
            return left;
        }
    }

    private final List<Product> products = new ArrayList<>();
    private final Map<ChannelGroup, List<Product>> touched = new HashMap<>();
    private final double all;

    private CostModel(Model model, DependencyGraph dependencies, Map<String, Double> costs) {
        Map<Integer, ChannelGroup> owners = owners(dependencies);
        for (Node node : model.graph().nodes()) {
            double cost = costs.getOrDefault(node.label(), 0.0);
            if (cost > 0) {
                Product product = new Product(node.label(), cost, parts(model.graph(), dependencies, node, owners));
                products.add(product);
                product.parts().stream().flatMap(p -> p.groups().keySet().stream()).distinct()
                        .forEach(g -> touched.computeIfAbsent(g, _ -> new ArrayList<>()).add(product));
            }
        }
        this.all = products.stream().mapToDouble(Product::cost).sum();
    }

    /// Multiply-accumulates of a model, for batch 1 and sequences of 64.
    static CostModel ofMacs(Model model, DependencyGraph dependencies, Laboratory laboratory) {
        Sizes sizes = sizes(model);
        Map<String, Double> macs = new HashMap<>();
        Macs.of(model, laboratory.inferShapes(sizes.bind(model)), sizes).perNode()
                .forEach((node, count) -> macs.put(node, count.doubleValue()));
        return new CostModel(model, dependencies, macs);
    }

    /// Times of a model's nodes.
    ///
    /// @param nodeNs in nanoseconds, by the label of the node
    static CostModel ofTimes(Model model, DependencyGraph dependencies, Map<String, Double> nodeNs) {
        return new CostModel(model, dependencies, nodeNs);
    }

    private static Sizes sizes(Model model) {
        Sizes sizes = Sizes.ofBatch(1);
        for (ValueInfo input : model.graph().requiredInputs()) {
            int rank = input.shape().map(List::size).orElse(0);
            for (int axis = 1; axis < rank; axis++) {
                if (input.shape().orElseThrow().get(axis).fixed().isEmpty()) {
                    String name = input.shape().orElseThrow().get(axis) instanceof Dim.Symbol(String s)
                            ? s
                            : input.name() + "[" + axis + "]";
                    sizes = sizes.with(name, SEQUENCE);
                }
            }
        }
        return sizes;
    }

    private static List<Part> parts(Graph graph, DependencyGraph dependencies, Node node,
            Map<Integer, ChannelGroup> owners) {
        boolean weighted = node.input(1).filter(graph.initializers()::containsKey).isPresent();
        return parts(dependencies, weighted ? node.inputs().get(1) : node.outputs().getFirst(), owners);
    }

    /// The group of each unit that can be cut.
    static Map<Integer, ChannelGroup> owners(DependencyGraph dependencies) {
        Map<Integer, ChannelGroup> owners = new HashMap<>();
        dependencies.groups().forEach(g -> g.units().forEach(u -> owners.put(u, g)));
        return owners;
    }

    /// The axes of a value that get shorter.
    static List<Part> parts(DependencyGraph dependencies, String value, Map<Integer, ChannelGroup> owners) {
        List<Part> parts = new ArrayList<>();
        for (int axis = 0; axis < dependencies.rank(value); axis++) {
            int[] units = dependencies.units(value, axis);
            Map<ChannelGroup, Double> groups = new HashMap<>();
            Arrays.stream(units).mapToObj(owners::get).flatMap(g -> Optional.ofNullable(g).stream())
                    .forEach(g -> groups.merge(g, 1.0 / units.length, Double::sum));
            if (!groups.isEmpty()) {
                parts.add(new Part(1 - groups.values().stream().mapToDouble(Double::doubleValue).sum(), groups));
            }
        }
        return parts;
    }

    /// Those of each node and the axes it shrinks by, for a forecast.
    List<PruningForecast.Share> shares() {
        return products.stream().map(p -> new PruningForecast.Share(p.node(), p.cost(), 0, axes(p.parts()))).toList();
    }

    static List<PruningForecast.Axis> axes(List<Part> parts) {
        return parts.stream().map(p -> new PruningForecast.Axis(p.fixed(), p.groups().entrySet().stream()
                .collect(Collectors.toMap(e -> e.getKey().name(), Map.Entry::getValue)))).toList();
    }

    /// What the whole model takes.
    double all() {
        return all;
    }

    /// What is left.
    double left(Map<ChannelGroup, Integer> cuts) {
        return left(products, cuts);
    }

    /// What is left of the nodes that get narrower with this group.
    double leftAround(ChannelGroup group, Map<ChannelGroup, Integer> cuts) {
        return left(touched.getOrDefault(group, List.of()), cuts);
    }

    private static double left(List<Product> products, Map<ChannelGroup, Integer> cuts) {
        return products.stream().mapToDouble(p -> IntStream.range(0, p.parts().size())
                .mapToDouble(i -> p.parts().get(i).left(cuts)).reduce(p.cost(), (a, b) -> a * b)).sum();
    }
}
