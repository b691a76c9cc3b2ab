package dev.lathe.app.gui.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.DirectJobRunner;
import dev.lathe.app.gui.work.FakeEngine;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelViewModelTest {
    private static final Path SAMPLES = Path.of(System.getProperty("lathe.repository", "."), "app", "samples");

    @TempDir
    Path folder = Path.of("");

    private ModelViewModel model(Desk desk) {
        return new ModelViewModel(desk, new ModelViewModel.Sample(SAMPLES.resolve("digits.onnx"),
                SAMPLES.resolve("digits.dataset.json")), List.of());
    }

    @Test
    void opensTheSampleWithItsData() {
        Desk desk = Desk.of(new FakeEngine(folder), new DirectJobRunner());
        ModelViewModel model = model(desk);
        assertThat(model.stage().get()).isEqualTo(Stage.EMPTY);
        model.openSample();
        assertThat(model.stage().get()).isEqualTo(Stage.FULL);
        assertThat(model.facts()).extracting(f -> f.label() + "=" + f.text()).contains("Model=digits.onnx, 991 kB",
                "Input=image float32[batch,1,28,28]", "Output=logits float32[batch,10]");
        assertThat(model.operators().getFirst()).isEqualTo(new ModelViewModel.Count("Conv", 13, 1.0));
        assertThat(desk.choices().data().get()).contains(SAMPLES.resolve("digits.dataset.json"));
        assertThat(model.recent()).containsExactly(SAMPLES.resolve("digits.onnx"));
    }

    @Test
    void forgetsTheDataOfAnotherModelAndPutsTheLatestFirst() throws Exception {
        Desk desk = Desk.of(new FakeEngine(folder), new DirectJobRunner());
        ModelViewModel model = model(desk);
        model.openSample();
        Path copy = Files.copy(SAMPLES.resolve("digits.onnx"), folder.resolve("copy.onnx"));
        model.open(copy);
        assertThat(desk.choices().data().get()).isEmpty();
        assertThat(model.recent()).containsExactly(copy, SAMPLES.resolve("digits.onnx"));
        model.openSample();
        assertThat(model.recent()).containsExactly(SAMPLES.resolve("digits.onnx"), copy);
    }

    @Test
    void aFileThatIsMissingIsSaidWithItsRemedy() {
        Desk desk = Desk.of(new FakeEngine(folder), new DirectJobRunner());
        ModelViewModel model = model(desk);
        model.open(folder.resolve("none.onnx"));
        assertThat(model.stage().get()).isEqualTo(Stage.FAILED);
        assertThat(model.problems()).singleElement().satisfies((Problem p) -> {
            assertThat(p.where()).isEqualTo(folder.resolve("none.onnx").toString());
            assertThat(p.remedy()).isNotEmpty();
        });
        assertThat(desk.choices().model().get()).isEqualTo(Optional.empty());
    }
}
