package dev.lathe.optimize.factor;

import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.graph.GraphEdit;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.quantize.Activations;
import dev.lathe.optimize.quantize.Weighted;
import dev.lathe.profile.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Looks at the inputs of layers and decomposes their weights, a few layers at a time.
///
/// Memory: 256 MiB of products of inputs, or one layer's; what is kept of each layer is no larger than its weights.
public final class Splitting {
    /// Products of inputs at a time.
    private static final long MOST_BYTES = 256L << 20;
    /// The smaller side of what can be decomposed in reasonable time (about a minute).
    private static final int WIDEST = 3072;
    /// Samples that are looked at.
    private static final int SAMPLES = 128;
    /// Rows that a layer needs for each number in a row, and at least.
    private static final int ROWS_PER_INPUT = 4;
    private static final int FEWEST_ROWS = 2048;

    private final Model model;
    private final PassContext context;
    private final int available;
    private final Biases biases;
    private final List<Problem> problems = new ArrayList<>();

    /// For layers of this model.
    ///
    /// @param available how many of the first calibration samples may be looked at
    public Splitting(Model model, PassContext context, int available) {
        this.available = available;
        this.model = model;
        this.context = context;
        this.biases = new Biases(new GraphEdit(model.graph()), new Weighted(model.graph()));
    }

    /// What could not be done as asked.
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /// The ways to split each layer, by layer; those that cannot be decomposed are left out.
    public SequencedMap<LinearLayer, List<Split>> of(List<LinearLayer> layers) {
        SequencedMap<LinearLayer, List<Split>> found = new LinkedHashMap<>();
        List<LinearLayer> open = new ArrayList<>();
        long bytes = 0;
        for (LinearLayer layer : layers) {
            long more = InputMoments.sizeBytes(layer.width());
            if (!open.isEmpty() && bytes + more > MOST_BYTES) {
                found.putAll(lot(open, found.size(), layers.size()));
                open.clear();
                bytes = 0;
            }
            open.add(layer);
            bytes += more;
        }
        found.putAll(lot(open, found.size(), layers.size()));
        return found;
    }

    private Map<LinearLayer, List<Split>> lot(List<LinearLayer> layers, int before, int all) {
        SequencedMap<LinearLayer, InputMoments> moments = new LinkedHashMap<>();
        context.calibration().filter(_ -> available > 0).ifPresent(c -> moments.putAll(look(layers, c)));
        SequencedMap<LinearLayer, List<Split>> found = new LinkedHashMap<>();
        for (LinearLayer layer : layers) {
            context.cancellation().throwIfCancelled();
            context.progress().progress(Progress.of("decomposing " + layer.label(),
                    (double) (before + found.size()) / all));
            InputMoments seen = moments.remove(layer);
            try {
                if (Math.min(layer.outputs(), layer.width()) > WIDEST) {
                    throw new ArithmeticException("it is wider than " + WIDEST + " on both sides");
                }
                found.put(layer, Split.of(layer, seen == null
                        ? InputPicture.none(layer.width())
                        : seen.picture(biases.hasRoom(layer))));
            } catch (ArithmeticException e) {
                problems.add(Problem.note("low-rank-left-out", layer.label(),
                        "its weights were not decomposed, for " + e.getMessage()));
            }
        }
        return found;
    }

    private Map<LinearLayer, InputMoments> look(List<LinearLayer> layers, Calibration calibration) {
        Map<LinearLayer, InputMoments> moments = new LinkedHashMap<>();
        int samples = Math.min(SAMPLES, available);
        for (LinearLayer layer : layers) {
            if (InputMoments.sizeBytes(layer.width()) > MOST_BYTES) {
                problems.add(Problem.note("low-rank-without-data", layer.label(),
                        "its weights are decomposed without looking at its inputs, for those are "
                                + layer.width() + " numbers wide and their products do not fit in 256 MiB"));
            } else {
                long rows = Math.max(FEWEST_ROWS, (long) ROWS_PER_INPUT * layer.width());
                moments.put(layer, new InputMoments(layer.width(), (int) (rows / samples) + 1));
            }
        }
        Map<String, List<LinearLayer>> readers = new LinkedHashMap<>();
        moments.keySet().forEach(l -> l.activations()
                .forEach(a -> readers.computeIfAbsent(a, _ -> new ArrayList<>()).add(l)));
        new Activations(model, context, calibration, available).show(List.copyOf(readers.keySet()), SAMPLES,
                (value, tensor) -> readers.getOrDefault(value, List.of()).parallelStream()
                        .forEach(l -> add(moments.get(l), l, value, tensor)));
        return moments;
    }

    private static void add(@Nullable InputMoments moments, LinearLayer layer, String value,
            Tensor tensor) {
        Stream<Node> readers = layer.nodes().stream().filter(n -> n.inputs().getFirst().equals(value));
        if (moments != null) {
            readers.forEach(n -> moments.add(value, InputRows.of(layer, n, tensor)));
        }
    }
}
