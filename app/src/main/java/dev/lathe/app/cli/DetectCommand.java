package dev.lathe.app.cli;

import dev.lathe.app.engine.Workbench;
import dev.lathe.base.Cancellation;
import dev.lathe.hardware.Machine;
import dev.lathe.hardware.MachineJson;
import dev.lathe.hardware.MachineText;
import picocli.CommandLine.Command;

/// `lathe detect`.
@Command(name = "detect", description = "Show what this machine has for inference, and where each fact comes from.")
final class DetectCommand extends Common {
    DetectCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        try (Workbench workbench = workbench()) {
            Machine machine = workbench.machine();
            terminal.out(json() ? MachineJson.of(machine).toString() : MachineText.of(machine).stripTrailing());
        }
        return 0;
    }
}
