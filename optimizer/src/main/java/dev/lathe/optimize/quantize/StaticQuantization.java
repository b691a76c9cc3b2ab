package dev.lathe.optimize.quantize;

import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.ValueTypes;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.calibrate.Damage;
import dev.lathe.optimize.calibrate.RangeMethod;
import dev.lathe.profile.statistics.CalibrationStatistics;
import dev.lathe.profile.statistics.ValueRange;
import dev.lathe.profile.statistics.ValueStatistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// One application of static quantization: where integers go, which ranges they have, and what was left in float and why.
public final class StaticQuantization {
    /// How many samples decide about methods and operators: with 8, clipping looks better than it is.
    private static final int DECIDING_SAMPLES = 32;
    /// How many samples decide about the ranges of single values, which is hundreds of decisions.
    private static final int TUNING_SAMPLES = 4;
    /// Loss of signal to noise, in dB, that the speed of the full set is worth.
    private static final double WORTH_DB = 3;
    /// The methods that are tried beside min-max where none is given; entropy never won on a model of the benchmarks.
    private static final List<RangeMethod> TRIED = List.of(RangeMethod.MSE, RangeMethod.MOVING_AVERAGE,
            RangeMethod.PERCENTILE);
    /// Gain in dB below which a method that clips is not taken: on other data it was lost again on 4 of 10 models.
    private static final double CLIPPING_WORTH_DB = 2;
    /// The same for weights.
    private static final double WEIGHTS_WORTH_DB = 0.3;
    /// With fewer samples than this to judge by, nothing is clipped: one model gained 9 dB on 5 samples and lost 12 on
    /// others.
    private static final int FEWEST_JUDGES = 8;

    /// What is asked for.
    ///
    /// @param extents how far the quantization goes; where there are two, the second is kept where the first costs more than
    ///     3 dB of the outputs' signal to noise
    /// @param selected operators that may be quantized at all
    /// @param activations how values are stored
    /// @param weights how weights are stored
    /// @param openWeights whether weights with the least error are tried too, where outputs decide
    /// @param fewestDb values whose channels would be told with less stay float; 0 for none
    public record Request(List<Placement.Extent> extents, Predicate<Node> selected, ActivationForm activations,
            WeightForm weights, boolean openWeights, double fewestDb) {

        /// Copies the list.
        public Request {
            extents = List.copyOf(extents);
        }
    }

    private final Model model;
    private final PassContext context;
    private final Calibration calibration;
    private final Request request;
    private final Weighted weighted;
    private CalibrationStatistics statistics = CalibrationStatistics.none();
    private Decided decided = new Decided(true, RangeMethod.MIN_MAX, false);
    private final List<Problem> problems = new ArrayList<>();

    /// A model that can be quantized, and the data that show its ranges.
    public StaticQuantization(Model model, PassContext context, Calibration calibration, Request request) {
        // a runtime recognises more patterns where the shapes of float values are written down
        this.model = context.laboratory().inferShapes(model);
        this.context = context;
        this.calibration = calibration;
        this.request = request;
        this.weighted = new Weighted(this.model.graph());
    }

    /// A quantized model, where its integers are and how they stand for numbers.
    private record Candidate(Model model, Placement placement, QdqWriter.Written written,
            SequencedMap<String, Affine> affines, Choice choice) {

        boolean full() {
            return placement.extent().elementwise();
        }
    }

    /// How ranges and scales of weights were chosen.
    private record Choice(RangeMethod method, boolean leastErrorWeights) {
        @Override
        public String toString() {
            return method.label() + (leastErrorWeights ? " with least-error weights" : "");
        }
    }

    /// What the request left open, and what was decided.
    ///
    /// @param full whether all operators that pay are quantized, not Conv, Gemm and MatMul alone
    /// @param method how ranges are chosen
    /// @param leastErrorWeights how weights are
    public record Decided(boolean full, RangeMethod method, boolean leastErrorWeights) {}

    /// What [#run] has decided.
    public Decided decided() {
        return decided;
    }

    /// Quantizes.
    public PassOutcome run() {
        Graph graph = model.graph();
        ValueTypes types = new ValueTypes(graph);
        List<Placement> placements = request.extents().stream()
                .map(e -> new Placement(graph, types, request.selected(), e)).toList();
        Set<String> values = new LinkedHashSet<>();
        placements.forEach(p -> values.addAll(p.values()));
        statistics = request.activations().readsHistograms()
                ? context.laboratory().observe(model, calibration.samples(), List.copyOf(values), context.progress())
                : context.laboratory().observeExtremes(model, calibration.samples(), List.copyOf(values),
                        context.progress());
        context.cancellation().throwIfCancelled();
        context.progress().progress(Progress.of("choosing ranges", 1));
        graph.inputs().stream().map(ValueInfo::name).forEach(this::warnOfConstant);
        try (Trial trial = trial(DECIDING_SAMPLES)) {
            Candidate chosen = chosen(placements, trial);
            if (request.activations().method() == RangeMethod.BEST && trial.isPossible()) {
                chosen = tuned(chosen, trial);
            }
            decided = new Decided(chosen.full(), chosen.choice().method(), chosen.choice().leastErrorWeights());
            leftInFloat(chosen.placement()).ifPresent(problems::add);
            return new PassOutcome(chosen.model(), changes(chosen.placement()), problems);
        }
    }

