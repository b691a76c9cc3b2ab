package dev.lathe.app.engine;

import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunRequest;
import dev.lathe.app.engine.store.StoredScore;
import dev.lathe.app.engine.store.StoredVariant;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.base.Sha256;
import dev.lathe.base.VariantId;
import dev.lathe.evaluate.Dataset;
import dev.lathe.evaluate.Scored;
import dev.lathe.optimize.Optimizer;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.Variant;
import dev.lathe.profile.Bench;
import dev.lathe.profile.Block;
import dev.lathe.profile.Confinement;
import dev.lathe.profile.LaboratoryProcess;
import dev.lathe.profile.Plan;
import dev.lathe.profile.Subject;
import dev.lathe.serving.Cost;
import dev.lathe.serving.CostModel;
import dev.lathe.serving.Price;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import tools.jackson.databind.json.JsonMapper;

/// One `auto`: make variants, score them, measure them side by side, decide, export. Each finished piece is kept at once,
/// so that asking again after an interruption continues.
final class AutoRun {
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<Integer> BATCHES = List.of(1, 4, 16);
    static final int FORKS = 2;
    static final int ROUNDS = 5;
    static final long SEED = 7;
    private static final double DROP_WITH_LABELS = 1.0;
    private static final double DROP_WITHOUT_LABELS = 2.0;
    private static final double MAKING = 0.15;
    private static final double SCORING = 0.25;
    private static final double MEASURING = 0.98;

    private final Workbench workbench;
    private final AutoOptions options;
    /// Once there is a run, its events are kept on their way.
    private JobContext job;
    private final Optional<RunId> again;
    private final boolean exported;

    /// @param again a run of the history to go through once more with what it has, or empty
    /// @param exported whether a bundle is written
    AutoRun(Workbench workbench, AutoOptions options, JobContext job, Optional<RunId> again, boolean exported) {
        this.again = again;
        this.exported = exported;
        this.workbench = workbench;
        this.options = options;
        this.job = job;
    }

    AutoResult run() {
        Path out = BundleStep.folder(options);
        Workbench.open(options.model());
        Reading<Price> price = price();
        List<Recipe> recipes = options.effort().recipes().stream().map(Recipes::named).toList();
        Optional<Dataset> dataset = options.data().description().map(Dataset::open);
        Optimizer.Parent parent = Optimizer.Parent.read(options.model());
        try (Scratch scratch = workbench.scratch();
                LaboratoryProcess laboratory = workbench.laboratory(scratch, options.effort().threads(), job)) {
            Samples samples = Samples.of(options.model(), dataset, options.data().selection(), laboratory, scratch,
                    job);
            Plan plan = plan();
            Optional<RunId> unfinished = again.or(() -> workbench.store().resume(requestKey(parent, samples, plan)));
            RunId run = unfinished.orElseGet(
                    () -> workbench.store().begin(request(parent, samples, plan, laboratory)));
            job = RunRecord.keeping(workbench.store(), run, job);
            job.emit().accept(new WorkbenchEvent.Started("auto", options.model(), run, unfinished.isPresent()));
            try {
                AutoResult result = run(run, parent, recipes, samples, plan, price, laboratory, scratch, out);
                RunRecord.finished(workbench.store(), run, EventJson.result(result));
                job.emit().accept(new WorkbenchEvent.Finished(result));
                return result;
            } catch (RuntimeException e) {
                RunRecord.stopped(workbench.store(), run, e);
                throw e;
            }
        }
    }

    private Plan plan() {
        return workbench.measuring().plan(options.effort().threads(), BATCHES, options.effort().budgetNs());
    }

