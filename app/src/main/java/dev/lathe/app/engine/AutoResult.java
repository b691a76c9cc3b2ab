package dev.lathe.app.engine;

import dev.lathe.app.engine.store.RunId;
import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.profile.Plan;
import dev.lathe.profile.stats.RatioInterval;
import dev.lathe.serving.Price;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What `auto` found.
///
/// @param run the run in the history
/// @param model the model's file
/// @param variants one row each, the original first
/// @param decision who won, and why
/// @param context what the figures rest on
/// @param bundle the exported bundle, if one was written
public record AutoResult(RunId run, Path model, List<VariantResult> variants, Decision decision, Context context,
        Optional<Path> bundle) {

    /// Copies the list.
    public AutoResult {
        variants = List.copyOf(variants);
    }

    /// What the figures rest on.
    ///
    /// @param plan how it was measured
    /// @param data what it was scored on, in words
    /// @param maxDrop the accuracy budget that was applied
    /// @param price the price that was applied, or why there is none
    /// @param again the original against itself: what the bench can tell apart
    /// @param caveats what may have disturbed the figures
    public record Context(Plan plan, String data, double maxDrop, Reading<Price> price, Reading<RatioInterval> again,
            List<Problem> caveats) {

        /// Copies the list.
        public Context {
            caveats = List.copyOf(caveats);
        }
    }

    /// The row of this name.
    public Optional<VariantResult> variant(String name) {
        return variants.stream().filter(v -> v.name().equals(name)).findFirst();
    }
}
