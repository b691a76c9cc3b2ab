package dev.lathe.app.cli;

import dev.lathe.base.Problem;
import dev.lathe.hardware.CpuSet;
import dev.lathe.profile.Confinement;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.Target;
import dev.lathe.profile.load.Scenario;
import dev.lathe.profile.sweep.Grid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How models are run, as options: each takes several values where a sweep is wanted.
final class Sides {
    private static final long LEAST_BYTES = 1 << 20;

    @Option(names = "--threads", paramLabel = "N", split = ",", description = "Threads of the runtime (default: the CPUs that may be used).")
    private @Nullable List<Integer> threads;

    @Option(names = "--instances", paramLabel = "N", split = ",", description = "Sessions of one model that run at the same time (default: ${DEFAULT-VALUE}).", defaultValue = "1")
    private List<Integer> instances = List.of();

    @Option(names = "--inter-op-threads", paramLabel = "N", split = ",", description = "Threads that run operators side by side; more than 1 means parallel execution (default: ${DEFAULT-VALUE}).", defaultValue = "1")
    private List<Integer> interOpThreads = List.of();

    @Option(names = "--spinning", paramLabel = "on|off", arity = "1", split = ",", converter = OnOff.class, description = "Whether idle threads spin for work (default: on).", defaultValue = "on")
    private List<Boolean> spinning = List.of();

    @Option(names = "--arena", paramLabel = "on|off", arity = "1", split = ",", converter = OnOff.class, description = "Whether the arena allocator keeps memory between runs (default: on).", defaultValue = "on")
    private List<Boolean> arena = List.of();

    @Option(names = "--memory-pattern", paramLabel = "on|off", arity = "1", split = ",", converter = OnOff.class, description = "Whether the memory of a run is planned as one block (default: on).", defaultValue = "on")
    private List<Boolean> memoryPattern = List.of();

    @Option(names = "--graph-level", paramLabel = "LEVEL", split = ",", description = "Graph optimization: disable, basic, extended or all (default: ${DEFAULT-VALUE}).", defaultValue = "all")
    private List<String> graphLevels = List.of();

    @Option(names = "--cpus", paramLabel = "LIST", converter = CpuLists.class, description = "Hold the workers to these CPUs, such as 0-3 (Linux).")
    private @Nullable CpuSet cpus;

    @Option(names = "--device-limit", paramLabel = "cpus=N,memory=SIZE", split = ",", description = "Imitate a smaller device: pinned to so many CPUs; memory, such as 512m, is a hard limit of what a model may need beyond an empty worker (Linux).")
    private List<String> deviceLimits = List.of();

    /// What is wrong with the values; empty if nothing is.
    Optional<String> mistake() {
        List<Integer> numbers = new ArrayList<>(instances);
        numbers.addAll(interOpThreads);
        numbers.addAll(threads == null ? List.of() : threads);
        if (numbers.stream().anyMatch(n -> n < 1)) {
            return Optional.of("--threads, --instances and --inter-op-threads must be at least 1");
        }
        Optional<String> unknown = graphLevels.stream().filter(l -> !SessionSettings.GRAPH_LEVELS.contains(l))
                .findFirst();
        if (unknown.isPresent()) {
            return Optional.of("--graph-level knows disable, basic, extended and all, not '" + unknown.get() + "'");
        }
        for (String limit : deviceLimits) {
            if (limit.startsWith("cpus=") && !limit.matches("cpus=[1-9]\\d{0,4}")) {
                return Optional.of("--device-limit " + limit
                        + ": write a whole number of CPUs, such as cpus=1; the device is imitated by pinning");
            }
            if (limit.startsWith("memory=")
                    && Sizes.parse(limit.substring("memory=".length())).orElse(0) < LEAST_BYTES) {
                return Optional.of(
                        "--device-limit " + limit + ": write a size of at least 1m, such as memory=512m or memory=1g");
            }
            if (!limit.startsWith("cpus=") && !limit.startsWith("memory=")) {
                return Optional.of("--device-limit knows cpus= and memory=, not '" + limit + "'");
            }
        }
        return cpus != null && limit("cpus=").isPresent()
                ? Optional.of("give --cpus or --device-limit cpus=, not both")
                : Optional.empty();
    }

    private Optional<String> limit(String key) {
        return deviceLimits.stream().filter(l -> l.startsWith(key)).map(l -> l.substring(key.length())).findFirst();
    }

    /// What the workers may use.
    ///
    /// @param allowed the CPUs that may be used; a device with fewer is imitated on the last of them, which serve fewer
    /// interrupts than the first
    Confinement confinement(Optional<CpuSet> allowed) {
        OptionalLong memory = limit("memory=").map(Sizes::parse).orElseGet(OptionalLong::empty);
        Optional<CpuSet> held = Optional.ofNullable(cpus);
        Optional<Integer> count = limit("cpus=").map(Integer::valueOf);
        if (count.isPresent()) {
            List<Integer> all = allowed.map(a -> List.copyOf(a.cpus())).orElse(List.of());
            if (all.size() < count.get()) {
                throw Problem.error(all.isEmpty() ? "not-available" : "cpus-missing",
                        "--device-limit cpus=" + count.get(), all.isEmpty()
                                ? "programs cannot be held to CPUs here: pinning is Linux's"
                                : "this process may use " + all.size() + (all.size() == 1 ? " CPU" : " CPUs"),
                        "Imitate a device that is smaller than this machine.").toException();
            }
            List<Integer> chosen = all.subList(all.size() - count.get(), all.size());
            held = Optional.of(new CpuSet(new TreeSet<>(chosen)));
        }
        return new Confinement(held, memory);
    }

    /// The grid of these values.
    ///
    /// @param usableCpus threads where none are given
    /// @param targets where models run, at least one
    Grid grid(List<String> variants, List<Integer> batches, List<Scenario> scenarios, int usableCpus,
            Confinement confinement, List<Target> targets) {
        int usual = confinement.cpus().map(c -> c.cpus().size()).orElse(usableCpus);
        Grid.Options options = new Grid.Options(threads == null ? List.of(usual) : threads, interOpThreads, spinning,
                arena, memoryPattern, graphLevels);
        List<SessionSettings> settings = targets.stream()
                .flatMap(target -> options.settings().stream().map(s -> s.on(target))).toList();
        return new Grid(variants, settings, instances, batches, scenarios);
    }
}
