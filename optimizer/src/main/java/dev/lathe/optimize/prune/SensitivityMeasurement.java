package dev.lathe.optimize.prune;

import dev.lathe.base.Progress;
import dev.lathe.evaluate.Scorer;
import dev.lathe.evaluate.metric.PairedComparison;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.PassContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/// Measures what the outputs suffer by each group, one at a time, at a few numbers of channels: on calibration samples that the
/// rankings have not learned from. On those they have, a layer with more inputs than there are samples seems to make up for
/// whatever is cut.
final class SensitivityMeasurement {
    /// How many numbers of channels are measured for each group.
    static final int POINTS = 4;
    /// How many samples judge.
    static final int SAMPLES = 32;
    /// How many are scored at most: a point of the score is one of a hundred, and each is another run.
    static final int SCORED = 128;

    private final Model model;
    private final DependencyGraph dependencies;
    private final PassContext context;
    private final Optional<Calibration> calibration;
    private final int samples;
    private final Optional<Scorer> scorer;

    /// @param scorer scores calibration samples, where the score is wanted too
    SensitivityMeasurement(Model model, DependencyGraph dependencies, PassContext context,
            Optional<Calibration> calibration, int samples, Optional<Scorer> scorer) {
        this.model = model;
        this.dependencies = dependencies;
        this.context = context;
        this.calibration = calibration;
        this.samples = samples;
        this.scorer = scorer;
    }

    /// The sensitivities; without calibration data, by what the rankings say alone.
    List<Sensitivity> of(List<Ranking> rankings, Map<ChannelGroup, List<Integer>> points) {
        if (calibration.isEmpty()) {
            return rankings.stream().map(r -> new Sensitivity(r, new TreeMap<>(), new TreeMap<>())).toList();
        }
        List<Sensitivity> measured = new ArrayList<>();
        try (OutputDamage damage = new OutputDamage(model, context, calibration.get(),
                HeldBack.of(calibration.get(), samples).samples(), SAMPLES);
                Scoring scoring = new Scoring(scoreLoss(calibration.get()))) {
            long begunNs = System.nanoTime();
            for (Ranking ranking : rankings) {
                context.progress().progress(progress(ranking, measured.size(), rankings.size(),
                        System.nanoTime() - begunNs));
                SortedMap<Integer, Double> seen = new TreeMap<>();
                SortedMap<Integer, PairedComparison> lost = new TreeMap<>();
                for (int count : points.getOrDefault(ranking.group(), List.of())) {
                    Model tried = model.withGraph(silenced(ranking, count));
                    seen.put(count, damage.of(tried));
                    scoring.loss().flatMap(l -> l.of(tried)).ifPresent(l -> lost.put(count, l));
                }
                measured.add(new Sensitivity(ranking, seen, lost));
            }
        }
        return measured;
    }

    /// Open as long as its samples are needed.
    private record Scoring(Optional<ScoreLoss> loss) implements AutoCloseable {

        @Override
        public void close() {
            loss.ifPresent(ScoreLoss::close);
        }
    }

    private Optional<ScoreLoss> scoreLoss(Calibration given) {
        List<Integer> scored = JudgedSamples.some(HeldBack.of(given, samples).unlearned(), SCORED);
        return scorer.filter(_ -> !scored.isEmpty()).map(s -> new ScoreLoss(model, context, given, s, scored));
    }

    private static Progress progress(Ranking ranking, int done, int all, long takenNs) {
        return new Progress(ChannelPruning.MEASURING + ranking.group().name(), (double) done / all, done == 0
                ? OptionalLong.empty()
                : OptionalLong.of(takenNs / done * (all - done)));
    }

    private Graph silenced(Ranking ranking, int count) {
        Graph known = ranking.silenced().get(count);
        return known != null
                ? known
                : ChannelMask.mask(model, dependencies, new HashSet<>(ranking.units().subList(0, count))).graph();
    }
}
