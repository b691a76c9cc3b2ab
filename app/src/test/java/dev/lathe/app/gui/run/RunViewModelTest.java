package dev.lathe.app.gui.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.DirectJobRunner;
import dev.lathe.app.gui.work.FakeEngine;
import dev.lathe.app.gui.work.Report;
import dev.lathe.app.gui.work.Row;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunViewModelTest {
    @TempDir
    Path folder = Path.of("");
    private FakeEngine engine = new FakeEngine(Path.of(""));
    private Desk desk = Desk.of(engine, new DirectJobRunner());
    private RunViewModel model = new RunViewModel(desk);

    @BeforeEach
    void aModelIsOpen() {
        engine = new FakeEngine(folder);
        desk = Desk.of(engine, new DirectJobRunner());
        model = new RunViewModel(desk);
        desk.choices().model().set(Optional.of(Path.of("/models/digits.onnx")));
    }

    @Test
    void fillsTheTableRowByRowAndMarksTheWinner() {
        List<Integer> sizes = new ArrayList<>();
        model.revision().subscribe(_ -> sizes.add(model.rows().size()));
        model.run();
        assertThat(sizes).startsWith(0).contains(1, 2, 3, 4).isSorted();
        assertThat(model.stage().get()).isEqualTo(Stage.FULL);
        assertThat(model.rows()).extracting(Row::name).containsExactly("original", "clean", "dynamic-int8",
                "static-int8");
        assertThat(model.rows().stream().filter(model::isWinner)).extracting(Row::name).containsExactly("static-int8");
        assertThat(model.headline().get()).isEqualTo("static-int8: the fastest that holds the accuracy budget.");
        assertThat(model.chosen().map(Row::verdict)).contains("winner; 2.67x faster [2.59, 2.74]");
        assertThat(model.basis())
                .contains("Scored on digits, 1000 labelled samples, 200 others calibrate; accuracy budget"
                        + " 1.00 points.", "The original against itself: 0.99x [0.96, 1.02].");
    }

    @Test
    void drawsEveryVariantAndLeavesTheSecondCopyOfTheOriginalOut() {
        model.run();
        assertThat(model.timelines()).extracting(p -> p.name()).containsExactly("original", "clean", "dynamic-int8",
                "static-int8");
        assertThat(model.timelines()).allSatisfy(p -> assertThat(p.size()).isBetween(100, 2_000));
        assertThat(model.percentiles()).hasSize(4);
        assertThat(model.throughput()).hasSize(4).allSatisfy(w -> assertThat(w.points()).hasSize(3));
        assertThat(model.candidates()).hasSize(4);
    }

    @Test
    void keepsWhatACancelledRunHasMade() {
        engine.holding(FakeEngine.Hold.AFTER_SCORING);
        desk.jobs().step().subscribe(step -> {
            if (step.startsWith("scoring static-int8")) {
                desk.jobs().cancel();
            }
        });
        model.run();
        assertThat(desk.jobs().running().get()).isFalse();
        assertThat(model.stage().get()).isEqualTo(Stage.FULL);
        assertThat(model.rows()).hasSize(3);
        assertThat(model.headline().get()).isEqualTo("Cancelled. What was measured is kept; Run continues from there.");
        assertThat(model.problems()).isEmpty();
        assertThat(desk.report().get()).isEmpty();
    }

    @Test
    void saysWhyItFailedAndRunsAgain() {
        Problem died = Problem.error("worker-died", "clean", "the worker ended with status 139", "Run again.");
        engine.failing(died);
        model.run();
        assertThat(model.stage().get()).isEqualTo(Stage.FAILED);
        assertThat(model.problems()).containsExactly(died);
        assertThat(desk.jobs().notices()).containsExactly(died);
        assertThat(desk.jobs().step().get()).isEqualTo("Running digits.onnx: failed");
    }

    @Test
    void tellsEveryChoiceThatIsNoNumber() {
        desk.choices().sloMs().set("fast");
        desk.choices().maxDrop().set("-1");
        model.run();
        assertThat(desk.jobs().notices()).extracting(Problem::sentence).containsExactly(
                "SLO p99: 'fast' is no number above 0. Correct it on the Model screen.",
                "Accuracy budget: '-1' is no number of 0 or more. Correct it on the Model screen.");
        assertThat(engine.asked()).isEmpty();
    }

    @Test
    void reopensARunWithItsCharts() {
        Report report = Report.of(engine.result());
        model.reopen(report, engine.blocks(report.run()));
        assertThat(model.stage().get()).isEqualTo(Stage.FULL);
        assertThat(desk.report().get()).contains(report);
        assertThat(model.timelines()).hasSize(4);
    }

    @Test
    void verdictsAreBriefInTheTableAndWholeInTheWhy() {
        model.run();
        Row winner = model.rows().getLast();
        assertThat(Cells.brief(winner)).isEqualTo("winner; 2.67x faster");
        assertThat(Why.of(winner)).first().isEqualTo("Winner; 2.67x faster [2.59, 2.74].");
        assertThat(Why.of(winner)).anySatisfy(l -> assertThat(l).startsWith("Median 0.1207 ms [").contains(", n = "))
                .anySatisfy(l -> assertThat(l).startsWith("Items a second: ").contains("at batch 16"))
                .anySatisfy(l -> assertThat(l).startsWith("Cost of a million: ").contains("projected"));
        assertThat(Cells.brief(model.rows().get(1))).isEqualTo("no difference shown");
        Row reasoned = new Row("dynamic-int8", OptionalLong.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(), "no difference shown (0.99 to 1.02): left in float: 13 Conv; 2 precision changes",
                "");
        assertThat(Cells.brief(reasoned)).isEqualTo("no difference shown");
        assertThat(Why.of(reasoned)).first().asString().contains("left in float: 13 Conv; 2 precision changes");
    }

    @Test
    void sortsRowsWithoutAValueLastWhicheverWayItGoes() {
        model.run();
        Row without = new Row("unmeasured", OptionalLong.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
                "",
                "it failed.");
        List<Row> rows = new ArrayList<>(model.rows());
        rows.addFirst(without);
        Cells median = Cells.columns().stream().filter(c -> c.header().startsWith("median")).findFirst().orElseThrow();
        assertThat(rows.stream().sorted(median.comparator(false)).map(Row::name)).startsWith("static-int8")
                .endsWith("unmeasured");
        assertThat(rows.stream().sorted(median.comparator(true)).map(Row::name)).endsWith("static-int8", "unmeasured");
        assertThat(Why.of(without)).containsExactly("Failed: it failed.");
    }

    @Test
    void copiesTheTableAsMarkdown() {
        model.run();
        String[] lines = Cells.markdown(model.rows()).split("\n", -1);
        assertThat(lines[0]).startsWith("| variant | MB | score | drop, pt |");
        assertThat(lines[1]).startsWith("| --- | ---: | ---: |").endsWith("| --- |");
        assertThat(lines[5]).startsWith("| static-int8 |").endsWith("| winner; 2.67x faster [2.59, 2.74] |");
    }

    @Test
    void copiesTheTableWithItsHeaders() {
        model.run();
        String[] lines = Cells.tsv(model.rows()).split("\n", -1);
        assertThat(lines[0]).startsWith("variant\tMB\tscore\tdrop, pt\tmedian, ms\tp99, ms\tvs original, x");
        assertThat(lines[1]).startsWith("original\t0.991\t0.992 ±0.006\t–\t0.32 ±0.01\t60.6\t1\t");
        assertThat(lines[4]).contains("\t0.38 [0.36, 0.39]\t").endsWith("\twinner; 2.67x faster [2.59, 2.74]");
    }
}
