package dev.lathe.optimize.search;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.optimize.Optimizer;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Step;
import dev.lathe.optimize.StepReport;
import dev.lathe.optimize.Variant;
import dev.lathe.profile.operators.OperatorProfile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

/// Finds the fastest mix of integers and floats that holds an accuracy budget.
///
/// 1. All operators on integers, and Conv, Gemm and MatMul alone: each is judged.
/// 2. If one holds the budget: layers that are shown to be slower on integers go back to float, where that holds too.
/// 3. If none does: layers are ranked by the damage each does alone over the time it saves. The fewest of the worst that
///    have to stay in float are found by bisection; then those that save most time are tried on integers again, one by one.
///    Where no such part holds the budget, those that save most time are put on integers one by one.
///
/// The best so far is a whole variant at any moment, checked and loaded: cancelling keeps it. A candidate that the runtime
/// or the checker refuses is told and passed over.
public final class MixedPrecision {
    /// How many candidates are judged at most.
    private static final int MOST_ROUNDS = 20;
    /// How many layers are tried on integers again at most.
    private static final int MOST_RETURNS = 5;
    private static final String EXCLUDE = "exclude";
    private static final String OPERATORS = "operators";

    private final Optimizer.Parent parent;
    private final Recipe recipe;
    private final PassContext context;
    private final Judge judge;
    private final double maxDrop;
    private final Optional<Stopwatch> stopwatch;
    private final List<Round> rounds = new ArrayList<>();
    private final long start = System.nanoTime();
    private Optional<Candidate> best = Optional.empty();
    private int expected = 4;

    /// A search.
    ///
    /// @param recipe one that quantizes statically
    /// @param judge scores candidates
    /// @param maxDrop what may be lost, in the judge's unit
    /// @param stopwatch times models; without it layers are ranked by damage alone
    public MixedPrecision(Optimizer.Parent parent, Recipe recipe, PassContext context, Judge judge, double maxDrop,
            Optional<Stopwatch> stopwatch) {
        this.parent = parent;
        this.recipe = recipe;
        this.context = context;
        this.judge = judge;
        this.maxDrop = maxDrop;
        this.stopwatch = stopwatch;
    }

    /// Scores a variant.
    @FunctionalInterface
    public interface Judge {

        /// What the variant loses against the original: points, or the metric's own unit; positive is worse.
        double drop(Path variant);
    }

    /// A candidate that was judged.
    ///
    /// @param what was tried, in words
    /// @param inFloat layers that were left in float besides those that the recipe leaves
    /// @param drop what it loses; unknown where it could not be made
    /// @param holds whether that is within the budget
    /// @param kept whether it is better than all before
    public record Round(String what, List<String> inFloat, Reading<Double> drop, boolean holds, boolean kept) {

        /// Copies the list.
        public Round {
            inFloat = List.copyOf(inFloat);
        }
    }

    /// What was found.
    ///
    /// @param variant the best variant, in the scratch folder; of those that hold the budget the fastest, else the closest
    /// @param drop what it loses
    /// @param holds whether that is within the budget
    /// @param cancelled whether the search was cut short
    /// @param rounds all that was tried, in order
    /// @param sensitivities of the layers, where the search has needed them
    public record Outcome(Variant variant, double drop, boolean holds, boolean cancelled, List<Round> rounds,
            Optional<Sensitivities> sensitivities) {

        /// Copies the list.
        public Outcome {
            rounds = List.copyOf(rounds);
        }

        /// Layers that it leaves in float besides those that the recipe leaves.
        public List<String> inFloat() {
            return rounds.stream().filter(Round::kept).reduce((_, last) -> last).map(Round::inFloat)
                    .orElse(List.of());
        }
    }

    private record Candidate(Variant variant, Step step, List<String> inFloat, double drop, boolean holds) {}

