package dev.lathe.optimize.prune;

import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.PassContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Ranks channels by what the layers that read them see on calibration data: how much they vary, or what those layers lose
/// without them, one after the other, each time after the weights of the others have made up for it.
final class DataRanking {
    /// Sums of products that are held at a time.
    private static final long MOST_BYTES = 384L << 20;
    /// A layer that reads more is ranked by its weights.
    private static final int MOST_INPUTS = 2400;

    private final Model model;
    private final DependencyGraph dependencies;
    private final PassContext context;
    private final Calibration calibration;
    private final int samples;

    DataRanking(Model model, DependencyGraph dependencies, PassContext context, Calibration calibration, int samples) {
        this.model = model;
        this.dependencies = dependencies;
        this.context = context;
        this.calibration = calibration;
        this.samples = samples;
    }

    /// The rankings of these groups, as many at a time as memory allows.
    ///
    /// @param stops for each group, for which numbers of channels the graph with silent ones is wanted
    List<Ranking> of(List<ChannelGroup> groups, Importance importance, Map<ChannelGroup, List<Integer>> stops) {
        List<Ranking> rankings = new ArrayList<>();
        List<ChannelGroup> lot = new ArrayList<>();
        Set<Layer> layers = new HashSet<>();
        for (ChannelGroup group : groups) {
            Set<Layer> more = new HashSet<>(layers);
            more.addAll(layers(group));
            if (!lot.isEmpty() && more.stream().mapToLong(ReaderSums::sizeBytes).sum() > MOST_BYTES) {
                rankings.addAll(lot(lot, importance, stops));
                lot.clear();
                more = new HashSet<>(layers(group));
            }
            layers = more;
            lot.add(group);
        }
        rankings.addAll(lot(lot, importance, stops));
        return rankings;
    }

    private List<Layer> layers(ChannelGroup group) {
        return group.readers().stream().flatMap(r -> layer(r).stream()).distinct().toList();
    }

    private Optional<Layer> layer(WeightAxis reader) {
        return Layer.of(model.graph(), reader.node()).filter(l -> l.inputs() <= MOST_INPUTS);
    }

    private List<Ranking> lot(List<ChannelGroup> lot, Importance importance, Map<ChannelGroup, List<Integer>> stops) {
        List<Layer> layers = lot.stream().flatMap(g -> layers(g).stream()).distinct().toList();
        ReaderSums sums = ReaderSums.of(model, layers, context, calibration, samples);
        List<Ranking> rankings = new ArrayList<>();
        for (ChannelGroup group : lot) {
            context.cancellation().throwIfCancelled();
            boolean known = group.readers().stream().anyMatch(r -> layer(r).isPresent());
            rankings.add(!known
                    ? new WeightRanking(model.graph(), dependencies, Importance.L2).of(group)
                    : importance == Importance.RECONSTRUCTION
                            ? byReconstruction(group, sums, stops.getOrDefault(group, List.of()))
                            : byVariance(group, sums));
        }
        return rankings;
    }

    private Ranking byVariance(ChannelGroup group, ReaderSums sums) {
        double[] scores = new double[group.width()];
        for (WeightAxis reader : group.readers()) {
            layer(reader).ifPresent(l -> {
                Map<Integer, int[]> indices = UnitInputs.of(dependencies, reader, l);
                for (int i = 0; i < scores.length; i++) {
                    scores[i] += ReaderLoss.variance(indices, group.units().get(i), sums.of(l));
                }
            });
        }
        return WeightRanking.byScore(group, scores);
    }

    /// A unit and what was lost with it when that was last looked at.
    private record Candidate(int unit, double loss, int round) {}

    /// Always takes the unit with the least loss; losses are looked at anew only where they could be the least, for they seldom
    /// fall.
    private Ranking byReconstruction(ChannelGroup group, ReaderSums sums, List<Integer> stops) {
        List<ReaderLoss> readers = group.readers().stream().flatMap(r -> layer(r).stream()
                .map(l -> ReaderLoss.of(model.graph(), dependencies, r, l, sums))).toList();
        int most = stops.isEmpty() ? group.width() - 1 : stops.getLast();
        PriorityQueue<Candidate> queue = new PriorityQueue<>(
                Comparator.comparingDouble(Candidate::loss).thenComparingInt(Candidate::unit));
        group.units().parallelStream().map(u -> new Candidate(u, loss(readers, u), 0)).toList().forEach(queue::add);
        List<Integer> units = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        SortedMap<Integer, Graph> silenced = new TreeMap<>();
        double sum = 0;
        while (units.size() < most) {
            Candidate least = queue.remove();
            if (least.round() != units.size()) {
                queue.add(new Candidate(least.unit(), loss(readers, least.unit()), units.size()));
                continue;
            }
            sum += least.loss();
            readers.forEach(r -> r.remove(least.unit()));
            units.add(least.unit());
            losses.add(sum);
            if (stops.contains(units.size())) {
                Graph graph = ChannelMask.mask(model, dependencies, Set.copyOf(units)).graph();
                for (ReaderLoss reader : readers) {
                    graph = reader.applied(graph);
                }
                silenced.put(units.size(), graph);
            }
        }
        return new Ranking(group, units, losses, silenced);
    }

    private static double loss(List<ReaderLoss> readers, int unit) {
        return readers.stream().mapToDouble(r -> r.loss(unit)).sum();
    }
}
