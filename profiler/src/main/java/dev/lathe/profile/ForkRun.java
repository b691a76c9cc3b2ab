package dev.lathe.profile;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.hardware.CpuSet;
import dev.lathe.hardware.Disturbance;
import dev.lathe.hardware.EnergyCounter;
import dev.lathe.hardware.Environment;
import dev.lathe.profile.TimeLeft.Phase;
import dev.lathe.profile.meter.DeviceMeter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.locks.LockSupport;

/// One fork: all its lanes, open at the same time, one running.
final class ForkRun implements AutoCloseable {
    /// A pause before each block: the pool of the worker before spins on for a while and would take its processor.
    private static final long REST_NS = 2_000_000;
    static final long REST_BESIDE_POOLS_NS = 10_000_000;
    private static final double WARM_UP_SHARE = 0.012;
    private static final long SHORTEST_WARM_UP_NS = 100_000_000;

    private final int fork;
    private final List<Subject> order;
    private final Bench.Setting setting;
    private final Plan plan;
    private final BenchLog log;
    private final SequencedMap<String, Lane> lanes = new LinkedHashMap<>();
    private final Map<Target, Optional<DeviceMeter>> meters = new HashMap<>();
    private Optional<String> memoryLimit = Optional.empty();
    private boolean started;
    private Phase phase = Phase.STARTING;

    ForkRun(int fork, List<Subject> order, Bench.Setting setting) {
        this.fork = fork;
        this.order = order;
        this.setting = setting;
        this.plan = setting.plan();
        this.log = setting.log();
    }

    boolean measure(List<Problem> caveats, List<Bench.Surroundings> surroundings) {
        if (!complete()) {
            start();
        }
        Environment before = Environment.read(setting.host(), pids());
        Sizing sizing = sizing();
        phase = Phase.SINGLES;
        singles(sizing);
        lanes.values().stream().toList().forEach(l -> guarded(l.subject(), () -> l.noteMemory(log)));
        order.stream().filter(setting::alive).forEach(s -> collect(s, sizing));
        phase = Phase.BATCHES;
        for (int batch : plan.batches()) {
            if (batch > 1) {
                batch(batch);
            }
        }
        log.fact("", fork, "complete", 1);
        if (started) {
            Environment after = Environment.read(setting.host(), pids());
            surroundings.add(new Bench.Surroundings(before, after));
            caveats.addAll(Disturbance.between(before, after));
            lanes.values().forEach(l -> collected(l).ifPresent(caveats::add));
            order.stream().filter(s -> setting.alive(s) && s.session(plan).elsewhere().isEmpty())
                    .forEach(s -> CpuShare.caveat(s.key(), threads(s), blocks(s, 1, sizing.blocks()))
                            .ifPresent(caveats::add));
        }
        return sizing.supportsP99();
    }

    Optional<String> memoryLimit() {
        return memoryLimit;
    }

    private static Optional<Problem> collected(Lane lane) {
        return lane.collectionNs() == 0
                ? Optional.empty()
                : Optional.of(Problem.warning("garbage-collection", lane.subject().key(), String.format(Locale.ROOT,
                        "garbage collection took %.0f ms inside of timed blocks; no sample was removed",
                        lane.collectionNs() / 1e6), "Look at the raw samples, or repeat it."));
    }

    private long[] pids() {
        return lanes.values().stream().mapToLong(Lane::pid).toArray();
    }

    /// Whether an earlier run has everything of this fork, so that no worker is needed.
    private boolean complete() {
        int blocks = 2 * log.fact("", 0, "rounds").orElse(0L).intValue();
        return log.fact("", fork, "complete").isPresent() && order.stream().allMatch(
                s -> log.block(new Block.Key(s.key(), fork, 1, blocks - 1)).isPresent());
    }

    private void start() {
        started = true;
        for (Subject subject : order) {
            setting.cancellation().throwIfCancelled();
            progress("starting " + subject.key() + ", fork " + (fork + 1) + " of " + plan.forks(),
                    order.indexOf(subject) / (double) order.size());
            guarded(subject, () -> {
                Lane lane = open(subject);
                lane.load(subject.session(plan), setting.workers().backendOf(subject.model()), log);
                long limit = Math.max(SHORTEST_WARM_UP_NS, (long) (WARM_UP_SHARE * plan.budgetNs()));
                log.fact(subject.key(), fork, "expectedNs", lane.warmUp(limit, log));
            });
        }
        setting.canary().lookAtAll(CpuSet.allowed(setting.host()).toOptional().map(c -> c.cpus().size()).orElse(1));
    }

