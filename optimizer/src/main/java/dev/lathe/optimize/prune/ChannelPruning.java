package dev.lathe.optimize.prune;

import dev.lathe.base.Problem;
import dev.lathe.evaluate.Scorer;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Model;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.prune.PruningRequest.Amount;
import dev.lathe.optimize.quantize.Selection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
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
        dependencies.groups().stream().filter(this::isSelected).filter(this::isFloat).forEach(g -> {
            List<Integer> possible = Widths.cuts(g, request.multiple());
            if (!possible.isEmpty()) {
                cuts.put(g, possible);
            }
        });
    }

    private boolean isSelected(ChannelGroup group) {
        return group.makers().stream().allMatch(m -> request.selected().test(m.node()));
    }

    private boolean isFloat(ChannelGroup group) {
        return Stream.concat(group.makers().stream(), group.readers().stream()).allMatch(this::isFloat);
    }

    /// Weights of other types can be cut, and not weighed.
    private boolean isFloat(WeightAxis place) {
        return model.graph().constant(place.weights()).filter(t -> t.type() == DataType.FLOAT).isPresent();
    }

    /// The pruned model.
    public PassOutcome run() {
        if (cuts.isEmpty()) {
            List<ChannelGroup> selected = dependencies.groups().stream().filter(this::isSelected).toList();
            return PassOutcome.failed(model, PruningProblems.nothing(dependencies, request.multiple(),
                    dependencies.groups().size() - selected.size(),
                    (int) selected.stream().filter(g -> !isFloat(g)).count()));
        }
        if (request.importance().needsData() && calibration.isEmpty()) {
            return PassOutcome.failed(model, PruningProblems.needsData(request.importance()));
        }
        CostModel macs = CostModel.ofMacs(model, dependencies, context.laboratory());
        try (Finishing finishing = new Finishing(model, dependencies, context, request, macs, maxError() > 0)) {
            return switch (request.amount()) {
                case Amount.Ratio ratio -> byRatio(ratio, finishing);
                case Amount.EvenMacs(double part) -> {
                    Map<ChannelGroup, Integer> chosen = Allocation.uniform(cuts, macs, macs.all() * (1 - part));
                    yield part == 0 ? PassOutcome.unchanged(model) : finish(chosen, finishing, part);
                }
                case Amount.CheapestMacs(double part, _) -> cheapest(part, macs, finishing, part).outcome();
                case Amount.CheapestTime time -> byTime(time, macs, finishing);
            };
        }
    }

    private double maxError() {
        return switch (request.amount()) {
            case Amount.CheapestMacs(_, double maxError) -> maxError;
            case Amount.CheapestTime(_, double maxError, _) -> maxError;
            case Amount.Ratio _,Amount.EvenMacs _ -> 0;
        };
    }

    private PassOutcome byTime(Amount.CheapestTime amount, CostModel macs, Finishing finishing) {
        boolean known = !amount.nodeNs().isEmpty();
        CostModel costs = known ? CostModel.ofTimes(model, dependencies, amount.nodeNs()) : macs;
        Cut cut = cheapest(amount.part(), costs, finishing, known ? 0 : amount.part());
        if (cut.cuts().isEmpty()) {
            return cut.outcome();
        }
        List<Problem> problems = new ArrayList<>(cut.outcome().problems());
        problems.add(known
                ? PruningProblems.expected(1 - costs.left(cut.cuts()) / costs.all())
                : PruningProblems.noTimes());
        return new PassOutcome(cut.outcome().model(), cut.outcome().changes(), problems);
    }

    /// The part of each group that this pruning would cut, by the group's name: what a recipe says that leaves nothing open.
    public SortedMap<String, Double> ratios() {
        SortedMap<String, Double> ratios = new TreeMap<>();
        if (!cuts.isEmpty() && request.amount() instanceof Amount.CheapestTime time) {
            CostModel macs = CostModel.ofMacs(model, dependencies, context.laboratory());
            CostModel costs = time.nodeNs().isEmpty()
                    ? macs
                    : CostModel.ofTimes(model, dependencies, time.nodeNs());
            Decided decided = decide(time.part(), costs);
            Map<ChannelGroup, Integer> chosen = decided.steps().getLast().cuts();
            if (maxError() > 0) {
                try (Finishing finishing = new Finishing(model, dependencies, context, request, macs, true)) {
                    chosen = within(decided, finishing, 0).cuts();
                }
            }
            chosen.forEach((group, cut) -> ratios.put(group.name(), (double) cut / group.width()));
        }
        return ratios;
    }

    private PassOutcome byRatio(Amount.Ratio amount, Finishing finishing) {
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
        return finish(Allocation.uniform(cuts, ratios), finishing, 0);
    }

    private PassOutcome finish(Map<ChannelGroup, Integer> chosen, Finishing finishing, double wanted) {
        return finishing.of(chosen, ranked(chosen), cuts.keySet(), wanted).outcome();
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

    /// What was cut and what became of it.
    private record Cut(Map<ChannelGroup, Integer> cuts, PassOutcome outcome) {}

    /// On the way to the goal.
    private record Decided(List<Allocation.Step> steps, Map<ChannelGroup, Ranking> rankings) {}

    /// @param costs what a part of is to go
    private Decided decide(double part, CostModel costs) {
        cuts.replaceAll((_, possible) -> Widths.few(possible, CHOICES));
        Map<ChannelGroup, Sensitivity> sensitivities = new HashMap<>();
        Map<ChannelGroup, Ranking> rankings = new HashMap<>();
        sensitivities().forEach(s -> {
            sensitivities.put(s.ranking().group(), s);
            rankings.put(s.ranking().group(), s.ranking());
        });
        return new Decided(Allocation.greedy(cuts, sensitivities, costs, costs.all() * (1 - part)), rankings);
    }

    private Cut cheapest(double part, CostModel costs, Finishing finishing, double wanted) {
        return part == 0
                ? new Cut(Map.of(), PassOutcome.unchanged(model))
                : within(decide(part, costs), finishing, wanted);
    }

    /// As far as the permitted error goes, measured once the layers have made up for the cut.
    private Cut within(Decided decided, Finishing finishing, double wanted) {
        double maxError = maxError();
        double permitted = maxError == 0 ? Double.POSITIVE_INFINITY : maxError;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++, permitted /= 2) {
            double limit = permitted;
            Map<ChannelGroup, Integer> chosen = decided.steps().stream().filter(s -> s.damage() <= limit).toList()
                    .getLast().cuts();
            Finishing.Finished finished = finishing.of(chosen, decided.rankings(), cuts.keySet(),
                    maxError == 0 ? wanted : 0);
            if (maxError == 0 || finished.error() <= maxError) {
                return new Cut(chosen, finished.outcome());
            }
        }
        return new Cut(Map.of(), PassOutcome.unchanged(model));
    }

    /// How much the outputs suffer by each group, measured where there is calibration data.
    public List<Sensitivity> sensitivities() {
        return sensitivities(Optional.empty());
    }

    private List<Sensitivity> sensitivities(Optional<Scorer> scorer) {
        List<ChannelGroup> groups = List.copyOf(cuts.keySet());
        Map<ChannelGroup, List<Integer>> stops = new HashMap<>();
        groups.forEach(g -> stops.put(g, Widths.few(cuts.getOrDefault(g, List.of()), SensitivityMeasurement.POINTS)));
        Map<ChannelGroup, Ranking> rankings = ranked(groups, stops);
        return new SensitivityMeasurement(model, dependencies, context, calibration, request.samples(), scorer)
                .of(groups.stream().map(rankings::get).toList(), stops);
    }

    /// The same as curves; a group with a single channel, or none that may go, has none.
    ///
    /// @param scorer scores the calibration samples, of which it has the rows: those that nothing was learned on are, at most
    ///     128 of them; empty where outputs alone are wanted
    public List<DamageCurve> damageCurves(Optional<Scorer> scorer) {
        return sensitivities(scorer).stream().map(DamageCurve::of).toList();
    }

    /// On how many calibration samples damage by group is judged; 0 without calibration data.
    public int judgingSamples() {
        return calibration.map(c -> Math.min(SensitivityMeasurement.SAMPLES,
                HeldBack.of(c, request.samples()).samples().size())).orElse(0);
    }

    /// Whether nothing is learned on these samples; there are too few for that where it is false.
    public boolean judgesFreshly() {
        return calibration.map(c -> HeldBack.of(c, request.samples()).isAny()).orElse(false);
    }

    /// What would be left at other ratios; nothing is cut.
    public PruningForecast forecast() {
        Map<Integer, ChannelGroup> owners = CostModel.owners(dependencies);
        return new PruningForecast(
                cuts.entrySet().stream()
                        .map(e -> new PruningForecast.Group(e.getKey().name(), e.getKey().width(), e.getValue()))
                        .toList(),
                model.graph().initializers().entrySet().stream()
                        .map(e -> new PruningForecast.Share(e.getKey(), e.getValue().elements(),
                                e.getValue().sizeBytes(),
                                CostModel.axes(CostModel.parts(dependencies, e.getKey(), owners))))
                        .toList(),
                CostModel.ofMacs(model, dependencies, context.laboratory()).shares());
    }

    /// What falls together, and what cannot be cut.
    public DependencyGraph dependencies() {
        return dependencies;
    }
}
