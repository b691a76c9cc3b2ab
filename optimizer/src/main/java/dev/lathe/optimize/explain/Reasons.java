package dev.lathe.optimize.explain;

import dev.lathe.base.Reading;
import dev.lathe.profile.operators.OperatorTime;
import dev.lathe.profile.operators.ProfileComparison;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What explains a variant's speed, in words.
final class Reasons {
    private static final int MOST_NAMED = 3;
    private static final Set<String> CONVERTING = Set.of("QuantizeLinear", "DequantizeLinear",
            "DynamicQuantizeLinear");
    /// Convolutions of this kind are rebuilt as products of matrices, and have been slower than float on every processor.
    private static final Set<String> DYNAMIC_CONVOLUTIONS = Set.of("ConvInteger");

    private static final Pattern DOMAIN = Pattern.compile("[\\w.]+:");

    private Reasons() {}

    static List<String> of(Explanation explanation, Explanation.Speed speed) {
        List<String> reasons = new ArrayList<>();
        boolean faster = speed == Explanation.Speed.FASTER;
        if (explanation.structure() instanceof Reading.Known<Structure>(var structure, _)) {
            reasons.addAll(faster ? integers(structure) : hindrances(structure));
        }
        explanation.time().ifPresent(t -> reasons.addAll(times(t.operators(), faster)));
        boolean blamed = explanation.structure().toOptional().filter(Reasons::isHindered).isPresent();
        if (!faster && !blamed) {
            reasons.addAll(plain(explanation));
        }
        return reasons;
    }

    private static List<String> integers(Structure structure) {
        return structure.precisions().stream().filter(p -> Precision.isInteger(p.precision()))
                .map(p -> p.count() + (p.count() == 1 ? " operator on " : " operators on ") + p.precision() + " ("
                        + counted(p.operators()) + ")")
                .toList();
    }

    private static List<String> hindrances(Structure structure) {
        List<String> reasons = new ArrayList<>();
        List<Structure.Unfused> unfused = structure.pairs().unfused();
        if (!unfused.isEmpty()) {
            reasons.add(unfused.size() + (unfused.size() == 1 ? " Q/DQ pair was" : " Q/DQ pairs were")
                    + " not fused (" + counted(count(unfused.stream().map(Structure.Unfused::between))) + ")");
        }
        SequencedMap<String, Integer> fallen = count(structure.inFloat().stream()
                .filter(Structure.InFloat::fellBack).map(Structure.InFloat::operator));
        if (!fallen.isEmpty()) {
            reasons.add(counted(fallen) + " fell back to float");
        }
        SequencedMap<String, Integer> left = count(structure.inFloat().stream()
                .filter(o -> !o.fellBack()).map(Structure.InFloat::operator));
        if (structure.onIntegers() > 0 && !left.isEmpty()) {
            reasons.add("left in float: " + counted(left));
        }
        if (structure.dynamic() > 0) {
            reasons.add(structure.dynamic()
                    + (structure.dynamic() == 1 ? " activation is" : " activations are")
                    + " measured and quantized anew in each run");
        }
        int convolutions = structure.precisions().stream().flatMap(p -> p.operators().entrySet().stream())
                .filter(e -> DYNAMIC_CONVOLUTIONS.contains(e.getKey())).mapToInt(Map.Entry::getValue).sum();
        if (convolutions > 0) {
            reasons.add(
                    convolutions + (convolutions == 1 ? " convolution runs" : " convolutions run") + " as ConvInteger");
        }
        int others = structure.changes().size() - structure.dynamic();
        if (others > 0) {
            reasons.add(others + (others == 1 ? " conversion" : " conversions") + " between precisions ("
                    + counted(count(structure.changes().stream().map(Structure.Change::operator)
                            .filter(o -> !o.equals("DynamicQuantizeLinear"))))
                    + ")");
        }
        return reasons;
    }

    private static boolean isHindered(Structure structure) {
        boolean left = structure.inFloat().stream().anyMatch(o -> o.fellBack() || structure.onIntegers() > 0);
        return left || !structure.pairs().unfused().isEmpty() || structure.dynamic() > 0;
    }

    private static List<String> times(ProfileComparison operators, boolean faster) {
        List<String> reasons = new ArrayList<>();
        List<ProfileComparison.Pair> moved = faster ? operators.gained(MOST_NAMED) : operators.lost(MOST_NAMED);
        String most = moved.stream().filter(ProfileComparison.Pair::isShown)
                .map(p -> p.label() + " " + micros(Math.abs(p.gainNs())) + " (" + operators(p) + ")")
                .collect(Collectors.joining(", "));
        if (!most.isEmpty()) {
            reasons.add((faster ? "gained most: " : "lost most: ") + most);
        }
        double converting = operators.onlyAfter().stream()
                .filter(o -> CONVERTING.contains(o.identity().opType()))
                .mapToDouble((OperatorTime o) -> o.perQuery().value()).sum();
        if (converting > 0 && !faster) {
            reasons.add("conversions take " + micros(converting));
        }
        return reasons;
    }

    private static String operators(ProfileComparison.Pair pair) {
        String before = DOMAIN.matcher(pair.operatorBefore()).replaceAll("");
        String after = DOMAIN.matcher(pair.operatorAfter()).replaceAll("");
        return before.equals(after) ? before : before + " -> " + after;
    }

    /// Nothing hinders it, and it is no faster all the same.
    private static List<String> plain(Explanation explanation) {
        if (!(explanation.structure() instanceof Reading.Known<Structure>(var structure, _))) {
            return List.of();
        }
        if (structure.onIntegers() == 0) {
            return List.of("the same operators on " + structure.precisions().stream()
                    .map(Structure.AtPrecision::precision).filter(Precision::isFloat).findFirst()
                    .orElse(Precision.FLOAT32));
        }
        return List.of("all that was quantized runs on integers (" + String.join(", ", integers(structure)) + ")");
    }

    private static SequencedMap<String, Integer> count(Stream<String> names) {
        SequencedMap<String, Integer> counts = new LinkedHashMap<>();
        names.forEach(n -> counts.merge(n, 1, Integer::sum));
        return counts;
    }

    /// The most frequent first: `10 Conv, 2 Gemm and 4 more`.
    static String counted(Map<String, Integer> counts) {
        List<Map.Entry<String, Integer>> sorted = counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .toList();
        String named = sorted.stream().limit(MOST_NAMED).map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", "));
        int more = sorted.stream().skip(MOST_NAMED).mapToInt(Map.Entry::getValue).sum();
        return more == 0 ? named : named + " and " + more + " more";
    }

    private static String micros(double ns) {
        return ns >= 1e6
                ? String.format(Locale.ROOT, "%.2f ms", ns / 1e6)
                : String.format(Locale.ROOT, "%.1f µs", ns / 1e3);
    }
}
