package dev.lathe.app.engine.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.app.engine.store.Block;
import dev.lathe.app.engine.store.Fact;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.engine.store.RunRequest;
import dev.lathe.app.engine.store.RunState;
import dev.lathe.app.engine.store.RunStore;
import dev.lathe.app.engine.store.Samples;
import dev.lathe.app.engine.store.StoredScore;
import dev.lathe.app.engine.store.StoredVariant;
import dev.lathe.app.engine.store.Workspace;
import dev.lathe.base.ProblemException;
import dev.lathe.base.VariantId;
import dev.lathe.profile.load.QueryLog;
import java.io.IOException;
import java.io.Reader;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RunExportTest {
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00.123Z");
    private static final JsonMapper JSON = new JsonMapper();
    private static final VariantId VARIANT = new VariantId("0123456789ab");

    @TempDir
    Path folder;

    private RunStore store;
    private RunId run;

    @BeforeEach
    void fill() {
        store = RunStore.open(new Workspace(folder.resolve("workspace")));
        run = store.begin(new RunRequest("measure", Path.of("a b.onnx"), "ab".repeat(32), "key", "{\"budgetNs\":1}",
                "{\"fingerprint\":\"f\"}"));
        store.append(block("clean, \"mine\"", 1, 0, NOON.plusMillis(500), 1_000_000, 2_000_001, 30));
        store.append(block("original", 1, 0, NOON, 5, 4_000_000_000L));
        store.append(block("original", 4, 1, NOON.plusSeconds(1), 7));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Block block(String subject, int batch, int sequence, Instant at, long... samples) {
        return new Block(new Block.Key(run, subject, 1, "latency", batch, sequence), Samples.of(samples), 250_000_000L,
                300_000_000L, at);
    }

    private Path export(String name) {
        Path out = folder.resolve(name);
        assertThat(RunExport.write(store, run, out, false)).isEqualTo(6);
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
        return out;
    }

    @Test
    void csvHasARowForEveryQuery() throws IOException {
        try (Reader text = Files.newBufferedReader(export("s.csv"))) {
            List<CSVRecord> rows = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get().parse(text)
                    .getRecords();
            assertThat(rows).hasSize(6);
            assertThat(rows.getFirst().getParser().getHeaderNames()).isEqualTo(SampleCsv.COLUMNS);
            assertThat(rows.get(1).toMap()).containsEntry("run", run.text()).containsEntry("subject", "clean, \"mine\"")
                    .containsEntry("kind", "latency").containsEntry("fork", "1").containsEntry("batch", "1")
                    .containsEntry("sequence", "0").containsEntry("index", "1").containsEntry("latency_ns", "2000001")
                    .containsEntry("block_started", "2026-01-31T12:00:00.623Z")
                    .containsEntry("block_wall_ns", "250000000").containsEntry("block_cpu_ns", "300000000");
            assertThat(rows.getLast().get("batch")).isEqualTo("4");
        }
    }

    @Test
    void logIsReadByTheReaderOfHdrHistogram() throws IOException {
        List<Histogram> histograms = new ArrayList<>();
        HistogramLogReader reader = new HistogramLogReader(export("s.hlog").toFile());
        try {
            EncodableHistogram next = reader.nextIntervalHistogram();
            while (next != null) {
                histograms.add((Histogram) next);
                next = reader.nextIntervalHistogram();
            }
        } finally {
            reader.close();
        }
        assertThat(histograms).extracting(Histogram::getTag).containsExactly("original", "clean-\"mine\"",
                "original/batch-4");
        assertThat(histograms).extracting(Histogram::getTotalCount).containsExactly(2L, 3L, 1L);
        Histogram first = histograms.getFirst();
        assertThat(first.getStartTimeStamp()).isEqualTo(NOON.toEpochMilli());
        assertThat(first.getEndTimeStamp()).isEqualTo(NOON.plusMillis(250).toEpochMilli());
        // three significant digits
        assertThat(first.getMaxValue()).isBetween(4_000_000_000L, 4_004_000_000L);
        assertThat(first.getMinValue()).isEqualTo(5);
    }

    @Test
    void jsonHasEverythingThatIsKept() throws IOException {
        store.putFact(new Fact(run, "original", 1, "loadNs", "12"));
        store.putScore(new StoredScore(run, VARIANT, "cd", "all", "{\"value\":0.5}"));
        store.event(run, "{\"event\":\"start\"}");
        store.putVariant(new StoredVariant(VARIANT, "cd", "clean",
                new StoredVariant.Content(Path.of("variants", VARIANT + ".onnx"), "ef", 5), "{\"steps\":[]}", "[]",
                "{}", NOON));
        store.useVariant(run, VARIANT);
        store.useBundle(run, folder.resolve("bundle"));
        store.finish(run, RunState.FINISHED, "{\"event\":\"result\",\"variants\":[]}", "2 models");

        JsonNode json = JSON.readTree(Files.readString(export("s.json")));
        assertThat(json.path("format").asString()).isEqualTo("lathe-run/1");
        assertThat(json.path("state").asString()).isEqualTo("finished");
        assertThat(json.path("plan").path("budgetNs").asInt()).isEqualTo(1);
        assertThat(json.path("facts").path(0).path("value").asInt()).isEqualTo(12);
        assertThat(json.path("events").path(0).path("event").path("event").asString()).isEqualTo("start");
        assertThat(json.path("variants").path(0).path("id").asString()).isEqualTo(VARIANT.hex());
        assertThat(json.path("bundles")).hasSize(1);
        assertThat(json.path("blocks")).hasSize(3);
        assertThat(json.path("blocks").path(1).path("samplesNs")).isEqualTo(JSON.readTree("[5,4000000000]"));
        documents(json);
    }

    /// docs/workspace.md says what is in the file: each field that is written stands there in backquotes.
    private static void documents(JsonNode json) throws IOException {
        String page = Files.readString(Path.of(System.getProperty("lathe.repository", "..")).resolve("docs")
                .resolve("workspace.md"));
        List<String> names = new ArrayList<>();
        json.properties().forEach(field -> {
            names.add(field.getKey());
            JsonNode inner = field.getValue().isArray() ? field.getValue().path(0) : field.getValue();
            if (!List.of("plan", "environment", "result").contains(field.getKey())) {
                names.addAll(inner.propertyNames());
            }
        });
        assertThat(names).contains("blocks", "samplesNs")
                .allSatisfy(n -> assertThat(page).containsPattern("`" + n + "(\\[])?`"));
    }

    @Test
    void refusesANameThatSaysNoForm() {
        assertThatThrownBy(() -> RunExport.write(store, run, folder.resolve("s.xlsx"), false))
                .isInstanceOf(ProblemException.class)
                .hasMessage(folder.resolve("s.xlsx") + ": the end of the name says how to write it, and this one is"
                        + " not known. Let it end in .csv, .hlog, .json.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s.csv", "s.hlog"})
    void refusesARunWithoutSamples(String name) {
        RunId empty = store.begin(new RunRequest("optimize", Path.of("m.onnx"), "ab", "other", "{}", "{}"));
        assertThatThrownBy(() -> RunExport.write(store, empty, folder.resolve(name), false))
                .isInstanceOf(ProblemException.class).hasMessage(empty
                        + ": the run has measured nothing, so there are no samples. Export it as .json for what it has.");
        assertThat(folder.resolve(name)).doesNotExist();
    }

    @Test
    void csvOfALoadHasEveryQuery() throws IOException {
        RunId load = store.begin(new RunRequest("measure", Path.of("m.onnx"), "ab", "other", "{}", "{}"));
        Path logs = Files.createDirectories(store.workspace().runs().resolve(load.text()));
        try (Arena arena = Arena.ofConfined()) {
            QueryLog log = QueryLog.allocate(2, arena);
            log.add(10, 11);
            log.done(0, 12, 30, 4, 1);
            log.add(20, 21);
            log.lost(1, 22, QueryLog.Outcome.SHED);
            log.write(logs.resolve("abc-1.queries"));
        }
        Files.writeString(logs.resolve("abc.cell"), "\"digits, server 400/s\"");
        Path out = folder.resolve("load.csv");
        assertThat(RunExport.write(store, load, out, false)).isEqualTo(2);
        assertThat(Files.readAllLines(out)).containsExactly(String.join(",", LoadCsv.COLUMNS),
                load.text() + ",\"digits, server 400/s\",1,0,10,11,12,30,4,done,1",
                load.text() + ",\"digits, server 400/s\",1,1,20,21,0,22,0,shed,0");
    }

    @Test
    void replacesAFileOnlyWhenTold() throws IOException {
        Path out = Files.writeString(folder.resolve("s.csv"), "mine");
        assertThatThrownBy(() -> RunExport.write(store, run, out, false)).isInstanceOf(ProblemException.class)
                .hasMessage(out + ": the output exists already. Choose another --out, or pass --force to replace it.");
        assertThat(out).hasContent("mine");
        RunExport.write(store, run, out, true);
        assertThat(out).content().startsWith("run,subject,");
    }

    @Test
    void namesAFolderThatIsNotThere() {
        Path out = folder.resolve("no").resolve("s.csv");
        assertThatThrownBy(() -> RunExport.write(store, run, out, false)).isInstanceOf(ProblemException.class)
                .hasMessageStartingWith(out + ": the file cannot be written there (").hasMessageEndingWith(
                        "). Choose another --out.");
    }
}
