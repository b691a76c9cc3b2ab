package dev.lathe.app.gui.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.DirectJobRunner;
import dev.lathe.app.gui.work.FakeEngine;
import dev.lathe.app.gui.work.Report;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.profile.Block;
import dev.lathe.profile.sweep.Cell;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MeasureViewModelTest {
    @TempDir
    Path folder = Path.of("");

    private MeasureViewModel model = new MeasureViewModel(
            Desk.of(new FakeEngine(Path.of("")), new DirectJobRunner()));

    @BeforeEach
    void open() {
        Desk desk = Desk.of(new FakeEngine(folder), new DirectJobRunner());
        model = new MeasureViewModel(desk);
        desk.choices().model().set(Optional.of(Path.of("models/digits.onnx")));
        model.form().threads().set("1");
    }

    private Cell cell(int setup, int batch) {
        return new Cell(List.copyOf(model.setups().values()).get(setup), batch);
    }

    @Test
    void nothingIsToMeasureWithoutAModel() {
        model.desk().choices().model().set(Optional.empty());
        assertThat(model.stage().get()).isEqualTo(Stage.EMPTY);
        assertThat(model.canRun()).isFalse();
    }

    @Test
    void everyModelAtEveryBatchIsACellAndTheTimeIsSaidBefore() {
        model.desk().sides().add(List.of(Path.of("models/small.onnx"), Path.of("models/digits.onnx")));
        assertThat(model.setups().keySet()).containsExactly("digits", "small");
        assertThat(model.promise()).isEqualTo("Run 6 cells · at most 1 min 6 s");
        model.tick(List.of(cell(1, 16), cell(1, 4)), false);
        assertThat(model.promise()).isEqualTo("Run 4 cells · at most 1 min 4 s");
        model.desk().sides().remove("small");
        assertThat(model.promise()).isEqualTo("Run 3 cells · at most 1 min 3 s");
    }

    @Test
    void cellsFillAndOneThatFailsSaysWhy() {
        model.run();
        assertThat(model.stage().get()).isEqualTo(Stage.FULL);
        assertThat(model.state(cell(0, 4))).isInstanceOfSatisfying(CellState.Done.class, done -> {
            assertThat(done.medianNs().value()).isEqualTo(300_000 * Math.pow(4, 0.8));
            assertThat(done.facts()).contains(new CellState.Fact("p99", "n too small (needs 662)"),
                    new CellState.Fact("Energy", "no readable power counter"));
            assertThat(done.facts().getFirst().value()).isEqualTo("0.9094 ms [0.8912, 0.9276], n = 300");
        });
        assertThat(model.state(cell(0, 16))).isEqualTo(
                new CellState.Failed("the worker process ended with status 139 (segmentation fault) at measure"));
        assertThat(model.caveats()).singleElement().satisfies(c -> assertThat(c.code()).isEqualTo("other-load"));
        assertThat(model.throughput()).singleElement().satisfies(w -> assertThat(w.points()).hasSize(2));
        assertThat(model.charts().shown().timelines()).hasSize(1);
    }

    @Test
    void queriesOfTheChosenBatchAreDrawn() {
        model.run();
        assertThat(model.charts().batches()).containsExactly(1, 4);
        double single = model.charts().shown().timelines().getFirst().y()[0];
        model.charts().batch().set(Optional.of(4));
        assertThat(model.charts().shown().timelines().getFirst().y()[0]).isGreaterThan(2 * single);
    }

    @Test
    void columnsMayBeClients() {
        model.form().byClients().set(true);
        model.form().clients().set("8,2");
        assertThat(model.columns()).extracting(GridForm.Column::words).containsExactly("2 clients", "8 clients");
        model.run();
        assertThat(model.state(model.columns().getFirst().cell(model.setups().firstEntry().getValue())))
                .isInstanceOfSatisfying(CellState.Done.class, done -> assertThat(done.facts())
                        .contains(new CellState.Fact("Queries", "1200 answered, 0 turned away, batches of 1.0")));
        assertThat(model.command()).isEqualTo("lathe measure models/digits.onnx --scenario concurrency:8,concurrency:2"
                + " --batch 1 --threads 1 --instances 1 --budget 60s");
    }

    @Test
    void everyTargetHasItsRows() {
        model.form().target("cuda", true);
        assertThat(model.setups().keySet()).containsExactly("digits, 1 thread", "digits, cuda, 1 thread");
        assertThat(model.command()).contains(" --target cpu,cuda ");
        model.form().target("cpu", false);
        model.form().target("cuda", false);
        assertThat(model.form().targets()).containsExactly("cpu");
    }

    @Test
    void theBestOfAllIsMarked() {
        model.desk().sides().add(List.of(Path.of("models/small.onnx")));
        assertThat(model.best()).isEmpty();
        model.run();
        assertThat(model.best()).contains(cell(1, 4));
    }

    @Test
    void variantsOfARunComeIntoTheGridByTheirNames() {
        model.desk().report().set(Optional.of(Report.of(new FakeEngine(folder).result())));
        assertThat(model.setups().keySet()).containsExactly("digits");
        model.desk().choices().model().set(Optional.of(model.desk().report().get().orElseThrow().model()));
        model.desk().report().set(Optional.empty());
        model.desk().report().set(Optional.of(Report.of(new FakeEngine(folder).result())));
        assertThat(model.setups().keySet()).containsExactly("digits", "clean", "dynamic-int8", "static-int8");
    }

    @Test
    void aProfileShowsWhatHoldsOperatorsBack() {
        model.profile("digits");
        assertThat(model.profiling().bars()).extracting(b -> b.label()).startsWith("Conv", "Relu");
        assertThat(model.profiling().roofs()).isNotEmpty();
    }

    @Test
    void whatIsLeftOutIsNotMeasured() {
        model.tick(List.of(cell(0, 4)), false);
        model.run();
        assertThat(model.state(cell(0, 4))).isEqualTo(new CellState.Open());
        assertThat(model.state(cell(0, 1))).isInstanceOf(CellState.Done.class);
    }

    @Test
    void aRunOfTheHistoryIsReadInItsGridAndCannotBeChanged() {
        JsonNode result = new JsonMapper().readTree(
                """
                        {"event":"result","cells":[
                        {"name":"digits","cell":{"variant":"digits","batch":1,"instances":1,"threads":2,"scenario":"single-stream"},
                        "latency":{"medianNs":178000,"lowNs":176000,"highNs":180000,"n":400},
                        "throughput":{"perSecond":5600,"low":5500,"high":5700,"n":400}},
                        {"name":"small","cell":{"variant":"small","batch":8,"instances":1,"threads":2},"failed":"the worker died"}],
                        "caveats":[{"code":"other-load","what":"other programs used 41 % of the CPU"}]}""");
        Block block = new Block(new Block.Key("digits", 0, 1, 0), new long[]{170_000, 180_000, 190_000}, 1, 1,
                Instant.EPOCH);
        assertThat(model.reopen("20261124-090000-abcdef", result, List.of(block))).isTrue();
        assertThat(model.setups().keySet()).containsExactly("digits", "small");
        assertThat(model.columns()).extracting(c -> c.words()).containsExactly("batch 1", "batch 8");
        List<Cell> cells = model.grid().get().orElseThrow().cells();
        assertThat(model.state(cells.getFirst())).isInstanceOfSatisfying(CellState.Done.class,
                done -> assertThat(done.facts().getFirst().value()).isEqualTo("0.1780 ms [0.1760, 0.1800], n = 400"));
        assertThat(model.state(cells.getLast())).isEqualTo(new CellState.Failed("the worker died"));
        // one that was left out is not taken for one to measure
        assertThat(model.isTicked(cells.get(1))).isFalse();
        assertThat(model.charts().shown().timelines()).singleElement()
                .satisfies(p -> assertThat(p.name()).isEqualTo("digits"));
        assertThat(model.caveats()).hasSize(1);
        assertThat(model.canRun()).isFalse();
        assertThat(model.command()).isEqualTo("lathe history show 20261124-090000-abcdef");
        model.desk().sides().add(List.of(Path.of("models/other.onnx")));
        assertThat(model.setups().keySet()).containsExactly("digits", "small");
        model.back();
        assertThat(model.setups().keySet()).containsExactly("digits", "other");
        assertThat(model.canRun()).isTrue();
        assertThat(model.caveats()).isEmpty();
    }

    @Test
    void aResultWithoutCellsIsNoGrid() {
        assertThat(model.reopen("20261124-090000-abcdef", new JsonMapper().createObjectNode(), List.of())).isFalse();
        assertThat(model.reopened().get()).isEmpty();
        assertThat(model.canRun()).isTrue();
    }

    @Test
    void whatIsTypedWrongIsSaidAndNothingRuns() {
        model.form().batches().set("1,x");
        assertThat(model.form().trouble().get()).isEqualTo("Batch sizes: 'x' is no whole number above 0");
        assertThat(model.canRun()).isFalse();
        model.form().batches().set("1");
        model.form().budgetS().set("0");
        assertThat(model.form().trouble().get()).isEqualTo("Time: give it in seconds, such as 60");
    }

    @Test
    void theCommandLineDoesTheSame() {
        model.desk().sides().add(List.of(Path.of("models/my net.onnx")));
        model.form().instances().set("1, 2");
        assertThat(model.command()).isEqualTo(
                "lathe measure models/digits.onnx 'models/my net.onnx' --batch 1,4,16 --threads 1 --instances 1,2"
                        + " --budget 60s");
    }
}
