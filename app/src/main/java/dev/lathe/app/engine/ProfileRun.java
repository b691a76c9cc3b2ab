package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.base.Sha256;
import dev.lathe.evaluate.Dataset;
import dev.lathe.evaluate.Selection;
import dev.lathe.hardware.Cpu;
import dev.lathe.profile.LaboratoryProcess;
import dev.lathe.profile.Target;
import dev.lathe.profile.WorkerSettings;
import dev.lathe.profile.operators.CeilingStore;
import dev.lathe.profile.operators.Ceilings;
import dev.lathe.profile.operators.OperatorProfile;
import dev.lathe.profile.operators.OperatorProfiler;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Several models profiled side by side on the same queries.
final class ProfileRun {
    private static final JsonMapper JSON = new JsonMapper();
    private static final long MEBIBYTE = 1L << 20;
    /// Caches hold nothing of an array several times their size.
    private static final int TIMES_CACHE = 4;
    private static final long SMALLEST_COPY = 128 * MEBIBYTE;
    private static final long LARGEST_COPY = 512 * MEBIBYTE;
    /// The copy test takes no more than this part of the memory.
    private static final int PART_OF_MEMORY = 8;

    private final Workbench workbench;
    private final JobContext job;

    ProfileRun(Workbench workbench, JobContext job) {
        this.workbench = workbench;
        this.job = job;
    }

    List<OperatorProfile> run(List<Path> models, Optional<Path> data, OperatorProfiler.Plan plan, boolean fresh) {
        models.forEach(Workbench::open);
        try (Scratch scratch = workbench.scratch();
                LaboratoryProcess laboratory = workbench.laboratory(scratch,
                        OptionalInt.of(plan.session().intraOpThreads()), job)) {
            Samples samples = Samples.of(models.getFirst(), data.map(Dataset::open), Selection.NONE, laboratory,
                    scratch, job);
            Path queries = samples.queries(List.of()).firstEntry().getValue();
            String runtime = "ONNX Runtime " + laboratory.probe().path("version").asString("of an unknown version");
            ObjectNode asked = JSON.createObjectNode().put("data", data.map(Path::toString).orElse(null))
                    .put("dataSha256", samples.hash()).put("budgetNs", plan.budgetNs());
            asked.set("session", JSON.valueToTree(plan.session()));
            asked.set("models", JSON.valueToTree(models.stream().map(m -> m.toAbsolutePath().toString()).toList()));
            return new SingleRun(workbench, job).kept("profile", models.getFirst(), Sha256.ofFile(models.getFirst()),
                    asked, laboratory, _ -> profile(models, queries, samples.words(), plan, fresh, runtime, scratch),
                    profiles -> ResultJson.profiled(models, profiles));
        }
    }

    private List<OperatorProfile> profile(List<Path> models, Path queries, String words, OperatorProfiler.Plan plan,
            boolean fresh, String runtime, Scratch scratch) {
        WorkerSettings workers = workbench.workers(scratch);
        Reading<Ceilings> ceilings = ceilings(runtime, workers, plan, fresh);
        List<OperatorProfiler.Subject> subjects = models.stream()
                .map(model -> new OperatorProfiler.Subject(model, queries, words)).toList();
        return new OperatorProfiler(workers, job.cancellation()).profile(subjects, plan, runtime, ceilings,
                job.progress());
    }

    /// What the machine can do; a profile without that is still one.
    private Reading<Ceilings> ceilings(String runtime, WorkerSettings workers, OperatorProfiler.Plan plan,
            boolean fresh) {
        Progress.Listener progress = job.progress();
        try {
            return Reading.known(new CeilingStore(workbench.workspace().cache().resolve("ceilings")).of(
                    workbench.fingerprint(), runtime, largestCopy(), fresh, workers, plan.session().on(Target.CPU),
                    job.cancellation(), progress), "measured on this machine");
        } catch (ProblemException e) {
            return Reading.unknown("the machine's ceilings could not be measured: "
                    + e.problems().stream().map(Problem::what).findFirst().orElse(""));
        }
    }

    private long largestCopy() {
        long cache = workbench.machine().cpu().caches().l3().toOptional().map(Cpu.Cache::sizeBytes).orElse(0L);
        long memory = workbench.machine().usableMemoryBytes().toOptional().orElse(LARGEST_COPY * PART_OF_MEMORY);
        return Math.min(Math.clamp(TIMES_CACHE * cache, SMALLEST_COPY, LARGEST_COPY), memory / PART_OF_MEMORY);
    }
}
