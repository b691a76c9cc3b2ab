package dev.lathe.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.engine.history.RunDetail;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunRequest;
import dev.lathe.app.engine.store.RunState;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.app.engine.store.StoredEvent;
import dev.lathe.app.engine.store.StoredVariant;
import dev.lathe.app.engine.store.Workspace;
import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.base.VariantId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class RunRecordTest {
    private final List<Object> told = new ArrayList<>();
    private final JobContext job = new JobContext(told::add, told::add, new Cancellation());

    @TempDir
    Path folder;

    private RunStore store;
    private RunId run;

    @BeforeEach
    void open() {
        store = RunStore.open(new Workspace(folder));
        run = store.begin(new RunRequest("measure", Path.of("m.onnx"), "ab", "key", "{}", "{}"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void keepsEventsInOrderAndPassesThemOn() {
        JobContext kept = RunRecord.keeping(store, run, job);
        WorkbenchEvent started = new WorkbenchEvent.Started("measure", Path.of("m.onnx"), run, false);
        WorkbenchEvent problem = new WorkbenchEvent.ProblemFound(Problem.note("code", "where", "what"));
        kept.emit().accept(started);
        kept.progress().progress(Progress.of("measuring a", 0));
        kept.progress().progress(Progress.of("measuring b", 0.01));
        kept.emit().accept(problem);

        assertThat(store.events(run).stream().map(StoredEvent::json)
                .map(j -> new JsonMapper().readTree(j).path("event").asString()))
                .as("the second step says little more than the first").containsExactly("start", "progress", "problem");
        assertThat(told).containsExactly(started, Progress.of("measuring a", 0), Progress.of("measuring b", 0.01),
                problem);
    }

    @Test
    void goesOnWithTheProgressWhereItCannotBeKept() {
        JobContext kept = RunRecord.keeping(store, run, job);
        store.close();
        kept.progress().progress(Progress.of("measuring a", 0));
        assertThat(told).hasSize(1);
        open();
    }

    @Test
    void notesTheVariantsOfTheWorkspaceThatAreMeasured() {
        String id = "0123456789ab";
        Path file = folder.resolve("variants").resolve(id + ".onnx");
        RunRecord.keeping(store, run, job, List.of(file, folder.resolve("elsewhere").resolve(id + ".onnx")));
        store.putVariant(new StoredVariant(new VariantId(id), "ab", "clean",
                new StoredVariant.Content(file, "ef", 1), "{}", "[]", "{}",
                Instant.EPOCH));
        assertThat(store.variants(run)).hasSize(1);
    }

    @Test
    void endsWithAResultAndItsWords() {
        RunRecord.finished(store, run, EventJson.object("result").put("verb", "measure"));
        assertThat(store.run(run).orElseThrow().state()).isEqualTo(RunState.FINISHED);
        assertThat(RunDetail.of(store, run.text()).result().isComplete()).isTrue();
    }

    @Test
    void keepsWhatTheUserCanMendAndLetsTheRunGoOnLater() {
        RunRecord.stopped(store, run, Problem.error("disk-full", "/w", "no space", "Free some.").toException());
        assertThat(RunDetail.of(store, run.text()).result().stoppedBy())
                .containsExactly(Problem.error("disk-full", "/w", "no space", "Free some."));
        assertThat(store.resume("key")).contains(run);
    }

    @Test
    void keepsThatItWasCancelled() {
        RunRecord.stopped(store, run, new CancellationException());
        assertThat(store.run(run).orElseThrow().state()).isEqualTo(RunState.CANCELLED);
        assertThat(store.run(run).orElseThrow().resultJson()).isEmpty();
    }

    @Test
    void keepsWhatNobodyExpected() {
        RunRecord.stopped(store, run, new IllegalStateException("odd"));
        assertThat(store.run(run).orElseThrow().state()).isEqualTo(RunState.FAILED);
        assertThat(RunDetail.of(store, run.text()).result().outcome()).contains("odd");
        assertThat(store.resume("key")).isEmpty();
    }

    @Test
    void doesNotHideTheReasonWhereTheEndCannotBeKept() {
        IllegalStateException reason = new IllegalStateException("odd");
        store.close();
        RunRecord.stopped(store, run, reason);
        assertThat(reason.getSuppressed()).hasSize(1);
        open();
    }
}
