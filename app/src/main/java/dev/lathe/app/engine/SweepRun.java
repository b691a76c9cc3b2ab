package dev.lathe.app.engine;

import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunRequest;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Severity;
import dev.lathe.base.Sha256;
import dev.lathe.evaluate.Dataset;
import dev.lathe.evaluate.Selection;
import dev.lathe.profile.Bench;
import dev.lathe.profile.Block;
import dev.lathe.profile.LaboratoryProcess;
import dev.lathe.profile.Plan;
import dev.lathe.profile.Subject;
import dev.lathe.profile.WorkerSettings;
import dev.lathe.profile.sweep.Cell;
import dev.lathe.profile.sweep.Setup;
import dev.lathe.profile.sweep.Sweep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/// Cells of a grid measured group by group, the first setup being what the others are held against in each.
/// A cell that fails is marked, and the sweep goes on; asking again after an interruption continues.
final class SweepRun {
    private static final JsonMapper JSON = new JsonMapper();

    private final Workbench workbench;
    private final MeasureRequest request;
    private JobContext job;
    private final Plan plan;
    private final Sweep sweep;
    private final Map<String, Cell> failed = new HashMap<>();
    private final Set<Cell> begun = new HashSet<>();

    SweepRun(Workbench workbench, MeasureRequest request, JobContext job) {
        this.workbench = workbench;
        this.request = request;
        this.job = job;
        this.plan = workbench.plan(OptionalInt.of(request.cells().getFirst().setup().session().intraOpThreads()),
                request.grid().batches(), request.budgetNs());
        this.sweep = Sweep.of(request.cells(), workbench.mostWorkers(request.models()));
    }

    SweepResult run(String verb) {
        List<Problem> problems = request.check(workbench.host(), workbench.machine().usableCpus());
        if (problems.stream().anyMatch(p -> p.severity() == Severity.ERROR)) {
            throw new ProblemException(problems);
        }
        request.models().forEach(Workbench::admit);
        List<String> hashes = request.models().stream().map(Sha256::ofFile).toList();
        try (Scratch scratch = workbench.scratch();
                LaboratoryProcess laboratory = workbench.laboratory(scratch,
                        OptionalInt.of(plan.session().intraOpThreads()), job)) {
            Optional<Dataset> dataset = request.data().map(Dataset::open);
            Declarations declarations = workbench.declarations(request.models(), dataset, laboratory);
            Samples samples = Samples.of(request.models().getFirst(), dataset, Selection.NONE, laboratory, scratch,
                    job);
            String key = Sha256.ofText(String.join("\n", "measure", hashes.toString(), samples.hash(),
                    JSON.writeValueAsString(plan), JSON.writeValueAsString(request.cells()),
                    request.confinement().words(), workbench.machine().fingerprint()));
            Optional<RunId> unfinished = workbench.store().resume(key);
            RunId run = unfinished.orElseGet(() -> workbench.store().begin(new RunRequest(verb,
                    request.models().getFirst().toAbsolutePath(), hashes.getFirst(), key,
                    JSON.writeValueAsString(plan), workbench.environmentJson(laboratory))));
            job = RunRecord.keeping(workbench.store(), run, job, request.models());
            job.emit().accept(
                    new WorkbenchEvent.Started(verb, request.models().getFirst(), run, unfinished.isPresent()));
            problems.forEach(p -> job.emit().accept(new WorkbenchEvent.ProblemFound(p)));
            try {
                SweepResult result = measured(run, samples, declarations, scratch, problems);
                RunRecord.finished(workbench.store(), run, SweepJson.result(result));
                return result;
            } catch (RuntimeException e) {
                RunRecord.stopped(workbench.store(), run, e);
                throw e;
            }
        }
    }

