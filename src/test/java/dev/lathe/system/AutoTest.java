package dev.lathe.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `lathe auto` on the shipped sample, from end to end: what it prints, what it writes, and what it keeps.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AutoTest {
    private static final List<String> PRESETS = List.of("original", "clean", "dynamic-int8", "static-int8");
    private static final String[] AUTO = {"auto", "--budget", "6s", "--instance", "c7i.large", "--format", "json",
        "--force", "--out", "bundle"};
    private static final JsonMapper JSON = new JsonMapper();

    private Path folder = Path.of("");
    private Lathe lathe = new Lathe(Path.of(""));
    private Lathe.Run run = new Lathe.Run("", 1, List.of(), List.of());

    @BeforeAll
    void runsOnTheSample(@TempDir Path shared) throws Exception {
        folder = shared;
        lathe = new Lathe(folder);
        run = lathe.run(AUTO).succeeded();
    }

    @Test
    void everyLineIsAKnownEvent() {
        assertThat(run.events()).allSatisfy(event -> {
            assertThat(event.path("schema").asInt()).isEqualTo(1);
            assertThat(event.path("event").asString()).isIn("start", "progress", "problem", "variant", "measurement",
                    "result");
        });
        assertThat(run.events("start")).hasSize(1).allSatisfy(s -> assertThat(s.path("resumed").asBoolean()).isFalse());
        assertThat(run.events("variant").stream().map(v -> v.path("name").asString())).isEqualTo(PRESETS);
        assertThat(run.events("measurement").stream().map(v -> v.path("name").asString())).isEqualTo(PRESETS);
        assertThat(run.events("result")).hasSize(1);
        assertThat(run.events().getLast().path("event").asString()).isEqualTo("result");
    }

    @Test
    void lastLineIsTheResultAsItIsSpecified() {
        JsonNode result = result(run);
        assertThat(result.path("winner").asString()).isIn(PRESETS);
        assertThat(result.path("bundle").asString()).endsWith("bundle");
        assertThat(result.path("variants").valueStream().map(v -> v.path("name").asString())).isEqualTo(PRESETS);
        assertThat(result.path("variants").valueStream()).allSatisfy(variant -> {
            assertThat(variant.has("failed")).as("the sample allows every preset: %s", variant.path("failed"))
                    .isFalse();
            assertThat(variant.path("id").asString()).matches("[0-9a-f]{12}");
            assertThat(variant.path("sizeBytes").asLong()).isPositive();
            assertThat(variant.path("verdict").asString()).isNotBlank();
            score(variant.path("score"));
            latency(variant.path("latency"));
            numbers(variant.path("throughput"), "batch", "perSecond");
            assertThat(variant.path("throughput").path("batch").asInt()).isIn(1, 4, 16);
            numbers(variant.path("costPerMillion"), "value");
            assertThat(variant.path("costPerMillion").path("currency").asString()).isEqualTo("USD");
            assertThat(variant.path("costPerMillion").path("asOf").asString()).matches("\\d{4}-\\d{2}(-\\d{2})?");
        });
        assertThat(result.path("variants").valueStream().skip(1))
                .allSatisfy(variant -> {
                    numbers(variant.path("ratioToOriginal"), "value", "low", "high");
                    between(variant.path("ratioToOriginal"), "low", "value", "high");
                });
    }

    @Test
    void everyNumberOfTheResultIsANumber() {
        assertThat(run.out().getLast()).doesNotContain("\"NaN\"").doesNotContain("Infinity\"");
    }

    private static void score(JsonNode score) {
        assertThat(score.path("metric").asString()).isEqualTo("top-1");
        numbers(score, "value", "low", "high", "n");
        between(score, "low", "value", "high");
        assertThat(score.path("n").asInt()).isEqualTo(1000);
        // the sample's own README: 0.99 on all 1,200; 1,000 of them allow half a point of chance
        assertThat(score.path("value").asDouble()).isBetween(0.985, 1.0);
    }

    private static void latency(JsonNode latency) {
        numbers(latency, "medianNs", "lowNs", "highNs", "n");
        between(latency, "lowNs", "medianNs", "highNs");
        assertThat(latency.has("p99Ns")).isTrue();
        if (latency.path("p99Ns").isNull()) {
            assertThat(latency.path("reason").asString()).isNotBlank();
        } else {
            numbers(latency, "p99Ns");
            assertThat(latency.path("p99Ns").asLong()).isGreaterThanOrEqualTo(latency.path("medianNs").asLong());
            assertThat(latency.path("n").asInt()).as("queries that back a p99").isGreaterThanOrEqualTo(662);
        }
    }

    private static void numbers(JsonNode node, String... fields) {
        assertThat(fields).allSatisfy(f -> assertThat(node.path(f).isNumber()).as("%s of %s", f, node).isTrue());
    }

    private static void between(JsonNode node, String low, String value, String high) {
        assertThat(node.path(value).asDouble()).as("%s", node).isBetween(node.path(low).asDouble(),
                node.path(high).asDouble());
    }

    @Test
    void quantizedSampleIsLessThanHalfAsLarge() {
        assertThat(2 * variant("static-int8").path("sizeBytes").asLong())
                .isLessThan(variant("original").path("sizeBytes").asLong());
    }

    private JsonNode variant(String name) {
        return result(run).path("variants").valueStream().filter(v -> v.path("name").asString().equals(name))
                .findFirst().orElseThrow();
    }

    private static JsonNode result(Lathe.Run run) {
        return run.events().getLast();
    }

    @Test
    void manifestTellsOfTheFilesThatAreThere() throws Exception {
        Path bundle = folder.resolve("bundle");
        JsonNode manifest = JSON.readTree(Files.readString(bundle.resolve("manifest.json")));
        assertThat(manifest.path("format").asString()).isEqualTo("lathe-bundle/1");
        assertThat(manifest.path("variant").path("name").asString()).isEqualTo(result(run).path("winner").asString());
        Path model = bundle.resolve(manifest.path("model").path("file").asString());
        assertThat(manifest.path("model").path("sha256").asString()).isEqualTo(sha256(model));
        assertThat(manifest.path("model").path("sizeBytes").asLong()).isEqualTo(Files.size(model));
        assertThat(bundle.resolve("README.md")).isNotEmptyFile();

        assertThat(bundle.resolve("triton/digits/1/model.onnx")).hasSameBinaryContentAs(model);
        assertThat(bundle.resolve("triton/digits/config.pbtxt")).content().contains("backend: \"onnxruntime\"")
                .contains("\"image\"").contains("\"logits\"");
        JsonNode index = JSON.readTree(
                Files.readString(bundle.resolve(manifest.path("samples").path("index").asString())));
        assertThat(index.toString()).contains("request-1.request.json").contains("request-1.expected.json");
        assertThat(bundle.resolve("samples/request-1.request.json")).isNotEmptyFile();
        assertThat(bundle.resolve("samples/request-1.expected.json")).isNotEmptyFile();
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(f -> f.toString().endsWith(".part"))).isEmpty();
        }
    }

    @Test
    void exportedModelScoresAsTheTableSays() throws Exception {
        Lathe.Run evaluated = lathe.run("evaluate", "bundle/model/digits.onnx", "--data",
                Lathe.SAMPLES.resolve("digits.dataset.json").toString(), "--format", "json").succeeded();
        JsonNode score = result(evaluated).path("scores").path(0);
        assertThat(score.path("value")).isEqualTo(variant(result(run).path("winner").asString()).path("score")
                .path("value"));
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    @Test
    void askingAgainMakesNoVariantAgain() throws Exception {
        Map<Path, FileTime> before = variants();
        // a bundle of its own: the winner of another measurement may be another one
        String[] elsewhere = AUTO.clone();
        elsewhere[elsewhere.length - 1] = "bundle-again";
        Lathe.Run again = lathe.run(elsewhere).succeeded();
        assertThat(ids(again)).isEqualTo(ids(run));
        assertThat(variants()).isEqualTo(before).hasSize(PRESETS.size());
    }

    private static List<String> ids(Lathe.Run run) {
        return result(run).path("variants").valueStream().map(v -> v.path("id").asString()).toList();
    }

    private Map<Path, FileTime> variants() throws IOException {
        Map<Path, FileTime> times = new TreeMap<>();
        try (Stream<Path> files = Files.list(lathe.workspace().resolve("variants"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".onnx")).toList()) {
                times.put(file, Files.getLastModifiedTime(file));
            }
        }
        return times;
    }

    @Test
    void killedRunContinuesAndLeavesNoWorkerBehind(@TempDir Path other) throws Exception {
        Lathe user = new Lathe(other);
        Process killed = user.start(AUTO);
        List<ProcessHandle> workers = new ArrayList<>();
        try (BufferedReader lines = killed.inputReader()) {
            // the second subject's turn: the first one's block is stored by then
            List<String> measuring = lines.lines().map(AutoTest::measuring).filter(s -> !s.isEmpty()).distinct()
                    .limit(2).toList();
            assertThat(measuring).as("subjects of the progress").hasSize(2);
            killed.descendants().forEach(workers::add);
        } finally {
            killed.destroyForcibly().waitFor();
        }
        assertThat(workers).as("workers at the time of the kill").isNotEmpty();
        for (ProcessHandle worker : workers) {
            worker.onExit().get(5, TimeUnit.MINUTES);
        }

        Lathe.Run continued = user.run(AUTO).succeeded();
        assertThat(continued.events("start")).hasSize(1)
                .allSatisfy(s -> assertThat(s.path("resumed").asBoolean()).isTrue());
        assertThat(ids(continued)).isEqualTo(ids(run));
    }

    private static String measuring(String line) {
        String step = JSON.readTree(line).path("step").asString("");
        return step.startsWith("measuring ") ? step.replaceAll(",.*", "") : "";
    }
}
