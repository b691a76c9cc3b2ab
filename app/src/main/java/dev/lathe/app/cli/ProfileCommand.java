package dev.lathe.app.cli;

import dev.lathe.app.engine.Profiling;
import dev.lathe.app.engine.Workbench;
import dev.lathe.base.Cancellation;
import dev.lathe.profile.operators.OperatorProfile;
import dev.lathe.profile.operators.Placement;
import dev.lathe.profile.operators.ProfileJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

/// `lathe profile`.
@Command(name = "profile", description = "Show what each operator of a model takes, where it runs and what holds it back.")
final class ProfileCommand extends Common {

    /// What the rows of the table are.
    enum By {
        NODE, OPERATOR
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "MODEL", description = "An ONNX file, or the first digits of a variant's id.")
    private String model = "";

    @Option(names = "--data", paramLabel = "FILE|DIR", description = "Real samples as queries; random typed ones without it.")
    private @Nullable Path data;

    @Option(names = "--against", paramLabel = "MODEL", description = "The model it was made of: which operators gained and lost time.")
    private @Nullable String against;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of the runtime (default: the CPUs that may be used).")
    private @Nullable Integer threads;

    @Mixin
    private Where where = new Where();

    @Option(names = "--fail-on-fallback", description = "End with exit code 4 if a node does not run on the provider asked for.")
    private boolean failOnFallback;

    @Option(names = "--by", paramLabel = "node|operator", description = "What the rows are (default: both).")
    private @Nullable By by;

    @Option(names = "--top", paramLabel = "N", description = "Rows shown, the longest first (default: ${DEFAULT-VALUE}).", defaultValue = "20")
    private int top;

    @Option(names = "--budget", paramLabel = "TIME", converter = Durations.class, description = "Time for the runs of each model (default: ${DEFAULT-VALUE}).", defaultValue = "4s")
    private Long budgetNs = 0L;

    @Option(names = "--measure-ceilings", description = "Measure what this machine can do again, in place of what an earlier run has kept.")
    private boolean measureCeilings;

    ProfileCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        if (top < 1 || (threads != null && threads < 1)) {
            throw new ParameterException(spec.commandLine(), "--top and --threads must be at least 1");
        }
        try (Workbench workbench = workbench()) {
            where.apply(workbench, job());
            List<Path> files = new ArrayList<>();
            files.add(workbench.resolve(model));
            given(against).map(workbench::resolve).ifPresent(files::add);
            List<OperatorProfile> profiles = workbench.profiling().profile(files, given(data),
                    workbench.profiling().profilePlan(
                            threads == null ? OptionalInt.empty() : OptionalInt.of(threads), budgetNs),
                    measureCeilings, job());
            terminal.progressDone();
            print(files, profiles);
            int code = code(profiles.getFirst().placement(), failOnFallback);
            if (code != 0) {
                terminal.err("lathe: " + files.getFirst() + ": " + profiles.getFirst().placement().words()
                        + ". Leave out --fail-on-fallback to accept that, or replace these operators.");
            }
            return code;
        }
    }

    static int code(Placement placement, boolean failOnFallback) {
        return failOnFallback && placement.fellBack() ? Main.MISSED : 0;
    }

    private void print(List<Path> files, List<OperatorProfile> profiles) {
        if (json()) {
            ObjectNode node = new JsonMapper().createObjectNode().put("schema", 1).put("event", "result");
            node.set("profile", ProfileJson.of(profiles.getFirst()));
            if (profiles.size() > 1) {
                node.set("against", ProfileJson.of(profiles.get(1)));
                node.set("comparison", ProfileJson.of(Profiling.compareProfiles(files, profiles)));
            }
            terminal.out(node.toString());
            return;
        }
        terminal.out(ProfileText.of(profiles.getFirst(), by != By.OPERATOR, by != By.NODE, top));
        if (profiles.size() > 1) {
            terminal.out("");
            terminal.out(ProfileText.of(Profiling.compareProfiles(files, profiles), profiles.get(1),
                    profiles.getFirst()));
        }
    }
}
