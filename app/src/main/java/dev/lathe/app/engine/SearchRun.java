package dev.lathe.app.engine;

import dev.lathe.base.Problem;
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
import java.nio.file.Path;
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
        return KeptSearch.read(known).orElseGet(() -> searched(parent, recipe, maxDrop, known))
                .told(problem -> job.emit().accept(new WorkbenchEvent.ProblemFound(problem)));
    }

    private KeptSearch searched(Optimizer.Parent parent, Recipe recipe, double maxDrop, Path kept) {
        MixedPrecision.Outcome outcome = search(parent, recipe, maxDrop);
        KeptSearch found = new KeptSearch(outcome.variant().recipe(), outcome.holds()
                ? Optional.empty()
                : Optional.of(unmet(recipe.name(), outcome, maxDrop)));
        if (!outcome.cancelled()) {
            found.write(kept);
        }
        return found;
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
        return new PassContext(laboratory, samples.calibration(), workbench.targeting().optimization(),
                scratch.folder(), job.progress(),
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
