package dev.lathe.app.cli;

import dev.lathe.app.engine.TargetsJson;
import dev.lathe.app.engine.Workbench;
import dev.lathe.base.Cancellation;
import dev.lathe.profile.target.Targets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `lathe targets`.
@Command(name = "targets", description = {"List what can be measured here, what cannot, why, and what to do about it.",
    "A small model is run on each target that a runtime offers."})
final class TargetsCommand extends Common {
    @Option(names = "--ep-library", paramLabel = "NAME=FILE", description = "A plugin library of ONNX Runtime that brings an execution provider.")
    private Map<String, String> libraries = Map.of();

    @Option(names = "--ep-option", paramLabel = "KEY=VALUE", description = "What execution providers are told, by their own keys.")
    private Map<String, String> options = Map.of();

    @Option(names = "--ort-home", paramLabel = "DIR", description = "Folder of a build of ONNX Runtime to use in place of the one that comes along.")
    private @Nullable Path home;

    TargetsCommand(Terminal terminal, Cancellation cancellation) {
        super(terminal, cancellation);
    }

    @Override
    public Integer call() {
        try (Workbench workbench = workbench()) {
            given(home).ifPresent(workbench::useRuntime);
            Targets targets = workbench.targeting().targets(new TreeMap<>(libraries), new TreeMap<>(options), job());
            targets.problems().forEach(p -> terminal.err("note: " + p.sentence()));
            terminal.out(json() ? TargetsJson.of(targets).toString() : TargetsText.of(targets));
        }
        return 0;
    }
}
