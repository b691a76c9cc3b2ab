package dev.lathe.app.engine;

import dev.lathe.optimize.explain.Explanation;
import dev.lathe.profile.LaboratoryProcess;
import dev.lathe.profile.operators.OperatorProfile;
import dev.lathe.profile.operators.OperatorProfiler;
import dev.lathe.profile.operators.ProfileComparison;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Where the time goes in models, and what that says of a variant: the measured part and the part that needs no run.
public final class Profiling {
    private final Workbench workbench;

    Profiling(Workbench workbench) {
        this.workbench = workbench;
    }

    /// What each operator of a model takes, where it runs and what holds it back: a short run of its own, never a timed one.
    ///
    /// @param data whose samples are the queries; random typed ones without it
    public OperatorProfile profile(Path model, Optional<Path> data, OperatorProfiler.Plan plan, JobContext job) {
        return profile(List.of(model), data, plan, false, job).getFirst();
    }

    /// Several models profiled side by side on the same queries, for comparing them.
    ///
    /// @param fresh whether the machine's ceilings are measured even if an earlier run has kept them
    public List<OperatorProfile> profile(List<Path> models, Optional<Path> data, OperatorProfiler.Plan plan,
            boolean fresh, JobContext job) {
        return new ProfileRun(workbench, job).run(models, data, plan, fresh);
    }

    /// Which operators of the first model gained and lost time against the second, from profiles of both that were made
    /// side by side.
    ///
    /// @param models the variant, then the model it was made of
    /// @param profiles theirs, in the same order
    public static ProfileComparison compareProfiles(List<Path> models, List<OperatorProfile> profiles) {
        return ProfileComparison.of(profiles.get(1), profiles.getFirst(), Workbench.open(models.get(1)),
                Workbench.open(models.getFirst()));
    }

    /// What runs on what in a variant, and what it saves of its parent; nothing is run.
    ///
    /// @param parent the model it was made of, if that is known
    public Explanation explain(Path variant, Optional<Path> parent, JobContext job) {
        try (Scratch scratch = workbench.scratch();
                LaboratoryProcess laboratory = workbench.laboratory(scratch, OptionalInt.of(1), job)) {
            return new Explainer(laboratory, workbench.targeting().optimization(), scratch, job)
                    .explain(String.valueOf(variant.getFileName()), variant, parent);
        }
    }

    /// The same, and which operators gained and lost time against the parent: both are profiled side by side.
    ///
    /// @param data whose samples are the queries; random typed ones without it
    public Explanation explain(Path variant, Optional<Path> parent, Optional<Path> data, OperatorProfiler.Plan plan,
            JobContext job) {
        Explanation still = explain(variant, parent, job);
        return parent.map(base -> still.timed(Explainer.times(List.of(variant, base),
                profile(List.of(variant, base), data, plan, false, job)))).orElse(still);
    }

    /// The file of the model that a variant was made of, where the variant names its hash, the history knows a run of a
    /// model of that hash, and its file still has it.
    public Optional<Path> parentOf(Path variant) {
        return Explainer.parentOf(variant, workbench.store());
    }

    /// A profiling plan with this machine's threads, unless others are given.
    ///
    /// @param budgetNs time for each model's runs, in nanoseconds
    public OperatorProfiler.Plan profilePlan(OptionalInt threads, long budgetNs) {
        return new OperatorProfiler.Plan(workbench.session(threads), budgetNs);
    }
}
