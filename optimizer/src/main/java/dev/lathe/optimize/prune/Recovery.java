package dev.lathe.optimize.prune;

import dev.lathe.base.Progress;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.PassContext;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// Makes up for units that were cut, without training: layer by layer, in the order they run in, weights and biases are fitted
/// to what the original model has there, on what the cut model reads there now. So later layers see, and make up for, the errors
/// of earlier ones.
///
/// Cost: two runs of the calibration samples for each layer behind the first cut.
public final class Recovery {
    private final Model original;
    private final DependencyGraph dependencies;
    private final Set<Integer> gone;
    private final PassContext context;

    /// @param original the model before the cut
    /// @param dependencies its own
    /// @param gone the units that were cut
    public Recovery(Model original, DependencyGraph dependencies, Set<Integer> gone, PassContext context) {
        this.original = original;
        this.dependencies = dependencies;
        this.gone = Set.copyOf(gone);
        this.context = context;
    }

    /// A model with fitted layers.
    ///
    /// @param fitted how many layers were fitted
    /// @param left how many were left as they are: their weights served best, or they are no layers that can be fitted
    public record Result(Model model, int fitted, int left) {}

    /// Fits all layers of the cut model that read what is not as it was.
    ///
    /// @param samples how many calibration samples at most
    public Result recover(Model cut, Calibration calibration, int samples) {
        return recover(cut, calibration, samples, false);
    }

    /// The same.
    ///
    /// @param holdsBack whether a quarter of the samples only chooses how far weights may move, so that it can tell afterwards
    ///     what the outputs suffer on inputs that no weight was fitted to
    Result recover(Model cut, Calibration calibration, int samples, boolean holdsBack) {
        List<String> layers = touched(cut.graph());
        Model present = cut;
        int fitted = 0;
        for (int i = 0; i < layers.size(); i++) {
            context.cancellation().throwIfCancelled();
            String made = layers.get(i);
            context.progress().progress(
                    Progress.of("fitting layer " + (i + 1) + " of " + layers.size(), (double) i / layers.size()));
            Graph graph = present.graph();
            Node node = graph.nodes().stream().filter(n -> n.outputs().contains(made)).findFirst().orElseThrow();
            Model now = present;
            Optional<Model> better = Layer.of(graph, node).flatMap(
                    layer -> new Refit(original, now, this::kept, context, calibration, samples, holdsBack).of(layer));
            fitted += better.isPresent() ? 1 : 0;
            present = better.orElse(present);
        }
        return new Result(present, fitted, layers.size() - fitted);
    }

    /// The outputs of layers that read values which are not as they were.
    private List<String> touched(Graph graph) {
        Set<String> other = new HashSet<>();
        for (Node node : graph.nodes()) {
            if (node.reads().stream().anyMatch(v -> other.contains(v) || isCut(v))) {
                other.addAll(node.outputs());
            }
        }
        return graph.nodes().stream().filter(n -> n.input(0).filter(other::contains).isPresent())
                .filter(n -> n.is("Conv") || n.is("Gemm") || n.is("MatMul")).map(n -> n.outputs().getFirst()).toList();
    }

    private boolean isCut(String value) {
        return IntStream.range(0, dependencies.rank(value))
                .anyMatch(axis -> IntStream.of(dependencies.units(value, axis)).anyMatch(gone::contains));
    }

    private int[] kept(String value, int axis) {
        int[] units = dependencies.units(value, axis);
        return IntStream.range(0, units.length).filter(i -> !gone.contains(units[i])).toArray();
    }
}
