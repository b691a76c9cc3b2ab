package dev.lathe.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Reading;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class HostTest {
    @TempDir
    private Path root;

    @Test
    void readsKernelListsOfProcessors() {
        assertThat(Host.parseCpuList("0-3,8\n")).containsExactly(0, 1, 2, 3, 8);
        assertThat(Host.parseCpuList("5")).containsExactly(5);
        assertThat(Host.parseCpuList("")).isEmpty();
        assertThat(Host.parseCpuList("all")).isEmpty();
        assertThat(Host.parseCpuList("0-4294967295")).isEmpty();
    }

    @Test
    void takesWhatIsNotThereForNothing() {
        Host host = new FakeHost(root).with("/sys/there", "12\n").with("/sys/name", "Raspberry Pi 5\0").host();
        assertThat(host.number("/sys/there")).contains(12L);
        assertThat(host.read("/sys/name")).contains("Raspberry Pi 5");
        assertThat(host.number("/sys/name")).isEmpty();
        assertThat(host.read("/sys/absent")).isEmpty();
        assertThat(host.read("/sys")).isEmpty();
        assertThat(host.list("/absent")).isEmpty();
        assertThat(host.list("/sys")).containsExactly("name", "there");
    }

    @Test
    void doesNotTakeTheOutputOfAFailedToolForAnAnswer() {
        Host.Commands failing = (_, _) -> Reading.known(new Host.Output(9, "NVIDIA-SMI has failed"), "nvidia-smi");
        Host host = new Host(root, failing, new Recording.SilentNatives("linux", "x86_64"));
        assertThat(host.run("nvidia-smi")).isEqualTo(Reading.unknown("nvidia-smi ended with status 9"));
    }

    @Test
    void saysWhichToolIsMissing() {
        assertThat(new LocalCommands().run(Duration.ofSeconds(5), List.of("no-such-tool-anywhere")))
                .isEqualTo(Reading.unknown("no-such-tool-anywhere cannot be run here"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void givesUpOnAToolThatHangs() {
        assertThat(new LocalCommands().run(Duration.ofMillis(50), List.of("tail", "-f", "/dev/null")))
                .isEqualTo(Reading.unknown("tail -f /dev/null did not answer within 50 ms"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void runsToolsInTheCLocale() {
        assertThat(new LocalCommands().run(Duration.ofSeconds(30), List.of("sh", "-c", "echo $LC_ALL; exit 3")))
                .isEqualTo(Reading.known(new Host.Output(3, "C\n"), "sh -c echo $LC_ALL; exit 3"));
    }
}
