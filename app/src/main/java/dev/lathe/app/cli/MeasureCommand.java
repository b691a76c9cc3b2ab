package dev.lathe.app.cli;

import dev.lathe.app.engine.MeasureRequest;
import dev.lathe.app.engine.SweepResult;
import dev.lathe.app.engine.Workbench;
import dev.lathe.base.Cancellation;
import dev.lathe.profile.load.HighestRate;
import dev.lathe.profile.load.Scenario;
import dev.lathe.profile.load.Slo;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
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

    @Option(names = "--batch", paramLabel = "N", split = ",", description = "Batch sizes (default: 1,4,16); under other loads than single-stream the most that are batched together (default: 1).")
    private @Nullable List<Integer> batches;

    @Option(names = "--scenario", paramLabel = "LOAD", split = ",", description = "Who asks when: single-stream, concurrency:8, concurrency:8x4 (four in flight each), offline:16, server:400 (Poisson arrivals a second), server:constant:400, server:trace:FILE (default: single-stream).")
    private List<String> scenarios = List.of("single-stream");

    @Option(names = "--max-delay", paramLabel = "TIME", converter = Durations.class, description = "How long a query may wait for others to join its batch (default: it does not).")
    private @Nullable Long maxDelayNs;

    @Option(names = "--queue-limit", paramLabel = "N", description = "Most queries that wait; one more is turned away (default: no bound).")
    private @Nullable Integer queueLimit;

    @Option(names = "--slo-p99", paramLabel = "TIME", converter = Durations.class, description = "Search the highest rate at which 99 %% of the queries are answered within this time; needs --scenario server:RATE.")
    private @Nullable Long sloP99Ns;

    MeasureCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        try (Workbench workbench = workbench()) {
            MeasureRequest request = request(workbench);
            SweepResult result = workbench.measuring().measure(request, watching(workbench, request));
            terminal.progressDone();
            export(workbench, result);
            if (json()) {
                printJson(result);
            } else {
                terminal.out(SweepText.of(result));
            }
            return code(result) != 0 ? code(result) : missed(result) ? Main.MISSED : 0;
        }
    }

    private MeasureRequest request(Workbench workbench) {
        List<Scenario> loads = scenarios.stream().map(this::scenario).toList();
        boolean streams = loads.stream().allMatch(Scenario.SingleStream.class::isInstance);
        require(sloP99Ns == null || loads.stream().anyMatch(Scenario.Server.class::isInstance),
                "--slo-p99 searches a rate and needs --scenario server:RATE");
        require(queueLimit == null || queueLimit > 0, "--queue-limit must be at least 1");
        List<Integer> sizes = batches != null ? batches : streams ? List.of(1, 4, 16) : List.of(1);
        return request(workbench, models, sizes, loads).queued(new MeasureRequest.Queue(
                maxDelayNs == null ? 0 : maxDelayNs,
                queueLimit == null ? OptionalInt.empty() : OptionalInt.of(queueLimit),
                given(sloP99Ns).map(Slo::p99)));
    }

    /// Whether an SLO was searched that no rate keeps.
    private static boolean missed(SweepResult result) {
        List<HighestRate.Found> searched = result.cells().stream().flatMap(c -> c.highest().stream()).toList();
        return !searched.isEmpty() && searched.stream().allMatch(f -> f.meets().toOptional().isEmpty());
    }
}
