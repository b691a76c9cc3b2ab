package dev.lathe.app.gui.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.chart.ConfusionMap;
import dev.lathe.app.gui.accuracy.AccuracyViewModel.Show;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.DirectJobRunner;
import dev.lathe.app.gui.work.FakeEngine;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccuracyViewModelTest {
    @TempDir
    Path folder = Path.of("");

    private AccuracyViewModel model(String... files) {
        Desk desk = Desk.of(new FakeEngine(folder), new DirectJobRunner());
        desk.choices().model().set(Optional.of(Path.of("digits.onnx")));
        desk.choices().data().set(Optional.of(Path.of("digits.dataset.json")));
        desk.sides().add(List.of(files).stream().map(Path::of).toList());
        return new AccuracyViewModel(desk);
    }

    @Test
    void withoutDataNothingIsScored() {
        AccuracyViewModel model = model("small.onnx");
        model.desk().choices().data().set(Optional.empty());
        assertThat(model.canRun()).isFalse();
        model.run();
        assertThat(model.stage().get()).isEqualTo(Stage.EMPTY);
    }

    @Test
    void showsFirstWhereAVariantAndTheOriginalDisagree() {
        AccuracyViewModel model = model("small.onnx");
        assertThat(model.promise()).isEqualTo("Score 2 models on digits.dataset.json");
        model.run();
        assertThat(model.stage().get()).isEqualTo(Stage.FULL);
        assertThat(model.variant().get()).isEqualTo("small");
        assertThat(model.show().get()).isEqualTo(Show.DIFFERENT);
        // mistaken by the first: 3, 28, ... every 25th; by the other: 3, 22, 41, ... every 19th
        assertThat(model.count(Show.WRONG)).isEqualTo(11);
        assertThat(model.samples()).contains(22, 28).doesNotContain(3, 0);
        assertThat(model.selected().get()).contains(22);
    }

    @Test
    void allSamplesComeInPages() {
        AccuracyViewModel model = model();
        model.run();
        model.show().set(Show.ALL);
        assertThat(model.samples()).hasSize(AccuracyViewModel.PAGE);
        assertThat(model.more()).isEqualTo(200 - AccuracyViewModel.PAGE);
        model.showMore();
        assertThat(model.samples()).hasSize(2 * AccuracyViewModel.PAGE);
    }

    @Test
    void aFieldOfTheMatrixShowsItsSamples() {
        AccuracyViewModel model = model();
        model.run();
        ConfusionMap.Matrix matrix = model.matrix().orElseThrow();
        // sample 3 is of class 1 and taken for 2
        assertThat(matrix.count(1, 2)).isPositive();
        model.field().set(Optional.of(new ConfusionMap.Place(1, 2)));
        assertThat(model.samples()).hasSize(matrix.count(1, 2)).contains(3);
        model.field().set(Optional.empty());
        assertThat(model.samples()).hasSize(model.count(model.show().get()));
    }

    @Test
    void samplesAreLookedAtOnce() {
        AccuracyViewModel model = model();
        model.run();
        assertThat(model.sight(3)).isEmpty();
        model.look(List.of(3, 28));
        assertThat(model.sight(3)).hasValueSatisfying(s -> assertThat(s.picture()).isPresent());
        assertThat(model.sight(4)).isEmpty();
    }

    @Test
    void aModelThatCannotBeRunIsMarkedAndTheOthersStay() {
        AccuracyViewModel model = model("broken.onnx");
        model.run();
        assertThat(model.variant().get()).isEqualTo("digits");
        List<ScoreRow> rows = model.answers().get().orElseThrow().models().stream().map(ScoreRow::of).toList();
        assertThat(rows.getFirst().score()).isEqualTo("0.9600");
        assertThat(rows.getFirst().verdict()).isEqualTo("the reference, n = 200");
        assertThat(rows.getLast().failed()).isTrue();
        assertThat(rows.getLast().why())
                .isEqualTo("broken: the worker ended with status 139 while it scored. Leave it out.");
    }

    @Test
    void otherDataForgetsWhatWasScored() {
        AccuracyViewModel model = model();
        model.run();
        model.desk().choices().data().set(Optional.of(Path.of("other.json")));
        assertThat(model.stage().get()).isEqualTo(Stage.EMPTY);
        assertThat(model.answers().get()).isEmpty();
    }

    @Test
    void aFailureSaysWhyAndLeadsBack() {
        Desk desk = Desk.of(new FakeEngine(folder).failing(Problem.error("dataset-missing", "digits.dataset.json",
                "there is no such file", "Choose another.")), new DirectJobRunner());
        desk.choices().model().set(Optional.of(Path.of("digits.onnx")));
        desk.choices().data().set(Optional.of(Path.of("digits.dataset.json")));
        AccuracyViewModel model = new AccuracyViewModel(desk);
        model.run();
        assertThat(model.stage().get()).isEqualTo(Stage.FAILED);
        assertThat(model.problems()).singleElement().satisfies(
                p -> assertThat(p.sentence()).isEqualTo("digits.dataset.json: there is no such file. Choose another."));
        model.back();
        assertThat(model.stage().get()).isEqualTo(Stage.EMPTY);
    }

    @Test
    void theCommandLinesDoTheSame() {
        assertThat(model("my net.onnx").command()).isEqualTo("lathe evaluate digits.onnx --data digits.dataset.json; "
                + "lathe evaluate 'my net.onnx' --data digits.dataset.json --against digits.onnx");
    }
}
