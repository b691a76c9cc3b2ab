package dev.lathe.app.engine;

import dev.lathe.app.engine.store.Run;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.app.engine.store.StoredVariant;
import dev.lathe.app.engine.store.Workspace;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Severity;
import dev.lathe.base.VariantId;
import dev.lathe.evaluate.Dataset;
import dev.lathe.evaluate.Scored;
import dev.lathe.evaluate.Selection;
import dev.lathe.evaluate.Sight;
import dev.lathe.graph.Graph;
import dev.lathe.graph.GraphCheck;
import dev.lathe.graph.Model;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.hardware.Detection;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.Machine;
import dev.lathe.hardware.MachineJson;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Step;
import dev.lathe.optimize.Variant;
import dev.lathe.optimize.search.Sensitivities;
import dev.lathe.profile.LaboratoryProcess;
import dev.lathe.profile.ModelFormat;
import dev.lathe.profile.OtherEngines;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.WorkerSettings;
import dev.lathe.serving.PriceCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The verbs. Each blocks until it is done, reports to its [JobContext], and throws
/// [dev.lathe.base.ProblemException] for what the user can mend and
/// [java.util.concurrent.CancellationException] when the job was cancelled. One job at a time.
public final class Workbench implements AutoCloseable {
    private final Workspace workspace;
    private final Host host;
    private final PriceCatalogue prices;
    private List<ValueInfo> declaredInputs = List.of();
    private Optional<Path> runtimeHome = Optional.empty();
    private final Targeting targeting = new Targeting(this);
    private Optional<RunStore> store = Optional.empty();
    private Optional<Detection> detection = Optional.empty();

    /// A workbench over a workspace, which is opened when a verb first needs it.
    public Workbench(Workspace workspace, Host host, PriceCatalogue prices) {
        this.workspace = workspace;
        this.host = host;
        this.prices = prices;
    }

    /// The machine; looked at once.
    public Machine machine() {
        return detection().machine();
    }

    /// The machine, and what each probe looked at; looked at once.
    public Detection detection() {
        if (detection.isEmpty()) {
            detection = Optional.of(Detection.of(host));
        }
        return detection.get();
    }

    Host host() {
        return host;
    }

    PriceCatalogue prices() {
        return prices;
    }

    /// The history.
    public RunStore store() {
        if (store.isEmpty()) {
            store = Optional.of(RunStore.open(workspace.prepare()));
        }
        return store.get();
    }

    /// The file a user means: a path, or the prefix of a variant's id.
    public Path resolve(String model) {
        Path path = Path.of(model);
        if (Files.exists(path)) {
            return path;
        }
        int colon = model.lastIndexOf(':');
        if (colon > 0 && RunId.isRunId(model.substring(0, colon))) {
            return variantOf(new RunId(model.substring(0, colon)), model.substring(colon + 1));
        }
        if (!RunStore.isVariantPrefix(model)) {
            return path;
        }
        Optional<StoredVariant> variant = store().variantByPrefix(model);
        return variant.map(v -> workspace.root().resolve(v.content().path())).orElse(path);
    }

    private Path variantOf(RunId run, String name) {
        Optional<VariantId> id = store().run(run).flatMap(Run::resultJson).map(json -> new JsonMapper().readTree(json))
                .flatMap(result -> result.path("variants").valueStream()
                        .filter(v -> v.path("name").asString().equals(name) && v.has("id")).findFirst())
                .map(v -> new VariantId(v.path("id").asString()));
        return id.flatMap(this::known).map(v -> workspace.root().resolve(v.content().path()))
                .orElseThrow(() -> Problem.error("variant-unknown", run.text() + ":" + name,
                        "the history has no such variant", "List the runs with `lathe history`.").toException());
    }

    /// Says what the user knows of the inputs of models whose files do not say it (TorchScript); holds for all verbs.
    ///
    /// @param inputs in the order of the model's arguments
    public void declareInputs(List<ValueInfo> inputs) {
        declaredInputs = List.copyOf(inputs);
    }

    /// Takes the user's own build of ONNX Runtime in place of the one that comes along; holds for all verbs.
    ///
    /// @param home the folder that its library lies in
    public void useRuntime(Path home) {
        runtimeHome = Optional.of(home.toAbsolutePath());
    }

    /// Tells the laboratory what is known of models whose files do not say it.
    Declarations declarations(List<Path> models, Optional<Dataset> data, LaboratoryProcess laboratory) {
        return Declarations.settle(models, declaredInputs, data, laboratory);
    }

    /// Refuses a model that is unsound, as far as that shows without running it.
    static void admit(Path file) {
        if (ModelFormat.of(file) == ModelFormat.ONNX) {
            open(file);
        }
    }

    /// What an engine says of a model that is not ONNX.
    public LaboratoryProcess.SignaturePair describe(Path file, JobContext job) {
        try (Scratch scratch = scratch(); LaboratoryProcess laboratory = laboratory(scratch, OptionalInt.of(1), job)) {
            declarations(List.of(file), Optional.empty(), laboratory);
            return laboratory.signature(file);
        }
    }

