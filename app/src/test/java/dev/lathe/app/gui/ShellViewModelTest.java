package dev.lathe.app.gui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.gui.model.ModelViewModel;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.DirectJobRunner;
import dev.lathe.app.gui.work.FakeEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellViewModelTest {
    @TempDir
    Path folder = Path.of("");

    private ShellViewModel shell() {
        return new ShellViewModel(Desk.of(new FakeEngine(folder), new DirectJobRunner()),
                new ModelViewModel.Sample(Path.of("sample.onnx"), Path.of("sample.json")),
                new WindowSettings(false, List.of()));
    }

    @Test
    void aModelIsOpenedWhereverItIsDropped() {
        ShellViewModel shell = shell();
        Path model = Windows.sample("digits.onnx");
        for (Screen screen : List.of(Screen.HISTORY, Screen.MACHINE, Screen.MEASURE)) {
            shell.desk().choices().model().set(Optional.empty());
            shell.screen().set(screen);
            shell.drop(List.of(model));
            assertThat(shell.screen().get()).as(screen.title()).isEqualTo(Screen.MODEL);
            assertThat(shell.desk().choices().model().get()).contains(model);
        }
    }

    @Test
    void whereModelsStandSideBySideADroppedOneJoinsThem() {
        ShellViewModel shell = shell();
        shell.drop(List.of(Windows.sample("digits.onnx")));
        shell.screen().set(Screen.MEASURE);
        shell.drop(List.of(Path.of("other.onnx"), Path.of("digits.dataset.json")));
        assertThat(shell.screen().get()).isEqualTo(Screen.MEASURE);
        assertThat(shell.desk().sides().names()).containsExactly("digits", "other");
        assertThat(shell.desk().choices().data().get()).contains(Path.of("digits.dataset.json"));
    }

    @Test
    void aRecipeThatIsDroppedOnVariantsIsOpened() throws IOException {
        ShellViewModel shell = shell();
        shell.screen().set(Screen.VARIANTS);
        Path recipe = Files.writeString(folder.resolve("mine.json"), "{\"name\": \"mine\", \"steps\": []}");
        shell.drop(List.of(recipe));
        assertThat(shell.variantsScreen().form().name().get()).isEqualTo("mine");
        assertThat(shell.desk().choices().data().get()).isEmpty();
    }
}
