package dev.lathe.optimize.explain;

import dev.lathe.base.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The part of an explanation that needs no run, as sentences: for a table's footnotes and an opened row alike.
public final class ExplanationText {
    private static final int MOST_PLACES = 3;

    private ExplanationText() {}

    /// One sentence for each thing worth knowing.
    public static List<String> lines(Explanation explanation) {
        List<String> lines = new ArrayList<>();
        switch (explanation.structure()) {
            case Reading.Known<Structure>(var structure, _) -> lines.addAll(lines(structure));
            case Reading.Unknown<Structure>(String why) -> lines.add("Operators: " + why + ".");
        }
        lines.addAll(lines(explanation.savings()));
        return lines;
    }

    /// What runs on what, in one line.
    public static String summary(Structure structure) {
        List<String> parts = new ArrayList<>();
        structure.precisions().forEach(p -> parts.add(p.count() + " on " + p.precision() + " ("
                + Reasons.counted(p.operators()) + ")"));
        Structure.Pairs pairs = structure.pairs();
        if (pairs.inFile() > 0) {
            parts.add(pairs.fused() + " of " + pairs.inFile() + " Q/DQ pairs fused");
        }
        if (!structure.changes().isEmpty()) {
            parts.add(structure.changes().size()
                    + (structure.changes().size() == 1 ? " precision change" : " precision changes"));
        }
        return String.join("; ", parts);
    }

    private static List<String> lines(Structure structure) {
        List<String> lines = new ArrayList<>();
        Structure.Pairs pairs = structure.pairs();
        if (pairs.inFile() > 0) {
            lines.add("Q/DQ pairs: " + pairs.fused() + " of " + pairs.inFile() + " fused" + (pairs.unfused().isEmpty()
                    ? "."
                    : "; not fused: " + pairs.unfused().stream().collect(Collectors.groupingBy(
                            Structure.Unfused::between, java.util.TreeMap::new, Collectors.counting())).entrySet()
                            .stream().map(e -> e.getValue() + " x " + e.getKey()).collect(Collectors.joining(", "))
                            + "."));
        }
        lines.add("Operators: " + structure.precisions().stream()
                .map(p -> p.count() + " on " + p.precision() + " (" + Reasons.counted(p.operators()) + ")")
                .collect(Collectors.joining("; ")) + ".");
        if (!structure.changes().isEmpty()) {
            lines.add("Precision changes: " + structure.changes().size() + ": "
                    + limited(structure.changes().stream().map(Structure.Change::toString).toList()) + ".");
        }
        List<Structure.InFloat> fallen = structure.inFloat().stream().filter(Structure.InFloat::fellBack).toList();
        List<Structure.InFloat> left = structure.inFloat().stream().filter(o -> !o.fellBack()).toList();
        if (!fallen.isEmpty()) {
            lines.add("Fell back to float: " + fallen.size() + ": " + limited(labels(fallen)) + ".");
        }
        if (!left.isEmpty() && structure.onIntegers() > 0) {
            lines.add("Left in float: " + left.size() + " with weights: " + limited(labels(left)) + ".");
        }
        return lines;
    }

    private static List<String> labels(List<Structure.InFloat> operators) {
        return operators.stream().map(o -> o.operator() + " " + o.label()).toList();
    }

    private static String limited(List<String> places) {
        String named = places.stream().limit(MOST_PLACES).collect(Collectors.joining(", "));
        return places.size() <= MOST_PLACES ? named : named + " and " + (places.size() - MOST_PLACES) + " more";
    }

    private static List<String> lines(Explanation.Savings savings) {
        if (savings.parent().isEmpty()) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        long saved = savings.savedBytes();
        lines.add(String.format(Locale.ROOT, "Size: %,d bytes, %,d %s than %s (%.2fx).", savings.sizeBytes(),
                Math.abs(saved), saved >= 0 ? "fewer" : "more", savings.parent().get(),
                (double) savings.sizeBytes() / Math.max(1, savings.parentSizeBytes())));
        lines.add(switch (savings.savedMacs()) {
            case Reading.Known<Long>(Long macs, _) -> macs == 0
                    ? "Multiply-accumulates: as many as before."
                    : String.format(Locale.ROOT, "Multiply-accumulates: %,d %s than before.", Math.abs(macs),
                            macs > 0 ? "fewer" : "more");
            case Reading.Unknown<Long>(String why) -> "Multiply-accumulates: not known (" + why + ").";
        });
        return lines;
    }
}
