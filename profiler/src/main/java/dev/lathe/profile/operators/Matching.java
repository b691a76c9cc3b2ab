package dev.lathe.profile.operators;

import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Groups the nodes of two profiles by the work they stand for.
final class Matching {
    private static final Comparator<OperatorTime> LONGEST = Comparator
            .comparingDouble((OperatorTime t) -> t.perQuery().value()).reversed()
            .thenComparing(t -> t.identity().name());

    private final OperatorProfile base;
    private final OperatorProfile other;
    private final Map<String, List<String>> lineage;
    private final Map<String, OperatorTime> mains = new HashMap<>();
    private final Map<String, OperatorTime> owners = new HashMap<>();
    private final IdentityHashMap<OperatorTime, OperatorTime> parents = new IdentityHashMap<>();

    /// @param lineage for the label of each node in the variant's file, the labels of the base's it was made of
    Matching(OperatorProfile base, OperatorProfile other, Map<String, List<String>> lineage) {
        this.base = base;
        this.other = other;
        this.lineage = lineage;
        for (OperatorTime node : base.nodes()) {
            mains.putIfAbsent(node.identity().label(), node);
            node.identity().sources().forEach(s -> owners.putIfAbsent(s, node));
        }
    }

    ProfileComparison compare() {
        for (OperatorTime node : other.nodes()) {
            List<String> work = work(node.identity());
            List<OperatorTime> matching = work.stream().map(mains::get).filter(n -> n != null).toList();
            if (matching.isEmpty()) {
                matching = work.stream().map(owners::get).filter(n -> n != null).limit(1).toList();
            }
            matching.forEach(m -> join(m, node));
        }
        IdentityHashMap<OperatorTime, List<OperatorTime>> before = groups(base.nodes());
        IdentityHashMap<OperatorTime, List<OperatorTime>> after = groups(other.nodes());
        List<ProfileComparison.Pair> pairs = new ArrayList<>();
        before.forEach((group, nodes) -> {
            List<OperatorTime> theirs = after.get(group);
            if (theirs != null) {
                pairs.add(new ProfileComparison.Pair(nodes.getFirst().identity().label(), operators(nodes),
                        operators(theirs), sum(nodes), sum(theirs)));
            }
        });
        pairs.sort(Comparator.comparingDouble(ProfileComparison.Pair::gainNs).reversed()
                .thenComparing(ProfileComparison.Pair::label));
        return new ProfileComparison(base.origin().model(), other.origin().model(), pairs, alone(before, after),
                alone(after, before));
    }

    /// The base's nodes that a node of the variant stands for; a node the runtime added goes by its own name.
    private List<String> work(OperatorTime.Identity identity) {
        if (identity.sources().isEmpty()) {
            return List.of(identity.name());
        }
        return identity.sources().stream().flatMap(s -> lineage.getOrDefault(s, List.of()).stream()).distinct()
                .toList();
    }

    // a node is itself, however much another one may look like it
    @SuppressWarnings("ReferenceEquality")
    private void join(OperatorTime one, OperatorTime two) {
        OperatorTime first = root(one);
        OperatorTime second = root(two);
        if (first != second) {
            parents.put(second, first);
        }
    }

    private OperatorTime root(OperatorTime node) {
        OperatorTime parent = parents.get(node);
        return parent == null ? node : root(parent);
    }

    private IdentityHashMap<OperatorTime, List<OperatorTime>> groups(List<OperatorTime> nodes) {
        IdentityHashMap<OperatorTime, List<OperatorTime>> groups = new IdentityHashMap<>();
        nodes.stream().sorted(LONGEST).forEach(n -> groups.computeIfAbsent(root(n), _ -> new ArrayList<>()).add(n));
        return groups;
    }

    private static List<OperatorTime> alone(IdentityHashMap<OperatorTime, List<OperatorTime>> these,
            IdentityHashMap<OperatorTime, List<OperatorTime>> those) {
        return these.entrySet().stream().filter(e -> !those.containsKey(e.getKey()))
                .flatMap(e -> e.getValue().stream()).sorted(LONGEST).toList();
    }

    private static String operators(List<OperatorTime> nodes) {
        return String.join(" + ", nodes.stream().map(t -> t.identity().operator()).distinct().toList());
    }

    /// The sum of medians; its interval is the sum of intervals, which is too wide rather than too narrow.
    private static Estimate sum(List<OperatorTime> nodes) {
        Stream<Estimate> times = nodes.stream().map(OperatorTime::perQuery);
        return times.reduce((a, b) -> new Estimate(a.value() + b.value(),
                new Interval(a.interval().low() + b.interval().low(), a.interval().high() + b.interval().high()),
                Math.min(a.n(), b.n()))).orElseThrow();
    }
}
