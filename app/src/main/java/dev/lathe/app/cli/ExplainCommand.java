package dev.lathe.app.cli;

import dev.lathe.app.engine.Workbench;
import dev.lathe.base.Cancellation;
import dev.lathe.optimize.explain.Explanation;
import dev.lathe.optimize.explain.ExplanationJson;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `lathe explain`.
@Command(name = "explain", description = "Say why a variant is as fast as it is: what was fused, what runs at which precision, what gained and lost time.")
final class ExplainCommand extends Common {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "VARIANT", description = "An ONNX file, the first digits of a variant's id, or RUN:NAME.")
    private String variant = "";

    @Option(names = "--against", paramLabel = "PARENT", description = "The model it was made of (default: the one named in VARIANT, if the history knows it).")
    private @Nullable String against;

    @Option(names = "--data", paramLabel = "FILE|DIR", description = "Real samples as queries; random typed ones without it.")
    private @Nullable Path data;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of the runtime (default: the CPUs that may be used).")
    private @Nullable Integer threads;

    @Mixin
    private Where where = new Where();

    @Option(names = "--budget", paramLabel = "TIME", converter = Durations.class, description = "Time for profiling each of both models (default: ${DEFAULT-VALUE}).", defaultValue = "4s")
    private Long budgetNs = 0L;

    @Option(names = "--no-times", description = "Tell what runs on what, and profile nothing.")
    private boolean noTimes;

    ExplainCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        if (threads != null && threads < 1) {
            throw new ParameterException(spec.commandLine(), "--threads must be at least 1");
        }
        try (Workbench workbench = workbench()) {
            where.apply(workbench, job());
            Path file = workbench.resolve(variant);
            Optional<Path> parent = given(against).map(workbench::resolve)
                    .or(() -> workbench.profiling().parentOf(file));
            OptionalInt wanted = threads == null ? OptionalInt.empty() : OptionalInt.of(threads);
            Explanation explanation = noTimes
                    ? workbench.profiling().explain(file, parent, job())
                    : workbench.profiling().explain(file, parent, given(data),
                            workbench.profiling().profilePlan(wanted, budgetNs), job());
            terminal.progressDone();
            if (json()) {
                ObjectNode node = new JsonMapper().createObjectNode().put("schema", 1).put("event", "result");
                node.set("explanation", ExplanationJson.of(explanation, explanation.verdict()));
                terminal.out(node.toString());
            } else {
                terminal.out(WhyText.of(explanation));
            }
        }
        return 0;
    }
}
