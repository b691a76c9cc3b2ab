package dev.lathe.optimize.prune;

import dev.lathe.base.Problem;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Model;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.prune.PruningRequest.Amount;
import dev.lathe.optimize.quantize.Selection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Prunes one model: finds what falls together, ranks it, decides how much of each group goes, cuts, and lets the layers
/// behind make up for it.
public final class ChannelPruning {
    /// How steps begin that measure the damage of single groups.
    public static final String MEASURING = "measuring the sensitivity of ";
    /// Numbers of channels between which each group may choose.
    private static final int CHOICES = 16;
    /// How many tries it takes at most to keep within a permitted error.
    private static final int ATTEMPTS = 4;
    private static final int DAMAGE_SAMPLES = 64;

    private final Model model;
    private final PassContext context;
    private final PruningRequest request;
    private final Optional<Calibration> calibration;
    private final DependencyGraph dependencies;
    private final SequencedMap<ChannelGroup, List<Integer>> cuts = new LinkedHashMap<>();

    /// A pruning of this model.
    public ChannelPruning(Model model, PassContext context, PruningRequest request) {
        this.model = model;
        this.context = context;
        this.request = request;
        this.calibration = context.calibration().filter(c -> c.count() > 0);
        this.dependencies = DependencyGraph.of(context.laboratory().inferShapes(model).graph());
        dependencies.groups().stream().filter(g -> g.makers().stream().allMatch(m -> request.selected().test(m.node())))
                .filter(g -> Stream.concat(g.makers().stream(), g.readers().stream()).allMatch(this::isFloat))
                .forEach(g -> {
                    List<Integer> possible = Widths.cuts(g, request.multiple());
                    if (!possible.isEmpty()) {
                        cuts.put(g, possible);
                    }
                });
    }

    /// Weights of other types can be cut, and not weighed.
    private boolean isFloat(WeightAxis place) {
        return model.graph().constant(place.weights()).filter(t -> t.type() == DataType.FLOAT).isPresent();
    }

    /// The pruned model.
    public PassOutcome run() {
        if (cuts.isEmpty()) {
            return PassOutcome.failed(model, PruningProblems.nothing(dependencies, request.multiple()));
        }
        if (request.importance().needsData() && calibration.isEmpty()) {
            return PassOutcome.failed(model, PruningProblems.needsData(request.importance()));
        }
        MacModel macs = new MacModel(model, dependencies, context.laboratory());
        return switch (request.amount()) {
            case Amount.Ratio ratio -> byRatio(ratio, macs);
            case Amount.EvenMacs(double part) -> {
                Map<ChannelGroup, Integer> chosen = Allocation.uniform(cuts, macs, macs.all() * (1 - part));
                yield part == 0 ? PassOutcome.unchanged(model) : finish(chosen, ranked(chosen), macs, part);
            }
            case Amount.CheapestMacs cheapest -> cheapest(cheapest, macs);
        };
    }

    private PassOutcome byRatio(Amount.Ratio amount, MacModel macs) {
        Map<ChannelGroup, Double> ratios = new LinkedHashMap<>();
        for (String name : amount.ratios().keySet()) {
            if (dependencies.groups().stream().noneMatch(g -> isNamed(name, g))) {
                return PassOutcome.failed(model, PruningProblems.unknown(name, dependencies));
            }
        }
        for (ChannelGroup group : cuts.keySet()) {
            double ratio = amount.ratios().entrySet().stream().filter(e -> isNamed(e.getKey(), group)).findFirst()
                    .map(Map.Entry::getValue).orElse(amount.ratio());
            if (ratio >= 1) {
                return PassOutcome.failed(model, PruningProblems.empty(group, ratio));
            }
            ratios.put(group, ratio);
        }
        Map<ChannelGroup, Integer> chosen = Allocation.uniform(cuts, ratios);
        return finish(chosen, ranked(chosen), macs, 0);
    }

    private static boolean isNamed(String name, ChannelGroup group) {
        return Selection.isGlobOf(name, group.name());
    }

    /// Rankings of the groups of which something is cut.
    private Map<ChannelGroup, Ranking> ranked(Map<ChannelGroup, Integer> chosen) {
        Map<ChannelGroup, List<Integer>> stops = new HashMap<>();
        chosen.forEach((group, cut) -> stops.put(group, List.of(cut)));
        return ranked(cuts.keySet().stream().filter(chosen::containsKey).toList(), stops);
    }

    private Map<ChannelGroup, Ranking> ranked(List<ChannelGroup> groups, Map<ChannelGroup, List<Integer>> stops) {
        Map<ChannelGroup, Ranking> rankings = new LinkedHashMap<>();
        if (request.importance().needsData()) {
            new DataRanking(model, dependencies, context, calibration.orElseThrow(), request.samples())
                    .of(groups, request.importance(), stops).forEach(r -> rankings.put(r.group(), r));
        } else {
            WeightRanking ranking = new WeightRanking(model.graph(), dependencies, request.importance());
            groups.forEach(g -> rankings.put(g, ranking.of(g)));
        }
        return rankings;
    }

