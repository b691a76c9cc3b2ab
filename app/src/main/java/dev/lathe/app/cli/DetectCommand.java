package dev.lathe.app.cli;

import dev.lathe.app.engine.Workbench;
import dev.lathe.base.Cancellation;
import dev.lathe.hardware.Detection;
import dev.lathe.hardware.ExplainText;
import dev.lathe.hardware.MachineJson;
import dev.lathe.hardware.MachineText;
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

    @Override
    public Integer call() {
        try (Workbench workbench = workbench()) {
            Detection detection = workbench.detection();
            terminal.out(json() ? asJson(detection) : asText(detection));
        }
        return 0;
    }

    private String asJson(Detection detection) {
        ObjectNode json = MachineJson.of(detection.machine());
        if (explain) {
            json.put("tookNs", detection.tookNs()).set("probes", MachineJson.explain(detection));
        }
        return json.toString();
    }

    private String asText(Detection detection) {
        String machine = MachineText.of(detection.machine());
        return (explain ? machine + "\n" + ExplainText.of(detection) : machine).stripTrailing();
    }
}
