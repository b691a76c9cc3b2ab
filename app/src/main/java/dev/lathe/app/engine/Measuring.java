package dev.lathe.app.engine;

import dev.lathe.app.engine.store.RunId;
import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Severity;
import dev.lathe.profile.Confinement;
import dev.lathe.profile.Pace;
import dev.lathe.profile.Plan;
import dev.lathe.profile.sweep.Sweep;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// How fast models run: cells of a grid, measured or predicted, and what is known of figures like them.
public final class Measuring {
    private static final long WORKER_BYTES = 250L << 20;
    private static final long COPIES = 3;

    private final Workbench workbench;

    Measuring(Workbench workbench) {
        this.workbench = workbench;
    }

    /// Measures cells of a grid; its first setup is what the others are held against. A cell that fails is marked.
    public SweepResult measure(MeasureRequest request, JobContext job) {
        return new SweepRun(workbench, request, job).run("measure");
    }

    /// Compares models, each with each.
    public SweepResult compare(MeasureRequest request, JobContext job) {
        return new SweepRun(workbench, request, job).run("compare");
    }

    /// How long measuring takes at most, in nanoseconds, before anything is started. A fast model needs less.
    ///
    /// @throws ProblemException if it cannot be measured here
    public long predictedNs(MeasureRequest request) {
        List<Problem> problems = request.check(workbench.host(), workbench.machine().usableCpus());
        if (problems.stream().anyMatch(p -> p.severity() == Severity.ERROR)) {
            throw new ProblemException(problems);
        }
        return new SweepRun(workbench, request, new JobContext(_ -> {}, _ -> {}, new Cancellation())).predictedNs();
    }

    /// Workers that may be open at once: each holds the virtual machine and some copies of the largest model.
    int mostWorkers(List<Path> models) {
        long largest = models.stream().mapToLong(Workbench::sizeBytes).max().orElse(0);
        long room = workbench.machine().usableMemoryBytes().toOptional().orElse(4L << 30) / 2;
        return Math.clamp(room / (WORKER_BYTES + COPIES * largest), 3, Sweep.MOST_OPEN);
    }

    /// What the paces of a job show against earlier ones of this machine.
    List<Problem> paceCaveats(Stream<Pace> paces) {
        EarlierPaces earlier = EarlierPaces.of(workbench.workspace().cache(), workbench.machine().fingerprint());
        return paces.flatMap(pace -> earlier.note(pace).stream()).toList();
    }

    /// What earlier runs found with these queries on this machine.
    EarlierRatios earlierRatios(RunId run, Samples samples, Confinement confinement) {
        return new EarlierRatios(workbench.store(), run,
                String.join("\n", workbench.fingerprint(), confinement.words(), samples.hash()));
    }

    /// A plan with this machine's threads, unless others are given.
    public Plan plan(OptionalInt threads, List<Integer> batches, long budgetNs) {
        return new Plan(workbench.session(threads), AutoRun.FORKS, AutoRun.ROUNDS, batches, budgetNs, AutoRun.SEED);
    }
}
