package dev.lathe.app.cli;

import dev.lathe.hardware.Device;
import dev.lathe.hardware.Standing;
import dev.lathe.profile.target.Targets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What can be measured here, as text.
final class TargetsText {
    private TargetsText() {}

    static String of(Targets targets) {
        List<String> parts = new ArrayList<>();
        Table working = new Table("--target", "runtime", "device", "");
        targets.entries().stream().filter(Targets.Entry::works)
                .forEach(e -> working.row(e.name(), e.runtime(), e.device(), what(e.state())));
        parts.add("can be measured here" + System.lineSeparator() + working);
        List<Targets.Entry> broken = targets.entries().stream().filter(e -> !e.works() && e.here()).toList();
        if (!broken.isEmpty()) {
            parts.add(lines("cannot, though its device is here", broken.stream()
                    .map(e -> e.name() + " (" + e.device() + "): " + what(e.state()) + ". " + remedy(e.state()))
                    .toList()));
        }
        parts.add(lines("how far each device stands", targets.ladders().entrySet().stream()
                .map(e -> name(e.getKey()) + ": " + e.getValue().sentence()).toList()));
        List<Targets.Entry> others = targets.entries().stream().filter(e -> !e.works() && !e.here()).toList();
        parts.add(lines("known, and not here", others.stream()
                .map(e -> e.name() + ": " + what(e.state()) + ". " + remedy(e.state())).toList()));
        if (!targets.detection().machine().disagreements().isEmpty()) {
            parts.add(lines("sources differ", targets.detection().machine().disagreements().stream()
                    .map(d -> d.sentence()).toList()));
        }
        return String.join(System.lineSeparator() + System.lineSeparator(), parts);
    }

    private static String name(Device device) {
        return Targets.label(device);
    }

    private static String lines(String title, List<String> lines) {
        return title + System.lineSeparator()
                + lines.stream().map(l -> "  " + l).collect(Collectors.joining(System.lineSeparator()));
    }

    static String what(Standing standing) {
        return switch (standing) {
            case Standing.Reached(String what, String _) -> what;
            case Standing.Broken(String what, String _) -> what;
            case Standing.Untold(String what, String _) -> what;
        };
    }

    static String remedy(Standing standing) {
        return switch (standing) {
            case Standing.Reached _ -> "";
            case Standing.Broken(String _, String remedy) -> remedy;
            case Standing.Untold(String _, String remedy) -> remedy;
        };
    }
}