    private SweepResult measured(RunId run, Samples samples, Declarations declarations, Scratch scratch,
            List<Problem> problems) {
        SortedMap<Integer, Path> packs = samples.queries(request.grid().batches());
        StoreLog log = new StoreLog(workbench.store(), run);
        WorkerSettings workers = workbench.workers(scratch).confinedTo(request.confinement());
        SweepReport report = new SweepReport(request, sweep, plan, samples.itemsPerQuery(), log, workbench.host());
        for (int g = 0; g < sweep.groups().size(); g++) {
            int group = g;
            Map<String, Setup> byKey = keys(group);
            List<Subject> subjects = subjects(group, byKey, packs, declarations);
            Bench bench = new Bench(workers, workbench.host(), job.cancellation());
            Bench.Result result = bench.run(subjects, sweep.plan(plan, group), new GroupLog(log, group),
                    new Watching(group, byKey));
            report.add(group, result);
            report.cells(group).stream().filter(c -> c.figures().isPresent()).forEach(
                    c -> job.emit().accept(new WorkbenchEvent.CellFinished(c.cell(), c)));
        }
        List<Problem> caveats = new ArrayList<>(problems);
        caveats.addAll(workbench.paceCaveats(report.paces()));
        SweepResult result = report.done(run, caveats);
        result.cells().forEach(c -> c.failure().filter(_ -> !failed.containsValue(c.cell()))
                .ifPresent(p -> job.emit().accept(new WorkbenchEvent.CellFailed(c.cell(), p))));
        return result;
    }

    /// Setups of a group by their subjects' keys, in order.
    private Map<String, Setup> keys(int group) {
        Map<String, Setup> keys = new HashMap<>();
        keys.put(SweepReport.anchorKey(request.grid().name(sweep.anchor()), group), sweep.anchor());
        sweep.groups().get(group).keySet().forEach(setup -> keys.put(request.grid().name(setup), setup));
        return keys;
    }

    private List<Subject> subjects(int group, Map<String, Setup> byKey, SortedMap<Integer, Path> packs,
            Declarations declarations) {
        String anchorKey = SweepReport.anchorKey(request.grid().name(sweep.anchor()), group);
        List<Subject> subjects = new ArrayList<>();
        Subject anchor = subject(anchorKey, Objects.requireNonNull(byKey.get(anchorKey)), sweep.anchorBatches(), packs,
                declarations);
        subjects.add(anchor);
        subjects.add(anchor.again());
        sweep.groups().get(group).forEach(
                (setup, batches) -> subjects
                        .add(subject(request.grid().name(setup), setup, batches, packs, declarations)));
        return subjects;
    }

    private Subject subject(String key, Setup setup, SortedSet<Integer> batches, SortedMap<Integer, Path> packs,
            Declarations declarations) {
        SortedMap<Integer, Path> chosen = new TreeMap<>(packs);
        chosen.keySet().removeIf(batch -> batch > 1 && !batches.contains(batch));
        return new Subject(key, request.model(setup).toAbsolutePath(), chosen, Optional.of(setup.session()),
                setup.instances(), declarations.of(request.model(setup)));
    }

    /// Tells of cells what the bench tells of blocks.
    private final class Watching implements Bench.Watch {
        private final int group;
        private final Map<String, Setup> byKey;

        Watching(int group, Map<String, Setup> byKey) {
            this.group = group;
            this.byKey = byKey;
        }

        private Optional<Cell> cell(String subject, int batch) {
            return Optional.ofNullable(byKey.get(subject)).map(setup -> new Cell(setup, batch))
                    .filter(request.cells()::contains);
        }

        @Override
        public void block(Block block) {
            cell(block.key().subject(), block.key().batch()).filter(begun::add)
                    .ifPresent(c -> job.emit().accept(new WorkbenchEvent.CellStarted(c)));
            job.emit().accept(new WorkbenchEvent.BlockMeasured(block));
        }

        @Override
        public void failed(String subject, int batch, Problem cause) {
            cell(subject, batch).filter(c -> failed.put(c.words(), c) == null)
                    .ifPresent(c -> job.emit().accept(new WorkbenchEvent.CellFailed(c, cause)));
        }

        @Override
        public void progress(Progress progress) {
            int groups = sweep.groups().size();
            long later = 0;
            for (int g = group + 1; g < groups; g++) {
                later += sweep.predictedNs(plan, g, Map.of());
            }
            OptionalLong left = progress.remainingNs();
            job.progress().progress(new Progress(
                    (groups > 1 ? "group " + (group + 1) + " of " + groups + ": " : "") + progress.step(),
                    (group + progress.fraction()) / groups,
                    left.isPresent() ? OptionalLong.of(left.getAsLong() + later) : left));
        }
    }
}
