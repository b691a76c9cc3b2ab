package dev.lathe.app.engine;

import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunRequest;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.app.engine.store.StoredVariant;
import dev.lathe.base.Problem;
import dev.lathe.base.Sha256;
import dev.lathe.base.VariantId;
import dev.lathe.evaluate.Dataset;
import dev.lathe.evaluate.Scored;
import dev.lathe.evaluate.Selection;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.Optimizer;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.Variant;
import dev.lathe.optimize.search.MixedPrecision;
import dev.lathe.optimize.search.Sensitivities;
import dev.lathe.profile.LaboratoryProcess;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A verb that does one thing and measures nothing: it is kept with its result, and is not gone on with when interrupted.
final class SingleRun {
    private final Workbench workbench;
    private JobContext job;

    SingleRun(Workbench workbench, JobContext job) {
        this.workbench = workbench;
        this.job = job;
    }

    Variant optimize(Path model, Recipe named, Optional<Path> data, Path out) {
        Optimizer.Parent parent = Optimizer.Parent.read(model);
        try (Scratch scratch = workbench.scratch();
                LaboratoryProcess laboratory = workbench.laboratory(scratch, OptionalInt.empty(), job)) {
            Optional<Dataset> dataset = data.map(Dataset::open);
            Optional<Calibration> calibration = dataset.flatMap(
                    d -> Samples.calibration(model, d, Selection.DEFAULT, laboratory, scratch, job));
            PassContext context = new PassContext(laboratory, calibration, workbench.targeting().optimization(),
                    scratch.folder(),
                    job.progress(), job.cancellation());
            Recipe recipe = settled(parent, named, context, laboratory, scratch, dataset);
            ObjectNode plan = new JsonMapper().createObjectNode().put("out", out.toAbsolutePath().toString())
                    .put("data", data.map(Path::toString).orElse(null))
                    .put("dataSha256", dataset.map(Dataset::contentHash).orElse(""));
            plan.set("recipe", new JsonMapper().readTree(Recipes.toJson(recipe)));
            return kept("optimize", model, parent.sha256(), plan, laboratory,
                    _ -> Optimizer.run(parent, recipe, context, out), ResultJson::optimized);
        }
    }

    /// The recipe, with what it leaves to this machine decided.
    private Recipe settled(Optimizer.Parent parent, Recipe recipe, PassContext context, LaboratoryProcess laboratory,
            Scratch scratch, Optional<Dataset> data) {
        return new PruningRun(workbench, laboratory, scratch, workbench.session(OptionalInt.empty()), job).settled(
                parent, recipe, context,
                () -> Samples.of(parent.file(), data, Selection.NONE, laboratory, scratch, job));
    }

    /// Makes a variant into the workspace, where `auto` finds it too, or finds it there.
    StoredVariant make(Path model, Recipe named, Optional<Path> data) {
        Optimizer.Parent parent = Optimizer.Parent.read(model);
        try (Scratch scratch = workbench.scratch();
                LaboratoryProcess laboratory = workbench.laboratory(scratch, OptionalInt.empty(), job)) {
            Optional<Dataset> dataset = data.map(Dataset::open);
            Optional<Calibration> calibration = dataset.flatMap(
                    d -> Samples.calibration(model, d, Selection.DEFAULT, laboratory, scratch, job));
            PassContext context = new PassContext(laboratory, calibration, workbench.targeting().optimization(),
                    scratch.folder(),
                    job.progress(), job.cancellation());
            Recipe recipe = settled(parent, named, context, laboratory, scratch, dataset);
            VariantId id = Optimizer.provenance(parent, recipe, context).id();
            Optional<StoredVariant> known = workbench.known(id);
            if (known.isPresent()) {
                return known.get();
            }
            Path out = workbench.workspace().variants().resolve(id + ".onnx");
            ObjectNode plan = new JsonMapper().createObjectNode().put("out", out.toString())
                    .put("data", data.map(Path::toString).orElse(null))
                    .put("dataSha256", dataset.map(Dataset::contentHash).orElse(""));
            plan.set("recipe", new JsonMapper().readTree(Recipes.toJson(recipe)));
            Variant variant = kept("optimize", model, parent.sha256(), plan, laboratory,
                    run -> {
                        // what no run uses is cleaned away
                        workbench.store().useVariant(run, id);
                        return Optimizer.run(parent, recipe, context, out);
                    }, ResultJson::optimized);
            variant.problems().forEach(p -> job.emit().accept(new WorkbenchEvent.ProblemFound(p)));
            StoredVariant stored = stored(variant, parent.sha256());
            workbench.store().putVariant(stored);
            return stored;
        }
    }

    /// A variant as the history keeps it.
    static StoredVariant stored(Variant variant, String parentSha256) {
        JsonMapper json = new JsonMapper();
        return new StoredVariant(variant.id(), parentSha256, variant.recipe().name(),
                new StoredVariant.Content(variant.file(), Sha256.ofFile(variant.file()), variant.sizeBytes()),
                Recipes.toJson(variant.recipe()),
                json.writeValueAsString(variant.steps().stream().flatMap(s -> s.changes().stream())
                        .map(c -> c.count() + " " + c.what()).toList()),
                json.writeValueAsString(variant.provenance()), Instant.now());
    }

