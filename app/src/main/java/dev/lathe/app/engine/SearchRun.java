package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.base.Sha256;
import dev.lathe.evaluate.metric.PairedComparison;
import dev.lathe.optimize.Optimizer;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Recipes;
import dev.lathe.optimize.search.MixedPrecision;
import dev.lathe.optimize.search.Sensitivities;
import dev.lathe.optimize.search.SensitivityAnalysis;
import dev.lathe.optimize.search.Stopwatch;
import dev.lathe.profile.LaboratoryProcess;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.operators.OperatorProfiler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Mixed precision and the sensitivity of layers: the samples that judge and the profiles that time, for the search that knows
/// neither.
final class SearchRun {
    /// Enough for medians that order operators.
    private static final long PROFILE_NS = 1_000_000_000L;

    private final Workbench workbench;
    private final LaboratoryProcess laboratory;
    private final Samples samples;
    private final Scratch scratch;
    private final SessionSettings session;
    private final JobContext job;

    SearchRun(Workbench workbench, LaboratoryProcess laboratory, Samples samples, Scratch scratch,
            SessionSettings session, JobContext job) {
        this.workbench = workbench;
        this.laboratory = laboratory;
        this.samples = samples;
        this.scratch = scratch;
        this.session = session;
        this.job = job;
    }

    /// Whether a recipe is one that is searched for: it names no layers itself.
    static boolean isSearched(Recipe recipe) {
        return recipe.name().equals(Recipes.MIXED);
    }

    MixedPrecision.Outcome search(Optimizer.Parent parent, Recipe recipe, double maxDrop) {
        return new MixedPrecision(parent, recipe, context(), variant -> drop(variant, parent.file()), maxDrop,
                Optional.of(stopwatch())).search();
    }

    /// The same, or what an earlier search with the same model, data, budget and threads has found.
    Recipe recipe(Optimizer.Parent parent, Recipe recipe, double maxDrop) {
        Path folder = workbench.workspace().cache().resolve("searches");
        Path known = folder.resolve(Sha256.ofText(String.join("\n",
                Optimizer.provenance(parent, recipe, context()).id().hex(), samples.hash(), samples.selectionName(),
                Double.toString(maxDrop), session.toString(), workbench.fingerprint())) + ".json");
        Optional<Recipe> before = read(known);
        if (before.isPresent()) {
            return before.get();
        }
        MixedPrecision.Outcome outcome = search(parent, recipe, maxDrop);
        if (!outcome.holds()) {
            job.emit().accept(new WorkbenchEvent.ProblemFound(unmet(recipe.name(), outcome, maxDrop)));
        }
        if (!outcome.cancelled()) {
            write(known, outcome.variant().recipe());
        }
        return outcome.variant().recipe();
    }

    /// What a file holds; nothing if it is not there, or is broken: then it is searched again.
    static Optional<Recipe> read(Path file) {
        try {
            return Files.isRegularFile(file)
                    ? Optional.of(Recipes.parse(Files.readString(file), file.toString()))
                    : Optional.empty();
        } catch (IOException | ProblemException _) {
            return Optional.empty();
        }
    }

    static void write(Path file, Recipe recipe) {
        Path folder = file.toAbsolutePath().getParent();
        try {
            Files.createDirectories(folder);
            Path part = Files.createTempFile(folder, "search", ".part");
            Files.writeString(part, Recipes.toJson(recipe));
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException _) {
            // kept nowhere, it is searched again the next time
        }
    }

    Sensitivities sensitivities(Optimizer.Parent parent, Recipe recipe, boolean times) {
        return new SensitivityAnalysis(context(), times ? Optional.of(stopwatch()) : Optional.empty())
                .of(String.valueOf(parent.file().getFileName()), parent.model(), recipe);
    }

    static Problem unmet(String where, MixedPrecision.Outcome outcome, double maxDrop) {
        return Problem.warning("budget-not-met", where, String.format(Locale.ROOT,
                "no mix of integers and floats loses at most %.2f; the closest loses %.2f (%s)", maxDrop,
                outcome.drop(), outcome.rounds().stream().filter(MixedPrecision.Round::kept)
                        .reduce((_, last) -> last).map(MixedPrecision.Round::what).orElse("")),
                "Allow more with --max-drop, or leave it as it is.");
    }

    private PassContext context() {
        return new PassContext(laboratory, samples.calibration(), workbench.target(), scratch.folder(), job.progress(),
                job.cancellation());
    }

    private double drop(Path variant, Path original) {
        return samples.score(variant, original, Progress.Listener.NONE).drop().map(PairedComparison::drop)
                .orElseThrow(() -> Problem.error("not-comparable", variant.toString(),
                        "the outputs cannot be held against the original's", "Search without --max-drop.")
                        .toException());
    }

    private Stopwatch stopwatch() {
        Path queries = samples.queries(List.of()).firstEntry().getValue();
        return models -> new OperatorProfiler(workbench.workers(scratch), job.cancellation()).profile(
                models.stream().map(m -> new OperatorProfiler.Subject(m, queries, samples.words())).toList(),
                new OperatorProfiler.Plan(session, PROFILE_NS), "", Reading.unknown("nobody has asked"),
                Progress.Listener.NONE);
    }
}
