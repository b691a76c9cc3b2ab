package dev.lathe.app.engine;

import dev.lathe.app.engine.LoadLog.Turn;
import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.profile.load.LoadRatios;
import dev.lathe.profile.load.LoadResult;
import dev.lathe.profile.load.Quantiles;
import dev.lathe.profile.load.Scenario;
import dev.lathe.profile.stats.Comparison;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.RatioInterval;
import dev.lathe.profile.stats.Verdict;
import dev.lathe.profile.sweep.Cell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;

/// What cells under one load come to against each other. The first cell is what the others are held against.
final class LoadComparison {
    private final String load;
    private final SequencedMap<Turn, LoadRatios.Side> sides;
    private final LoadRatios.Noise noise;

    private LoadComparison(String load, SequencedMap<Turn, LoadRatios.Side> sides) {
        this.load = load;
        this.sides = sides;
        this.noise = LoadRatios.Noise.pooled(List.copyOf(sides.values()));
    }

    /// What runs: each cell, and the first of each load once more where others are held against it.
    static List<Turn> turns(List<Cell> cells) {
        Map<String, List<Cell>> byLoad = new LinkedHashMap<>();
        cells.forEach(cell -> byLoad.computeIfAbsent(cell.load(), _ -> new ArrayList<>()).add(cell));
        List<Turn> turns = new ArrayList<>();
        cells.forEach(cell -> turns.add(new Turn(cell, false)));
        byLoad.values().stream().filter(group -> group.size() > 1)
                .forEach(group -> turns.add(new Turn(group.getFirst(), true)));
        return turns;
    }

    /// One for each load of which anything was measured.
    ///
    /// @param measured in the order of the cells
    static List<LoadComparison> of(SequencedMap<Turn, LoadRatios.Side> measured) {
        SequencedMap<String, SequencedMap<Turn, LoadRatios.Side>> byLoad = new LinkedHashMap<>();
        measured.forEach((turn, side) -> byLoad.computeIfAbsent(turn.cell().load(), _ -> new LinkedHashMap<>())
                .put(turn, side));
        return byLoad.entrySet().stream().map(e -> new LoadComparison(e.getKey(), e.getValue())).toList();
    }

    /// A cell against the first one; empty where either was not measured, or it is the first.
    ///
    /// @param first the first cell of the load, measured or not
    Optional<LoadRatios> against(Cell first, Cell cell) {
        LoadRatios.Side anchor = sides.get(new Turn(first, false));
        LoadRatios.Side side = sides.get(new Turn(cell, false));
        return cell.equals(first) || anchor == null || side == null
                ? Optional.empty()
                : Optional.of(LoadRatios.of(side, anchor, noise, 1));
    }

    /// The first cell against its own copy, where both were measured.
    Optional<SweepResult.Again> again() {
        return sides.keySet().stream().filter(Turn::again).findFirst().map(Turn::cell)
                .flatMap(cell -> Optional.ofNullable(sides.get(new Turn(cell, false)))
                        .map(anchor -> new SweepResult.Again(load,
                                LoadRatios.of(Objects.requireNonNull(sides.get(new Turn(cell, true))), anchor, noise, 1)
                                        .verdict())));
    }

    /// What to know before believing the ratios.
    List<Problem> caveats() {
        return again().flatMap(it -> it.ratio().toOptional()).filter(r -> r.verdict() != Verdict.NO_DIFFERENCE)
                .map(r -> Problem.warning("copies-differ", load,
                        "the first against its own copy was " + r.words() + ", which cannot be true",
                        "Believe no ratio under this load; repeat it on a quieter machine or with a larger --budget."))
                .stream().toList();
    }

    /// Each against each; empty with fewer than two.
    ///
    /// @param name of a cell
    Optional<Comparison> comparison(Function<Cell, String> name) {
        SequencedMap<String, Double> times = new LinkedHashMap<>();
        Map<String, LoadRatios.Side> byName = new LinkedHashMap<>();
        sides.forEach((turn, side) -> {
            if (!turn.again()) {
                time(side.result()).toOptional().ifPresent(t -> times.put(name.apply(turn.cell()), t));
                byName.put(name.apply(turn.cell()), side);
            }
        });
        return times.size() < 2
                ? Optional.empty()
                : Optional
                        .of(Comparison.of(times, (one, other, comparisons) -> ratio(byName, one, other, comparisons)));
    }

    private Reading<RatioInterval> ratio(Map<String, LoadRatios.Side> byName, String one, String other,
            int comparisons) {
        return LoadRatios.of(Objects.requireNonNull(byName.get(one)), Objects.requireNonNull(byName.get(other)), noise,
                comparisons).verdict();
    }

    /// What orders them: the median response, or where there is none the time an answer takes.
    private static Reading<Double> time(LoadResult result) {
        if (result.plan().scenario() instanceof Scenario.Offline) {
            return result.throughput().map(t -> 1e9 / Math.max(Double.MIN_NORMAL, t.value()));
        }
        return switch (result.response()) {
            case Reading.Known<Quantiles>(var quantiles, _) -> quantiles.p50().map(Estimate::value);
            case Reading.Unknown<Quantiles>(var why) -> Reading.unknown(why);
        };
    }
}
