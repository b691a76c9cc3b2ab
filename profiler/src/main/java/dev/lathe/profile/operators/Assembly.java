package dev.lathe.profile.operators;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.profile.stats.BlockBootstrap;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Fork;
import dev.lathe.profile.stats.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/// Makes a profile of the traces of several worker processes and the graphs.
final class Assembly {
    private static final long SEED = 11;
    /// The median run's nodes over their medians: above this, most runs were disturbed.
    private static final double DISTURBED = 1.25;
    /// A share of a ceiling that noise does not explain, of an operator long enough to be timed well.
    private static final double ABOVE = 1.1;
    private static final double LONG_NS = 20_000;
    /// A query with profiling over one without.
    private static final double INTRUSIVE = 1.5;
    private static final String UNMATCHED = "the runtime's optimized graph has no such node";
    /// What comes with another operator and is not what a node is about.
    private static final Set<String> COMPANIONS = Set.of("QuantizeLinear", "DequantizeLinear", "Relu", "Clip",
            "Sigmoid",
            "Cast", "Identity", "Constant", "Reshape", "Transpose");
    private static final Set<String> MULTIPLYING = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul", "ConvInteger",
            "MatMulInteger", "LSTM", "GRU", "RNN");

    private final List<Trace> forks;
    private final ExecutedGraph graph;
    private final Fusion fusion;
    private final Model source;
    private final BlockBootstrap bootstrap = BlockBootstrap.seeded(SEED);

    private Assembly(List<Trace> forks, Model source, Model optimized) {
        this.forks = forks;
        this.source = source;
        this.graph = new ExecutedGraph(optimized, forks.stream().flatMap(f -> f.nodes().stream()).filter(distinct())
                .toList());
        this.fusion = new Fusion(source.graph(), optimized.graph());
    }

    private static Predicate<Trace.Node> distinct() {
        Set<Trace.Key> seen = new HashSet<>();
        return n -> seen.add(n.key());
    }

    /// The profile.
    ///
    /// @param forks one trace for each worker process
    /// @param source the model that was given
    /// @param optimized the graph that the runtime made of it
    /// @param plain times of queries without profiling, in nanoseconds, one array a worker; may be empty
    /// @param requested the execution provider asked for
    static OperatorProfile of(OperatorProfile.Origin origin, List<Trace> forks, Model source, Model optimized,
            List<long[]> plain, String requested, Reading<Ceilings> ceilings) {
        Assembly assembly = new Assembly(forks, source, optimized);
        SequencedMap<Trace.Key, List<Trace.Node>> byKey = assembly.gather();
        List<OperatorTime> nodes = new ArrayList<>();
        byKey.forEach((key, parts) -> nodes.add(assembly.time(key, parts, ceilings)));
        OperatorProfile.Times times = assembly.times(List.copyOf(byKey.keySet()), plain);
        return new OperatorProfile(origin, times, nodes, totals(nodes), Placement.of(requested, nodes.stream()
                .map(n -> Map.entry(n.identity().provider(), n.identity().opType())).toList()), ceilings,
                caveats(times, nodes, ceilings));
    }

    private SequencedMap<Trace.Key, List<Trace.Node>> gather() {
        SequencedMap<Trace.Key, List<Trace.Node>> byKey = new LinkedHashMap<>();
        forks.forEach(
                f -> f.nodes().forEach(n -> byKey.computeIfAbsent(n.key(), _ -> new ArrayList<>()).add(n)));
        return byKey;
    }

    private OperatorTime time(Trace.Key key, List<Trace.Node> parts, Reading<Ceilings> ceilings) {
        int runs = forks.stream().mapToInt(Trace::runs).sum();
        Estimate perQuery = median(sums(List.of(key)));
        double calls = parts.stream().mapToDouble(Trace.Node::calls).sum() / runs;
        SequencedMap<Trace.Signature, Integer> signatures = new LinkedHashMap<>();
        parts.forEach(p -> p.signatures().forEach((s, n) -> signatures.merge(s, n, Integer::sum)));
        Trace.Signature usual = signatures.entrySet().stream().max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey).orElse(new Trace.Signature(List.of(), List.of()));
        Optional<Node> node = graph.node(key);
        Work work = node.map(n -> work(n, signatures, runs)).orElseGet(() -> Work.unknown(UNMATCHED, key.opType()));
        return new OperatorTime(identity(key, parts.getFirst().provider(), node), perQuery, calls,
                parts.getFirst().details(), usual, work, Roofline.judge(work, perQuery, calls, ceilings));
    }

    private OperatorTime.Identity identity(Trace.Key key, String provider, Optional<Node> node) {
        List<Node> sources = node.map(fusion::of).orElse(List.of());
        Optional<Node> main = sources.stream().filter(n -> MULTIPLYING.contains(n.opType())).findFirst()
                .or(() -> sources.stream().filter(n -> !COMPANIONS.contains(n.opType())).findFirst());
        List<String> labels = new ArrayList<>();
        main.ifPresent(m -> labels.add(m.label()));
        sources.stream().map(Node::label).filter(l -> !labels.contains(l)).forEach(labels::add);
        return new OperatorTime.Identity(key.name(), node.map(Node::operator).orElse(key.opType()), provider, labels);
    }

    private Work work(Node node, SequencedMap<Trace.Signature, Integer> signatures, int runs) {
        Optional<Work> sum = Optional.empty();
        for (Map.Entry<Trace.Signature, Integer> one : signatures.entrySet()) {
            Work work = graph.shapes(node, one.getKey()).map(s -> Work.of(node, s, trueWeight(node)))
                    .orElseGet(() -> Work.unknown("the profile's shapes do not fit the node's values", node.opType()))
                    .times((double) one.getValue() / runs);
            sum = Optional.of(sum.map(s -> s.plus(work)).orElse(work));
        }
        return sum.orElseGet(() -> Work.unknown("the profile tells no shapes", node.opType()));
    }

    /// The source's weight of a convolution on blocks of channels, whose own is padded to whole blocks.
    private List<Long> trueWeight(Node node) {
        if (!node.operator().equals("com.microsoft.nchwc:Conv")) {
            return List.of();
        }
        return fusion.of(node).stream().filter(n -> n.is("Conv")).findFirst().flatMap(n -> n.input(1))
                .flatMap(w -> source.graph().constant(w)).map(TensorData::shape).orElse(List.of());
    }

    /// For each worker, the time of these nodes in each run.
    private List<long[]> sums(List<Trace.Key> keys) {
        Set<Trace.Key> wanted = Set.copyOf(keys);
        List<long[]> sums = new ArrayList<>();
        for (Trace fork : forks) {
            long[] sum = new long[fork.runs()];
            fork.nodes().stream().filter(n -> wanted.contains(n.key()))
                    .forEach(n -> Arrays.setAll(sum, i -> sum[i] + n.perRunNs()[i]));
            sums.add(sum);
        }
        return sums;
    }

    private OperatorProfile.Times times(List<Trace.Key> keys, List<long[]> plain) {
        List<long[]> nodes = sums(keys);
        List<long[]> overhead = new ArrayList<>();
        for (int f = 0; f < forks.size(); f++) {
            long[] session = forks.get(f).sessionNs();
            long[] sum = nodes.get(f);
            long[] rest = new long[session.length];
            Arrays.setAll(rest, i -> Math.max(0, session[i] - sum[i]));
            overhead.add(rest);
        }
        return new OperatorProfile.Times(median(forks.stream().map(Trace::sessionNs).toList()), median(nodes),
                median(overhead), plain.isEmpty()
                        ? Reading.unknown("not measured")
                        : Reading.known(median(plain), "queries without profiling"));
    }

    private Estimate median(List<long[]> perFork) {
        List<Fork> samples = perFork.stream().filter(a -> a.length > 0).map(a -> new Fork(List.of(a))).toList();
        return switch (bootstrap.median(samples)) {
            case Reading.Known<Estimate>(var estimate, _) -> estimate;
            case Reading.Unknown<Estimate> _ -> {
                // too few for an interval of the median: all that was seen
                long[] sorted = Fork.sorted(samples);
                yield new Estimate(sorted[(sorted.length - 1) / 2],
                        new Interval(sorted[0], sorted[sorted.length - 1]), sorted.length);
            }
        };
    }

    private static OperatorTotal total(String operator, List<OperatorTime> own, double all) {
        Estimate time = new Estimate(sum(own, n -> n.perQuery().value()),
                new Interval(sum(own, n -> n.perQuery().interval().low()),
                        sum(own, n -> n.perQuery().interval().high())),
                own.getFirst().perQuery().n());
        Map<Judgement.Bound, Double> bounds = new EnumMap<>(Judgement.Bound.class);
        own.forEach(n -> bounds.merge(n.judgement().bound(), n.perQuery().value(), Double::sum));
        Judgement.Bound bound = bounds.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey)
                .orElse(Judgement.Bound.UNKNOWN);
        Reading<Double> macs = own.stream().map(n -> n.work().macs()).filter(m -> m instanceof Reading.Unknown<Double>)
                .findFirst().orElseGet(
                        () -> Reading.known(sum(own, n -> n.work().macs().toOptional().orElse(0.0)), "its nodes"));
        return new OperatorTotal(operator, own.size(), time, all == 0 ? 0 : time.value() / all, macs, bound);
    }

    private static List<OperatorTotal> totals(List<OperatorTime> nodes) {
        SequencedMap<String, List<OperatorTime>> types = new LinkedHashMap<>();
        nodes.forEach(n -> types.computeIfAbsent(n.identity().operator(), _ -> new ArrayList<>()).add(n));
        double all = sum(nodes, n -> n.perQuery().value());
        return types.entrySet().stream().map(e -> total(e.getKey(), e.getValue(), all))
                .sorted(Comparator.comparingDouble((OperatorTotal t) -> t.perQuery().value()).reversed()).toList();
    }

    private static List<Problem> caveats(OperatorProfile.Times times, List<OperatorTime> nodes,
            Reading<Ceilings> ceilings) {
        List<Problem> caveats = new ArrayList<>();
        double medians = sum(nodes, n -> n.perQuery().value());
        if (times.nodes().value() > DISTURBED * medians) {
            caveats.add(Problem.warning("profile-disturbed", "",
                    String.format(Locale.ROOT, "in the median run the nodes took %.1f times the sum of their medians",
                            times.nodes().value() / Math.max(1, medians)),
                    "Something else used the processor: shares are those of undisturbed nodes; profile again when the "
                            + "machine is quiet, or with fewer threads."));
        }
        times.plain().toOptional().filter(p -> times.session().value() > INTRUSIVE * p.value())
                .ifPresent(p -> caveats.add(Problem.warning("profile-intrusive", "",
                        String.format(Locale.ROOT, "noting times makes a query %.1f times as long",
                                times.session().value() / p.value()),
                        "Operators of a few microseconds look longer than they are: trust their order more than their "
                                + "sum.")));
        boolean above = nodes.stream().filter(n -> n.perQuery().value() >= LONG_NS)
                .flatMap(n -> n.judgement().share().toOptional().stream())
                .anyMatch(s -> s.interval().low() > ABOVE);
        if (above && ceilings instanceof Reading.Known<Ceilings>(var known, _)) {
            caveats.add(Problem.warning("ceiling-exceeded", "",
                    "an operator is above the ceilings that were measured at " + known.measuredAt(),
                    "They were measured in a worse moment: measure them again with --measure-ceilings."));
        }
        return caveats;
    }

    private static double sum(List<OperatorTime> nodes, ToDoubleFunction<OperatorTime> what) {
        return nodes.stream().mapToDouble(what).sum();
    }
}
