package dev.lathe.app.engine;

import dev.lathe.optimize.prune.DamageCurve;
import java.util.List;

/// What the outputs of a model suffer by each group of channels alone.
///
/// @param curves one a group that can be cut
/// @param samples on how many samples that was judged: of the calibration samples those that nothing was learned on
public record PruningDamage(List<DamageCurve> curves, int samples) {

    /// Copies the list.
    public PruningDamage {
        curves = List.copyOf(curves);
    }
}