    /// Searches.
    ///
    /// @throws ProblemException if the recipe quantizes nothing statically, there is no calibration data, or no candidate could
    ///     be made
    /// @throws CancellationException if it was cancelled before there was anything to keep
    public Outcome search() {
        Optional<Sensitivities> sensitivities = Optional.empty();
        boolean cancelled = false;
        try {
            SensitivityAnalysis analysis = new SensitivityAnalysis(context, stopwatch);
            progress("preparing");
            SensitivityAnalysis.Prepared prepared = analysis.prepare(parent.model(), recipe);
            for (String operators : List.of("all", "core")) {
                attempt(operators.equals("all")
                        ? "all operators on integers"
                        : "Conv, Gemm and MatMul alone on integers",
                        prepared.with(Map.of(OPERATORS, operators)), List.of(), true);
            }
            boolean holds = best.filter(Candidate::holds).isPresent();
            if (!holds || stopwatch.isPresent()) {
                Sensitivities table = analysis.of(String.valueOf(parent.file().getFileName()), prepared);
                sensitivities = Optional.of(table);
                if (holds) {
                    withoutSlow(table);
                } else {
                    bisect(prepared, table);
                    if (best.filter(Candidate::holds).isPresent()) {
                        giveBack(table);
                    } else {
                        oneByOne(prepared, table);
                    }
                }
            }
        } catch (CancellationException e) {
            if (best.isEmpty()) {
                throw e;
            }
            cancelled = true;
        }
        Candidate kept = best.orElseThrow(() -> Problem.error("search-found-nothing", recipe.name(),
                "no candidate could be made: " + rounds.stream().map(Round::drop)
                        .flatMap(d -> d instanceof Reading.Unknown<Double>(String why)
                                ? Optional.of(why).stream()
                                : Stream.<String>empty())
                        .findFirst().orElse("the search was cut short"),
                "Leave the variant out.").toException());
        return new Outcome(kept.variant(), kept.drop(), kept.holds(), cancelled, rounds, sensitivities);
    }

    /// Layers that are slower on integers cost accuracy for nothing.
    private void withoutSlow(Sensitivities table) {
        List<String> slow = table.layers().stream()
                .filter(l -> l.savedNs().toOptional().filter(s -> s.shown() && s.ns() < 0).isPresent())
                .map(Sensitivities.Layer::node).toList();
        if (!slow.isEmpty() && slow.size() < table.layers().size()) {
            attempt("layers that are slower on integers in float", best.orElseThrow().step(), slow, true);
        }
    }

    private void bisect(SensitivityAnalysis.Prepared prepared, Sensitivities table) {
        List<String> ranked = table.sorted(Sensitivities.Order.TRADE).stream().map(Sensitivities.Layer::node).toList();
        Step step = best.map(Candidate::step).orElse(prepared.step());
        int fails = 0;
        int holds = ranked.size();
        expected = rounds.size() + 33 - Integer.numberOfLeadingZeros(ranked.size()) + MOST_RETURNS;
        while (holds - fails > 1 && rounds.size() < MOST_ROUNDS) {
            int middle = (fails + holds) / 2;
            if (attempt(middle + " of " + ranked.size() + " layers in float", step, ranked.subList(0, middle), false)) {
                holds = middle;
            } else {
                fails = middle;
            }
        }
    }

    /// Where the ranking misleads: the layers that save most time go to integers one by one, as far as the budget holds.
    private void oneByOne(SensitivityAnalysis.Prepared prepared, Sensitivities table) {
        List<String> inFloat = new ArrayList<>(table.layers().stream().map(Sensitivities.Layer::node).toList());
        List<String> byTime = table.sorted(Sensitivities.Order.TIME).stream().map(Sensitivities.Layer::node)
                .limit(MOST_RETURNS).toList();
        Step step = best.map(Candidate::step).orElse(prepared.step());
        expected = rounds.size() + byTime.size();
        for (String node : byTime) {
            List<String> fewer = inFloat.stream().filter(n -> !n.equals(node)).toList();
            if (attempt(node + " on integers, " + fewer.size() + " of " + table.layers().size() + " layers in float",
                    step,
                    fewer, false)) {
                inFloat.remove(node);
            }
        }
    }

    /// The layers that would save most time are tried on integers again.
    private void giveBack(Sensitivities table) {
        Optional<Candidate> start = best.filter(Candidate::holds);
        if (start.isEmpty()) {
            return;
        }
        List<String> byTime = table.sorted(Sensitivities.Order.TIME).stream().map(Sensitivities.Layer::node)
                .filter(start.get().inFloat()::contains).toList();
        expected = rounds.size() + Math.min(MOST_RETURNS, byTime.size());
        for (String node : byTime.subList(0, Math.min(MOST_RETURNS, byTime.size()))) {
            Candidate now = best.orElseThrow();
            if (rounds.size() < MOST_ROUNDS && now.inFloat().size() > 1) {
                attempt(node + " on integers again", now.step(),
                        now.inFloat().stream().filter(n -> !n.equals(node)).toList(), false);
            }
        }
    }

