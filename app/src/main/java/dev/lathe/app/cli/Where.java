package dev.lathe.app.cli;

import dev.lathe.app.engine.JobContext;
import dev.lathe.app.engine.Workbench;
import dev.lathe.base.Problem;
import dev.lathe.profile.Target;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where models run, as options.
final class Where {
    @Option(names = {"--target",
        "--provider"}, paramLabel = "NAME", split = ",", description = "Where models run: cpu, cuda, openvino:npu, ... as `lathe targets` lists them (default: ${DEFAULT-VALUE}).", defaultValue = "cpu")
    private List<String> targets = List.of();

    @Option(names = "--ep-library", paramLabel = "NAME=FILE", description = "A plugin library of ONNX Runtime that brings an execution provider.")
    private Map<String, String> libraries = Map.of();

    @Option(names = "--ep-option", paramLabel = "KEY=VALUE", description = "What the execution provider is told, by its own keys.")
    private Map<String, String> options = Map.of();

    @Option(names = "--ort-home", paramLabel = "DIR", description = "Folder of a build of ONNX Runtime to use in place of the one that comes along.")
    private @Nullable Path home;

    /// The only target, for verbs that take one.
    ///
    /// @throws dev.lathe.base.ProblemException if there are several
    Target only() {
        List<Target> all = targets();
        if (all.size() > 1) {
            throw Problem.error("one-target", String.join(",", targets), "this command runs on one target at a time",
                    "Give one; `lathe measure` takes several.").toException();
        }
        return all.getFirst();
    }

    /// All targets, at least one.
    List<Target> targets() {
        return targets.stream().map(Target::named).map(t -> t.with(new TreeMap<>(options), new TreeMap<>(libraries)))
                .distinct().toList();
    }

    /// Uses the runtime that is asked for.
    void runtime(Workbench workbench) {
        if (home != null) {
            workbench.useRuntime(home);
        }
    }

    /// Lets a workbench run models there.
    void apply(Workbench workbench, JobContext job) {
        runtime(workbench);
        workbench.targeting().runOn(only(), job);
    }
}