    private Lane open(Subject subject) {
        Lane lane = Lane.open(subject, fork, setting.workers(), setting.cancellation());
        lanes.put(subject.key(), lane);
        memoryLimit = memoryLimit.or(lane::memoryLimit);
        return lane;
    }

    /// Runs a subject's step; a problem ends that subject, not the bench.
    private void guarded(Subject subject, Runnable step) {
        try {
            step.run();
        } catch (ProblemException e) {
            Problem problem = Lane.problem(subject, e);
            setting.collector(subject).failure.add(problem);
            drop(subject);
            setting.watch().failed(subject.key(), 1, problem);
        }
    }

    /// Runs a step with a larger batch; a problem ends that batch size of the subject, and a new worker does what is left.
    private boolean guarded(Subject subject, int batch, Runnable step) {
        try {
            step.run();
            return true;
        } catch (ProblemException e) {
            Problem problem = Lane.problem(subject, e);
            setting.collector(subject).fail(batch, problem);
            Lane lane = lanes.get(subject.key());
            if (lane != null && !lane.isAlive()) {
                drop(subject);
            }
            setting.watch().failed(subject.key(), batch, problem);
            return false;
        }
    }

    private void drop(Subject subject) {
        Lane lane = lanes.remove(subject.key());
        if (lane != null) {
            lane.close();
        }
    }

    /// Decided once for all forks, and kept: blocks of an interrupted run and of its continuation must be alike.
    private Sizing sizing() {
        Optional<Sizing> known = knownSizing();
        if (known.isPresent()) {
            return known.get();
        }
        Sizing sizing = Sizing.singleStream(plan, order.stream().filter(setting::alive)
                .map(s -> log.fact(s.key(), fork, "expectedNs").orElse(1_000_000L)).toList());
        log.fact("", 0, "queries", sizing.queries());
        log.fact("", 0, "supportsP99", sizing.supportsP99() ? 1 : 0);
        log.fact("", 0, "rounds", sizing.rounds());
        return sizing;
    }

    private Optional<Sizing> knownSizing() {
        return log.fact("", 0, "rounds").map(rounds -> new Sizing(rounds.intValue(),
                log.fact("", 0, "queries").orElse(1L).intValue(), log.fact("", 0, "supportsP99").orElse(0L) == 1));
    }

    private void singles(Sizing sizing) {
        for (int round = 0; round < sizing.rounds(); round++) {
            look();
            turns(order, 1, sizing.queries(), 2 * round, 2.0 * sizing.rounds());
        }
        look();
    }

