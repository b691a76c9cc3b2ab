package dev.lathe.app.engine;

import dev.lathe.app.engine.store.RunId;
import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.hardware.EnergyCounter;
import dev.lathe.hardware.Host;
import dev.lathe.profile.Bench;
import dev.lathe.profile.BenchLog;
import dev.lathe.profile.DeviceUse;
import dev.lathe.profile.Measured;
import dev.lathe.profile.Pace;
import dev.lathe.profile.Plan;
import dev.lathe.profile.stats.Comparison;
import dev.lathe.profile.stats.RatioInterval;
import dev.lathe.profile.sweep.Cell;
import dev.lathe.profile.sweep.Setup;
import dev.lathe.profile.sweep.Sweep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// From what benches found, group by group, to the figures of a sweep.
final class SweepReport {
    private static final double SHORTEST_ENERGY_WINDOW_NS = 1e9;

    private final MeasureRequest request;
    private final Sweep sweep;
    private final Plan plan;
    private final int itemsPerQuery;
    private final BenchLog log;
    private final Host host;
    private final List<Bench.Result> results = new ArrayList<>();
    private final List<Reporting> reports = new ArrayList<>();

    SweepReport(MeasureRequest request, Sweep sweep, Plan plan, int itemsPerQuery, BenchLog log, Host host) {
        this.request = request;
        this.sweep = sweep;
        this.plan = plan;
        this.itemsPerQuery = itemsPerQuery;
        this.log = log;
        this.host = host;
    }

    /// The anchor's subject in a group: each group measures it anew.
    static String anchorKey(String name, int group) {
        return group == 0 ? name : name + " (group " + (group + 1) + ")";
    }

    /// Takes what a group's bench found.
    void add(int group, Bench.Result result) {
        Map<String, Integer> instances = new HashMap<>();
        instances.put(anchor(group), sweep.anchor().instances());
        sweep.groups().get(group).keySet().forEach(s -> instances.put(request.grid().name(s), s.instances()));
        results.add(result);
        reports.add(new Reporting(result, plan, itemsPerQuery, anchor(group), instances));
    }

    private String anchor(int group) {
        return anchorKey(request.grid().name(sweep.anchor()), group);
    }

    private int group(Setup setup) {
        for (int g = 0; g < sweep.groups().size(); g++) {
            if (sweep.groups().get(g).containsKey(setup)) {
                return g;
            }
        }
        return 0;
    }

    private String key(Setup setup) {
        return setup.equals(sweep.anchor()) ? anchor(0) : request.grid().name(setup);
    }

    /// The chosen cells of a group; the anchor's are in the first.
    List<CellResult> cells(int group) {
        return request.cells().stream().filter(Cell::isSingleStream).filter(cell -> group(cell.setup()) == group)
                .map(this::cell).toList();
    }

    private CellResult cell(Cell cell) {
        int group = group(cell.setup());
        String key = key(cell.setup());
        String name = request.grid().name(cell.setup());
        Measured measured = Objects.requireNonNull(results.get(group).measured().get(key));
        Optional<Problem> failure = measured.failure().stream().findFirst()
                .or(() -> Optional.ofNullable(measured.failed().get(cell.batch())));
        if (failure.isPresent()) {
            return CellResult.failed(cell, name, failure.get());
        }
        return switch (reports.get(group).at(key, cell.batch())) {
            case Reading.Known<Reporting.AtBatch>(var at, _) -> CellResult.of(cell, name,
                    new CellResult.Figures(at.latency(), at.throughput(), at.ratio(),
                            memory(key, cell.batch(), measured), energy(key, cell.batch()),
                            DeviceUse.of(key, plan.forks(), log)));
            case Reading.Unknown<Reporting.AtBatch>(var why) -> CellResult.failed(cell, name,
                    Problem.warning("left-out", name + ", batch " + cell.batch(), why, remedy(why)));
        };
    }

    private static String remedy(String why) {
        return why.contains("budget")
                ? "Give more time with a larger --budget."
                : "The model's inputs may insist on another batch size: see `lathe inspect`.";
    }

    private OptionalLong memory(String key, int batch, Measured measured) {
        if (batch == 1) {
            return Figures.median(measured.figures(), f -> f.memoryPeakBytes());
        }
        OptionalLong highest = OptionalLong.empty();
        for (int fork = 0; fork < plan.forks(); fork++) {
            Optional<Long> value = log.fact(key, fork, Measured.memoryFact(batch));
            if (value.isPresent()) {
                highest = OptionalLong.of(Math.max(value.get(), highest.orElse(0)));
            }
        }
        return highest;
    }

    private Reading<Double> energy(String key, int batch) {
        if (batch > 1) {
            return Reading.unknown("read for single queries alone");
        }
        long microjoules = sum(key, "energyMicrojoules");
        long queries = sum(key, "energyQueries");
        if (queries == 0) {
            return EnergyCounter.read(host).map(_ -> 0.0) instanceof Reading.Unknown<Double>(String why)
                    ? Reading.unknown(why)
                    : Reading.unknown("measured without reading it");
        }
        return sum(key, "energyWallNs") < SHORTEST_ENERGY_WINDOW_NS
                ? Reading.unknown("the counted queries took less than a second together, too short for the counter")
                : Reading.known(microjoules / 1e3 / queries, "RAPL, whole package, idle power included");
    }

