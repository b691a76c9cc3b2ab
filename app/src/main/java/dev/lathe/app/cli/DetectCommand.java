package dev.lathe.app.cli;

import dev.lathe.app.engine.TargetsJson;
import dev.lathe.app.engine.Workbench;
import dev.lathe.base.Cancellation;
import dev.lathe.hardware.Detection;
import dev.lathe.hardware.Device;
import dev.lathe.hardware.ExplainText;
import dev.lathe.hardware.Ladder;
import dev.lathe.hardware.MachineJson;
import dev.lathe.hardware.MachineText;
import dev.lathe.profile.target.Targets;
import java.util.TreeMap;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/// `lathe detect`.
@Command(name = "detect", description = "Show what this machine has for inference, and where each fact comes from.")
final class DetectCommand extends Common {
    DetectCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Option(names = "--explain", description = "Show what each probe looked at and found.")
    private boolean explain;

    @Option(names = "--runtimes", description = "Also start the runtimes, ask them for their devices, and run a small model on each (seconds).")
    private boolean runtimes;

    @Override
    public Integer call() {
        try (Workbench workbench = workbench()) {
            if (runtimes) {
                Targets targets = workbench.targeting().targets(new TreeMap<>(), new TreeMap<>(), job());
                targets.problems().forEach(p -> terminal.err("note: " + p.sentence()));
                terminal.out(json()
                        ? asJson(targets.detection()).set("targets", TargetsJson.of(targets).path("targets")).toString()
                        : asText(targets.detection(), targets::ladder));
            } else {
                Detection detection = workbench.detection();
                terminal.out(json() ? asJson(detection).toString() : asText(detection, Ladder::of));
            }
        }
        return 0;
    }

    private ObjectNode asJson(Detection detection) {
        ObjectNode json = MachineJson.of(detection.machine());
        if (explain) {
            json.put("tookNs", detection.tookNs()).set("probes", MachineJson.explain(detection));
        }
        return json;
    }

    private String asText(Detection detection, Function<Device, Ladder> ladders) {
        String machine = MachineText.of(detection.machine(), ladders);
        return (explain ? machine + "\n" + ExplainText.of(detection) : machine).stripTrailing();
    }
}
