package dev.lathe.optimize;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Progress;
import dev.lathe.graph.Model;
import dev.lathe.profile.Laboratory;
import java.nio.file.Path;
import java.util.Optional;

/// What a pass may use.
///
/// @param laboratory runs models
/// @param calibration real inputs, where there are any
/// @param target the machine the variant is made for
/// @param scratch an existing folder for files that are not kept
/// @param progress told how far the pass is
/// @param cancellation asked between steps
/// @param exact the model as it was before the first pass of this recipe that rounds it; empty for a pass that is
///     applied by itself
public record PassContext(Laboratory laboratory, Optional<Calibration> calibration, OptimizationTarget target,
        Path scratch, Progress.Listener progress, Cancellation cancellation, Optional<Model> exact) {

    /// What a pass may use that is applied by itself.
    public PassContext(Laboratory laboratory, Optional<Calibration> calibration, OptimizationTarget target,
            Path scratch, Progress.Listener progress, Cancellation cancellation) {
        this(laboratory, calibration, target, scratch, progress, cancellation, Optional.empty());
    }

    /// The same for a pass after others.
    PassContext after(Model lastExact) {
        return new PassContext(laboratory, calibration, target, scratch, progress, cancellation,
                Optional.of(lastExact));
    }
}
