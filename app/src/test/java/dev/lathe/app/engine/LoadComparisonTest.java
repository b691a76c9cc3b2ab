package dev.lathe.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.engine.LoadLog.Turn;
import dev.lathe.base.Problem;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.load.LoadPlan;
import dev.lathe.profile.load.LoadRatios;
import dev.lathe.profile.load.LoadResult;
import dev.lathe.profile.load.LoadRun;
import dev.lathe.profile.load.QueryLog;
import dev.lathe.profile.load.Scenario;
import dev.lathe.profile.stats.Comparison;
import dev.lathe.profile.stats.Verdict;
import dev.lathe.profile.sweep.Cell;
import dev.lathe.profile.sweep.Grid;
import dev.lathe.serving.queue.Batching;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class LoadComparisonTest {
    private static final long MS = 1_000_000;
    private static final Scenario TWO_CLIENTS = Scenario.Concurrency.synchronous(2);
    private static final List<Cell> CELLS = new Grid(List.of("one", "other", "third"),
            List.of(SessionSettings.threads(1)),
            List.of(1), List.of(1), List.of(TWO_CLIENTS, new Scenario.Offline(4))).cells();

    private static List<Cell> clients() {
        return CELLS.stream().filter(c -> c.scenario().equals(TWO_CLIENTS)).toList();
    }

    /// Two forks of 400 answers, every hundredth of them late.
    private static LoadRatios.Side answering(long... responseNs) {
        LoadPlan plan = new LoadPlan(TWO_CLIENTS, Batching.SINGLE, 1, 1000 * MS, 0, 0, 1000, 1);
        List<LoadRun> runs = new ArrayList<>();
        for (int fork = 0; fork < responseNs.length; fork++) {
            QueryLog log = QueryLog.allocate(1000, Arena.ofAuto());
            for (int i = 0; i < 400; i++) {
                int query = log.add(2L * i * MS, 2L * i * MS);
                long answer = responseNs[fork] + i % 7 * 1000L + (i % 100 == 0 ? MS : 0);
                log.done(query, 2L * i * MS, 2L * i * MS + answer, 1, 0);
            }
            runs.add(new LoadRun(fork, log, new LoadRun.Generator(1000 * MS, 0, 0, 0, 16, true)));
        }
        return new LoadRatios.Side(LoadResult.of(plan, runs), runs);
    }

    private static LoadComparison comparison(LoadRatios.Side copy) {
        SequencedMap<Turn, LoadRatios.Side> sides = new LinkedHashMap<>();
        sides.put(new Turn(clients().get(0), false), answering(MS, MS));
        sides.put(new Turn(clients().get(1), false), answering(MS / 2, MS / 2));
        sides.put(new Turn(clients().get(2), false), answering(MS / 2, MS / 2));
        sides.put(new Turn(clients().get(0), true), copy);
        assertThat(LoadComparison.of(sides)).hasSize(1);
        return LoadComparison.of(sides).getFirst();
    }

    @Test
    void theFirstOfEachLoadRunsOnceMore() {
        List<Turn> turns = LoadComparison.turns(CELLS);
        assertThat(turns).hasSize(8);
        assertThat(turns.stream().filter(Turn::again).map(t -> t.cell().setup().variant())).containsExactly("one",
                "one");
        assertThat(LoadComparison.turns(List.of(CELLS.getFirst()))).hasSize(1);
    }

    @Test
    void eachTwoForksRunAnOrderAndItsReverse() {
        List<Integer> turns = List.of(1, 2, 3, 4, 5);
        assertThat(LoadCells.order(turns, 1, 7)).isEqualTo(LoadCells.order(turns, 0, 7).reversed());
        assertThat(LoadCells.order(turns, 3, 7)).isEqualTo(LoadCells.order(turns, 2, 7).reversed())
                .isNotEqualTo(LoadCells.order(turns, 1, 7));
    }

    @Test
    void tellsWhoIsFasterAndWhoCannotBeToldApart() {
        LoadComparison found = comparison(answering(MS, MS));
        Comparison each = found.comparison(cell -> cell.setup().variant()).orElseThrow();
        assertThat(each.alike()).containsExactly(List.of("other", "third"));
        assertThat(found.against(clients().get(0), clients().get(1)).orElseThrow().verdict().toOptional().orElseThrow()
                .verdict()).isEqualTo(Verdict.FASTER);
        assertThat(found.against(clients().get(0), clients().get(0))).isEmpty();
        assertThat(found.again().orElseThrow().ratio().toOptional().orElseThrow().verdict())
                .isEqualTo(Verdict.NO_DIFFERENCE);
        assertThat(found.caveats()).isEmpty();
    }

    @Test
    void aCopyThatDiffersIsACaveat() {
        assertThat(comparison(answering(2 * MS, 2 * MS)).caveats()).extracting(Problem::sentence).singleElement()
                .asString().startsWith("concurrency:2: the first against its own copy was 2.00x slower [")
                .endsWith("], which cannot be true. Believe no ratio under this load; repeat it on a"
                        + " quieter machine or with a larger --budget.");
    }

    @Test
    void runsThatDifferTooMuchSayNothing() {
        LoadComparison found = comparison(answering(MS, 3 * MS));
        assertThat(found.again().orElseThrow().ratio().toOptional().map(r -> r.verdict()))
                .contains(Verdict.NO_DIFFERENCE);
    }
}
