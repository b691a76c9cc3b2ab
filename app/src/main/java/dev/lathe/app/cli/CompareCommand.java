package dev.lathe.app.cli;

import dev.lathe.app.engine.MeasureRequest;
import dev.lathe.app.engine.SweepResult;
import dev.lathe.app.engine.Workbench;
import dev.lathe.base.Cancellation;
import dev.lathe.base.Reading;
import dev.lathe.profile.stats.RatioInterval;
import dev.lathe.profile.stats.Verdict;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lathe compare`.
@Command(name = "compare", description = {
    "Say which of several models is faster, by how much, and which cannot be told apart.",
    "All are measured in turns; all intervals together hold with 95 %%."})
final class CompareCommand extends MeasuringCommand {
    @Parameters(arity = "1..*", paramLabel = "MODEL", description = "ONNX or TorchScript files, or first digits of variants' ids; the first is what the others are held against.")
    private List<String> models = List.of();

    @Option(names = "--scenario", paramLabel = "LOAD", description = "Who asks when: single-stream, concurrency:8, concurrency:8x4 (four in flight each), offline:16, server:400 (Poisson arrivals a second), server:constant:400, server:trace:FILE (default: ${DEFAULT-VALUE}).", defaultValue = "single-stream")
    private String scenario = "single-stream";

    @Option(names = "--fail-if-slower", description = "End with exit code 4 if one is shown to be slower than the first.")
    private boolean failIfSlower;

    CompareCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        try (Workbench workbench = workbench()) {
            MeasureRequest request = request(workbench, models, List.of(1), List.of(scenario(scenario)));
            require(request.grid().setups().size() > 1,
                    "give two models or more, or one with several --threads (or other settings) to compare");
            SweepResult result = workbench.measuring().compare(request, watching(workbench, request));
            terminal.progressDone();
            export(workbench, result);
            if (json()) {
                printJson(result);
            } else {
                terminal.out(SweepText.comparison(result));
            }
            return code(result) != 0 ? code(result) : failIfSlower && isSlower(result) ? Main.MISSED : 0;
        }
    }

    private static boolean isSlower(SweepResult result) {
        String first = result.cells().getFirst().name();
        return result.comparison().stream()
                .flatMap(c -> c.names().stream().filter(n -> !n.equals(first)).map(n -> c.ratio(n, first)))
                .flatMap(Optional::stream).map(Reading::toOptional).flatMap(Optional::stream)
                .map(RatioInterval::verdict).anyMatch(v -> v == Verdict.SLOWER);
    }
}
