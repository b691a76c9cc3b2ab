package dev.lathe.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.engine.store.Block;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunRequest;
import dev.lathe.app.engine.store.RunState;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.app.engine.store.Samples;
import dev.lathe.app.engine.store.Workspace;
import dev.lathe.base.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HistoryCommandTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path folder;

    private RunId auto;
    private RunId measure;

    /// What a command left behind.
    private record Answer(int code, String out, String err) {}

    @BeforeEach
    void fill() {
        try (RunStore store = RunStore.open(new Workspace(folder.resolve("w")))) {
            auto = store.begin(new RunRequest("auto", Path.of("/models/digits.onnx"), "ab".repeat(32), "a",
                    "{\"plan\":{\"budgetNs\":1000000000}}", "{\"usableCpus\":2}"));
            store.append(new Block(new Block.Key(auto, "clean", 0, "latency", 1, 0), Samples.of(1, 2), 3, 4,
                    Instant.EPOCH));
            store.event(auto, "{\"event\":\"problem\",\"what\":\"it was warm\"}");
            store.finish(auto, RunState.FINISHED, """
                    {"event":"result","winner":"clean","caveats":[{"what":"other load","remedy":"Stop it."}],
                    "variants":[{"name":"clean","latency":{"medianNs":1500000,"lowNs":1400000,"highNs":1600000,"n":100,
                    "p99Ns":null,"reason":"n too small (needs 662)"},"verdict":"winner"}]}""", "clean");
            measure = store.begin(new RunRequest("measure", Path.of("/models/bert.onnx"), "cd".repeat(32), "b", "{}",
                    "{}"));
            store.finish(measure, RunState.CANCELLED);
        }
    }

    private Answer history(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> all = new ArrayList<>(List.of("history", "--workspace", folder.resolve("w").toString()));
        all.addAll(List.of(arguments));
        int code = Main.run(all.toArray(String[]::new),
                new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8)),
                new Cancellation());
        return new Answer(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void listsTheNewestFirst() {
        Answer answer = history();
        assertThat(answer.out().lines()).hasSize(3).anySatisfy(l -> assertThat(l).containsPattern("finished +clean"));
        assertThat(answer.out().indexOf(measure.text())).isBetween(0, answer.out().indexOf(auto.text()));
        assertThat(history("list").out()).isEqualTo(answer.out());
    }

    @Test
    void listsOnlyWhatIsAskedFor() {
        assertThat(history("list", "--verb", "auto").out()).contains(auto.text()).doesNotContain(measure.text());
        assertThat(history("--state", "cancelled").out()).contains(measure.text()).doesNotContain(auto.text());
        assertThat(history("list", "--model", "BERT").out()).contains(measure.text()).doesNotContain(auto.text());
        assertThat(history("list", "--since", "1h").out().lines()).hasSize(3);
        assertThat(history("list", "--since", "2999-01-01").out().strip()).isEqualTo("no such runs");
    }

    @Test
    void listsAsJsonALineARun() {
        List<JsonNode> lines = history("--format", "json", "list").out().lines().map(JSON::readTree).toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.getLast().path("run").asString()).isEqualTo(auto.text());
        assertThat(lines.getLast().path("outcome").asString()).isEqualTo("clean");
        assertThat(lines.getFirst().path("state").asString()).isEqualTo("cancelled");
    }

    @Test
    void showsWhatWasAskedFoundAndWhen() {
        String shown = history("show", auto.text()).out();
        assertThat(shown).contains("auto, finished: clean").contains("/models/digits.onnx").contains("budget 1.00 s")
                .contains("1.50 ms  [1.40 ms, 1.60 ms]").contains("n too small (needs 662)")
                .contains("other load. Stop it.").contains("it was warm").contains("verdict: winner");
        assertThat(history("show", measure.text()).out()).contains("cancelled")
                .contains("nothing had been measured; the same command continues");
    }

    @Test
    void showsAsJson() {
        JsonNode shown = JSON.readTree(history("show", auto.text(), "--format", "json").out());
        assertThat(shown.path("format").asString()).isEqualTo("lathe-run/1");
        assertThat(shown.path("measured").path(0).path("queries").asInt()).isEqualTo(2);
        assertThat(shown.has("blocks")).isFalse();
    }

    @Test
    void exportsARun() {
        Path out = folder.resolve("samples.csv");
        assertThat(history("export", auto.text(), "--out", out.toString()).out().strip())
                .isEqualTo(out + ": 2 samples of run " + auto);
        assertThat(out).content().hasLineCount(3);
    }

    @Test
    void deletesOnlyWhenToldWhereNobodyCanBeAsked() {
        Answer asked = history("delete", auto.text());
        assertThat(asked.code()).isEqualTo(Main.USAGE);
        assertThat(asked.err()).startsWith("lathe: there is nobody to ask whether to delete: give --yes")
                .contains("Try `lathe history delete --help`.");
        assertThat(history().out()).contains(auto.text());

        assertThat(history("delete", "--yes", auto.text()).out().strip()).isEqualTo("deleted " + auto);
        assertThat(history().out()).doesNotContain(auto.text()).contains(measure.text());
    }

    @Test
    void deletesNothingWhereOneNameIsWrong() {
        Answer answer = history("delete", "--yes", auto.text(), "1999");
        assertThat(answer.code()).isEqualTo(Main.PROBLEM);
        assertThat(answer.err()).startsWith("lathe: 1999: the history has no run that begins so; the newest are "
                + measure + " (measure, cancelled), " + auto + " (auto, finished).");
        assertThat(history().out()).contains(auto.text());
    }

    @Test
    void saysWhatItRemovesAndHowLargeItIs() throws Exception {
        Path left = Files.write(folder.resolve("w/variants/0123456789ab.onnx"), new byte[2000]);
        assertThat(history("clean", "--dry-run").out()).contains("variants/0123456789ab.onnx").contains("2.0 kB");
        assertThat(left).exists();
        JsonNode removed = JSON.readTree(history("clean", "--format", "json").out());
        assertThat(removed.path("sizeBytes").asLong()).isEqualTo(2000);
        assertThat(removed.path("items").path(0).path("kind").asString()).isEqualTo("variant");
        assertThat(left).doesNotExist();
        assertThat(history("clean").out().strip())
                .isEqualTo("nothing to remove: every variant and bundle is used by a run");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2026-13-01", "2026-01-01T", "-3d", "3w"})
    void refusesATimeThatIsNone(String time) {
        Answer answer = history("list", "--since=" + time);
        assertThat(answer.code()).isEqualTo(Main.USAGE);
        assertThat(answer.err()).contains("'" + time
                + "' is no time: write 2026-01-31, 2026-01-31T12:00, or how long ago, such as 90m, 12h or 7d");
    }

    @Test
    void namesTheStatesThereAre() {
        Answer answer = history("--state", "asleep");
        assertThat(answer.code()).isEqualTo(Main.USAGE);
        assertThat(answer.err()).contains("asleep").contains("INTERRUPTED");
    }
}
