package dev.lathe.app.cli;

import dev.lathe.app.engine.MeasureRequest;
import dev.lathe.app.engine.SweepResult;
import dev.lathe.app.engine.Workbench;
import dev.lathe.base.Cancellation;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lathe measure`.
@Command(name = "measure", description = {
    "Measure models side by side; the first is what the others are held against.",
    "Options that take several values make a sweep: all combinations are measured, in turns with the first."})
final class MeasureCommand extends MeasuringCommand {
    @Parameters(arity = "1..*", paramLabel = "MODEL", description = "ONNX or TorchScript files, or first digits of variants' ids.")
    private List<String> models = List.of();

    @Option(names = "--batch", paramLabel = "N", split = ",", description = "Batch sizes (default: ${DEFAULT-VALUE}).", defaultValue = "1,4,16")
    private List<Integer> batches = List.of();

    MeasureCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        try (Workbench workbench = workbench()) {
            MeasureRequest request = request(workbench, models, batches);
            SweepResult result = workbench.measure(request, watching(workbench, request));
            terminal.progressDone();
            if (json()) {
                printJson(result);
            } else {
                terminal.out(SweepText.of(result));
            }
            return result.hasFailures() ? Main.PROBLEM : 0;
        }
    }
}