    private void look() {
        if (started && !lanes.isEmpty()) {
            LockSupport.parkNanos(restNs());
            setting.canary().look();
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
        if (lane == null || !setting.alive(subject) || setting.collector(subject).failed.containsKey(batch)
                || log.block(key).isPresent()) {
            return;
        }
        setting.cancellation().throwIfCancelled();
        int position = order.indexOf(subject);
        double within = (sequence
                + (sequence % 2 == 0 ? position : order.size() - 1 - position) / (double) order.size())
                / sequences;
        progress(
                "measuring " + subject.key() + (batch > 1 ? ", batch " + batch : "") + ", fork " + (fork + 1)
                        + " of "
                        + plan.forks(),
                batch == 1 ? within : (plan.batches().indexOf(batch) - 1 + within) / plan.largerBatches());
        LockSupport.parkNanos(restNs());
        if (batch > 1) {
            guarded(subject, batch, () -> block(lane, key, queries));
        } else {
            guarded(subject, () -> block(lane, key, queries));
        }
    }

    private void block(Lane lane, Block.Key key, int queries) {
        Reading<EnergyCounter> before = EnergyCounter.read(setting.host());
        Block block = lane.block(key, queries, leadInNs(lane.subject()));
        if (key.batch() == 1) {
            energy(block, before, EnergyCounter.read(setting.host()));
        }
        // after the block: reading takes milliseconds of the processor
        meter(lane.subject()).ifPresent(m -> DeviceUse.note(m.sample(), key.subject(), fork, log));
        log.append(block);
        setting.watch().block(block);
    }

    private Optional<DeviceMeter> meter(Subject subject) {
        return subject.session(plan).elsewhere()
                .flatMap(t -> meters.computeIfAbsent(t,
                        target -> DeviceMeter.of(target.provider(), target.device(), setting.meters())));
    }

    private void energy(Block block, Reading<EnergyCounter> before, Reading<EnergyCounter> after) {
        if (before.toOptional().isPresent() && after.toOptional().isPresent()) {
            add(block.key().subject(), "energyMicrojoules",
                    after.toOptional().get().since(before.toOptional().get()));
            add(block.key().subject(), "energyQueries", block.samplesNs().length);
            add(block.key().subject(), "energyWallNs", block.wallNs());
        }
    }

    private void add(String subject, String name, long value) {
        log.fact(subject, fork, name, log.fact(subject, fork, name).orElse(0L) + value);
    }

    private int threads(Subject subject) {
        return subject.instances() * subject.session(plan).busyThreads();
    }

    private boolean isParallel(Subject subject) {
        return threads(subject) > 1;
    }

    private long leadInNs(Subject subject) {
        return isParallel(subject)
                ? Sizing.leadInNs(plan, setting.collectors().size())
                : 0;
    }

    private long restNs() {
        boolean pools = order.stream()
                .anyMatch(s -> s.session(plan).busyThreads() > 1 && s.session(plan).spinning());
        return pools ? REST_BESIDE_POOLS_NS : REST_NS;
    }

    private void progress(String step, double within) {
        List<Subject> living = order.stream().filter(setting::alive).toList();
        long perQuery = living.stream().mapToLong(s -> log.fact(s.key(), fork, "expectedNs").orElse(0L)).sum();
        List<Long> medians = living.stream().map(s -> log.fact(s.key(), fork, "expectedNs").orElse(1L)).toList();
        TimeLeft left = new TimeLeft(plan, order.size(), perQuery, medians, knownSizing(),
                restNs() + living.stream().mapToLong(this::leadInNs).max().orElse(0));
        setting.watch()
                .progress(new Progress(step, (fork + phase.from + (phase.to - phase.from) * within) / plan.forks(),
                        left.remaining(phase, within, fork)));
    }

    private void collect(Subject subject, Sizing sizing) {
        Measured.Collector collector = setting.collector(subject);
        collector.singles(blocks(subject, 1, sizing.blocks()));
        collector.figures.add(Lane.figures(subject.key(), fork, log));
    }

    private List<Block> blocks(Subject subject, int batch, int count) {
        List<Block> blocks = new ArrayList<>();
        for (int sequence = 0; sequence < count; sequence++) {
            log.block(new Block.Key(subject.key(), fork, batch, sequence)).ifPresent(blocks::add);
        }
        return blocks;
    }

    private void batch(int batch) {
        List<Subject> candidates = order.stream().filter(setting::alive).filter(s -> s.packs().containsKey(batch))
                .filter(s -> !setting.collector(s).failed.containsKey(batch)).toList();
        if (candidates.isEmpty()) {
            return;
        }
        int queries = log.fact("", 0, "queries of batch " + batch).map(Long::intValue)
                .orElseGet(() -> batchQueries(batch, candidates));
        if (queries == 0) {
            candidates.forEach(s -> setting.collector(s).leftOut.put(batch, "the budget does not support it"));
            return;
        }
        List<Subject> able = candidates.stream().filter(s -> prepared(s, batch)).toList();
        for (int sequence = 0; sequence < Sizing.BATCH_BLOCKS; sequence += 2) {
            turns(able, batch, queries, sequence, Sizing.BATCH_BLOCKS);
        }
        for (Subject subject : able) {
            List<Block> blocks = blocks(subject, batch, Sizing.BATCH_BLOCKS);
            if (!blocks.isEmpty() && !setting.collector(subject).failed.containsKey(batch)) {
                setting.collector(subject).batch(batch, blocks);
                Optional.ofNullable(lanes.get(subject.key())).ifPresent(l -> l.noteMemory(batch, log));
            }
        }
    }

    private int batchQueries(int batch, List<Subject> able) {
        List<Long> durations = able.stream()
                .map(s -> batch * log.fact(s.key(), fork, "expectedNs").orElse(1_000_000L)).toList();
        int queries = Sizing.batchQueries(plan, batch, durations, plan.largerBatches());
        log.fact("", 0, "queries of batch " + batch, queries);
        return queries;
    }

    /// Whether a subject takes queries of this size: a graph may hold a batch of one in some inner shape.
    private boolean prepared(Subject subject, int batch) {
        if (!started || log.block(new Block.Key(subject.key(), fork, batch, Sizing.BATCH_BLOCKS - 1)).isPresent()) {
            return true;
        }
        return guarded(subject, batch, () -> {
            Lane lane = lanes.get(subject.key());
            if (lane == null) {
                lane = open(subject);
                lane.reload(subject.session(plan), setting.workers().backendOf(subject.model()), log);
            }
            lane.prepare(batch);
            lane.tryBatch(batch);
        });
    }

    @Override
    public void close() {
        lanes.values().forEach(Lane::close);
        meters.values().forEach(m -> m.ifPresent(DeviceMeter::close));
    }
}
