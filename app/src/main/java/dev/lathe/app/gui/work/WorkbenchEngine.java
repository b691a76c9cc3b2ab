package dev.lathe.app.gui.work;

import dev.lathe.app.engine.Answers;
import dev.lathe.app.engine.AnswersRequest;
import dev.lathe.app.engine.AutoOptions;
import dev.lathe.app.engine.EventJson;
import dev.lathe.app.engine.JobContext;
import dev.lathe.app.engine.KnownFigures;
import dev.lathe.app.engine.MeasureRequest;
import dev.lathe.app.engine.PruningDamage;
import dev.lathe.app.engine.PruningLook;
import dev.lathe.app.engine.SweepJson;
import dev.lathe.app.engine.Workbench;
import dev.lathe.app.engine.WorkbenchEvent;
import dev.lathe.app.engine.history.StoredResult;
import dev.lathe.app.engine.store.Leftovers;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.app.engine.store.StoredVariant;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Sha256;
import dev.lathe.evaluate.Selection;
import dev.lathe.evaluate.Sight;
import dev.lathe.export.Deployment;
import dev.lathe.graph.Model;
import dev.lathe.graph.inspect.ModelSummary;
import dev.lathe.graph.inspect.Sizes;
import dev.lathe.hardware.Machine;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Variant;
import dev.lathe.optimize.explain.Explanation;
import dev.lathe.optimize.prune.DependencyGraph;
import dev.lathe.optimize.prune.LayerWidth;
import dev.lathe.optimize.search.Sensitivities;
import dev.lathe.profile.Block;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.Target;
import dev.lathe.profile.operators.OperatorProfile;
import dev.lathe.profile.sweep.Cell;
import dev.lathe.profile.target.Targets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The workbench itself.
public final class WorkbenchEngine implements Engine {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT);

    private static final long PROFILE_NS = 3_000_000_000L;

    private final Workbench workbench;

    /// Closes the workbench when it is closed.
    public WorkbenchEngine(Workbench workbench) {
        this.workbench = workbench;
    }

    @Override
    public synchronized Machine machine() {
        return workbench.machine();
    }

    /// The workbench opens its history when it first needs it; two lanes may need it at once.
    private synchronized RunStore store() {
        return workbench.store();
    }

    @Override
    public Targets targets(Watch watch) {
        machine();
        return workbench.targeting().targets(new TreeMap<>(), new TreeMap<>(), context(watch));
    }

    @Override
    public ModelSummary inspect(Path model, Watch watch) {
        Model opened = Workbench.open(model);
        Sizes sizes = Sizes.ofBatch(1);
        try {
            return ModelSummary.of(opened, workbench.withShapes(sizes.bind(opened), context(watch)), model, sizes);
        } catch (ProblemException _) {
            // then it is shown without what shapes would tell, and says so
            return ModelSummary.of(opened, model, sizes);
        }
    }

    @Override
    public JsonNode auto(AutoOptions options, Target target, Watch watch) {
        ready();
        JobContext job = context(watch);
        AutoOptions.Output output = new AutoOptions.Output(
                Optional.of(options.output().folder().orElseGet(() -> staging(options.model()))),
                options.output().force());
        try {
            workbench.targeting().runOn(target, job);
            return EventJson.result(workbench.auto(
                    new AutoOptions(options.model(), options.data(), options.goals(), options.effort(), output), job));
        } finally {
            // other screens say for themselves where models run
            workbench.targeting().runOn(Target.CPU, job);
        }
    }

    @Override
    public JsonNode export(RunId run, AutoOptions.Output output, Watch watch) {
        ready();
        JobContext job = context(watch);
        try {
            return EventJson.result(workbench.export(run, output, job));
        } finally {
            workbench.targeting().runOn(Target.CPU, job);
        }
    }

    @Override
    public long predictedNs(MeasureRequest request) {
        return workbench.measuring().predictedNs(request);
    }

    @Override
    public JsonNode measure(MeasureRequest request, Watch watch) {
        ready();
        JobContext job = context(watch);
        request.grid().sessions().stream().map(SessionSettings::target).distinct()
                .forEach(target -> workbench.targeting().require(target, job));
        return SweepJson.result(workbench.measuring().measure(request, job));
    }

    @Override
    public Descendant make(Path parent, Recipe recipe, Optional<Path> data, Watch watch) {
        ready();
        StoredVariant made = workbench.make(parent, recipe, data, context(watch));
        return descendant(made, store().variants());
    }

    @Override
    public List<Descendant> descendants(Path model) {
        List<StoredVariant> all = store().variants();
        Set<String> family = new HashSet<>(Set.of(Sha256.ofFile(model)));
        List<StoredVariant> found = new ArrayList<>();
        boolean grows = true;
        while (grows) {
            List<StoredVariant> more = all.stream().filter(v -> family.contains(v.parentSha256()) && !found.contains(v))
                    .toList();
            grows = found.addAll(more);
            more.forEach(v -> family.add(v.content().sha256()));
        }
        // the original is made by its recipe too, and is the model itself
        return all.stream().filter(found::contains).filter(v -> !v.name().equals("original"))
                .map(v -> descendant(v, all)).toList();
    }

    private Descendant descendant(StoredVariant variant, List<StoredVariant> all) {
        return new Descendant(variant.name(), variant.id().hex(), all.stream()
                .filter(v -> v.content().sha256().equals(variant.parentSha256())
                        && !v.content().sha256().equals(v.parentSha256()))
                .map(v -> v.id().hex()).findFirst(),
                store().workspace().root().resolve(variant.content().path()), variant.content().sizeBytes(),
                new JsonMapper().readTree(variant.stepsJson()).valueStream().map(JsonNode::asString).toList(),
                variant.recipeJson());
    }

    @Override
    public Explanation explain(Path variant, Optional<Path> parent, Watch watch) {
        ready();
        return workbench.profiling().explain(variant, parent.filter(Files::isRegularFile), context(watch));
    }

    @Override
    public Sensitivities sensitivities(Path model, Recipe recipe, Path data, Watch watch) {
        ready();
        return workbench.sensitivity(model, recipe, data, OptionalInt.empty(), true, context(watch));
    }

    @Override
    public List<Tied> tied(Path model, Watch watch) {
        machine();
        return Tied.of(DependencyGraph.of(workbench.withShapes(Workbench.open(model), context(watch)).graph()));
    }

    @Override
    public Prunable prunable(Path model, Recipe recipe, Watch watch) {
        ready();
        PruningLook look = workbench.lookAtPruning(model, recipe, context(watch));
        return new Prunable(Tied.of(look.dependencies()), look.forecast(),
                look.sizeBytes(), look.times());
    }

    @Override
    public PruningDamage damage(Path model, Recipe recipe, Path data, Watch watch) {
        ready();
        return workbench.pruningDamage(model, recipe, data, context(watch));
    }

    @Override
    public BeforeAfter beforeAfter(Path parent, Path variant, Watch watch) {
        ready();
        // a file that is gone says so here
        List<LayerWidth> layers = LayerWidth.of(Workbench.open(parent).graph(), Workbench.open(variant).graph());
        KnownFigures known = workbench.knownFigures(parent, variant);
        return new BeforeAfter(side(parent, known.scoreBefore(), watch), side(variant, known.scoreAfter(), watch),
                layers, known.speed().map(Row::of).flatMap(Row::speed));
    }

    private BeforeAfter.Side side(Path file, Optional<JsonNode> score, Watch watch) {
        ModelSummary summary = inspect(file, watch);
        return new BeforeAfter.Side(Variant.sizeBytes(file), summary.weights().parameters(), summary.macs().total(),
                score.map(Row::of).flatMap(Row::accuracy));
    }

    @Override
    public void score(Path parent, Path variant, Path data, Watch watch) {
        ready();
        workbench.evaluate(parent, data, Selection.DEFAULT, Optional.empty(), context(watch));
        workbench.evaluate(variant, data, Selection.DEFAULT, Optional.of(parent), context(watch));
    }

    @Override
    public Answers answers(AnswersRequest request, Watch watch) {
        ready();
        return workbench.answers(request, context(watch));
    }

    @Override
    public List<Sight> sights(Path model, Path data, List<Integer> samples) {
        return Workbench.sights(model, data, samples);
    }

    @Override
    public OperatorProfile profile(Path model, Optional<Path> data, OptionalInt threads, Watch watch) {
        ready();
        return workbench.profiling().profile(model, data, workbench.profiling().profilePlan(threads, PROFILE_NS),
                context(watch));
    }

    @Override
    public SequencedMap<String, Path> files(RunId run) {
        SequencedMap<String, Path> files = new LinkedHashMap<>();
        for (StoredVariant variant : store().variants(run)) {
            Path file = store().workspace().root().resolve(variant.content().path());
            if (!variant.name().equals("original") && Files.isRegularFile(file)) {
                files.put(variant.name(), file);
            }
        }
        return files;
    }

    private void ready() {
        machine();
        store();
    }

    private static JobContext context(Watch watch) {
        return new JobContext(p -> watch.tell().accept(new Happening.Step(p)), event -> {
            if (event instanceof WorkbenchEvent.BlockMeasured(Block block)) {
                watch.tell().accept(new Happening.Timed(block));
            } else if (event instanceof WorkbenchEvent.CellStarted(Cell cell)) {
                watch.tell().accept(new Happening.Told(SweepJson.started(cell)));
            } else {
                EventJson.of(event).ifPresent(json -> watch.tell().accept(new Happening.Told(json)));
            }
        }, watch.cancellation());
    }

    @Override
    public List<Listed> runs() {
        RunStore store = store();
        return store.runs().stream().map(r -> new Listed(StoredResult.of(r), store.standing(r.id()))).toList();
    }

    @Override
    public List<Block> blocks(RunId run) {
        return store().blocks(run).stream().map(b -> new Block(
                new Block.Key(b.key().variantKey(), b.key().fork(), b.key().batch(), b.key().sequence()),
                b.samples().toArray(), b.wallNs(), b.cpuNs(), b.startedAt())).toList();
    }

    @Override
    public Leftovers delete(List<RunId> runs) {
        RunStore store = store();
        runs.forEach(store::delete);
        return store.clean();
    }

    @Override
    public Path staging(Path model) {
        String name = Deployment.safeName(model.getFileName().toString().replaceFirst("\\.onnx$", ""));
        return store().workspace().runs()
                .resolve(name + "-" + LocalDateTime.now(ZoneId.systemDefault()).format(STAMP));
    }

    @Override
    public void close() {
        workbench.close();
    }
}