    private AutoResult run(RunId run, Optimizer.Parent parent, List<Recipe> recipes, Samples samples, Plan plan,
            Reading<Price> price, LaboratoryProcess laboratory, Scratch scratch, Path out) {
        List<VariantResult> rows = new ArrayList<>();
        Explainer explainer = new Explainer(laboratory, workbench.targeting().optimization(), scratch, job);
        for (Recipe recipe : recipes) {
            VariantResult row = make(run, parent, recipe, samples, laboratory, scratch,
                    (double) rows.size() / recipes.size());
            rows.add(row.explained(made -> explainer.explain(row.name(), made.file(),
                    row.name().equals(Decision.ORIGINAL) ? Optional.empty() : Optional.of(options.model()))));
        }
        VariantResult original = rows.stream().filter(r -> r.name().equals(Decision.ORIGINAL)).findFirst()
                .orElseThrow();
        Path originalFile = original.made().map(VariantResult.Made::file)
                .orElseThrow(() -> new ProblemException(original.problems()));
        if (again.isEmpty()) {
            // a run that is exported once more was told its doubts when it was made
            samples.doubts(originalFile, job).ifPresent(p -> job.emit().accept(new WorkbenchEvent.ProblemFound(p)));
        }
        for (int i = 0; i < rows.size(); i++) {
            rows.set(i, score(run, rows.get(i), originalFile, samples, (double) i / rows.size()));
            job.emit().accept(new WorkbenchEvent.VariantMade(rows.get(i)));
        }
        Bench.Result measured = measure(run, rows, samples, plan, scratch);
        Reporting reporting = new Reporting(measured, plan, samples.itemsPerQuery(), Decision.ORIGINAL);
        for (int i = 0; i < rows.size(); i++) {
            VariantResult row = reporting.complete(rows.get(i));
            rows.set(i, withCost(row, price));
            job.emit().accept(new WorkbenchEvent.VariantMeasured(rows.get(i)));
        }
        List<Problem> caveats = new ArrayList<>(measured.caveats());
        caveats.addAll(placements(rows, samples, plan, scratch));
        caveats.addAll(reporting.contradictions(_ -> plan.session().elsewhere().isEmpty()));
        caveats.addAll(workbench.measuring().paceCaveats(measured.pace().stream()));
        caveats.addAll(differences(run, rows, original, samples, plan));
        double maxDrop = maxDrop(samples);
        Decision decision = Decision.of(rows, maxDrop, options.goals().sloP99Ns());
        AutoResult.Context context = new AutoResult.Context(plan, samples.words(), maxDrop, price, reporting.again(),
                caveats);
        AutoResult result = new AutoResult(run, options.model(), decision.verdicts(), decision, context,
                Optional.empty());
        caveats.forEach(c -> job.emit().accept(new WorkbenchEvent.ProblemFound(c)));
        if (!exported || (!decision.qualifies() && !options.output().force())) {
            return result;
        }
        progress(MEASURING, "exporting " + decision.winner());
        workbench.store().useBundle(run, out);
        Path bundle = new BundleStep(workbench, options, job).write(result, samples, laboratory, out);
        return new AutoResult(run, options.model(), decision.verdicts(), decision, context, Optional.of(bundle));
    }

    private void progress(double fraction, String step) {
        job.progress().progress(Progress.of(step, fraction));
    }

    private Reading<Price> price() {
        if (options.goals().usdPerHour().isPresent()) {
            return Reading.known(Price.given(options.goals().usdPerHour().getAsDouble()), "--price");
        }
        Optional<String> instance = options.goals().instance();
        if (instance.isPresent()) {
            return Reading.known(workbench.prices().price(instance.get()), "--instance");
        }
        double memoryGiB = workbench.machine().usableMemoryBytes().toOptional().orElse(0L) / (double) (1L << 30);
        return workbench.prices().assumed(workbench.machine().usableCpus(), memoryGiB,
                workbench.machine().platform().architecture().toOptional().orElse(System.getProperty("os.arch", "")));
    }

    private String requestKey(Optimizer.Parent parent, Samples samples, Plan plan) {
        return Sha256.ofText(String.join("\n", "auto", Optimizer.VERSION, parent.sha256(), samples.hash(),
                samples.selectionName(), JSON.writeValueAsString(plan), options.effort().recipes().toString(),
                workbench.fingerprint()));
    }

