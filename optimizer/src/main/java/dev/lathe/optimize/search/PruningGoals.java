package dev.lathe.optimize.search;

import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.graph.Model;
import dev.lathe.graph.onnx.OnnxWriter;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Step;
import dev.lathe.optimize.pass.PruneChannels;
import dev.lathe.profile.kernels.KernelWidths;
import dev.lathe.profile.operators.OperatorTime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Decides what recipes that prune leave to the machine: which widths its kernels like, and which part of each group a goal in
/// time comes to. The recipe that comes out says so itself, so one variant's id never stands for two cuts.
public final class PruningGoals {
    private static final String PRUNING = "prune-channels";
    /// After these, integer kernels run.
    private static final Set<String> QUANTIZING = Set.of("quantize-static", "quantize-dynamic");

    private final PassContext context;
    private final Supplier<Reading<KernelWidths>> widths;
    private final Stopwatch stopwatch;

    /// @param widths asked where a recipe leaves widths open; may measure
    /// @param stopwatch asked where a recipe has a goal in time
    public PruningGoals(PassContext context, Supplier<Reading<KernelWidths>> widths, Stopwatch stopwatch) {
        this.context = context;
        this.widths = widths;
        this.stopwatch = stopwatch;
    }

    /// Whether the recipe leaves something to the machine.
    public static boolean areOpen(Recipe recipe) {
        return pruning(recipe).stream().anyMatch(p -> p.roundTo() == 0 || p.time() > 0);
    }

    /// Whether operators have to be timed.
    public static boolean areTimed(Recipe recipe) {
        return pruning(recipe).stream().anyMatch(p -> p.time() > 0);
    }

    private static List<PruneChannels> pruning(Recipe recipe) {
        return recipe.steps().stream().filter(s -> s.pass().equals(PRUNING)).map(Passes::of)
                .map(PruneChannels.class::cast).toList();
    }

    /// The recipe with nothing left open.
    ///
    /// @throws dev.lathe.base.ProblemException if a step before a goal in time cannot be applied, or the runtime refuses the
    ///     model that is to be timed
    public Recipe settled(Model model, Recipe recipe) {
        List<Step> steps = new ArrayList<>();
        boolean timed = areTimed(recipe);
        Model at = model;
        for (int i = 0; i < recipe.steps().size(); i++) {
            Step step = recipe.steps().get(i);
            Pass pass = Passes.of(step);
            if (pass instanceof PruneChannels pruning) {
                boolean integers = recipe.steps().stream().skip(i).anyMatch(s -> QUANTIZING.contains(s.pass()));
                pass = settled(pruning, integers, at);
                step = new Step(PRUNING, Passes.options(pass));
            }
            steps.add(step);
            timed = timed && areTimed(new Recipe(recipe.name(),
                    recipe.steps().subList(i + 1, recipe.steps().size())));
            at = timed ? applied(pass, at) : at;
        }
        return new Recipe(recipe.name(), steps);
    }

    private PruneChannels settled(PruneChannels pruning, boolean integers, Model model) {
        PruneChannels rounded = pruning.roundTo() > 0
                ? pruning
                : pruning.roundedTo(switch (widths.get()) {
                    case Reading.Known<KernelWidths>(KernelWidths known, _) ->
                        known.multiple(integers).toOptional().orElse(KernelWidths.USUAL);
                    case Reading.Unknown<KernelWidths> _ -> KernelWidths.USUAL;
                });
        if (rounded.time() == 0) {
            return rounded;
        }
        ProblemException.throwErrors(rounded.check(model, context.target()));
        return rounded.timed(model, context, nodeNs(model));
    }

    /// What each node takes. Where the runtime has made one operator of several nodes, its time is the first one's.
    private SortedMap<String, Double> nodeNs(Model model) {
        context.progress().progress(Progress.of("timing the operators that may get narrower", 0));
        Path file = context.scratch().resolve("pruning-goal.onnx");
        OnnxWriter.write(model, file);
        SortedMap<String, Double> ns = new TreeMap<>();
        for (OperatorTime node : stopwatch.profile(List.of(file)).getFirst().nodes()) {
            ns.merge(node.identity().label(), node.perQuery().value(), Double::sum);
        }
        return ns;
    }

    private Model applied(Pass pass, Model model) {
        context.cancellation().throwIfCancelled();
        ProblemException.throwErrors(pass.check(model, context.target()));
        PassOutcome outcome = pass.apply(model, context);
        ProblemException.throwErrors(outcome.problems());
        return outcome.model();
    }
}