    /// Reads a model and refuses one whose graph is unsound.
    public static Model open(Path file) {
        Model model = read(file);
        List<Problem> problems = GraphCheck.check(model, file.toString());
        if (problems.stream().anyMatch(p -> p.severity() == Severity.ERROR)) {
            throw new ProblemException(problems);
        }
        return model;
    }

    private static Model read(Path file) {
        try {
            return OnnxReader.read(file);
        } catch (ProblemException e) {
            throw OtherEngines.of(file).map(p -> new ProblemException(p, e)).orElse(e);
        }
    }

    /// A model with the shapes of its inner values, as far as they can be inferred; for looking at, not for running.
    /// Constants are folded first: exporters compute the amounts of a Pad or the shape of a Reshape inside the graph.
    public Model withShapes(Model model, JobContext job) {
        try (Scratch scratch = scratch(); LaboratoryProcess laboratory = laboratory(scratch, OptionalInt.of(1), job)) {
            return withShapes(model, new PassContext(laboratory, Optional.empty(), targeting.optimization(),
                    scratch.folder(), job.progress(), job.cancellation()));
        }
    }

    static Model withShapes(Model model, PassContext context) {
        Model folded = model;
        for (String pass : List.of("take-initializers-off-inputs", "constants-to-initializers", "fold-constants")) {
            folded = Passes.of(Step.of(pass)).apply(folded, context).model();
        }
        return context.laboratory().inferShapes(folded);
    }

    /// The session settings for a number of threads, by default as many as there are usable CPUs.
    SessionSettings session(OptionalInt threads) {
        return SessionSettings.threads(threads.orElseGet(() -> machine().usableCpus())).on(targeting.wanted());
    }

    Scratch scratch() {
        return Scratch.in(workspace.prepare().cache());
    }

    WorkerSettings workers(Scratch scratch) {
        return WorkerSettings.likeThisProcess(workspace.cache(), scratch.folder(), "onnxruntime")
                .withRuntime(runtimeHome);
    }

    LaboratoryProcess laboratory(Scratch scratch, OptionalInt threads, JobContext job) {
        return new LaboratoryProcess(workers(scratch), session(threads), job.cancellation());
    }

    /// What must be equal for an interrupted run to go on: the machine, and the runtime where it is the user's own.
    String fingerprint() {
        return machine().fingerprint() + runtimeHome.map(home -> " " + home).orElse("");
    }

    /// Where models run.
    public Targeting targeting() {
        return targeting;
    }

    /// How fast models run.
    public Measuring measuring() {
        return new Measuring(this);
    }

    /// Where the time goes in them.
    public Profiling profiling() {
        return new Profiling(this);
    }

    Workspace workspace() {
        return workspace;
    }

    private static void refuseExisting(Path out, boolean force) {
        if (Files.exists(out) && !force) {
            throw Problem.error("output-exists", out.toString(), "the file exists already",
                    "Choose another --out, or pass --force to replace it.").toException();
        }
    }

    /// Makes one variant.
    ///
    /// @param data calibration samples, for recipes that need them
    /// @param out the file to write, which must not exist unless it is replaced
    public Variant optimize(Path model, Recipe recipe, Optional<Path> data, Path out, boolean force, JobContext job) {
        refuseExisting(out, force);
        open(model);
        return new SingleRun(this, job).optimize(model, recipe, data, out);
    }

    /// Makes one variant and keeps it in the workspace; one that is there already is not made again.
    ///
    /// @param data calibration samples, for recipes that need them
    public StoredVariant make(Path model, Recipe recipe, Optional<Path> data, JobContext job) {
        open(model);
        return new SingleRun(this, job).make(model, recipe, data);
    }

    /// Searches for the fastest mix of integers and floats that holds an accuracy budget, and writes it. Where nothing holds
    /// it, nothing is written unless that is forced: then it is the closest. Cancelling keeps the best so far.
    ///
    /// @param recipe one that quantizes statically
    /// @param data what candidates are scored on; its calibration samples show ranges, unless others are given
    /// @param calibration other data to learn ranges from: all of `data` is scored then
    /// @param maxDrop what may be lost, in points or the metric's unit; by default 1.0 with labels, 2.0 without
    /// @param out the file to write, which must not exist unless it is replaced
    public Searched search(Path model, Recipe recipe, Path data, Optional<Path> calibration, OptionalDouble maxDrop,
            Path out, boolean force, JobContext job) {
        refuseExisting(out, force);
        open(model);
        return new SingleRun(this, job).search(model, recipe,
                new SingleRun.Search(data, calibration, maxDrop, OptionalInt.empty()), out, force);
    }

    /// What quantizing each layer alone does to the outputs, and what time it saves.
    ///
    /// @param recipe one that quantizes statically
    /// @param data its calibration samples show ranges and judge outputs
    /// @param times whether times are profiled too
    public Sensitivities sensitivity(Path model, Recipe recipe, Path data, OptionalInt threads, boolean times,
            JobContext job) {
        open(model);
        return new SingleRun(this, job).sensitivity(model, recipe, data, threads, times);
    }

