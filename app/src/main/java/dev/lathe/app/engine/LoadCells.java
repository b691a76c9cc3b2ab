package dev.lathe.app.engine;

import dev.lathe.app.engine.LoadLog.Turn;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.hardware.Disturbance;
import dev.lathe.hardware.Environment;
import dev.lathe.hardware.Host;
import dev.lathe.profile.LoadLane;
import dev.lathe.profile.Plan;
import dev.lathe.profile.Subject;
import dev.lathe.profile.WorkerSettings;
import dev.lathe.profile.load.Arrivals;
import dev.lathe.profile.load.HighestRate;
import dev.lathe.profile.load.LoadPlan;
import dev.lathe.profile.load.LoadRatios;
import dev.lathe.profile.load.LoadResult;
import dev.lathe.profile.load.LoadRun;
import dev.lathe.profile.load.RateTrial;
import dev.lathe.profile.load.Scenario;
import dev.lathe.profile.stats.Comparison;
import dev.lathe.profile.sweep.Cell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;

/// The cells of a sweep under other loads than single-stream: forks run all of them, one worker at a time, in pairs of an order
/// and its reverse (A B B A), so that a machine that drifts hits all alike. What was measured is kept run by run beside the history, so that an interrupted sweep goes on.
final class LoadCells {
    /// The share of the time for starting and warming up.
    private static final double WARM_UP_SHARE = 0.1;
    private static final long SHORTEST_NS = 500_000_000;
    private static final long STARTING_NS = 1_500_000_000;
    private static final double START_OF_SEARCH = 0.7;
    /// Runs that a search takes, about: rates times looks.
    private static final int RUNS_OF_A_SEARCH = 30;
    private static final double MOST_RATE = 200_000;

    private final MeasureRequest request;
    private final List<Cell> cells;
    private final Plan plan;
    private final StreamCells.Subjects subjects;
    private final JobContext job;
    private final List<Turn> turns;
    private final Map<Turn, List<LoadRun>> runs = new HashMap<>();
    private final Map<Turn, Problem> failures = new HashMap<>();
    private final SequencedMap<Turn, LoadRatios.Side> sides = new LinkedHashMap<>();
    private List<LoadComparison> comparisons = List.of();
    private final List<Problem> disturbances = new ArrayList<>();

    /// @param plan whose budget is that of these cells
    LoadCells(MeasureRequest request, List<Cell> cells, Plan plan, StreamCells.Subjects subjects, JobContext job) {
        this.request = request;
        this.cells = cells;
        this.turns = LoadComparison.turns(cells);
        this.plan = plan;
        this.subjects = subjects;
        this.job = job;
    }

    /// Measures what the folder does not have.
    ///
    /// @param folder of the run's raw logs
    List<CellResult> run(Path folder, WorkerSettings workers, Host host) {
        LoadLog log = new LoadLog(folder);
        int done = 0;
        for (int fork = 0; fork < plan.forks(); fork++) {
            for (Turn turn : order(turns, fork, plan.seed())) {
                job.cancellation().throwIfCancelled();
                progress(turn, done++, fork);
                measure(turn, fork, log, workers, host);
            }
        }
        for (Turn turn : turns) {
            if (!failures.containsKey(turn)) {
                List<LoadRun> measured = Objects.requireNonNull(runs.get(turn));
                sides.put(turn, new LoadRatios.Side(LoadResult.of(plan(turn.cell(), 0), measured), measured));
            }
        }
        comparisons = LoadComparison.of(sides);
        return cells.stream().map(cell -> {
            CellResult result = finished(cell, log, workers);
            job.emit().accept(result.failure().isPresent()
                    ? new WorkbenchEvent.CellFailed(cell, result.failure().get())
                    : new WorkbenchEvent.CellFinished(cell, result));
            return result;
        }).toList();
    }

    /// A new order for each two forks, the second of which runs it backwards.
    static <T> List<T> order(List<T> turns, int fork, long seed) {
        List<T> order = new ArrayList<>(turns);
        Collections.shuffle(order, new Random(seed + fork / 2));
        return fork % 2 == 0 ? order : order.reversed();
    }

    /// The first of each load that was run beside others against its own copy.
    List<SweepResult.Again> again() {
        return comparisons.stream().flatMap(c -> c.again().stream()).toList();
    }

    /// Each against each, where all cells were under one load.
    Optional<Comparison> comparison() {
        return comparisons.size() == 1
                ? comparisons.getFirst().comparison(cell -> request.grid().name(cell.setup()))
                : Optional.empty();
    }

    private void progress(Turn turn, int done, int fork) {
        int all = turns.size() * plan.forks();
        long left = (long) ((all - done) * ((double) durationNs() + STARTING_NS)) + searchNs();
        job.progress().progress(new Progress("measuring " + turn.words() + ", fork " + (fork + 1) + " of "
                + plan.forks(), done / (double) all, OptionalLong.of(left)));
    }

    /// How long each run takes.
    private long durationNs() {
        double share = request.queue().slo().isPresent() ? 0.5 : 1;
        return (long) Math.max(SHORTEST_NS, share * plan.budgetNs() / turns.size() / plan.forks());
    }

    private long searchNs() {
        return request.queue().slo().isPresent()
                ? Math.max(plan.budgetNs() / 2, (long) cells.size() * RUNS_OF_A_SEARCH * SHORTEST_NS)
                : 0;
    }

