package dev.lathe.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Sweeps and comparisons through the command line, on the sample model.
class SweepTest {
    private static final String MODEL = Lathe.SAMPLES.resolve("digits.onnx").toString();

    @TempDir
    Path folder;

    private static JsonNode result(Lathe.Run run) {
        return run.events("result").getLast();
    }

    private static List<String> codes(JsonNode result) {
        List<String> codes = new ArrayList<>();
        result.path("caveats").forEach(c -> codes.add(c.path("code").asString()));
        return codes;
    }

    @Test
    void aSweepMeasuresEveryCombination() throws Exception {
        Lathe.Run run = new Lathe(folder).run("measure", MODEL, "--batch", "1,4", "--threads", "1", "--instances",
                "1,2", "--spinning", "on,off", "--budget", "3s", "--format", "json");
        run.succeeded();
        JsonNode result = result(run);
        assertThat(result.path("cells")).hasSize(8);
        result.path("cells").forEach(cell -> assertThat(cell.path("latency").path("medianNs").asLong())
                .as(cell.toString()).isPositive());
        assertThat(result.path("variants").get(0).path("name").asString()).isEqualTo("digits, 1 thread");
        assertThat(result.path("environment")).isNotEmpty();
        assertThat(result.path("cells").get(0).has("energyMillijoules")).isTrue();
    }

    @Test
    void aCellThatNeedsMoreMemoryThanTheDeviceIsMarkedAndTheSweepGoesOn() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "limits of memory are Linux's");
        Lathe.Run run = new Lathe(folder).run("measure", MODEL, "--batch", "1,256", "--threads", "1",
                "--device-limit", "cpus=1,memory=12m", "--budget", "15s", "--format", "json");
        assertThat(run.exitCode()).as("stderr: %s", run.err()).isEqualTo(1);
        assertThat(run.events("problem")).singleElement().satisfies(p -> {
            assertThat(p.path("code").asString()).isEqualTo("worker-memory");
            assertThat(p.path("what").asString()).startsWith("it needed more memory than the limit of 12 MiB");
            assertThat(p.path("cell").path("batch").asInt()).isEqualTo(256);
        });
        JsonNode cells = result(run).path("cells");
        assertThat(cells.get(0).path("latency").path("medianNs").asLong()).isPositive();
        assertThat(cells.get(1).path("failure").asString()).isEqualTo("worker-memory");
        assertThat(result(run).path("memoryLimit").asString()).isNotEmpty();
    }

    @Test
    void comparesEachWithEach() throws Exception {
        Path one = Files.copy(Path.of(MODEL), folder.resolve("one.onnx"));
        Path other = Files.copy(Path.of(MODEL), folder.resolve("other.onnx"));
        Lathe.Run run = new Lathe(folder).run("compare", one.toString(), other.toString(), MODEL, "--threads", "1",
                "--budget", "3s", "--format", "json");
        run.succeeded();
        JsonNode comparison = result(run).path("comparison");
        assertThat(comparison.path("pairs")).hasSize(3);
        assertThat(comparison.path("intervalsThatHoldTogether").asInt()).isEqualTo(3);
        assertThat(comparison.path("fastestFirst")).hasSize(3);
        assertThat(result(run).path("firstAgainstItself")).isNotEmpty();
    }

    @Test
    void oneModelAloneIsNoComparison() throws Exception {
        Lathe.Run run = new Lathe(folder).run("compare", MODEL);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err().getFirst())
                .isEqualTo(
                        "lathe: give two models or more, or one with several --threads (or other settings) to compare");
    }

    @Test
    void aBusyProgramBesideARunIsACaveat() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/stat")), "other programs' load is read from /proc");
        List<Process> hogs = new ArrayList<>();
        try {
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                hogs.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
            }
            Lathe.Run run = new Lathe(folder).run("measure", MODEL, "--batch", "1", "--threads", "1", "--budget", "2s",
                    "--format", "json");
            assertThat(codes(result(run.succeeded()))).contains("other-load");
        } finally {
            hogs.forEach(Process::destroyForcibly);
        }
    }

    @Test
    void aSweepThatWasKilledGoesOn() throws Exception {
        String[] command = {"measure", MODEL, "--batch", "1,4", "--threads", "1,2", "--budget", "6s", "--format",
            "json"};
        Lathe lathe = new Lathe(folder);
        Process process = lathe.start(command);
        try (BufferedReader lines = process.inputReader()) {
            String line = lines.readLine();
            while (line != null && !line.contains("batch 4, fork 1")) {
                line = lines.readLine();
            }
            assertThat(line).as("it was measuring").isNotNull();
        }
        process.destroyForcibly();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        Lathe.Run run = lathe.run(command);
        assertThat(run.exitCode()).isZero();
        assertThat(run.events("start")).singleElement()
                .satisfies(e -> assertThat(e.path("resumed").asBoolean()).isTrue());
    }
}