    /// What runs on floats still: operators with weights, operators that are not ONNX's own, and subgraphs.
    private Optional<Problem> leftInFloat(Placement placement) {
        Map<String, Integer> counts = new TreeMap<>();
        int inside = 0;
        for (Node node : model.graph().nodes()) {
            boolean weighs = placement.isWeighted(node) || Set.of("ConvTranspose", "LSTM", "GRU", "RNN").contains(
                    node.opType());
            if (!placement.isQuantized(node) && (weighs || !node.isStandard())) {
                counts.merge(node.operator(), 1, Integer::sum);
            }
            inside += (int) node.subgraphs().flatMap(Graph::allNodes)
                    .filter(n -> n.is("Conv") || n.is("MatMul") || n.is("Gemm")).count();
        }
        StringJoiner words = new StringJoiner(", ");
        counts.forEach((operator, count) -> words.add(count + " " + operator));
        if (inside > 0) {
            words.add(inside + " in subgraphs, whose values no calibration sees");
        }
        return words.length() == 0
                ? Optional.empty()
                : Optional.of(Problem.note("left-in-float", "", "operators left in float: " + words));
    }

    /// Samples that the deciding candidates' ranges were not learned from.
    private Trial trial(int samples) {
        int part = CalibrationStatistics.partOf(calibration.count());
        return new Trial(model, context, calibration.samples(), part == calibration.count() ? 0 : part, samples);
    }

    private Candidate chosen(List<Placement> placements, Trial trial) {
        Choice choice = choice(placements.getFirst(), trial);
        Candidate first = candidate(placements.getFirst(), choice, statistics.all());
        if (placements.size() == 1 || !trial.isPossible()) {
            return first;
        }
        Candidate second = candidate(placements.getLast(), choice, statistics.all());
        return first.placement().operators().size() == second.placement().operators().size()
                ? first
                : better(first, second, trial);
    }

    /// The choice whose outputs are nearest, where the request leaves the method open.
    private Choice choice(Placement placement, Trial trial) {
        RangeMethod method = request.activations().method();
        boolean open = method == RangeMethod.AUTO || method == RangeMethod.BEST;
        if (!open || !trial.isPossible()) {
            return new Choice(open ? RangeMethod.MIN_MAX : method, request.weights().leastError());
        }
        StringJoiner words = new StringJoiner(", ");
        Choice kept = new Choice(RangeMethod.MIN_MAX, request.weights().leastError());
        double plain = db(placement, kept, trial, words);
        double most = plain;
        for (RangeMethod tried : trial.samples() < FEWEST_JUDGES ? List.<RangeMethod>of() : TRIED) {
            Choice other = new Choice(tried, request.weights().leastError());
            double db = db(placement, other, trial, words);
            if (db > Math.max(most, plain + CLIPPING_WORTH_DB)) {
                most = db;
                kept = other;
            }
        }
        if (request.openWeights()) {
            Choice other = new Choice(kept.method(), true);
            kept = db(placement, other, trial, words) > most + WEIGHTS_WORTH_DB ? other : kept;
        }
        problems.add(Problem.note("ranges-chosen", "", "outputs on " + trial.samples() + " calibration samples: "
                + words + "; kept " + kept));
        return kept;
    }

    private double db(Placement placement, Choice choice, Trial trial, StringJoiner words) {
        double db = trial.db(candidate(placement, choice, statistics.part()).model());
        words.add(String.format(Locale.ROOT, "%.1f dB with %s", db, choice));
        return db;
    }

    /// Each value with the mapping that serves the outputs best.
    private Candidate tuned(Candidate candidate, Trial trial) {
        Candidate learned = candidate(candidate.placement(), candidate.choice(), statistics.part());
        Map<String, Integer> chosen;
        try (Trial few = trial(TUNING_SAMPLES)) {
            chosen = new RangeTuning(learned.model(), learned.written(), learned.affines())
                    .tune(affines(learned.placement(), statistics.part()), few);
        }
        List<SequencedMap<String, Affine>> all = affines(candidate.placement(), statistics.all());
        SequencedMap<String, Affine> affines = new LinkedHashMap<>(candidate.affines());
        affines.replaceAll((value, affine) -> {
            Integer other = chosen.get(value);
            return other == null ? affine : all.get(other).getOrDefault(value, affine);
        });
        Candidate tuned = written(candidate.placement(), affines, candidate.choice());
        double before = trial.db(candidate.model());
        double after = trial.db(tuned.model());
        problems.add(Problem.note("ranges-tuned", "", String.format(Locale.ROOT,
                "value by value: %d of %d have another range, %.1f dB became %.1f dB%s", chosen.size(),
                affines.size(), before, after, after > before ? "" : "; kept as it was")));
        return after > before ? tuned : candidate;
    }

