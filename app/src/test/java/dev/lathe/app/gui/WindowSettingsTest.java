package dev.lathe.app.gui;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowSettingsTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void remembersTheThemeAndTheModelsThatAreStillThere() throws Exception {
        Path there = Files.createFile(folder.resolve("there.onnx"));
        new WindowSettings(true, List.of(folder.resolve("gone.onnx"), there)).write(folder);
        assertThat(WindowSettings.read(folder)).isEqualTo(new WindowSettings(true, List.of(there)));
    }

    @Test
    void startsAsForTheFirstTimeWhereNothingOrNonsenseIsKept() throws Exception {
        assertThat(WindowSettings.read(folder)).isEqualTo(WindowSettings.first());
        Files.writeString(folder.resolve(WindowSettings.FILE), "{nonsense");
        assertThat(WindowSettings.read(folder)).isEqualTo(WindowSettings.first());
    }
}