    /// Makes and judges a candidate, and keeps it if it is better than all before.
    ///
    /// @param timed whether a stopwatch decides between two that hold the budget; else the fewer layers in float win
    /// @return whether it holds the budget
    private boolean attempt(String what, Step step, List<String> inFloat, boolean timed) {
        context.cancellation().throwIfCancelled();
        progress(what);
        Step with = excluding(step, inFloat);
        try {
            Variant variant = Optimizer.run(parent, with(with), quiet(),
                    context.scratch().resolve("candidate-" + rounds.size() + ".onnx"));
            if (inFloat.isEmpty() && best.filter(b -> isSame(b.variant(), variant)).isPresent()) {
                return best.orElseThrow().holds();
            }
            double drop = judge.drop(variant.file());
            Candidate candidate = new Candidate(variant, step, inFloat, drop, drop <= maxDrop);
            boolean kept = best.isEmpty() || isBetter(candidate, best.get(), timed);
            if (kept) {
                best = Optional.of(candidate);
            }
            rounds.add(new Round(what, inFloat, Reading.known(drop, "scored"), candidate.holds(), kept));
            return candidate.holds();
        } catch (ProblemException e) {
            rounds.add(new Round(what, inFloat, Reading.unknown(e.problems().getFirst().sentence()), false, false));
            return false;
        }
    }

    /// Whether both recipes came to the same, as in a model that has nothing but weighted operators.
    private static boolean isSame(Variant one, Variant other) {
        return one.sizeBytes() == other.sizeBytes() && one.steps().stream().map(StepReport::changes).toList()
                .equals(other.steps().stream().map(StepReport::changes).toList());
    }

    private boolean isBetter(Candidate candidate, Candidate known, boolean timed) {
        if (candidate.holds() != known.holds()) {
            return candidate.holds();
        }
        if (!candidate.holds()) {
            return candidate.drop() < known.drop();
        }
        if (timed && stopwatch.isPresent()) {
            List<OperatorProfile> profiles = stopwatch.get()
                    .profile(List.of(known.variant().file(), candidate.variant().file()));
            return profiles.getLast().nodesNs() < profiles.getFirst().nodesNs();
        }
        return candidate.inFloat().size() < known.inFloat().size();
    }

    private Step excluding(Step step, List<String> inFloat) {
        SortedMap<String, Object> options = new TreeMap<>(step.options());
        List<Object> excluded = new ArrayList<>(options.get(EXCLUDE) instanceof List<?> known ? known : List.of());
        excluded.addAll(inFloat);
        options.put(EXCLUDE, excluded);
        Map<String, Object> defaults = Passes.options(Passes.of(Step.of(step.pass())));
        options.entrySet().removeIf(e -> e.getValue().equals(defaults.get(e.getKey())));
        return new Step(step.pass(), options);
    }

    private Recipe with(Step quantizing) {
        return new Recipe(recipe.name(), recipe.steps().stream()
                .map(s -> s.pass().equals(quantizing.pass()) ? quantizing : s).toList());
    }

    private PassContext quiet() {
        return new PassContext(context.laboratory(), context.calibration(), context.target(), context.scratch(),
                Progress.Listener.NONE, context.cancellation());
    }

    private void progress(String what) {
        int done = rounds.size();
        String standing = best
                .map(b -> String.format(Locale.ROOT, "; best so far: %.2f lost of %.2f, %d layers in float",
                        b.drop(), maxDrop, b.inFloat().size()))
                .orElse("");
        context.progress().progress(new Progress("search, round " + (done + 1) + " of at most "
                + Math.max(expected, done + 1) + ": " + what + standing,
                Math.min(1, (double) done / Math.max(1, expected)),
                done == 0
                        ? OptionalLong.empty()
                        : OptionalLong.of((System.nanoTime() - start) / done * Math.max(1, expected - done))));
    }
}
