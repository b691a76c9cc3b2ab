package dev.lathe.graph.inspect;

import dev.lathe.base.Reading;
import dev.lathe.graph.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A summary as aligned lines of text for people.
public final class SummaryText {
    private static final int LABEL_WIDTH = 18;

    private SummaryText() {}

    /// One line per part, each ending with a line break; what is not known says so, and why.
    public static String of(ModelSummary summary) {
        ModelSummary.Origin origin = summary.origin();
        List<String> lines = new ArrayList<>();
        add(lines, "Model", origin.name() + ", " + switch (origin.sizeBytes()) {
            case Reading.Known<Long>(Long bytes, String _) -> Units.bytes(bytes);
            case Reading.Unknown<Long>(String why) -> "size unknown (" + why + ")";
        });
        origin.external().forEach((name, bytes) -> add(lines, "External data", name + ", " + Units.bytes(bytes)));
        add(lines, "Format", format(origin));
        summary.signature().inputs().forEach(i -> add(lines, "Input", value(i)));
        summary.signature().outputs().forEach(o -> add(lines, "Output", value(o)));
        int listed = summary.signature().initializersListedAsInputs();
        if (listed > 0) {
            add(lines, "", listed + (listed == 1 ? " constant is" : " constants are") + " listed as inputs too");
        }
        add(lines, "Weights", weights(summary.weights()));
        add(lines, "Computation", macs(summary.macs()));
        add(lines, "Nodes", summary.operators().nodes() + ": " + counts(summary.operators().histogram()));
        add(lines, "Quantized",
                summary.operators().isQuantized() ? "yes: " + counts(summary.operators().quantized()) : "no");
        if (!summary.operators().controlFlow().isEmpty()) {
            add(lines, "Control flow", counts(summary.operators().controlFlow()));
        }
        if (!origin.functions().isEmpty()) {
            add(lines, "Functions", String.join(", ", origin.functions()) + " (not looked into)");
        }
        return String.join("", lines);
    }

    private static void add(List<String> lines, String label, String text) {
        lines.add(label + " ".repeat(LABEL_WIDTH - label.length()) + text + "\n");
    }

    private static String format(ModelSummary.Origin origin) {
        String opsets = origin.opsets().entrySet().stream().map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", "));
        return "opset " + (opsets.isEmpty() ? "not declared" : opsets) + ", IR version " + origin.irVersion()
                + (origin.producer().isEmpty() ? "" : ", made by " + origin.producer());
    }

    private static String value(ValueInfo value) {
        return value.name() + " " + value.signature();
    }

    private static String weights(ModelSummary.Weights weights) {
        String bytes = weights.bytes().entrySet().stream()
                .map(e -> e.getKey().label() + " " + Units.bytes(e.getValue()))
                .collect(Collectors.joining(", "));
        return Units.count(weights.parameters()) + " parameters" + (bytes.isEmpty() ? "" : " (" + bytes + ")");
    }

    private static String macs(Macs macs) {
        String at = "at batch " + macs.sizes().batch() + macs.sizes().symbols().entrySet().stream()
                .map(e -> ", " + e.getKey() + " " + e.getValue()).collect(Collectors.joining());
        return switch (macs.total()) {
            case Reading.Known<Long>(Long total, String _) -> Units.count(total) + " MACs " + at;
            case Reading.Unknown<Long>(String why) when macs.atLeast() > 0 ->
                "MACs unknown, at least " + Units.count(macs.atLeast()) + " " + at + " (" + why + ")";
            case Reading.Unknown<Long>(String why) -> "MACs unknown (" + why + ")";
        };
    }

    private static String counts(Map<String, Integer> counts) {
        return counts.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).collect(Collectors.joining(", "));
    }
}
