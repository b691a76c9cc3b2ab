package dev.lathe.profile;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.hardware.Environment;
import dev.lathe.hardware.Host;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SequencedMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Measures several subjects side by side: in each fork every subject has a worker of its own, and blocks of queries take
/// turns, A B C C B A, so that drift of the machine hits all alike. One worker runs at a time.
/// What is measured goes to the log at once; what the log has is not measured again.
public final class Bench {
    /// A pause before each block: the pool of the worker before spins on for a while and would take its processor.
    private static final long REST_NS = 2_000_000;
    private static final long REST_BESIDE_POOLS_NS = 10_000_000;
    private static final double WARM_UP_SHARE = 0.012;
    private static final long SHORTEST_WARM_UP_NS = 100_000_000;
    private static final long STARTING_NS = 900_000_000;

    private final WorkerSettings workers;
    private final Host host;
    private final Cancellation cancellation;

    /// Sees a bench at work.
    public interface Watch extends Progress.Listener {
        /// A block was measured; called from the thread that measures, between blocks.
        void block(Block block);
    }

    /// What a bench found.
    ///
    /// @param measured by subject key, in the order of the subjects
    /// @param caveats what may have disturbed it
    /// @param supportsP99 whether the budget allowed the queries that a p99 needs
    public record Result(SequencedMap<String, Measured> measured, List<Problem> caveats, boolean supportsP99) {}

    /// A bench whose workers are started like this.
    public Bench(WorkerSettings workers, Host host, Cancellation cancellation) {
        this.workers = workers;
        this.host = host;
        this.cancellation = cancellation;
    }

    /// Measures. A subject that fails is marked with its problem, and the others go on.
    ///
    /// @throws java.util.concurrent.CancellationException if the job was cancelled; what was measured is in the log
    public Result run(List<Subject> subjects, Plan plan, BenchLog log, Watch watch) {
        SequencedMap<String, Measured.Collector> collectors = new LinkedHashMap<>();
        subjects.forEach(s -> collectors.put(s.key(), new Measured.Collector(s.key())));
        List<Problem> caveats = new ArrayList<>();
        boolean supportsP99 = false;
        for (int fork = 0; fork < plan.forks(); fork++) {
            List<Subject> order = new ArrayList<>(
                    subjects.stream().filter(s -> collector(collectors, s).failure.isEmpty()).toList());
            Collections.shuffle(order, new Random(plan.seed() + fork));
            try (ForkRun run = new ForkRun(fork, order, plan, log, watch, collectors)) {
                supportsP99 = run.measure(caveats);
            }
        }
        SequencedMap<String, Measured> measured = new LinkedHashMap<>();
        collectors.forEach((key, collector) -> measured.put(key, collector.done()));
        return new Result(measured, distinct(caveats), supportsP99);
    }

    private static Measured.Collector collector(Map<String, Measured.Collector> collectors, Subject subject) {
        return Optional.ofNullable(collectors.get(subject.key())).orElseThrow();
    }

    private static List<Problem> distinct(List<Problem> caveats) {
        return List.copyOf(caveats.stream()
                .collect(Collectors.toMap(Problem::code, Function.identity(), (first, _) -> first, LinkedHashMap::new))
                .values());
    }

    /// What a fork does, with the share of its time that each takes for the progress bar.
    private enum Phase {
        STARTING(0, 0.2), SINGLES(0.2, 0.75), BATCHES(0.75, 1);

        private final double from;
        private final double to;

        Phase(double from, double to) {
            this.from = from;
            this.to = to;
        }
    }

    /// One fork: all its lanes, open at the same time, one running.
    private final class ForkRun implements AutoCloseable {
        private final int fork;
        private final List<Subject> order;
        private final Plan plan;
        private final BenchLog log;
        private final Watch watch;
        private final Map<String, Measured.Collector> collectors;
        private final SequencedMap<String, Lane> lanes = new LinkedHashMap<>();
        private Phase phase = Phase.STARTING;

        ForkRun(int fork, List<Subject> order, Plan plan, BenchLog log, Watch watch,
                Map<String, Measured.Collector> collectors) {
            this.fork = fork;
            this.order = order;
            this.plan = plan;
            this.log = log;
            this.watch = watch;
            this.collectors = collectors;
        }

        boolean measure(List<Problem> caveats) {
            int known = log.fact("", 0, "rounds").isPresent() ? 1 : 0;
            if (known == 0 || !complete()) {
                start();
            }
            Environment before = Environment.read(host, pids());
            Sizing sizing = sizing();
            phase = Phase.SINGLES;
            singles(sizing);
            lanes.values().forEach(l -> guarded(l.subject(), () -> l.noteMemory(log)));
            order.stream().filter(this::alive).forEach(s -> collect(s, sizing));
            phase = Phase.BATCHES;
            for (int batch : plan.batches()) {
                if (batch > 1) {
                    batch(batch);
                }
            }
            log.fact("", fork, "complete", 1);
            caveats.addAll(Disturbance.between(before, Environment.read(host, pids())));
            return sizing.supportsP99();
        }