    /// What pruning by a recipe would leave of a model, and what falls together; nothing is cut or run.
    ///
    /// @param recipe one that prunes; what it does before that is done
    public PruningLook lookAtPruning(Path model, Recipe recipe, JobContext job) {
        return new PruningPreview(this, job).look(model, recipe);
    }

    /// What the outputs of a model suffer by each group of channels that a recipe may cut, alone.
    ///
    /// @param recipe one that prunes; what it does before that is done
    /// @param data its calibration samples rank the channels, those held back judge outputs
    public PruningDamage pruningDamage(Path model, Recipe recipe, Path data, JobContext job) {
        return new PruningPreview(this, job).damage(model, recipe, data);
    }

    /// What the history has of a variant beside the model it was made of.
    ///
    /// @param variant a file of the workspace
    public KnownFigures knownFigures(Path parent, Path variant) {
        return KnownFigures.of(store(), machine().fingerprint(), parent, variant);
    }

    /// Scores one model on real data.
    public Scored evaluate(Path model, Path data, Selection selection, Optional<Path> against, JobContext job) {
        admit(model);
        return new SingleRun(this, job).evaluate(model, data, selection, against);
    }

    /// Has several models answer the same samples.
    ///
    /// @throws ProblemException if the data or the first model cannot be used; another model that cannot be run is marked
    public Answers answers(AnswersRequest request, JobContext job) {
        return new AnswersRun(this, request, job).run();
    }

    /// Samples as a model sees them, in this order; starts no worker.
    ///
    /// @param model an ONNX file, whose inputs the samples are made for
    public static List<Sight> sights(Path model, Path data, List<Integer> samples) {
        Dataset dataset = Dataset.open(data);
        Graph graph = open(model).graph();
        List<ValueInfo> inputs = graph.inputs().stream().filter(i -> !graph.initializers().containsKey(i.name()))
                .toList();
        return samples.stream().map(i -> Sight.of(dataset, i, inputs)).toList();
    }

    /// The machine and the versions that take part, as the history keeps them beside every run.
    String environmentJson(LaboratoryProcess laboratory) {
        ObjectNode environment = MachineJson.of(machine());
        environment.putObject("versions").put("lathe", Version.TEXT).put("java", Runtime.version().toString())
                .put("onnxruntime", laboratory.probe().path("version").asString("unknown"));
        return environment.toString();
    }

    /// The whole way: variants, scores, measurements, decision, bundle.
    public AutoResult auto(AutoOptions options, JobContext job) {
        return new AutoRun(this, options, job, Optional.empty(), true).run();
    }

    /// The same without a bundle, which can be written later.
    AutoResult autoUnexported(AutoOptions options, JobContext job) {
        return new AutoRun(this, options, job, Optional.empty(), false).run();
    }

    /// Exports a run of the history once more, from what it has kept; nothing is measured that was measured.
    public AutoResult export(RunId id, AutoOptions.Output output, JobContext job) {
        Run run = store().run(id).orElseThrow(() -> Problem.error("run-unknown", id.text(),
                "the history has no such run", "List them with `lathe history`.").toException());
        if (!run.request().kind().equals("auto")) {
            throw Problem
                    .error("run-kind", id.text(), "the run is a " + run.request().kind() + ", which chose no variant",
                            "Give a run of `lathe auto`, or a model.")
                    .toException();
        }
        AutoRequest request = new JsonMapper().readValue(run.request().planJson(), AutoRequest.class);
        targeting.runOn(request.plan().session().target(), job);
        return new AutoRun(this, request.options(run.request().model(), output), job, Optional.of(id), true).run();
    }

    /// Exports a model as it is, with no figures.
    public Path export(Path model, AutoOptions.Output output, JobContext job) {
        open(model);
        AutoOptions options = new AutoOptions(model, new AutoOptions.Data(Optional.empty(), Selection.NONE),
                new AutoOptions.Goals(OptionalLong.empty(), OptionalDouble.empty(), OptionalDouble.empty(),
                        Optional.empty()),
                new AutoOptions.Effort(1, OptionalInt.empty(), List.of(Decision.ORIGINAL)), output);
        Path folder = BundleStep.folder(options);
        try (Scratch scratch = scratch();
                LaboratoryProcess laboratory = laboratory(scratch, OptionalInt.empty(), job)) {
            Samples samples = Samples.of(model, Optional.empty(), Selection.NONE, laboratory, scratch, job);
            return new BundleStep(this, options, job).writeUnmeasured(samples, laboratory, folder);
        }
    }

    /// Size of a model's file, and of its external data.
    static long sizeBytes(Path model) {
        try {
            Path data = model.resolveSibling(model.getFileName() + ".data");
            return Files.size(model) + (Files.exists(data) ? Files.size(data) : 0);
        } catch (IOException _) {
            return 0;
        }
    }

    /// A variant of the history.
    Optional<StoredVariant> known(VariantId id) {
        return store().variant(id).filter(v -> Files.isRegularFile(workspace.root().resolve(v.content().path())));
    }

    @Override
    public void close() {
        store.ifPresent(RunStore::close);
    }
}
