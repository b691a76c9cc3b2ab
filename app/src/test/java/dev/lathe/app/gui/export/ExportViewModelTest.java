package dev.lathe.app.gui.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.DirectJobRunner;
import dev.lathe.app.gui.work.FakeEngine;
import dev.lathe.app.gui.work.Report;
import dev.lathe.app.gui.work.Stage;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportViewModelTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void previewsTextAndSaysWhatIsNoText() {
        FakeEngine engine = new FakeEngine(folder);
        Desk desk = Desk.of(engine, new DirectJobRunner());
        ExportViewModel model = new ExportViewModel(desk);
        assertThat(model.stage().get()).isEqualTo(Stage.EMPTY);
        desk.report().set(Optional.of(Report.of(engine.result())));
        assertThat(model.stage().get()).isEqualTo(Stage.FULL);
        assertThat(model.files()).extracting(BundleFile::path).containsExactly("README.md", "manifest.json",
                "triton/digits/1/model.onnx", "triton/digits/config.pbtxt");
        model.select(model.files().get(3));
        assertThat(model.preview().get()).isEqualTo("name: \"digits\"\nmax_batch_size: 16\n");
        model.select(model.files().get(2));
        assertThat(model.preview().get()).isEqualTo("Not text: 5 B. It begins with\n\n08 08 00 12 07\n");
    }

    @Test
    void savesAndNamesTheCommandThatDoesTheSame() {
        FakeEngine engine = new FakeEngine(folder);
        Desk desk = Desk.of(engine, new DirectJobRunner());
        ExportViewModel model = new ExportViewModel(desk);
        assertThat(model.command()).isEqualTo("lathe export RUN");
        desk.report().set(Optional.of(Report.of(engine.result())));
        model.folder().set("/deploy/digits");
        model.save();
        assertThat(model.saved().get()).isEqualTo("Saved in /deploy/digits.");
        assertThat(model.command()).isEqualTo("lathe export 20261124-080015-cbc16f --out /deploy/digits");
    }
}
