package dev.lathe.app.gui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.engine.Answers;
import dev.lathe.app.engine.Workbench;
import dev.lathe.app.engine.store.Run;
import dev.lathe.app.engine.store.Workspace;
import dev.lathe.app.gui.accuracy.AccuracyViewModel;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.app.gui.work.WorkbenchEngine;
import dev.lathe.hardware.Host;
import dev.lathe.serving.PriceCatalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javafx.scene.control.TableView;
import javafx.scene.image.ImageView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Accuracy screen over the real engine, with real workers.
class AccuracyWindowTest {
    @TempDir
    Path workspace = Path.of("");

    @Test
    void scoresTheSampleAndShowsWhatItMistakes() throws Exception {
        Workbench workbench = new Workbench(new Workspace(workspace), Host.local(), PriceCatalogue.builtIn());
        try (Windows window = new Windows(new WorkbenchEngine(workbench), false, 1000, 760, true)) {
            Windows.on(() -> {
                window.model().modelScreen().openSample();
                return true;
            });
            window.until(() -> window.model().modelScreen().stage().get() == Stage.FULL);
            Path twin = Files.copy(Windows.sample("digits.onnx"), workspace.resolve("twin.onnx"));
            Windows.on(() -> {
                window.model().desk().sides().add(List.of(twin));
                return true;
            });
            window.go(Screen.ACCURACY);
            window.robot().clickOn("#score");
            AccuracyViewModel model = window.model().accuracyScreen();
            window.until(() -> model.stage().get() != Stage.WORKING && !model.desk().jobs().running().get());
            assertThat(model.problems()).isEmpty();
            Answers answers = model.answers().get().orElseThrow();
            assertThat(answers.models()).extracting(Answers.OfModel::name).containsExactly("digits", "twin");
            assertThat(answers.models().getFirst().scored().orElseThrow().main().value()).isGreaterThan(0.95);
            assertThat(answers.models().getLast().answers()).isEqualTo(answers.models().getFirst().answers());
            assertThat(((TableView<?>) window.scene().lookup("#scores")).getItems()).hasSize(2);
            assertThat(model.count(AccuracyViewModel.Show.DIFFERENT)).isZero();
            assertThat(model.samples()).hasSize(model.count(AccuracyViewModel.Show.WRONG)).isNotEmpty();
            int wrong = model.samples().getFirst();
            window.until(() -> model.sight(wrong).flatMap(s -> s.picture()).isPresent());
            window.robot().clickOn("#sample-" + wrong);
            assertThat(model.selected().get()).isEqualTo(Optional.of(wrong));
            assertThat(window.scene().lookup("#sample-detail").lookup(".image-view")).isInstanceOf(ImageView.class);
            window.robot().clickOn("#show-all");
            assertThat(model.samples()).hasSize(AccuracyViewModel.PAGE);
            assertThat(workbench.store().runs()).extracting(r -> r.request().kind()).containsExactly("evaluate",
                    "evaluate");
            assertThat(workbench.store().runs()).extracting(Run::resultJson).allMatch(Optional::isPresent);
        }
    }
}
