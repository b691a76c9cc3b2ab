package dev.lathe.app.engine.store;

import static dev.lathe.app.engine.store.Examples.block;
import static dev.lathe.app.engine.store.Examples.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KilledProcessTest {
    @TempDir
    Path folder;

    /// Appends blocks without end and says after each that it is stored.
    static final class Appender {
        private Appender() {}

        static void main(String[] arguments) {
            PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
            try (RunStore store = RunStore.open(new Workspace(Path.of(arguments[0])))) {
                RunId run = store.begin(request(arguments[1]));
                out.println(run);
                for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
                    store.append(block(run, i, i, i + 1));
                    out.println(i);
                }
            }
        }
    }

    private Process appender(String key, int blocks) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                        Appender.class.getName()));
        command.addAll(List.of(folder.toString(), key, Integer.toString(blocks)));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    @Test
    void losesNoStoredBlockWhenTheProcessIsKilled() throws Exception {
        Process process = appender("key", Integer.MAX_VALUE);
        try (BufferedReader lines = process.inputReader(); RunStore store = RunStore.open(new Workspace(folder))) {
            RunId run = new RunId(lines.readLine());
            for (int stored = 0; stored < 10; stored++) {
                assertThat(lines.readLine()).isEqualTo(Integer.toString(stored));
            }
            assertThat(store.unfinished("key")).as("its process lives").isEmpty();
            process.destroyForcibly().waitFor();

            List<Block> blocks = store.blocks(run);
            assertThat(blocks).hasSizeGreaterThanOrEqualTo(10);
            assertThat(blocks)
                    .isEqualTo(IntStream.range(0, blocks.size()).mapToObj(i -> block(run, i, i, i + 1)).toList());
            assertThat(store.resume("key")).as("nobody runs it any more").contains(run);
            store.append(block(run, blocks.size(), 1));
            assertThat(store.finish(run, RunState.FINISHED, "{}")).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void twoProcessesOpenAndFillANewWorkspaceAtOnce() throws Exception {
        int blocks = 50;
        Process one = appender("one", blocks);
        Process two = appender("two", blocks);
        try (BufferedReader first = one.inputReader(); BufferedReader second = two.inputReader()) {
            RunId firstRun = new RunId(first.readLine());
            RunId secondRun = new RunId(second.readLine());
            assertThat(first.lines()).hasSize(blocks);
            assertThat(second.lines()).hasSize(blocks);
            assertThat(one.waitFor()).isZero();
            assertThat(two.waitFor()).isZero();
            try (RunStore store = RunStore.open(new Workspace(folder))) {
                assertThat(store.blocks(firstRun)).hasSize(blocks);
                assertThat(store.blocks(secondRun)).hasSize(blocks);
            }
        } finally {
            one.destroyForcibly();
            two.destroyForcibly();
        }
    }
}