    private RunRequest request(Optimizer.Parent parent, Samples samples, Plan plan, LaboratoryProcess laboratory) {
        return new RunRequest("auto", options.model().toAbsolutePath(), parent.sha256(),
                requestKey(parent, samples, plan),
                JSON.writeValueAsString(new AutoRequest(plan, options)), workbench.environmentJson(laboratory));
    }

    private double maxDrop(Samples samples) {
        return maxDrop(options.goals().maxDrop(), samples);
    }

    /// The accuracy budget: one point with labels and two points of agreement without, unless another is given.
    static double maxDrop(OptionalDouble given, Samples samples) {
        return given.orElse(samples.scorer().isLabelled() ? DROP_WITH_LABELS : DROP_WITHOUT_LABELS);
    }

    /// The recipe itself, or what a search makes of it.
    private Recipe settled(Optimizer.Parent parent, Recipe recipe, Samples samples, LaboratoryProcess laboratory,
            Scratch scratch, double done) {
        JobContext quiet = new JobContext(p -> job.progress().progress(
                new Progress(recipe.name() + ": " + p.step(), MAKING * done, p.remainingNs())), job.emit(),
                job.cancellation());
        if (SearchRun.isSearched(recipe)) {
            return new SearchRun(workbench, laboratory, samples, scratch, plan().session(), quiet).recipe(parent,
                    recipe, maxDrop(samples));
        }
        PassContext context = new PassContext(laboratory, samples.calibration(), workbench.targeting().optimization(),
                scratch.folder(),
                quiet.progress(), quiet.cancellation());
        return new PruningRun(workbench, laboratory, scratch, plan().session(), quiet).settled(parent, recipe, context,
                () -> samples);
    }

    private VariantResult make(RunId run, Optimizer.Parent parent, Recipe named, Samples samples,
            LaboratoryProcess laboratory,
            Scratch scratch, double done) {
        progress(MAKING * done, "making " + named.name());
        Recipe recipe;
        try {
            recipe = settled(parent, named, samples, laboratory, scratch, done);
        } catch (ProblemException e) {
            return row(named, Optional.empty(), e.problems());
        }
        PassContext context = new PassContext(laboratory, samples.calibration(), workbench.targeting().optimization(),
                scratch.folder(),
                p -> job.progress().progress(new Progress("making " + p.step(), MAKING * done, OptionalLong.empty())),
                job.cancellation());
        try {
            VariantId id = Optimizer.provenance(parent, recipe, context).id();
            workbench.store().useVariant(run, id);
            Optional<StoredVariant> known = workbench.known(id);
            if (known.isPresent()) {
                return row(recipe, Optional.of(made(known.get(), recipe)), List.of());
            }
            Variant variant = Optimizer.run(parent, recipe, context,
                    workbench.workspace().variants().resolve(id + ".onnx"));
            StoredVariant stored = SingleRun.stored(variant, parent.sha256());
            workbench.store().putVariant(stored);
            return row(recipe, Optional.of(made(stored, recipe)), variant.problems());
        } catch (ProblemException e) {
            return row(recipe, Optional.empty(), e.problems());
        }
    }

    private VariantResult.Made made(StoredVariant stored, Recipe recipe) {
        List<String> changes = new ArrayList<>();
        JSON.readTree(stored.stepsJson()).forEach(n -> changes.add(n.asString()));
        return new VariantResult.Made(stored.id(), workbench.workspace().root().resolve(stored.content().path()),
                stored.content().sizeBytes(), stored.content().sha256(), changes, Recipes.toJson(recipe),
                Optional.empty());
    }

    private static VariantResult row(Recipe recipe, Optional<VariantResult.Made> made, List<Problem> problems) {
        return new VariantResult(recipe.name(), made, Optional.empty(), Optional.empty(), Optional.empty(), problems,
                "");
    }

