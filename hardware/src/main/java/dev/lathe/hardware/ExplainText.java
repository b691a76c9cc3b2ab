package dev.lathe.hardware;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// What each probe looked at and found, as lines of text for people.
public final class ExplainText {
    /// More looks than this at files that differ only in a number become one line.
    private static final int ALIKE = 2;
    private static final int SHOWN_KINDS = 4;

    private ExplainText() {}

    /// One paragraph per probe, each line ending with a line break.
    public static String of(Detection detection) {
        StringBuilder text = new StringBuilder();
        detection.reports().forEach(report -> text.append(paragraph(report)));
        return text.append(String.format(Locale.ROOT, "All of it took %.0f ms.%n", detection.tookNs() / 1e6))
                .toString().replace("\r\n", "\n");
    }

    private static String paragraph(Detection.Report report) {
        if (report.failure().isEmpty() && report.found().isEmpty() && report.looks().isEmpty()) {
            return report.probe() + " (" + report.title() + "), does not apply here\n";
        }
        String found = report.failure().orElseGet(() -> report.found().isEmpty()
                ? "no device"
                : report.found().stream().map(ExplainText::device).collect(Collectors.joining(", ")));
        // the system, memory and limits are no devices
        boolean silent = report.failure().isEmpty() && report.found().isEmpty()
                && List.of("Platform", "Memory", "Limits").contains(report.probe());
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%s (%s), %.0f ms%s\n", report.probe(),
                report.title(), report.tookNs() / 1e6, silent ? "" : ": " + found));
        lines(report.looks()).forEach(line -> text.append("    ").append(line).append('\n'));
        return text.toString();
    }

    private static String device(Device device) {
        return switch (device) {
            case Cpu cpu -> "CPU " + cpu.model().toOptional().orElse("without a name");
            case Gpu gpu -> "GPU " + gpu.identity().label();
            case Npu npu -> "NPU " + npu.identity().label();
        };
    }

    /// The looks in their order, those at `cpu0`, `cpu1`, … as one.
    static List<String> lines(List<Host.Look> looks) {
        SequencedMap<String, List<Host.Look>> alike = new LinkedHashMap<>();
        looks.forEach(look -> alike.computeIfAbsent(pattern(look.what()), _ -> new ArrayList<>()).add(look));
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, List<Host.Look>> entry : alike.entrySet()) {
            List<Host.Look> distinct = entry.getValue().stream().distinct().toList();
            if (distinct.size() <= ALIKE) {
                distinct.forEach(look -> lines.add(look.what() + ": " + look.found()));
            } else {
                lines.add(entry.getKey() + " (" + distinct.size() + "): " + kinds(distinct));
            }
        }
        return lines;
    }

    private static String kinds(List<Host.Look> looks) {
        List<String> found = looks.stream().map(Host.Look::found).distinct().toList();
        return found.size() <= SHOWN_KINDS
                ? String.join(" | ", found)
                : found.getFirst() + " | … | " + found.getLast();
    }

    /// A path whose numbers and bus addresses are stars; other things, such as command lines, as they are.
    private static String pattern(String what) {
        return what.startsWith("/")
                ? what.replaceAll("[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-9a-f]", "*")
                        .replaceAll("(?<=[a-z])\\d+", "*")
                        .replaceAll("(?<=/)\\d[\\d:.-]*(?=/|$)", "*")
                : what;
    }
}
