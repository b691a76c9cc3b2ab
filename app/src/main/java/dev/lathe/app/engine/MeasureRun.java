package dev.lathe.app.engine;

import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunRequest;
import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.base.Sha256;
import dev.lathe.evaluate.Dataset;
import dev.lathe.evaluate.Selection;
import dev.lathe.profile.Bench;
import dev.lathe.profile.Block;
import dev.lathe.profile.LaboratoryProcess;
import dev.lathe.profile.Plan;
import dev.lathe.profile.Subject;
import dev.lathe.profile.stats.RatioInterval;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import tools.jackson.databind.json.JsonMapper;

/// Several models measured side by side, the first being what the others are held against.
public final class MeasureRun {
    private static final JsonMapper JSON = new JsonMapper();

    /// What was measured.
    ///
    /// @param rows one each, in the order given; the first has no ratio
    /// @param again the first against itself
    /// @param caveats what may have disturbed it
    public record Result(List<VariantResult> rows, Plan plan, Reading<RatioInterval> again, List<Problem> caveats) {}

    private final Workbench workbench;
    private JobContext job;

    MeasureRun(Workbench workbench, JobContext job) {
        this.workbench = workbench;
        this.job = job;
    }

    Result run(List<Path> models, Optional<Path> data, Plan plan) {
        models.forEach(Workbench::admit);
        List<String> names = names(models);
        List<String> hashes = models.stream().map(Sha256::ofFile).toList();
        try (Scratch scratch = workbench.scratch();
                LaboratoryProcess laboratory = workbench.laboratory(scratch,
                        OptionalInt.of(plan.session().intraOpThreads()), job)) {
            Optional<Dataset> dataset = data.map(Dataset::open);
            Declarations declarations = workbench.declarations(models, dataset, laboratory);
            Samples samples = Samples.of(models.getFirst(), dataset, Selection.NONE, laboratory, scratch, job);
            SortedMap<Integer, Path> packs = samples.queries(plan.batches());
            List<Subject> subjects = new ArrayList<>();
            for (int i = 0; i < models.size(); i++) {
                subjects.add(new Subject(names.get(i), models.get(i).toAbsolutePath(), packs)
                        .declared(declarations.of(models.get(i))));
            }
            subjects.add(subjects.getFirst().again());
            String key = Sha256.ofText(String.join("\n", "measure", hashes.toString(), samples.hash(),
                    JSON.writeValueAsString(plan), workbench.machine().fingerprint()));
            RunId run = workbench.store().resume(key).orElseGet(() -> workbench.store().begin(new RunRequest("measure",
                    models.getFirst().toAbsolutePath(), hashes.getFirst(), key, JSON.writeValueAsString(plan),
                    workbench.environmentJson(laboratory))));
            return measured(run, subjects, names, plan, samples, scratch);
        }
    }

    private Result measured(RunId run, List<Subject> subjects, List<String> names, Plan plan, Samples samples,
            Scratch scratch) {
        job = RunRecord.keeping(workbench.store(), run, job, subjects);
        try {
            Bench bench = new Bench(workbench.workers(scratch), workbench.host(), job.cancellation());
            Bench.Result result = bench.run(subjects, plan, new StoreLog(workbench.store(), run), new Bench.Watch() {
                @Override
                public void block(Block block) {
                    job.emit().accept(new WorkbenchEvent.BlockMeasured(block));
                }

                @Override
                public void progress(Progress progress) {
                    job.progress().progress(progress);
                }
            });
            Reporting reporting = new Reporting(result, plan, samples.itemsPerQuery(), names.getFirst());
            List<VariantResult> rows = names.stream().map(n -> reporting.complete(new VariantResult(n, Optional.empty(),
                    Optional.empty(), Optional.empty(), Optional.empty(), List.of(), ""))).toList();
            Result found = new Result(rows, plan, reporting.again(), result.caveats());
            RunRecord.finished(workbench.store(), run, MeasureJson.of(found));
            return found;
        } catch (RuntimeException e) {
            RunRecord.stopped(workbench.store(), run, e);
            throw e;
        }
    }

    /// File names, made different where two are alike.
    private static List<String> names(List<Path> models) {
        List<String> names = new ArrayList<>();
        for (Path model : models) {
            String name = model.getFileName().toString().replaceFirst("\\.onnx$", "");
            String free = name;
            for (int i = 2; names.contains(free); i++) {
                free = name + " (" + i + ")";
            }
            names.add(free);
        }
        return names;
    }
}
