package dev.lathe.app.engine;

import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunRequest;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Severity;
import dev.lathe.base.Sha256;
import dev.lathe.evaluate.Dataset;
import dev.lathe.evaluate.Selection;
import dev.lathe.profile.LaboratoryProcess;
import dev.lathe.profile.Plan;
import dev.lathe.profile.Subject;
import dev.lathe.profile.WorkerSettings;
import dev.lathe.profile.sweep.Cell;
import dev.lathe.profile.sweep.Setup;
import dev.lathe.profile.sweep.Sweep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/// Cells of a grid measured group by group, the first setup being what the others are held against in each.
/// A cell that fails is marked, and the sweep goes on; asking again after an interruption continues.
final class SweepRun {
    private static final JsonMapper JSON = new JsonMapper();

    private final Workbench workbench;
    private final MeasureRequest request;
    private final List<Cell> loads;
    private JobContext job;
    private final Plan plan;
    private final Plan loadPlan;
    private final Optional<Sweep> sweep;

    SweepRun(Workbench workbench, MeasureRequest request, JobContext job) {
        this.workbench = workbench;
        this.request = request;
        this.job = job;
        List<Cell> streams = request.cells().stream().filter(Cell::isSingleStream).toList();
        this.loads = request.cells().stream().filter(c -> !c.isSingleStream()).toList();
        Plan whole = workbench.measuring().plan(
                OptionalInt.of(request.cells().getFirst().setup().session().intraOpThreads()),
                request.grid().batches(), request.budgetNs());
        this.plan = share(whole, streams.size());
        this.loadPlan = share(whole, loads.size());
        this.sweep = streams.isEmpty()
                ? Optional.empty()
                : Optional.of(Sweep.of(streams, workbench.measuring().mostWorkers(request.models())));
    }

    private Plan share(Plan whole, int cells) {
        return new Plan(whole.session(), whole.forks(), whole.rounds(), whole.batches(),
                Math.max(1, (long) ((double) whole.budgetNs() * cells / request.cells().size())), whole.seed());
    }

    /// How long it takes at most, about.
    long predictedNs() {
        return sweep.map(s -> s.predictedNs(plan, Map.of())).orElse(0L) + (loads.isEmpty()
                ? 0
                : new LoadCells(request, loads, loadPlan, (_, _, _) -> {
                    throw new IllegalStateException("nothing is opened for a prediction");
                }, job).predictedNs());
    }

    SweepResult run(String verb) {
        List<Problem> problems = request.check(workbench.host(), workbench.machine().usableCpus());
        if (problems.stream().anyMatch(p -> p.severity() == Severity.ERROR)) {
            throw new ProblemException(problems);
        }
        request.models().forEach(Workbench::admit);
        request.requireLoads();
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
                    request.queue().toString(), request.confinement().words(), workbench.fingerprint()));
            Optional<RunId> unfinished = workbench.store().resume(key);
            RunId run = unfinished.orElseGet(() -> workbench.store().begin(new RunRequest(verb,
                    request.models().getFirst().toAbsolutePath(), hashes.getFirst(), key,
                    JSON.writeValueAsString(plan), workbench.environmentJson(laboratory))));
            job = RunRecord.keeping(workbench.store(), run, job, request.models());
            job.emit().accept(
                    new WorkbenchEvent.Started(verb, request.models().getFirst(), run, unfinished.isPresent()));
            problems.forEach(p -> job.emit().accept(new WorkbenchEvent.ProblemFound(p)));
            try {
                SweepResult result = measured(run, samples, declarations, scratch, problems, hashes);
                RunRecord.finished(workbench.store(), run, SweepJson.result(result));
                return result;
            } catch (RuntimeException e) {
                RunRecord.stopped(workbench.store(), run, e);
                throw e;
            }
        }
    }

    private SweepResult measured(RunId run, Samples samples, Declarations declarations, Scratch scratch,
            List<Problem> problems, List<String> hashes) {
        SortedMap<Integer, Path> packs = samples.queries(request.grid().batches());
        StreamCells.Subjects subjects = (key, setup, batches) -> subject(key, setup, batches, packs, declarations);
        StoreLog log = new StoreLog(workbench.store(), run);
        WorkerSettings workers = workbench.workers(scratch).confinedTo(request.confinement());
        List<Problem> placements = placements(packs, scratch);
        placements.forEach(p -> job.emit().accept(new WorkbenchEvent.ProblemFound(p)));
        Optional<SweepReport> report = sweep.map(s -> new StreamCells(workbench, request, s, plan, subjects, job)
                .run(log, workers, samples.itemsPerQuery()));
        Optional<LoadCells> loadCells = loads.isEmpty()
                ? Optional.empty()
                : Optional.of(new LoadCells(request, loads, loadPlan, subjects, job));
        List<CellResult> loaded = loadCells
                .map(l -> l.run(workbench.workspace().runs().resolve(run.text()), workers, workbench.host()))
                .orElse(List.of());
        List<Problem> caveats = new ArrayList<>(problems);
        caveats.addAll(placements);
        report.ifPresent(r -> caveats.addAll(workbench.measuring().paceCaveats(r.paces())));
        report.ifPresent(r -> caveats.addAll(differences(run, r, samples, hashes)));
        caveats.addAll(loadCells.map(LoadCells::caveats).orElse(List.of()));
        return SweepReport.result(run, request, plan, report, loaded, loadCells, caveats);
    }

    private List<Problem> differences(RunId run, SweepReport report, Samples samples,
            List<String> hashes) {
        EarlierRatios earlier = workbench.measuring().earlierRatios(run, samples, request.confinement());
        EarlierRatios.Side anchor = side(sweep.orElseThrow().anchor(), hashes);
        return report.ratios().entrySet().stream().flatMap(entry -> earlier
                .note(request.grid().name(entry.getKey()), side(entry.getKey(), hashes), anchor, entry.getValue())
                .stream())
                .toList();
    }

    /// @param hashes of the models, in their order
    private EarlierRatios.Side side(Setup setup, List<String> hashes) {
        return new EarlierRatios.Side(hashes.get(request.models().indexOf(request.model(setup))), setup.session(),
                setup.instances());
    }

    /// Where each model's nodes run on each target.
    private List<Problem> placements(SortedMap<Integer, Path> packs, Scratch scratch) {
        Path queries = packs.values().iterator().next();
        Map<String, Setup> each = new LinkedHashMap<>();
        request.cells().stream().map(c -> c.setup())
                .forEach(s -> each.putIfAbsent(s.variant() + " " + s.session().target().words(), s));
        return each.values().stream()
                .flatMap(s -> workbench.targeting().placement(request.model(s).toAbsolutePath(), s.variant(),
                        s.session(), queries, scratch, job).stream())
                .toList();
    }

    private Subject subject(String key, Setup setup, Set<Integer> batches, SortedMap<Integer, Path> packs,
            Declarations declarations) {
        SortedMap<Integer, Path> chosen = new TreeMap<>(packs);
        chosen.keySet().removeIf(batch -> batch > 1 && !batches.contains(batch));
        return new Subject(key, request.model(setup).toAbsolutePath(), chosen, Optional.of(setup.session()),
                setup.instances(), declarations.of(request.model(setup)));
    }
}
