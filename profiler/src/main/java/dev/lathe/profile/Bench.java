package dev.lathe.profile;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.hardware.Environment;
import dev.lathe.hardware.Host;
import dev.lathe.profile.meter.DeviceMeter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Measures several subjects side by side: in each fork every subject has a worker of its own, and blocks of queries take
/// turns, A B C C B A, so that drift of the machine hits all alike. One worker runs at a time.
/// What is measured goes to the log at once; what the log has is not measured again.
public final class Bench {
    private final WorkerSettings workers;
    private final Host host;
    private final Cancellation cancellation;
    private final DeviceMeter.Finder meters;

    /// Sees a bench at work; called from the thread that measures, between blocks.
    public interface Watch extends Progress.Listener {
        /// A block was measured.
        void block(Block block);

        /// A batch size of a subject failed, and is not measured.
        default void failed(String subject, int batch, Problem cause) {}
    }

    /// What a bench found.
    ///
    /// @param measured by subject key, in the order of the subjects
    /// @param caveats what may have disturbed it
    /// @param supportsP99 whether the budget allowed the queries that a p99 needs
    /// @param surroundings before and after the measuring of each fork that this call measured
    /// @param pace how fast the machine did the same small work; empty where all was known from an earlier call
    /// @param memoryLimit by what the workers' memory was limited, in words; empty if it was not
    public record Result(SequencedMap<String, Measured> measured, List<Problem> caveats, boolean supportsP99,
            List<Surroundings> surroundings, Optional<Pace> pace, String memoryLimit) {}

    /// The environment before and after a fork.
    public record Surroundings(Environment before, Environment after) {}

    /// A bench whose workers are started like this.
    public Bench(WorkerSettings workers, Host host, Cancellation cancellation) {
        this(workers, host, cancellation, DeviceMeter::nvml);
    }

    /// The same with other meters of devices.
    Bench(WorkerSettings workers, Host host, Cancellation cancellation, DeviceMeter.Finder meters) {
        this.workers = workers;
        this.host = host;
        this.cancellation = cancellation;
        this.meters = meters;
    }

    /// What all forks of one run share: more components than elsewhere, in place of as many arguments of each fork.
    record Setting(WorkerSettings workers, Host host, Cancellation cancellation, Plan plan, BenchLog log, Watch watch,
            Canary canary, SequencedMap<String, Measured.Collector> collectors, DeviceMeter.Finder meters) {

        Measured.Collector collector(Subject subject) {
            return Objects.requireNonNull(collectors.get(subject.key()));
        }

        boolean alive(Subject subject) {
            return collector(subject).failure.isEmpty();
        }
    }

    /// Measures. A subject, or one batch size of it, that fails is marked with its problem, and the others go on.
    ///
    /// @throws java.util.concurrent.CancellationException if the job was cancelled; what was measured is in the log
    public Result run(List<Subject> subjects, Plan plan, BenchLog log, Watch watch) {
        SequencedMap<String, Measured.Collector> collectors = new LinkedHashMap<>();
        subjects.forEach(s -> collectors.put(s.key(), new Measured.Collector(s.key())));
        Setting setting = new Setting(workers, host, cancellation, plan, log, watch, new Canary(), collectors,
                meters);
        List<Problem> caveats = new ArrayList<>();
        List<Surroundings> surroundings = new ArrayList<>();
        boolean supportsP99 = false;
        String memoryLimit = "";
        for (int fork = 0; fork < plan.forks(); fork++) {
            List<Subject> order = new ArrayList<>(subjects.stream().filter(setting::alive).toList());
            Collections.shuffle(order, new Random(plan.seed() + fork));
            try (ForkRun run = new ForkRun(fork, order, setting)) {
                supportsP99 = run.measure(caveats, surroundings);
                memoryLimit = run.memoryLimit().orElse(memoryLimit);
            }
        }
        caveats.addAll(setting.canary().caveats());
        SequencedMap<String, Measured> measured = new LinkedHashMap<>();
        collectors.forEach((key, collector) -> measured.put(key, collector.done()));
        return new Result(measured, distinct(caveats), supportsP99, List.copyOf(surroundings),
                setting.canary().pace(), memoryLimit);
    }

    private static List<Problem> distinct(List<Problem> caveats) {
        return List.copyOf(caveats.stream()
                .collect(Collectors.toMap(p -> p.code() + p.where(), Function.identity(), (first, _) -> first,
                        LinkedHashMap::new))
                .values());
    }
}