    private long sum(String key, String name) {
        long sum = 0;
        for (int fork = 0; fork < plan.forks(); fork++) {
            sum += log.fact(key, fork, name).orElse(0L);
        }
        return sum;
    }

    /// Each setup against the anchor, as far as both were measured.
    Map<Setup, RatioInterval> ratios() {
        Map<Setup, RatioInterval> found = new LinkedHashMap<>();
        sweep.setups().stream().filter(setup -> !setup.equals(sweep.anchor()))
                .forEach(setup -> ratio(setup, sweep.anchor(), 1).toOptional().ifPresent(r -> found.put(setup, r)));
        return found;
    }

    /// How fast the machine worked, by group.
    Stream<Pace> paces() {
        return results.stream().flatMap(r -> r.pace().stream());
    }

    /// Everything, once all cells are in.
    ///
    /// @param report of single-stream cells, if there are any
    /// @param loaded the other cells
    /// @param loads what measured those, if there are any
    static SweepResult result(RunId run, MeasureRequest request, Plan plan, Optional<SweepReport> report,
            List<CellResult> loaded, Optional<LoadCells> loads, List<Problem> problems) {
        List<Problem> caveats = new ArrayList<>(problems);
        report.ifPresent(r -> caveats.addAll(r.caveats()));
        List<Problem> distinct = List.copyOf(caveats.stream().collect(Collectors.toMap(p -> p.code() + p.where(),
                p -> p, (first, _) -> first, LinkedHashMap::new)).values());
        SweepResult.Context context = new SweepResult.Context(
                report.map(r -> r.reports.stream().map(Reporting::again).toList()).orElse(List.of()),
                loads.map(LoadCells::again).orElse(List.of()), distinct,
                report.stream().flatMap(r -> r.results.stream()).flatMap(r -> r.surroundings().stream()).toList(),
                report.stream().flatMap(r -> r.results.stream()).map(Bench.Result::memoryLimit)
                        .filter(w -> !w.isEmpty()).findFirst().orElse(""));
        Map<Cell, CellResult> byCell = new HashMap<>();
        loaded.forEach(c -> byCell.put(c.cell(), c));
        request.cells().stream().filter(Cell::isSingleStream)
                .forEach(c -> report.ifPresent(r -> byCell.put(c, r.cell(c))));
        return new SweepResult(run, request, plan,
                report.map(r -> r.sweep.setups().stream().map(r::row).toList()).orElse(List.of()),
                request.cells().stream().map(c -> Objects.requireNonNull(byCell.get(c))).toList(),
                report.isPresent()
                        ? report.flatMap(SweepReport::comparison)
                        : loads.flatMap(LoadCells::comparison),
                context);
    }

    private List<Problem> caveats() {
        List<Problem> caveats = new ArrayList<>();
        results.forEach(r -> caveats.addAll(r.caveats()));
        reports.forEach(r -> caveats.addAll(r.contradictions(this::runsLikeTheAnchor)));
        return caveats;
    }

    private boolean runsLikeTheAnchor(String key) {
        return sweep.setups().stream().filter(s -> key(s).equals(key)).allMatch(
                s -> s.session().elsewhere().isEmpty() && s.session().equals(sweep.anchor().session())
                        && s.instances() == sweep.anchor().instances());
    }

    private VariantResult row(Setup setup) {
        VariantResult empty = new VariantResult(request.grid().name(setup), Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty(), List.of(), "");
        return reports.get(group(setup)).complete(empty, key(setup));
    }

    private Optional<Comparison> comparison() {
        SequencedMap<String, Double> medians = new LinkedHashMap<>();
        Map<String, Setup> byName = new HashMap<>();
        for (Setup setup : sweep.setups()) {
            String name = request.grid().name(setup);
            reports.get(group(setup)).median(key(setup)).ifPresent(m -> medians.put(name, m));
            byName.put(name, setup);
        }
        return medians.size() < 2
                ? Optional.empty()
                : Optional.of(Comparison.of(medians,
                        (one, other, comparisons) -> ratio(Objects.requireNonNull(byName.get(one)),
                                Objects.requireNonNull(byName.get(other)), comparisons)));
    }

    /// Side by side where a group held both; else through the anchor, which each group measured beside its own.
    private Reading<RatioInterval> ratio(Setup one, Setup other, int comparisons) {
        if (one.equals(sweep.anchor()) || other.equals(sweep.anchor())) {
            int group = one.equals(sweep.anchor()) ? group(other) : group(one);
            return reports.get(group).ratio(keyIn(one, group), keyIn(other, group), comparisons);
        }
        if (group(one) == group(other)) {
            return reports.get(group(one)).ratio(key(one), key(other), comparisons);
        }
        Reading<RatioInterval> first = ratio(one, sweep.anchor(), comparisons);
        Reading<RatioInterval> second = ratio(other, sweep.anchor(), comparisons);
        Optional<RatioInterval> denominator = second.toOptional();
        return denominator.isEmpty() ? second : first.map(r -> r.over(denominator.get()));
    }

    private String keyIn(Setup setup, int group) {
        return setup.equals(sweep.anchor()) ? anchor(group) : key(setup);
    }
}