    private VariantResult score(RunId run, VariantResult row, Path original, Samples samples, double done) {
        if (row.made().isEmpty()) {
            return row;
        }
        VariantResult.Made made = row.made().get();
        double from = MAKING + (SCORING - MAKING) * done;
        progress(from, "scoring " + row.name());
        try {
            Optional<StoredScore> known = workbench.store().score(made.id(), samples.hash(), samples.selectionName());
            Scored scored;
            if (known.isPresent()) {
                scored = JSON.readValue(known.get().json(), Scored.class);
            } else {
                scored = samples.score(made.file(), original,
                        p -> job.progress().progress(Progress.of("scoring " + row.name(), from)));
                workbench.store().putScore(new StoredScore(run, made.id(), samples.hash(), samples.selectionName(),
                        JSON.writeValueAsString(scored)));
            }
            List<Problem> problems = new ArrayList<>(row.problems());
            problems.addAll(scored.problems());
            return new VariantResult(row.name(), row.made(), Optional.of(scored), Optional.empty(), Optional.empty(),
                    problems,
                    "");
        } catch (ProblemException e) {
            return new VariantResult(row.name(), row.made(), Optional.empty(), Optional.empty(), Optional.empty(),
                    e.problems(), "");
        }
    }

    private Bench.Result measure(RunId run, List<VariantResult> rows, Samples samples, Plan plan, Scratch scratch) {
        SortedMap<Integer, Path> packs = samples.queries(BATCHES);
        List<Subject> subjects = new ArrayList<>();
        for (VariantResult row : rows) {
            if (row.made().isPresent() && row.scored().isPresent()) {
                Subject subject = new Subject(row.name(), row.made().get().file(), packs);
                subjects.add(subject);
                if (row.name().equals(Decision.ORIGINAL)) {
                    subjects.add(subject.again());
                }
            }
        }
        Bench bench = new Bench(workbench.workers(scratch), workbench.host(), job.cancellation());
        return bench.run(subjects, plan, new StoreLog(workbench.store(), run), new Bench.Watch() {
            @Override
            public void block(Block block) {
                job.emit().accept(new WorkbenchEvent.BlockMeasured(block));
            }

            @Override
            public void progress(Progress progress) {
                job.progress().progress(new Progress(progress.step(),
                        SCORING + (MEASURING - SCORING) * progress.fraction(), progress.remainingNs()));
            }
        });
    }

    private List<Problem> differences(RunId run, List<VariantResult> rows, VariantResult original, Samples samples,
            Plan plan) {
        EarlierRatios earlier = workbench.measuring().earlierRatios(run, samples, Confinement.NONE);
        String reference = original.made().map(VariantResult.Made::sha256).orElse("");
        return rows.stream().flatMap(row -> row.made().stream().flatMap(made -> row.ratio().stream()
                .flatMap(ratio -> earlier.note(row.name(), new EarlierRatios.Side(made.sha256(), plan.session(), 1),
                        new EarlierRatios.Side(reference, plan.session(), 1), ratio).stream())))
                .toList();
    }

    private List<Problem> placements(List<VariantResult> rows, Samples samples, Plan plan, Scratch scratch) {
        if (plan.session().elsewhere().isEmpty()) {
            return List.of();
        }
        Path queries = samples.queries(List.of()).values().iterator().next();
        return rows.stream().filter(row -> row.timed().isPresent()).flatMap(row -> row.made().stream().flatMap(
                made -> workbench.targeting().placement(made.file(), row.name(), plan.session(), queries, scratch, job)
                        .stream()))
                .distinct().toList();
    }

    private static VariantResult withCost(VariantResult row, Reading<Price> price) {
        Optional<Cost> cost = price.toOptional().flatMap(p -> row.timed().flatMap(VariantResult.Timed::bestThroughput)
                .map(best -> CostModel.costPerMillion(p, best.getValue())));
        return new VariantResult(row.name(), row.made(), row.scored(), row.timed(), cost, row.problems(),
                row.verdict());
    }
}
