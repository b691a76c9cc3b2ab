package dev.lathe.app.engine.store;

import static dev.lathe.app.engine.store.Examples.NOON;
import static dev.lathe.app.engine.store.Examples.block;
import static dev.lathe.app.engine.store.Examples.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunListTest {
    private static final RunFilter ALL = RunFilter.ALL;

    @TempDir
    Path folder;

    private Instant now = NOON;
    private RunStore store;

    @BeforeEach
    void open() {
        store = RunStore.open(new Workspace(folder), () -> now);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private RunId begin(String kind, String model, String sha256) {
        return store.begin(new RunRequest(kind, Path.of(model), sha256, "key", "{}", "{}"));
    }

    private List<RunId> found(RunFilter filter) {
        return store.summaries(filter).stream().map(RunSummary::id).toList();
    }

    @Test
    void saysWhereARunStandsAndWhatCameOut() {
        RunId id = store.begin(request("key"));
        now = NOON.plusSeconds(3);
        store.finish(id, RunState.FINISHED, "{\"winner\":\"clean\"}", "clean, 0.80x");
        assertThat(store.summaries(ALL)).containsExactly(new RunSummary(id, "auto", request("key").model(), NOON,
                NOON.plusSeconds(3), Standing.FINISHED, "clean, 0.80x"));
        assertThat(store.states(id)).containsExactly(new StateChange(NOON, RunState.RUNNING),
                new StateChange(NOON.plusSeconds(3), RunState.FINISHED));
    }

    @Test
    void tellsARunWhoseProcessIsGoneFromOneThatGoesOn() {
        RunId id = store.begin(request("key"));
        assertThat(store.standing(id)).isEqualTo(Standing.RUNNING);
        store.close();
        open();
        assertThat(store.standing(id)).isEqualTo(Standing.INTERRUPTED);
        assertThat(store.summaries(ALL)).extracting(RunSummary::standing).containsExactly(Standing.INTERRUPTED);
        assertThat(found(new RunFilter(Optional.empty(), Optional.empty(), Optional.of(Standing.RUNNING),
                Optional.empty()))).isEmpty();
    }

    @Test
    void filtersByModelVerbStateAndTime() {
        RunId old = begin("auto", "/models/Digits.onnx", "ab".repeat(32));
        store.finish(old, RunState.CANCELLED);
        now = NOON.plusSeconds(60);
        RunId late = begin("measure", "/models/bert_100%.onnx", "cd".repeat(32));

        assertThat(found(ALL)).containsExactly(late, old);
        assertThat(found(filterModel("digits"))).containsExactly(old);
        assertThat(found(filterModel("%"))).as("no pattern, but text").containsExactly(late);
        assertThat(found(filterModel("ABABab"))).as("beginning of the hash").containsExactly(old);
        assertThat(found(filterModel("ababa"))).as("too short for a hash").isEmpty();
        assertThat(found(new RunFilter(Optional.empty(), Optional.of("measure"), Optional.empty(), Optional.empty())))
                .containsExactly(late);
        assertThat(found(new RunFilter(Optional.empty(), Optional.empty(), Optional.of(Standing.CANCELLED),
                Optional.empty()))).containsExactly(old);
        assertThat(found(new RunFilter(Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.of(NOON.plusSeconds(1))))).containsExactly(late);
    }

    private static RunFilter filterModel(String model) {
        return new RunFilter(Optional.of(model), Optional.empty(), Optional.empty(), Optional.empty());
    }

    @Test
    void findsARunByTheBeginningOfItsName() {
        RunId id = store.begin(request("key"));
        assertThat(store.runByPrefix("2026").id()).isEqualTo(id);
        assertThat(store.runByPrefix(id.text()).id()).isEqualTo(id);
    }

    @Test
    void namesTheRunsThatABeginningCouldMean() {
        RunId first = store.begin(request("key"));
        RunId second = store.begin(request("other"));
        assertThatThrownBy(() -> store.runByPrefix("20260131")).isInstanceOf(ProblemException.class)
                .hasMessage("20260131: several runs begin so: " + second + " (auto, running), " + first
                        + " (auto, running). Give more digits.");
    }

    @Test
    void namesTheNewestRunsWhereNoneBeginsSo() {
        assertThatThrownBy(() -> store.runByPrefix("7")).isInstanceOf(ProblemException.class).hasMessage(
                "7: the history has no run that begins so; it has none at all. List them with `lathe history`.");
        RunId id = store.begin(request("key"));
        for (String wrong : List.of("7", "", "*", "2026*", id + "0", "x".repeat(1000))) {
            assertThatThrownBy(() -> store.runByPrefix(wrong)).isInstanceOf(ProblemException.class)
                    .hasMessageEndingWith("the history has no run that begins so; the newest are " + id
                            + " (auto, running). List them with `lathe history`.");
        }
    }

    @Test
    void countsWhatWasMeasuredWithoutReadingIt() {
        RunId id = store.begin(request("key"));
        store.append(block(id, 0, 1, 2, 3));
        store.append(block(id, 1, 4, 5));
        assertThat(store.blockCounts(id)).containsExactly(new BlockCount("clean", "latency", 4, 1, 2, 5));
    }

    @Test
    void deletesNoRunThatGoesOn() {
        RunId id = store.begin(request("key"));
        assertThatThrownBy(() -> store.delete(id)).isInstanceOf(ProblemException.class).hasMessage(id
                + ": the run goes on, in this process or another. Wait for it or cancel it, and delete it then.");
        store.finish(id, RunState.CANCELLED);
        assertThat(store.delete(id)).isTrue();
    }
}
