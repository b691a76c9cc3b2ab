/// Measures models: plans, targets, workers, the bench and its measurements; and the laboratory, which runs models for
/// their results rather than their times. No inference engine is ever loaded into the process that calls this package:
/// that happens in `dev.lathe.profile.worker`. Start with [Bench].
@NullMarked
package dev.lathe.profile;

import org.jspecify.annotations.NullMarked;
