package dev.lathe.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Over files that stand for the kernel's.
class MemoryGroupTest {
    @TempDir
    Path mount;

    private Path group(String path, String controllers) throws IOException {
        Path folder = Files.createDirectories(mount.resolve(path));
        Files.writeString(folder.resolve("cgroup.subtree_control"), controllers + "\n");
        return folder;
    }

    @Test
    void isMadeWhereMemoryIsHandedDown() throws IOException {
        group("user/app", "");
        Path parent = group("user", "cpu memory");
        MemoryGroup made = MemoryGroup.around(42, mount, "/user/app").orElseThrow();
        assertThat(made.folder()).isEqualTo(parent.resolve("lathe-worker-42"));
        assertThat(made.folder().resolve("cgroup.procs")).hasContent("42");
    }

    @Test
    void isNotMadeWhereItIsNot() throws IOException {
        group("user/app", "cpu");
        group("user", "cpu pids");
        assertThat(MemoryGroup.around(42, mount, "/user/app")).isEmpty();
        assertThat(MemoryGroup.around(42, mount.resolve("missing"), "/")).isEmpty();
    }

    @Test
    void limitsWhatIsAddedToWhatIsThere() throws IOException {
        group("app", "memory");
        MemoryGroup made = MemoryGroup.around(7, mount, "/app").orElseThrow();
        Files.writeString(made.folder().resolve("memory.current"), "1000000\n");
        Files.writeString(made.folder().resolve("memory.swap.max"), "max\n");
        made.limitGrowth(500);
        assertThat(made.folder().resolve("memory.max")).hasContent("1000500");
        assertThat(made.folder().resolve("memory.swap.max")).hasContent("0");
        Files.writeString(made.folder().resolve("memory.events"), "low 0\noom 1\noom_kill 0\n");
        assertThat(made.killed()).isFalse();
        Files.writeString(made.folder().resolve("memory.events"), "low 0\noom 1\noom_kill 2\n");
        assertThat(made.killed()).isTrue();
    }

    @Test
    void readsTheGroupOfVersion2() throws IOException {
        Path self = Files.createDirectories(mount.resolve("self"));
        Files.writeString(self.resolve("cgroup"), "4:memory:/old\n0::/user.slice/app\n");
        assertThat(MemoryGroup.ownGroup(mount)).contains("/user.slice/app");
    }
}
