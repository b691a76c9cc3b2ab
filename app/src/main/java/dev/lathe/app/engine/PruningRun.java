package dev.lathe.app.engine;

import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.base.Sha256;
import dev.lathe.optimize.Optimizer;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.search.PruningGoals;
import dev.lathe.profile.LaboratoryProcess;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.kernels.KernelWidths;
import dev.lathe.profile.kernels.WidthStore;
import dev.lathe.profile.operators.OperatorProfile;
import dev.lathe.profile.operators.OperatorProfiler;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What recipes that prune leave to this machine: the widths that its kernels like, measured once and kept, and the times of a
/// model's operators.
final class PruningRun {
    /// Enough for medians that order operators.
    private static final long PROFILE_NS = 1_000_000_000L;

    private final Workbench workbench;
    private final LaboratoryProcess laboratory;
    private final Scratch scratch;
    private final SessionSettings session;
    private final JobContext job;

    PruningRun(Workbench workbench, LaboratoryProcess laboratory, Scratch scratch, SessionSettings session,
            JobContext job) {
        this.workbench = workbench;
        this.laboratory = laboratory;
        this.scratch = scratch;
        this.session = session;
        this.job = job;
    }

    /// The recipe with nothing left open; itself where it leaves nothing open.
    ///
    /// @param samples asked for queries where operators have to be timed
    Recipe settled(Optimizer.Parent parent, Recipe recipe, PassContext context, Supplier<Samples> samples) {
        if (!PruningGoals.areOpen(recipe)) {
            return recipe;
        }
        if (!PruningGoals.areTimed(recipe)) {
            return goals(context, samples).settled(parent.model(), recipe);
        }
        Path known = workbench.workspace().cache().resolve("searches").resolve(Sha256.ofText(String.join("\n",
                Optimizer.provenance(parent, recipe, context).id().hex(), session.toString(),
                workbench.fingerprint())) + ".json");
        return KeptSearch.read(known).map(KeptSearch::recipe).orElseGet(() -> {
            Recipe found = goals(context, samples).settled(parent.model(), recipe);
            new KeptSearch(found, Optional.empty()).write(known);
            return found;
        });
    }

    private PruningGoals goals(PassContext context, Supplier<Samples> samples) {
        return new PruningGoals(context, this::widths, models -> times(models, samples.get()));
    }

    private List<OperatorProfile> times(List<Path> models, Samples samples) {
        Path queries = samples.queries(List.of()).firstEntry().getValue();
        return new OperatorProfiler(workbench.workers(scratch), job.cancellation()).profile(
                models.stream().map(m -> new OperatorProfiler.Subject(m, queries, samples.words())).toList(),
                new OperatorProfiler.Plan(session, PROFILE_NS), "", Reading.unknown("nobody has asked"),
                Progress.Listener.NONE);
    }

    private Reading<KernelWidths> widths() {
        if (session.elsewhere().isPresent()) {
            return Reading.unknown("widths are measured on the CPU alone");
        }
        String runtime = "ONNX Runtime " + laboratory.probe().path("version").asString("of an unknown version");
        try {
            return Reading.known(new WidthStore(workbench.workspace().cache().resolve("widths")).of(
                    workbench.fingerprint(), runtime, workbench.workers(scratch), session, job.cancellation(),
                    job.progress()), "measured on this machine");
        } catch (ProblemException e) {
            return Reading.unknown("they could not be measured: " + e.problems().getFirst().what());
        }
    }
}