        private long[] pids() {
            return lanes.values().stream().mapToLong(Lane::pid).toArray();
        }

        private boolean alive(Subject subject) {
            return collector(collectors, subject).failure.isEmpty();
        }

        /// Whether an earlier run has everything of this fork, so that no worker is needed.
        private boolean complete() {
            int blocks = 2 * log.fact("", 0, "rounds").orElse(0L).intValue();
            return log.fact("", fork, "complete").isPresent() && order.stream().allMatch(
                    s -> log.block(new Block.Key(s.key(), fork, 1, blocks - 1)).isPresent());
        }

        private void start() {
            for (Subject subject : order) {
                cancellation.throwIfCancelled();
                progress("starting " + subject.key() + ", fork " + (fork + 1) + " of " + plan.forks(),
                        order.indexOf(subject) / (double) order.size());
                guarded(subject, () -> {
                    Lane lane = Lane.open(subject, fork, workers, cancellation);
                    lanes.put(subject.key(), lane);
                    lane.load(plan.session(), workers.backendOf(subject.model()), log);
                    long limit = Math.max(SHORTEST_WARM_UP_NS, (long) (WARM_UP_SHARE * plan.budgetNs()));
                    log.fact(subject.key(), fork, "expectedNs", lane.warmUp(limit, log));
                });
            }
        }

        /// Runs a subject's step; a problem ends that subject, not the bench.
        private void guarded(Subject subject, Runnable step) {
            try {
                step.run();
            } catch (ProblemException e) {
                collector(collectors, subject).failure.add(Lane.problem(subject, e));
                Lane lane = lanes.remove(subject.key());
                if (lane != null) {
                    lane.close();
                }
            }
        }

        /// Decided once for all forks, and kept: blocks of an interrupted run and of its continuation must be alike.
        private Sizing sizing() {
            Optional<Long> rounds = log.fact("", 0, "rounds");
            if (rounds.isPresent()) {
                return new Sizing(rounds.get().intValue(), log.fact("", 0, "queries").orElse(1L).intValue(),
                        log.fact("", 0, "supportsP99").orElse(0L) == 1);
            }
            Sizing sizing = Sizing.singleStream(plan, order.stream().filter(this::alive)
                    .map(s -> log.fact(s.key(), fork, "expectedNs").orElse(1_000_000L)).toList());
            log.fact("", 0, "queries", sizing.queries());
            log.fact("", 0, "supportsP99", sizing.supportsP99() ? 1 : 0);
            log.fact("", 0, "rounds", sizing.rounds());
            return sizing;
        }

        private void singles(Sizing sizing) {
            for (int round = 0; round < sizing.rounds(); round++) {
                turns(order, 1, sizing.queries(), 2 * round, 2.0 * sizing.rounds());
            }
        }

        /// Two blocks of each subject, there and back.
        private void turns(List<Subject> forth, int batch, int queries, int sequence, double sequences) {
            for (Subject subject : forth) {
                turn(subject, batch, queries, sequence, sequences);
            }
            for (Subject subject : forth.reversed()) {
                turn(subject, batch, queries, sequence + 1, sequences);
            }
        }

        private void turn(Subject subject, int batch, int queries, int sequence, double sequences) {
            Block.Key key = new Block.Key(subject.key(), fork, batch, sequence);
            Lane lane = lanes.get(subject.key());
            if (lane == null || !alive(subject) || log.block(key).isPresent()) {
                return;
            }
            cancellation.throwIfCancelled();
            int position = order.indexOf(subject);
            double within = (sequence
                    + (sequence % 2 == 0 ? position : order.size() - 1 - position) / (double) order.size())
                    / sequences;
            progress(
                    "measuring " + subject.key() + (batch > 1 ? ", batch " + batch : "") + ", fork " + (fork + 1)
                            + " of "
                            + plan.forks(),
                    batch == 1 ? within : (plan.batches().indexOf(batch) - 1 + within) / largerBatches());
            LockSupport.parkNanos(restNs());
            guarded(subject, () -> {
                Block block = lane.block(key, queries);
                log.append(block);
                watch.block(block);
            });
        }

