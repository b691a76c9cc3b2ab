package dev.lathe.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.engine.store.Block;
import dev.lathe.app.engine.store.BlockCount;
import dev.lathe.app.engine.store.RunFilter;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.app.engine.store.RunSummary;
import dev.lathe.app.engine.store.Standing;
import dev.lathe.app.engine.store.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The workspace under real processes: several at once, and killed ones.
class WorkspaceTest {
    private static final String MODEL = Lathe.SAMPLES.resolve("digits.onnx").toString();
    private static final int KILLS = 3;
    private static final long SEED = 7;
    /// A look at the history that is no look at the clock: how soon it comes decides nothing.
    private static final int LOOK_MS = 20;

    @TempDir
    Path folder;

    private static String[] measure(String budget) {
        return new String[]{"measure", MODEL, "--threads", "1", "--batch", "1,4", "--budget", budget};
    }

    private RunStore store(Lathe lathe) {
        return RunStore.open(new Workspace(lathe.workspace()));
    }

    private static long measured(RunStore store) {
        return store.summaries(RunFilter.ALL).stream().flatMap(r -> store.blockCounts(r.id()).stream())
                .mapToLong(BlockCount::blocks).sum();
    }

    /// Kills at a number of blocks, which is drawn; the machine's speed plays no part.
    @Test
    void killedAgainAndAgainItLosesNoFinishedMeasurement() throws Exception {
        Lathe lathe = new Lathe(folder);
        Random random = new Random(SEED);
        Set<Block> kept = new HashSet<>();
        try (RunStore store = store(lathe)) {
            long target = 0;
            for (int kill = 0; kill < KILLS; kill++) {
                target += 1 + random.nextInt(8);
                Process process = start(lathe, measure("3s"));
                try {
                    while (measured(store) < target) {
                        assertThat(process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS)).as("ended before block " + target)
                                .isFalse();
                    }
                } finally {
                    process.destroyForcibly().waitFor();
                }
                List<Block> now = blocks(store);
                assertThat(now).as("after kill %d", kill + 1).hasSizeGreaterThanOrEqualTo((int) target)
                        .containsAll(kept);
                kept.addAll(now);
                assertThat(standings(store)).containsExactly(Standing.INTERRUPTED);
            }
            lathe.run(measure("3s")).succeeded();

            assertThat(standings(store)).as("one run, gone on with").containsExactly(Standing.FINISHED);
            assertThat(blocks(store)).containsAll(kept).hasSizeGreaterThan(kept.size());
            assertThat(store.states(newest(store))).hasSize(KILLS + 2);
        }
    }

    private static Process start(Lathe lathe, String... arguments) throws IOException {
        Process process = lathe.start(arguments);
        process.inputReader().close();
        return process;
    }

    private static List<Standing> standings(RunStore store) {
        return store.summaries(RunFilter.ALL).stream().map(RunSummary::standing).toList();
    }

    private static RunId newest(RunStore store) {
        return store.summaries(RunFilter.ALL).getFirst().id();
    }

    private static List<Block> blocks(RunStore store) {
        return store.summaries(RunFilter.ALL).stream().flatMap(r -> store.blocks(r.id()).stream()).toList();
    }

    /// Two of them give the same command, which must not make them measure the same run; all the while others look and clean.
    @Test
    void severalProcessesShareAWorkspace() throws Exception {
        Lathe lathe = new Lathe(folder);
        List<Process> measuring = new ArrayList<>();
        List<Lathe.Run> looks = new ArrayList<>();
        try {
            for (String[] command : List.of(measure("1s"), measure("1s"), measure("1001ms"))) {
                measuring.add(start(lathe, command));
            }
            while (measuring.stream().anyMatch(Process::isAlive)) {
                looks.add(lathe.run("history", "--format", "json").succeeded());
                looks.add(lathe.run("history", "clean", "--format", "json").succeeded());
            }
            for (Process process : measuring) {
                assertThat(process.waitFor()).isZero();
            }
        } finally {
            measuring.forEach(Process::destroyForcibly);
        }
        assertThat(looks).as("looked while they measured").isNotEmpty();
        try (RunStore store = store(lathe)) {
            List<RunSummary> runs = store.summaries(RunFilter.ALL);
            assertThat(runs).hasSize(3).allSatisfy(r -> {
                assertThat(r.standing()).isEqualTo(Standing.FINISHED);
                // single queries: two forks of as many blocks as in each other fork, of the model and of its second copy
                List<BlockCount> singles = store.blockCounts(r.id()).stream().filter(c -> c.batch() == 1).toList();
                assertThat(singles).hasSize(2).allSatisfy(c -> assertThat(c.forks()).isEqualTo(2));
                assertThat(singles.getFirst().blocks()).isEqualTo(singles.getLast().blocks()).isPositive();
                assertThat(store.run(r.id()).orElseThrow().resultJson().orElseThrow()).contains("\"medianNs\"");
                assertThat(store.events(r.id())).isNotEmpty();
            });
        }
    }

    @Test
    void everyVerbThatRunsAJobIsInTheHistory() throws Exception {
        Lathe lathe = new Lathe(folder);
        Path data = Lathe.SAMPLES.resolve("digits.dataset.json");
        lathe.run("evaluate", MODEL, "--data", data.toString()).succeeded();
        lathe.run("optimize", MODEL, "--recipe", "dynamic-int8", "--out", "small.onnx").succeeded();
        lathe.run(measure("1s")).succeeded();

        Lathe.Run list = lathe.run("history", "--format", "json").succeeded();
        assertThat(list.events().stream().map(r -> r.path("verb").asString())).containsExactly("measure", "optimize",
                "evaluate");
        assertThat(list.events()).allSatisfy(r -> {
            assertThat(r.path("state").asString()).isEqualTo("finished");
            assertThat(r.path("outcome").asString()).isNotBlank();
            Lathe.Run shown = lathe.run("history", "show", r.path("run").asString()).succeeded();
            assertThat(String.join("\n", shown.out())).contains("versions lathe ").contains("onnxruntime ")
                    .contains("events").contains("figures");
        });
        String run = list.events().getFirst().path("run").asString();
        lathe.run("history", "export", run, "--out", "samples.csv").succeeded();
        lathe.run("history", "export", run, "--out", "samples.hlog").succeeded();
        assertThat(Files.readAllLines(folder.resolve("samples.csv"))).hasSizeGreaterThan(20);
        assertThat(folder.resolve("samples.hlog")).content().contains("Tag=digits,").contains("Tag=digits/batch-4,");
    }
}
