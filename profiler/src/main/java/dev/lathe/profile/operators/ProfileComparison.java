package dev.lathe.profile.operators;

import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Which operators of a variant gained and lost time against the model it was made of.
///
/// Nodes are matched by the names of the source nodes they stand for, through fusion: a node of the variant belongs to the
/// base's node that stands for its main source node. What matches nothing is listed, not guessed.
///
/// @param base name of the model held against
/// @param other name of the variant
/// @param pairs those that match, what gained most first
/// @param onlyBefore nodes of the base alone, the longest first
/// @param onlyAfter nodes of the variant alone, the longest first: conversions between precisions, for one
public record ProfileComparison(String base, String other, List<Pair> pairs, List<OperatorTime> onlyBefore,
        List<OperatorTime> onlyAfter) {

    /// Copies the lists.
    public ProfileComparison {
        pairs = List.copyOf(pairs);
        onlyBefore = List.copyOf(onlyBefore);
        onlyAfter = List.copyOf(onlyAfter);
    }

    /// One node of the base and what does its work in the variant.
    ///
    /// @param label the main source node
    /// @param operatorBefore operator in the base
    /// @param operatorAfter operators in the variant, the longest first, joined by ` + `
    /// @param before time of one query, in nanoseconds
    /// @param after time of one query, in nanoseconds, all its nodes added up
    public record Pair(String label, String operatorBefore, String operatorAfter, Estimate before, Estimate after) {

        /// Nanoseconds that the variant saves; negative where it takes longer.
        public double gainNs() {
            return before.value() - after.value();
        }

        /// Whether the intervals lie apart; if not, no difference is shown.
        public boolean isShown() {
            return before.interval().high() < after.interval().low()
                    || after.interval().high() < before.interval().low();
        }
    }

    /// Compares two profiles that were made side by side.
    public static ProfileComparison of(OperatorProfile base, OperatorProfile other) {
        Map<String, OperatorTime> bySource = new HashMap<>();
        for (OperatorTime node : base.nodes()) {
            node.identity().sources().forEach(s -> bySource.putIfAbsent(s, node));
        }
        base.nodes().forEach(n -> bySource.putIfAbsent(n.identity().name(), n));
        SequencedMap<OperatorTime, List<OperatorTime>> matched = new LinkedHashMap<>();
        List<OperatorTime> onlyAfter = new ArrayList<>();
        for (OperatorTime node : other.nodes()) {
            OperatorTime found = bySource.get(node.identity().label());
            if (found == null) {
                onlyAfter.add(node);
            } else {
                matched.computeIfAbsent(found, _ -> new ArrayList<>()).add(node);
            }
        }
        List<Pair> pairs = new ArrayList<>();
        matched.forEach((before, after) -> pairs.add(pair(before, after)));
        pairs.sort(Comparator.comparingDouble(Pair::gainNs).reversed());
        return new ProfileComparison(base.origin().model(), other.origin().model(), pairs,
                base.nodes().stream().filter(n -> !matched.containsKey(n)).sorted(LONGEST).toList(),
                onlyAfter.stream().sorted(LONGEST).toList());
    }

    private static final Comparator<OperatorTime> LONGEST = Comparator
            .comparingDouble((OperatorTime t) -> t.perQuery().value()).reversed();

    private static Pair pair(OperatorTime before, List<OperatorTime> after) {
        List<OperatorTime> sorted = after.stream().sorted(LONGEST).toList();
        return new Pair(before.identity().label(), before.identity().operator(),
                String.join(" + ", sorted.stream().map(t -> t.identity().operator()).distinct().toList()),
                before.perQuery(), sum(sorted));
    }

    /// The sum of medians; its interval is the sum of intervals, which is too wide rather than too narrow.
    private static Estimate sum(List<OperatorTime> times) {
        return new Estimate(times.stream().mapToDouble(t -> t.perQuery().value()).sum(),
                new Interval(times.stream().mapToDouble(t -> t.perQuery().interval().low()).sum(),
                        times.stream().mapToDouble(t -> t.perQuery().interval().high()).sum()),
                times.stream().mapToInt(t -> t.perQuery().n()).min().orElse(0));
    }

    /// The pairs that gained most, at most so many, without those that lost.
    public List<Pair> gained(int most) {
        return pairs.stream().filter(p -> p.gainNs() > 0).limit(most).toList();
    }

    /// The pairs that lost most, at most so many, the worst first.
    public List<Pair> lost(int most) {
        return pairs.reversed().stream().filter(p -> p.gainNs() < 0).limit(most).toList();
    }
}
