package dev.lathe.app.engine;

import dev.lathe.app.engine.history.StoredResult;
import dev.lathe.app.engine.store.RunFilter;
import dev.lathe.app.engine.store.Standing;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Sha256;
import dev.lathe.evaluate.Dataset;
import dev.lathe.evaluate.Selection;
import dev.lathe.graph.Model;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Step;
import dev.lathe.optimize.Variant;
import dev.lathe.optimize.pass.PruneChannels;
import dev.lathe.optimize.prune.ChannelPruning;
import dev.lathe.profile.LaboratoryProcess;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Looks what pruning would do, on the very model that the recipe's pruning would see; nothing is kept.
final class PruningPreview {
    /// Part of the work of measuring damage that is done when the rankings are there.
    private static final double RANKED = 0.25;

    private final Workbench workbench;
    private final JobContext job;

    PruningPreview(Workbench workbench, JobContext job) {
        this.workbench = workbench;
        this.job = job;
    }

    PruningLook look(Path model, Recipe recipe) {
        try (Scratch scratch = workbench.scratch();
                LaboratoryProcess laboratory = workbench.laboratory(scratch, OptionalInt.of(1), job)) {
            ChannelPruning pruning = prepared(model, recipe, context(laboratory, Optional.empty(), scratch,
                    job.progress()));
            return new PruningLook(pruning.dependencies(), pruning.forecast(), Variant.sizeBytes(model), times(model));
        }
    }

    PruningDamage damage(Path model, Recipe recipe, Path data) {
        try (Scratch scratch = workbench.scratch();
                LaboratoryProcess laboratory = workbench.laboratory(scratch, OptionalInt.empty(), job)) {
            Samples.Calibrating calibrating = Samples.calibrating(model, Dataset.open(data), Selection.DEFAULT,
                    laboratory, scratch, job)
                    .orElseThrow(() -> Problem.error("no-calibration-data", data.toString(),
                            "it sets no samples apart to calibrate on", "Give data with more samples.").toException());
            ChannelPruning pruning = prepared(model, recipe,
                    context(laboratory, Optional.of(calibrating.samples()), scratch, this::further));
            return new PruningDamage(pruning.damageCurves(calibrating.scorer()), pruning.judgingSamples(),
                    pruning.judgesFreshly());
        }
    }

    /// Steps before the damage is measured are told as parts of the whole.
    private void further(Progress progress) {
        boolean measuring = progress.step().startsWith(ChannelPruning.MEASURING);
        OptionalLong left = measuring ? progress.remainingNs() : OptionalLong.empty();
        job.progress().progress(new Progress(progress.step(), measuring
                ? RANKED + (1 - RANKED) * progress.fraction()
                : RANKED * progress.fraction(), left));
    }

    private PassContext context(LaboratoryProcess laboratory, Optional<Calibration> calibration, Scratch scratch,
            Progress.Listener progress) {
        return new PassContext(laboratory, calibration, workbench.targeting().optimization(), scratch.folder(),
                progress,
                job.cancellation());
    }

    private ChannelPruning prepared(Path file, Recipe recipe, PassContext context) {
        Model model = Workbench.open(file);
        for (Step step : recipe.steps()) {
            context.cancellation().throwIfCancelled();
            Pass pass = Passes.of(step);
            ProblemException.throwErrors(pass.check(model, context.target()));
            if (pass instanceof PruneChannels prune) {
                return prune.pruning(model, context);
            }
            var outcome = pass.apply(model, context);
            ProblemException.throwErrors(outcome.problems());
            model = outcome.model();
        }
        throw Problem.error("nothing-to-prune", recipe.name(), "the recipe prunes nothing",
                "Take the preset pruned, or add the pass prune-channels.").toException();
    }

    /// The newest profile of this file, on this machine, with as many threads as are usual here.
    private Optional<OperatorTimes> times(Path model) {
        int threads = workbench.session(OptionalInt.empty()).intraOpThreads();
        return workbench.store().summaries(new RunFilter(Optional.of(Sha256.ofFile(model)), Optional.of("profile"),
                Optional.of(Standing.FINISHED), Optional.empty())).stream()
                .flatMap(s -> workbench.store().run(s.id()).map(StoredResult::of).stream())
                .filter(r -> r.environment().path("fingerprint").asString("").equals(workbench.machine()
                        .fingerprint()))
                // of several files that were profiled side by side the run is that of the first
                .flatMap(r -> OperatorTimes.of(r.result().path("variants").path(0)).stream())
                .filter(t -> t.threads() == threads).findFirst();
    }
}
