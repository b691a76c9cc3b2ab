package dev.lathe.app.cli;

import dev.lathe.app.engine.MeasureRun;
import dev.lathe.app.engine.Workbench;
import dev.lathe.base.Cancellation;
import dev.lathe.graph.ValueInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `lathe measure`.
@Command(name = "measure", description = "Measure models side by side; the first is what the others are held against.")
final class MeasureCommand extends Common {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "1..*", paramLabel = "MODEL", description = "ONNX files, or first digits of variants' ids.")
    private List<String> models = List.of();

    @Option(names = "--data", paramLabel = "FILE|DIR", description = "Real samples as queries; random typed ones without it.")
    private @Nullable Path data;

    @Option(names = "--batch", paramLabel = "N", split = ",", description = "Batch sizes whose throughput is measured (default: ${DEFAULT-VALUE}).", defaultValue = "1,4,16")
    private List<Integer> batches = List.of();

    @Option(names = "--budget", paramLabel = "TIME", converter = Durations.class, description = "Time for measuring (default: ${DEFAULT-VALUE}).", defaultValue = "60s")
    private Long budgetNs = 0L;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of the runtime (default: the CPUs that may be used).")
    private @Nullable Integer threads;

    @Option(names = "--input", paramLabel = "NAME:TYPE[SHAPE]", converter = InputConverter.class, description = "An input of a TorchScript model, whose file does not declare it; once for each, in the order of the model's arguments.")
    private List<ValueInfo> inputs = List.of();

    MeasureCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        if (batches.stream().anyMatch(b -> b < 1) || (threads != null && threads < 1)) {
            throw new ParameterException(spec.commandLine(), "--batch and --threads must be at least 1");
        }
        try (Workbench workbench = workbench()) {
            workbench.declareInputs(inputs);
            List<Path> files = models.stream().map(workbench::resolve).toList();
            MeasureRun.Result result = workbench.measure(files, given(data), workbench.plan(
                    threads == null ? OptionalInt.empty() : OptionalInt.of(threads), batches, budgetNs), job());
            terminal.progressDone();
            if (json()) {
                result.rows().forEach(r -> terminal.out(dev.lathe.app.engine.EventJson
                        .of(new dev.lathe.app.engine.WorkbenchEvent.VariantMeasured(r)).orElseThrow().toString()));
            } else {
                terminal.out(ResultText.of(result));
            }
            boolean failed = result.rows().stream().anyMatch(r -> r.timed().isEmpty());
            return failed ? Main.PROBLEM : 0;
        }
    }
}