    private PassOutcome cheapest(Amount.CheapestMacs amount, MacModel macs) {
        if (amount.part() == 0) {
            return PassOutcome.unchanged(model);
        }
        cuts.replaceAll((_, possible) -> Widths.few(possible, CHOICES));
        List<Sensitivity> measured = sensitivities();
        Map<ChannelGroup, Sensitivity> sensitivities = new HashMap<>();
        Map<ChannelGroup, Ranking> rankings = new HashMap<>();
        measured.forEach(s -> {
            sensitivities.put(s.ranking().group(), s);
            rankings.put(s.ranking().group(), s.ranking());
        });
        List<Allocation.Step> steps = Allocation.greedy(cuts, sensitivities, macs, macs.all() * (1 - amount.part()));
        if (amount.maxError() == 0) {
            return finish(steps.getLast().cuts(), rankings, macs, amount.part());
        }
        double permitted = amount.maxError();
        PassOutcome outcome = PassOutcome.unchanged(model);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++, permitted /= 2) {
            double limit = permitted;
            Allocation.Step step = steps.stream().filter(s -> s.damage() <= limit).toList().getLast();
            outcome = finish(step.cuts(), rankings, macs, 0);
            if (calibration.isEmpty() || damage(outcome.model()) <= amount.maxError()) {
                return outcome;
            }
        }
        return PassOutcome.unchanged(model);
    }

    /// How much the outputs suffer by each group, measured where there is calibration data.
    public List<Sensitivity> sensitivities() {
        List<ChannelGroup> groups = List.copyOf(cuts.keySet());
        Map<ChannelGroup, List<Integer>> stops = new HashMap<>();
        groups.forEach(g -> stops.put(g, Widths.few(cuts.getOrDefault(g, List.of()), SensitivityMeasurement.POINTS)));
        Map<ChannelGroup, Ranking> rankings = ranked(groups, stops);
        return new SensitivityMeasurement(model, dependencies, context, calibration, request.samples())
                .of(groups.stream().map(rankings::get).toList(), stops);
    }

    /// The same as curves; a group with a single channel, or none that may go, has none.
    public List<DamageCurve> damageCurves() {
        return sensitivities().stream().map(DamageCurve::of).toList();
    }

    /// On how many calibration samples damage by group is judged; 0 without calibration data.
    public int judgingSamples() {
        return calibration.map(c -> Math.min(SensitivityMeasurement.SAMPLES,
                HeldBack.of(c, request.samples()).samples().size())).orElse(0);
    }

    /// What would be left at other ratios; nothing is cut.
    public PruningForecast forecast() {
        Map<Integer, ChannelGroup> owners = MacModel.owners(dependencies);
        return new PruningForecast(
                cuts.entrySet().stream()
                        .map(e -> new PruningForecast.Group(e.getKey().name(), e.getKey().width(), e.getValue()))
                        .toList(),
                model.graph().initializers().entrySet().stream()
                        .map(e -> new PruningForecast.Share(e.getKey(), e.getValue().elements(),
                                e.getValue().sizeBytes(),
                                MacModel.axes(MacModel.parts(dependencies, e.getKey(), owners))))
                        .toList(),
                new MacModel(model, dependencies, context.laboratory()).shares());
    }

    /// What falls together, and what cannot be cut.
    public DependencyGraph dependencies() {
        return dependencies;
    }

    private double damage(Model pruned) {
        Calibration all = calibration.orElseThrow();
        List<Integer> numbers = IntStream.range(0, all.count()).boxed().toList();
        try (OutputDamage damage = new OutputDamage(model, context, all, numbers, DAMAGE_SAMPLES)) {
            return damage.of(pruned);
        }
    }

    private PassOutcome finish(Map<ChannelGroup, Integer> chosen, Map<ChannelGroup, Ranking> rankings, MacModel macs,
            double wanted) {
        Set<Integer> gone = new HashSet<>();
        chosen.forEach((group, cut) -> gone
                .addAll(Objects.requireNonNull(rankings.get(group)).units().subList(0, cut)));
        if (gone.isEmpty()) {
            return PassOutcome.unchanged(model);
        }
        Model cut = ChannelCut.cut(model, dependencies, gone);
        Model pruned = cut;
        List<PassOutcome.Change> changes = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        double removed = 1 - macs.left(chosen) / macs.all();
        changes.add(new PassOutcome.Change(gone.size(), "channels cut of "
                + chosen.keySet().stream().mapToInt(ChannelGroup::width).sum() + " in " + chosen.size() + " groups"));
        changes.add(new PassOutcome.Change(Math.round(100 * removed), "% of the multiply-accumulates removed"));
        if (calibration.isPresent() && request.recovery()) {
            Recovery.Result result = new Recovery(model, dependencies, gone, context)
                    .recover(cut, calibration.get(), request.samples());
            pruned = result.model();
            changes.add(new PassOutcome.Change(result.fitted(), "layers fitted to make up for it"));
            problems.add(PruningProblems.damage(damage(cut), damage(pruned),
                    Math.min(DAMAGE_SAMPLES, calibration.get().count())));
        }
        if (calibration.isEmpty()) {
            problems.add(PruningProblems.noData());
        }
        if (removed < wanted - 0.005) {
            problems.add(PruningProblems.shortOf(removed, wanted));
        }
        problems.add(PruningProblems.narrowed(cuts.keySet().stream().filter(chosen::containsKey)
                .map(g -> g.name() + " " + (g.width() - chosen.getOrDefault(g, 0)) + " of " + g.width())
                .collect(Collectors.joining(", "))));
        if (!dependencies.frozen().isEmpty()) {
            problems.add(PruningProblems.frozen(dependencies.frozen()));
        }
        return new PassOutcome(PrunedMark.on(pruned, PruningProblems.percent(removed)), changes, problems);
    }
}