    /// Searches for the fastest mix of integers and floats that holds a budget, and writes it.
    ///
    /// @param closest whether the closest is written where nothing holds the budget
    Searched search(Path model, Recipe recipe, Search search, Path out, boolean closest) {
        Optimizer.Parent parent = Optimizer.Parent.read(model);
        try (Scratch scratch = workbench.scratch();
                LaboratoryProcess laboratory = workbench.laboratory(scratch, search.threads(), job)) {
            Samples samples = Samples.of(model, Dataset.open(search.data()), search.calibration().map(Dataset::open),
                    laboratory, scratch, job);
            double maxDrop = AutoRun.maxDrop(search.maxDrop(), samples);
            ObjectNode plan = new JsonMapper().createObjectNode().put("out", out.toAbsolutePath().toString())
                    .put("data", search.data().toString()).put("dataSha256", samples.hash())
                    .put("calibration", search.calibration().map(Path::toString).orElse(null)).put("maxDrop", maxDrop);
            plan.set("recipe", new JsonMapper().readTree(Recipes.toJson(recipe)));
            return kept("optimize", model, parent.sha256(), plan, laboratory, _ -> {
                MixedPrecision.Outcome outcome = new SearchRun(workbench, laboratory, samples, scratch,
                        workbench.session(search.threads()), job).search(parent, recipe, maxDrop);
                return new Searched(outcome.holds() || closest
                        ? Optional.of(outcome.variant().copiedTo(out))
                        : Optional.empty(), outcome, maxDrop);
            }, ResultJson::searched);
        }
    }

    /// What a search is given.
    ///
    /// @param data what candidates are scored on
    /// @param calibration other data to learn ranges from
    /// @param maxDrop the budget, if it is not the usual one
    record Search(Path data, Optional<Path> calibration, OptionalDouble maxDrop, OptionalInt threads) {}

    Sensitivities sensitivity(Path model, Recipe recipe, Path data, OptionalInt threads, boolean times) {
        Optimizer.Parent parent = Optimizer.Parent.read(model);
        try (Scratch scratch = workbench.scratch();
                LaboratoryProcess laboratory = workbench.laboratory(scratch, threads, job)) {
            Samples samples = Samples.of(model, Optional.of(Dataset.open(data)), Selection.DEFAULT, laboratory,
                    scratch, job);
            return new SearchRun(workbench, laboratory, samples, scratch, workbench.session(threads), job)
                    .sensitivities(parent, recipe, times);
        }
    }

    Scored evaluate(Path model, Path data, Selection selection, Optional<Path> against) {
        try (Scratch scratch = workbench.scratch();
                LaboratoryProcess laboratory = workbench.laboratory(scratch, OptionalInt.empty(), job)) {
            Optional<Dataset> dataset = Optional.of(Dataset.open(data));
            workbench.declarations(Stream.concat(against.stream(), Stream.of(model)).toList(), dataset, laboratory);
            Samples samples = Samples.of(model, dataset, selection, laboratory, scratch, job);
            ObjectNode plan = new JsonMapper().createObjectNode().put("data", data.toAbsolutePath().toString())
                    .put("dataSha256", samples.hash()).put("selection", samples.selectionName())
                    .put("against", against.map(a -> a.toAbsolutePath().toString()).orElse(null));
            return kept("evaluate", model, Sha256.ofFile(model), plan, laboratory,
                    _ -> {
                        Scored scored = samples.score(model, against.orElse(model), job.progress());
                        List<Problem> problems = new ArrayList<>(scored.problems());
                        samples.doubts(against.orElse(model), job).ifPresent(problems::add);
                        return new Scored(scored.main(), scored.others(), scored.drop(), problems);
                    },
                    scored -> ResultJson.evaluated(String.valueOf(model.getFileName()), scored));
        }
    }

    /// Does the work as a run of the history.
    ///
    /// @param work told which run it is
    /// @param json the result as the history keeps it
    <T> T kept(String verb, Path model, String sha256, ObjectNode plan, LaboratoryProcess laboratory,
            Function<RunId, T> work, Function<T, ObjectNode> json) {
        RunStore store = workbench.store();
        RunId run = store.begin(new RunRequest(verb, model.toAbsolutePath(), sha256,
                Sha256.ofText(String.join("\n", verb, sha256, plan.toString())), plan.toString(),
                workbench.environmentJson(laboratory)));
        job = RunRecord.keeping(store, run, job);
        job.emit().accept(new WorkbenchEvent.Started(verb, model, run, false));
        try {
            T result = work.apply(run);
            RunRecord.finished(store, run, json.apply(result));
            return result;
        } catch (RuntimeException e) {
            RunRecord.stopped(store, run, e);
            throw e;
        }
    }
}