    private List<SequencedMap<String, Affine>> affines(Placement placement, Map<String, ValueStatistics> seen) {
        return Stream.concat(Stream.of(RangeMethod.MIN_MAX), TRIED.stream())
                .map(method -> request.activations().with(method))
                .map(form -> form.affines(model.graph(), placement, form.ranges(model.graph(), placement, seen)))
                .toList();
    }

    private void warnOfConstant(String name) {
        ValueStatistics seen = statistics.all().get(name);
        if (seen != null && seen.isConstant() && seen.notFinite().isEmpty()) {
            problems.add(Problem.warning("calibration-constant", name, "the input is " + seen.range().min()
                    + " in every element of all " + calibration.count() + " calibration samples",
                    "Check the data: ranges learned from it fit nothing else."));
        }
    }

    private Candidate candidate(Placement widest, Choice choice, Map<String, ValueStatistics> seen) {
        ActivationForm form = request.activations().with(choice.method());
        Placement finite = withoutNotFinite(widest);
        Map<String, ValueRange> ranges = form.ranges(model.graph(), finite, seen);
        Placement even = finite.withoutUnevenConcats(ranges);
        Placement placement = withoutDamaged(even, form.affines(model.graph(), even, ranges));
        return written(placement, form.affines(model.graph(), placement, ranges), choice);
    }

    private Candidate written(Placement placement, SequencedMap<String, Affine> affines, Choice choice) {
        QdqWriter.Written written = QdqWriter.write(model.graph(), placement, affines, n -> form(n, choice),
                n -> request.selected().test(n) && IntegerTable.isEmbedding(n, weighted));
        return new Candidate(model.withGraph(written.graph()), placement, written, affines, choice);
    }

    private WeightForm form(Node node, Choice choice) {
        WeightForm general = request.weights();
        WeightForm form = new WeightForm(general.perChannel(), general.bits(), general.unsigned(),
                choice.leastErrorWeights());
        for (Map.Entry<String, NodeOptions> entry : request.activations().overrides().entrySet()) {
            if (new Selection(List.of(entry.getKey()), List.of()).matches(node)
                    || node.input(1).filter(w -> Selection.isGlobOf(entry.getKey(), w)).isPresent()) {
                Integer bits = entry.getValue().weightBits();
                Boolean perChannel = entry.getValue().perChannel();
                form = new WeightForm(perChannel == null ? form.perChannel() : perChannel,
                        bits == null ? form.bits() : bits, form.unsigned(), form.leastError());
            }
        }
        return form;
    }

    /// Values with NaN or infinities have no range.
    private Placement withoutNotFinite(Placement placement) {
        Set<String> endless = new LinkedHashSet<>();
        for (String value : placement.values()) {
            ValueStatistics seen = statistics.all().get(value);
            if (seen == null || seen.notFinite().isPresent()) {
                endless.add(value);
                report(Problem.warning("range-not-finite", value, seen == null
                        ? "no calibration sample makes this value"
                        : "sample " + seen.notFinite().orElse(0) + " makes it NaN or infinite",
                        "It stays float, and so do the operators around it; check the data."));
            }
        }
        return placement.without(endless);
    }

    private void report(Problem problem) {
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }

    private Placement withoutDamaged(Placement placement, Map<String, Affine> affines) {
        Map<String, String> sharing = placement.sharing();
        Set<String> damaged = new LinkedHashSet<>();
        for (String value : placement.values()) {
            Affine affine = affines.get(sharing.getOrDefault(value, value));
            ValueStatistics seen = statistics.all().get(value);
            if (affine != null && seen != null) {
                double db = Damage.channelDb(seen, affine.scale());
                if (db < request.fewestDb() && request.fewestDb() > 0) {
                    damaged.add(value);
                    report(Problem.note("value-left-float", value, String.format(Locale.ROOT,
                            "its channels differ too much for one scale (%.1f dB); it stays float, and so do the"
                                    + " operators around it",
                            db)));
                }
            }
        }
        return placement.without(damaged);
    }

    /// The full set, unless it costs the outputs more than its speed is worth.
    private Candidate better(Candidate all, Candidate core, Trial trial) {
        double allDb = trial.db(all.model());
        double coreDb = trial.db(core.model());
        boolean ruined = coreDb - allDb > WORTH_DB;
        problems.add(Problem.note("operators-chosen", "", String.format(Locale.ROOT,
                "outputs on %d calibration samples: %.1f dB with all operators quantized, %.1f dB with Conv, Gemm"
                        + " and MatMul alone; kept %s",
                trial.samples(), allDb, coreDb, ruined ? "the latter" : "all")));
        return ruined ? core : all;
    }

    private static List<PassOutcome.Change> changes(Placement placement) {
        Map<String, Integer> counts = new TreeMap<>();
        placement.operators().forEach(n -> counts.merge(n.opType(), 1, Integer::sum));
        List<PassOutcome.Change> changes = new ArrayList<>();
        counts.forEach((type, count) -> changes.add(new PassOutcome.Change(count, type + " quantized")));
        changes.add(
                new PassOutcome.Change(placement.values().size(), "values given QuantizeLinear and DequantizeLinear"));
        return changes;
    }
}
