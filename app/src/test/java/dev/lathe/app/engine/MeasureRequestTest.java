package dev.lathe.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.hardware.CpuSet;
import dev.lathe.hardware.Host;
import dev.lathe.profile.Confinement;
import dev.lathe.profile.Pace;
import dev.lathe.profile.load.LoadRun;
import dev.lathe.profile.load.QueryLog;
import dev.lathe.profile.load.RateTrial;
import dev.lathe.profile.load.Scenario;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Interval;
import dev.lathe.profile.sweep.Cell;
import dev.lathe.profile.sweep.Grid;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasureRequestTest {
    @TempDir
    Path folder;

    private static MeasureRequest request(List<Integer> threads, List<Integer> instances, Confinement confinement,
            Scenario... scenarios) {
        Grid grid = new Grid(List.of("a"), Grid.Options.threads(threads).settings(), instances, List.of(1, 4),
                List.of(scenarios));
        return MeasureRequest.whole(List.of(Path.of("a.onnx")), Optional.empty(), grid, confinement, 1);
    }

    @Test
    void modelsOfOneNameAreToldApart() {
        assertThat(MeasureRequest.names(List.of(Path.of("x/a.onnx"), Path.of("y/a.onnx"), Path.of("b.onnx"))))
                .containsExactly("a", "a (2)", "b");
    }

    @Test
    void moreThreadsThanCpusIsAWarningAndNoRefusal() {
        List<Problem> problems = request(List.of(1, 4), List.of(2), Confinement.NONE, new Scenario.SingleStream())
                .check(Host.local(), 2);
        assertThat(problems).extracting(Problem::sentence).containsExactly(
                "8 threads share 2 CPUs, so they wait for one another. Read these cells as what happens when a machine is"
                        + " crowded, or choose fewer --threads or --instances.");
        assertThat(request(List.of(2), List.of(1), Confinement.NONE, new Scenario.SingleStream())
                .check(Host.local(), 2)).isEmpty();
    }

    @Test
    void threadsAreCountedAgainstTheCpusTheyAreHeldTo() {
        CpuSet one = CpuSet.allowed(Host.local()).toOptional()
                .orElse(new CpuSet(new TreeSet<>(List.of(0))));
        CpuSet first = new CpuSet(new TreeSet<>(List.of(one.cpus().first())));
        assertThat(request(List.of(2), List.of(1), new Confinement(Optional.of(first), OptionalLong.empty()),
                new Scenario.SingleStream()).check(Host.local(), 64)).extracting(Problem::what)
                .anyMatch(what -> what.startsWith("2 threads share 1 CPU"));
    }

    @Test
    void offlineBringsItsOwnBatchAndTheOthersTakeTheGrids() {
        MeasureRequest request = request(List.of(1), List.of(1), Confinement.NONE, new Scenario.Offline(16),
                Scenario.Concurrency.synchronous(8));
        assertThat(request.cells()).extracting(Cell::load)
                .containsExactly("offline:16", "concurrency:8", "concurrency:8, batches up to 4");
        assertThatThrownBy(() -> request.only(List.of())).hasMessage("no cell is chosen");
    }

    @Test
    void keepsRunsAndTrialsUnderLoad() {
        Cell cell = request(List.of(1), List.of(1), Confinement.NONE, Scenario.Concurrency.synchronous(8)).cells()
                .getFirst();
        LoadLog log = new LoadLog(folder.resolve("run"));
        LoadLog.Turn turn = new LoadLog.Turn(cell, false);
        assertThat(log.run(turn, 0)).isEmpty();
        assertThat(log.trials(cell)).isEmpty();
        QueryLog queries = QueryLog.allocate(4, Arena.ofAuto());
        queries.done(queries.add(5, 6), 7, 9, 1, 0);
        log.keep(turn, 0, new LoadRun(0, queries, new LoadRun.Generator(1, 2, 3, 4, 5, false)));
        assertThat(log.run(turn, 0)).hasValueSatisfying(run -> {
            assertThat(run.queries().responseNs(0)).isEqualTo(4);
            assertThat(run.generator().samples()).isEqualTo(5);
        });
        assertThat(log.run(turn, 1)).isEmpty();
        RateTrial trial = new RateTrial(100, RateTrial.Verdict.MEETS,
                Reading.known(new Estimate(5, new Interval(4, 6), 7), "test"), Reading.unknown("test"), 8, 9);
        log.keep(cell, List.of(trial));
        assertThat(log.trials(cell)).singleElement().satisfies(kept -> {
            assertThat(kept.ratePerSecond()).isEqualTo(100);
            assertThat(kept.verdict()).isEqualTo(RateTrial.Verdict.MEETS);
            assertThat(kept.percentileNs().toOptional()).contains(new Estimate(5, new Interval(4, 6), 7));
        });
    }

    @Test
    void aPaceIsHeldAgainstEarlierOnes() {
        EarlierPaces earlier = EarlierPaces.of(folder.resolve("cache"), "abc");
        assertThat(earlier.note(new Pace(100, 500, 80, 1.0))).isEmpty();
        assertThat(earlier.note(new Pace(200, 500, 80, 1.0))).extracting(Problem::code)
                .containsExactly("slower-than-before");
        assertThat(earlier.note(new Pace(100, 500, 80, 1.0))).isEmpty();
    }
}
