package dev.lathe.app.engine;

import dev.lathe.optimize.prune.DamageCurve;
import java.util.List;
import java.util.Optional;

/// What the outputs of a model suffer by each group of channels alone.
///
/// @param curves one a group that can be cut; beside the outputs what the score loses, where it was measured
/// @param samples on how many calibration samples outputs were judged
/// @param heldBack whether nothing was learned on these; there are too few for that where it is false
public record PruningDamage(List<DamageCurve> curves, int samples, boolean heldBack) {

    /// Copies the list.
    public PruningDamage {
        curves = List.copyOf(curves);
    }

    /// Judged on samples that nothing was learned on.
    public PruningDamage(List<DamageCurve> curves, int samples) {
        this(curves, samples, true);
    }

    /// Which score was taken, and on how many samples; empty where nothing was scored.
    public Optional<Scored> scored() {
        return curves.stream().flatMap(c -> c.lost().values().stream()).findFirst()
                .map(l -> new Scored(l.metricId(), l.inPoints(), l.n()));
    }

    /// How the score was taken.
    ///
    /// @param metric its id; `agreement` with the whole model where the data has no labels
    /// @param inPoints whether losses are in points, hundredths of the metric
    /// @param n on how many samples that nothing was learned on
    public record Scored(String metric, boolean inPoints, int n) {}
}