        /// Time left: what this phase still needs, then the phases after it, then the forks after this one.
        private OptionalLong remaining(double within) {
            double phaseLeft = (1 - within) * phaseNs(phase);
            double forkLeft = 0;
            double wholeFork = 0;
            for (Phase each : Phase.values()) {
                wholeFork += phaseNs(each);
                forkLeft += each.compareTo(phase) > 0 ? phaseNs(each) : 0;
            }
            return OptionalLong.of((long) (phaseLeft + forkLeft + (plan.forks() - 1 - fork) * wholeFork));
        }

        /// How long a phase takes in one fork, as far as can be told by now.
        private double phaseNs(Phase each) {
            long perQuery = order.stream().filter(this::alive)
                    .mapToLong(s -> log.fact(s.key(), fork, "expectedNs").orElse(0L)).sum();
            double rests = order.size() * (double) restNs();
            return switch (each) {
                case STARTING -> order.size() * (double) STARTING_NS;
                case SINGLES -> perQuery == 0
                        ? Sizing.SHARE * plan.budgetNs() / plan.forks()
                        : 2.0 * log.fact("", 0, "rounds").orElse(1L)
                                * (perQuery * (log.fact("", 0, "queries").orElse(1L) + 2.0) + rests);
                case BATCHES -> {
                    double sum = 0;
                    for (int batch : plan.batches()) {
                        if (batch > 1) {
                            List<Long> durations = order.stream()
                                    .map(s -> batch * log.fact(s.key(), fork, "expectedNs").orElse(1L)).toList();
                            int queries = Sizing.batchQueries(plan, batch, durations, largerBatches());
                            sum += Sizing.BATCH_BLOCKS * (perQuery * (double) batch * (queries + 2) + rests);
                        }
                    }
                    yield sum;
                }
            };
        }

        private int largerBatches() {
            return (int) plan.batches().stream().filter(b -> b > 1).count();
        }

        private long restNs() {
            return plan.session().intraOpThreads() > 1 ? REST_BESIDE_POOLS_NS : REST_NS;
        }

        private void progress(String step, double within) {
            watch.progress(new Progress(step, (fork + phase.from + (phase.to - phase.from) * within) / plan.forks(),
                    remaining(within)));
        }

        private void collect(Subject subject, Sizing sizing) {
            Measured.Collector collector = collector(collectors, subject);
            List<Block> blocks = new ArrayList<>();
            for (int sequence = 0; sequence < sizing.blocks(); sequence++) {
                log.block(new Block.Key(subject.key(), fork, 1, sequence)).ifPresent(blocks::add);
            }
            collector.singles(blocks);
            collector.figures.add(Lane.figures(subject.key(), fork, log));
        }

        private void batch(int batch) {
            List<Subject> candidates = order.stream().filter(this::alive).filter(s -> s.packs().containsKey(batch))
                    .toList();
            if (candidates.isEmpty()) {
                return;
            }
            int queries = log.fact("", 0, "queries of batch " + batch).map(Long::intValue)
                    .orElseGet(() -> batchQueries(batch, candidates, largerBatches()));
            if (queries == 0) {
                candidates.forEach(s -> collector(collectors, s).leftOut.put(batch, "the budget does not support it"));
                return;
            }
            List<Subject> able = candidates.stream().filter(s -> prepared(s, batch)).toList();
            for (int sequence = 0; sequence < Sizing.BATCH_BLOCKS; sequence += 2) {
                turns(able, batch, queries, sequence, Sizing.BATCH_BLOCKS);
            }
            for (Subject subject : able) {
                List<Block> blocks = new ArrayList<>();
                for (int sequence = 0; sequence < Sizing.BATCH_BLOCKS; sequence++) {
                    log.block(new Block.Key(subject.key(), fork, batch, sequence)).ifPresent(blocks::add);
                }
                if (!blocks.isEmpty()) {
                    collector(collectors, subject).batch(batch, blocks);
                }
            }
        }

        private int batchQueries(int batch, List<Subject> able, int batches) {
            List<Long> durations = able.stream()
                    .map(s -> batch * log.fact(s.key(), fork, "expectedNs").orElse(1_000_000L)).toList();
            int queries = Sizing.batchQueries(plan, batch, durations, batches);
            log.fact("", 0, "queries of batch " + batch, queries);
            return queries;
        }

        /// Whether a subject takes queries of this size: a graph may hold a batch of one in some inner shape.
        private boolean prepared(Subject subject, int batch) {
            Lane lane = lanes.get(subject.key());
            if (lane == null) {
                return true;
            }
            try {
                lane.prepare(batch);
                lane.tryBatch(batch);
                return true;
            } catch (ProblemException e) {
                collector(collectors, subject).leftOut.put(batch, Lane.problem(subject, e).what());
                return false;
            }
        }

        @Override
        public void close() {
            lanes.values().forEach(Lane::close);
        }
    }
}
