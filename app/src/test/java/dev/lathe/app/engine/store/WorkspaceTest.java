package dev.lathe.app.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
    private static final Path HOME = Path.of("home", "ada").toAbsolutePath();

    @TempDir
    Path folder;

    @Test
    void liesInTheDataFolderOfThePlatform() {
        Path data = folder.toAbsolutePath();
        assertThat(Workspace.standardRoot("Linux", Map.of("XDG_DATA_HOME", data.toString()), HOME))
                .isEqualTo(data.resolve("lathe"));
        assertThat(Workspace.standardRoot("Linux", Map.of(), HOME)).isEqualTo(HOME.resolve(".local/share/lathe"));
        assertThat(Workspace.standardRoot("Linux", Map.of("XDG_DATA_HOME", "relative"), HOME))
                .isEqualTo(HOME.resolve(".local/share/lathe"));
        assertThat(Workspace.standardRoot("Mac OS X", Map.of(), HOME))
                .isEqualTo(HOME.resolve("Library/Application Support/Lathe"));
        assertThat(Workspace.standardRoot("Windows 11", Map.of("LOCALAPPDATA", data.toString()), HOME))
                .isEqualTo(data.resolve("Lathe"));
        assertThat(Workspace.standardRoot("Windows 11", Map.of(), HOME)).isEqualTo(HOME.resolve("AppData/Local/Lathe"));
    }

    @Test
    void isMadeOnDemand() {
        Workspace workspace = new Workspace(folder.resolve("new/one"));
        assertThat(workspace.root()).doesNotExist();
        workspace.prepare();
        assertThat(workspace.variants()).isDirectory();
        assertThat(workspace.runs()).isDirectory();
        assertThat(workspace.cache()).isDirectory();
    }

    @Test
    void namesAFileThatStandsInItsPlace() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine").toAbsolutePath();
        assertThatThrownBy(() -> RunStore.open(new Workspace(file))).isInstanceOf(ProblemException.class)
                .hasMessageStartingWith(file + ": the workspace cannot be written (").hasMessageContaining("file")
                .hasMessageEndingWith("). Choose a folder you can write with --workspace.");
        assertThat(file).hasContent("mine");
    }

    @Test
    void namesAFolderThatCannotBeWritten() throws IOException {
        Path locked = Files.createDirectory(folder.resolve("locked")).toAbsolutePath();
        assumeFalse(!locked.toFile().setWritable(false) || Files.isWritable(locked), "this user may write everywhere");
        assertThatThrownBy(() -> RunStore.open(new Workspace(locked))).isInstanceOf(ProblemException.class).hasMessage(
                locked + ": the workspace cannot be written (permission denied). Choose a folder you can write with --workspace.");
    }

    @Test
    void refusesAFileOutsideOfIt() {
        Workspace workspace = new Workspace(folder);
        assertThat(workspace.relative(Path.of("variants/a.onnx"))).isEqualTo("variants/a.onnx");
        assertThatThrownBy(() -> workspace.relative(Path.of("../a.onnx"))).isInstanceOf(IllegalArgumentException.class);
    }
}
