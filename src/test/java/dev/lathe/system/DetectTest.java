package dev.lathe.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What the machine is said to be, through the command line.
class DetectTest {
    /// Whoever waits for a hanging tool waits this long, which is far beyond the patience that detection has.
    private static final int HANGING_SECONDS = 60;

    @TempDir
    Path folder;

    @Test
    void showsTheRestWhereVendorsToolsHang() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "the tool that hangs is a shell script");
        Path tools = Files.createDirectory(folder.resolve("tools"));
        for (String tool : List.of("nvidia-smi", "amd-smi", "rocm-smi", "hailortcli", "lscpu")) {
            Path script = Files.writeString(tools.resolve(tool), "#!/bin/sh\nsleep " + HANGING_SECONDS + "\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        JsonNode machine = new Lathe(folder).withTools(tools).run("detect", "--explain", "--format", "json")
                .succeeded().events().getFirst();
        assertThat(machine.path("cpu").path("logicalCores").path("value").asInt()).isPositive();
        assertThat(machine.path("memory").toString()).contains("value");
        assertThat(machine.path("probes").toString()).contains("nvidia-smi").contains("did not answer within");
        assertThat(machine.path("tookNs").asLong()).as("it was given up, not waited for")
                .isLessThan(HANGING_SECONDS * 1_000_000_000L);
    }
}