    /// How long everything takes at most, about.
    long predictedNs() {
        return (long) (turns.size() * (double) plan.forks() * ((double) durationNs() + STARTING_NS)) + searchNs();
    }

    private LoadPlan plan(Cell cell, int fork) {
        Scenario scenario = cell.scenario() instanceof Scenario.Server(Arrivals arrivals)
                ? new Scenario.Server(arrivals.reseeded(plan.seed() + fork))
                : cell.scenario();
        return LoadPlan.of(scenario, request.queue().batching(cell.batch()), cell.setup().instances(), durationNs(),
                plan.seed() + fork);
    }

    private LoadLane open(Cell cell, int fork, WorkerSettings workers) {
        Subject subject = subjects.of(request.grid().name(cell.setup()), cell.setup(), Set.of());
        LoadLane lane = LoadLane.open(subject, cell.setup().session(), cell.setup().instances(),
                plan(cell, fork).maxBatch(), fork, workers, job.cancellation());
        try {
            lane.warmUp((long) (WARM_UP_SHARE * durationNs()), plan.seed());
            return lane;
        } catch (RuntimeException e) {
            lane.close();
            throw e;
        }
    }

    private void measure(Turn turn, int fork, LoadLog log, WorkerSettings workers, Host host) {
        if (failures.containsKey(turn)) {
            return;
        }
        Optional<LoadRun> known = log.run(turn, fork);
        if (known.isPresent()) {
            runs.computeIfAbsent(turn, _ -> new ArrayList<>()).add(known.get());
            return;
        }
        Cell cell = turn.cell();
        if (!turn.again()) {
            job.emit().accept(new WorkbenchEvent.CellStarted(cell));
        }
        try (LoadLane lane = open(cell, fork, workers)) {
            Environment before = Environment.read(host, lane.pid());
            LoadRun run = lane.drive(plan(cell, fork));
            disturbances.addAll(Disturbance.between(before, Environment.read(host, lane.pid())));
            log.keep(turn, fork, run);
            runs.computeIfAbsent(turn, _ -> new ArrayList<>()).add(run);
        } catch (ProblemException e) {
            failures.put(turn, e.problems().getFirst());
        }
    }

    /// What may have disturbed the figures, and what to know of them; once for all cells of which the same is true.
    List<Problem> caveats() {
        Map<String, Problem> caveats = new LinkedHashMap<>();
        disturbances.forEach(p -> caveats.putIfAbsent(p.code(), p));
        sides.forEach((turn, side) -> side.result().caveats().forEach(p -> caveats.merge(p.code() + p.what(),
                new Problem(p.severity(), p.code(), turn.words(), p.what(), p.remedy()), (_, _) -> p)));
        comparisons.forEach(c -> c.caveats().forEach(p -> caveats.put(p.code() + p.where(), p)));
        return List.copyOf(caveats.values());
    }

    private CellResult finished(Cell cell, LoadLog log, WorkerSettings workers) {
        String name = request.grid().name(cell.setup());
        Turn turn = new Turn(cell, false);
        Problem failure = failures.get(turn);
        if (failure != null) {
            return CellResult.failed(cell, name, failure);
        }
        LoadResult result = Objects.requireNonNull(sides.get(turn)).result();
        try {
            Optional<HighestRate.Found> highest = request.queue().slo().isPresent()
                    && cell.scenario() instanceof Scenario.Server
                            ? Optional.of(search(cell, log, workers))
                            : Optional.empty();
            return new CellResult(cell, name, Optional.empty(), Optional.of(result), against(cell), highest,
                    Optional.empty());
        } catch (ProblemException e) {
            return CellResult.failed(cell, name, e.problems().getFirst());
        }
    }

    private Optional<LoadRatios> against(Cell cell) {
        Cell first = cells.stream().filter(c -> c.load().equals(cell.load())).findFirst().orElseThrow();
        return comparisons.stream().flatMap(c -> c.against(first, cell).stream()).findFirst();
    }

    /// The highest rate that meets the promise, from 70 % of what all instances can do at once.
    private HighestRate.Found search(Cell cell, LoadLog log, WorkerSettings workers) {
        List<RateTrial> known = log.trials(cell);
        try (LoadLane lane = open(cell, 0, workers)) {
            LoadPlan each = plan(cell, 0)
                    .lasting(Math.max(SHORTEST_NS, searchNs() / RUNS_OF_A_SEARCH / Math.max(1, cells.size())));
            double start = known.isEmpty()
                    ? START_OF_SEARCH * capacity(cell, lane, each)
                    : known.getFirst().ratePerSecond();
            Arrivals arrivals = ((Scenario.Server) cell.scenario()).arrivals().at(Math.max(1, start));
            HighestRate search = HighestRate.of(request.queue().slo().orElseThrow(),
                    each.with(new Scenario.Server(arrivals)), MOST_RATE);
            List<RateTrial> kept = new ArrayList<>(known);
            return search.search(lane::drive, known, trial -> {
                kept.add(trial);
                log.keep(cell, kept);
            }, job.progress());
        }
    }

    /// Queries a second with as many clients as keep all instances busy.
    private static double capacity(Cell cell, LoadLane lane, LoadPlan each) {
        LoadPlan full = each
                .with(Scenario.Concurrency.synchronous(cell.setup().instances() * Math.max(2, cell.batch())));
        LoadRun run = lane.drive(full);
        return LoadResult.of(full, List.of(run)).counts().done() * 1e9
                / Math.max(1, run.generator().wallNs() - full.leadInNs());
    }
}
