package dev.lathe.export;

import static dev.lathe.export.Deployments.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Sha256;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class BundleTest {
    @TempDir
    Path temp;

    private Path work;
    private Path out;
    private Deployment digits;

    @BeforeEach
    void prepare() throws IOException {
        work = Files.createDirectory(temp.resolve("work"));
        out = work.resolve("bundle");
        digits = Deployments.digits(temp);
    }

    private Bundle write(Deployment deployment, boolean force) {
        return Bundle.write(out, deployment, Exporter.all(), force);
    }

    private List<String> below(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).map(f -> folder.relativize(f).toString().replace('\\', '/'))
                    .sorted().toList();
        }
    }

    private void assertNothingWasLeft() throws IOException {
        assertThat(below(work)).isEmpty();
        try (Stream<Path> entries = Files.list(work)) {
            assertThat(entries).isEmpty();
        }
    }

    @Test
    void holdsModelSamplesManifestReadmeAndAFolderPerFormat() throws IOException {
        Bundle bundle = write(digits, false);

        assertThat(below(out)).containsExactly("README.md", "manifest.json", "model/digits.onnx",
                "samples/samples.json", "samples/seven.expected.json", "samples/seven.request.json",
                "triton/digits/1/model.onnx", "triton/digits/config.pbtxt");
        assertThat(bundle.files()).containsExactlyInAnyOrderElementsOf(below(out));
        assertThat(below(work)).allMatch(f -> f.startsWith("bundle/"));
        assertThat(Files.readAllBytes(out.resolve("triton/digits/1/model.onnx")))
                .isEqualTo(Files.readAllBytes(digits.model().path()));
    }

    @Test
    void theReadmeAsksNoServerWhereNoFormatCanNameTheTarget() throws IOException {
        Deployment elsewhere = Deployments.with(digits, new ServingChoice(1, List.of(), 0, 1, 1, "webgpu"));
        Bundle.write(out, elsewhere, List.of(), false);
        assertThat(out.resolve("README.md")).content().contains("Serve it on `webgpu`")
                .contains("No deployment format in this bundle can name `webgpu`").contains("## Check it")
                .doesNotContain("curl");
    }

    @Test
    void statesInTheManifestWhatWasGivenAndMeasured() throws IOException {
        write(digits, false);
        JsonNode manifest = Json.parse(Files.readString(out.resolve("manifest.json")));

        assertThat(manifest.path("format").asString()).isEqualTo("lathe-bundle/1");
        assertThat(manifest.path("model").path("sha256").asString())
                .isEqualTo(Sha256.ofFile(out.resolve(manifest.path("model").path("file").asString())));
        assertThat(manifest.path("model").path("inputs").toString())
                .isEqualTo("[{\"name\":\"image\",\"type\":\"float32\",\"shape\":[\"batch\",1,28,28]}]");
        assertThat(manifest.path("variant").toString())
                .isEqualTo("{\"name\":\"static-int8\",\"id\":\"0123456789ab\"}");
        assertThat(manifest.path("recipe")).isEqualTo(digits.evidence().variant().recipe());
        assertThat(manifest.path("machine")).isEqualTo(digits.evidence().machine());
        assertThat(manifest.path("slo").path("p99Ns").asLong()).isEqualTo(50_000_000);
        assertThat(manifest.path("accuracyBudget").path("maxDrop").asDouble()).isEqualTo(1.0);
        assertThat(manifest.path("plan").toString()).isEqualTo("{\"target\":\"cpu\",\"instances\":1,"
                + "\"intraOpThreads\":2,\"maxBatch\":16,\"preferredBatchSizes\":[4],\"maxQueueDelayMicros\":500}");
        assertThat(manifest.path("figures").get(0).toString()).isEqualTo("{\"name\":\"latency-median\",\"unit\":\"ns\","
                + "\"value\":251300.0,\"low\":249000.0,\"high\":254100.0,\"n\":4000,\"origin\":\"measured\"}");
        assertThat(manifest.path("figures").get(1).toString()).isEqualTo("{\"name\":\"latency-p99.9\",\"unit\":\"ns\","
                + "\"value\":null,\"reason\":\"p99.9 needs 6636 queries, 4000 were made\",\"n\":4000,"
                + "\"origin\":\"measured\"}");
        assertThat(manifest.path("score").path("value").asDouble()).isEqualTo(0.992);
        assertThat(manifest.path("cost").path("asOf").asString()).isEqualTo("2025-06");
        assertThat(manifest.path("versions").path("onnxruntime").asString()).isEqualTo("1.29.0");
        assertThat(manifest.path("created").asString()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(manifest.path("formats").toString()).isEqualTo("[{\"id\":\"triton\",\"files\":"
                + "[\"triton/digits/config.pbtxt\",\"triton/digits/1/model.onnx\"]}]");
    }

    @Test
    void saysInTheReadmeHowToStartAndCheckItAndWhatWasMeasured() throws IOException {
        write(digits, false);

        assertThat(Files.readString(out.resolve("README.md"))).contains("# digits\n",
                "-v \"$PWD/triton:/models:ro\"", "Give the container 2 CPUs",
                "curl -fsS http://localhost:8000/v2/models/digits/infer -H 'Content-Type: application/json' "
                        + "--data-binary @samples/seven.request.json",
                "| latency-median | 0.2513 ms | 0.249 to 0.2541 | 4000 | measured |",
                "| latency-p99.9 | not shown: p99.9 needs 6636 queries, 4000 were made |  | 4000 | measured |",
                "| size | 312345 bytes |  | 1 | measured |",
                "| top-1 on digits.dataset.json | 0.992 | 0.984 to 0.996 | 1000 | measured |",
                "Asked for: p99 within 50 ms.", "price of 2025-06", "\"cpu\" : \"Test CPU\"");
    }

    @Test
    void writesTheSameBytesTwice() throws IOException {
        write(digits, false);
        Bundle.write(work.resolve("again"), digits, Exporter.all(), false);

        for (String file : below(out)) {
            assertThat(work.resolve("again").resolve(file)).hasSameBinaryContentAs(out.resolve(file));
        }
    }

    @Test
    void doesNotChangeWithTheFileItWasMadeFrom() throws IOException {
        write(digits, false);
        Files.writeString(digits.model().path(), "changed");

        assertThat(out.resolve("model/digits.onnx")).hasContent("stands for a model");
    }

    @Test
    void holdsTheModelsBytesOnceWhereTheFileSystemHasHardLinks() throws IOException {
        boolean hardLinks = true;
        try {
            Files.createLink(temp.resolve("link"), digits.model().path());
        } catch (UnsupportedOperationException | IOException _) {
            hardLinks = false;
        }
        assumeTrue(hardLinks, "this file system has no hard links");
        write(digits, false);

        assertThat(Files.isSameFile(out.resolve("model/digits.onnx"), out.resolve("triton/digits/1/model.onnx")))
                .isTrue();
        assertThat(Files.isSameFile(out.resolve("model/digits.onnx"), digits.model().path())).isFalse();
    }

    @Test
    void refusesToOverwriteAndKeepsWhatIsThere() throws IOException {
        Files.createDirectory(out);
        Files.writeString(out.resolve("mine.txt"), "mine");

        assertThatThrownBy(() -> write(digits, false)).isInstanceOf(ProblemException.class)
                .hasMessage(out + ": it exists already. Choose another --out or pass --force.");
        assertThat(below(work)).containsExactly("bundle/mine.txt");
    }

    @Test
    void replacesAnOlderBundleWhenForced() throws IOException {
        write(digits, false);
        Files.writeString(out.resolve("old.txt"), "old");
        write(digits, true);

        assertThat(below(work)).contains("bundle/manifest.json").doesNotContain("bundle/old.txt")
                .allMatch(f -> f.startsWith("bundle/"));
    }

    @Test
    void replacesNothingButABundleEvenWhenForced() throws IOException {
        Files.createDirectory(out);
        Files.writeString(out.resolve("manifest.json"), "{\"format\":\"another/1\"}");

        assertThatThrownBy(() -> write(digits, true)).isInstanceOf(ProblemException.class).hasMessage(
                out + ": it exists and is no Lathe bundle, so --force does not replace it. Choose another --out.");
        assertThat(below(work)).containsExactly("bundle/manifest.json");
    }

    @Test
    void keepsTheOlderBundleWhenAForcedWriteFails() throws IOException {
        write(digits, false);
        List<String> before = below(work);

        assertThatThrownBy(() -> write(with(digits, Deployment.ModelFile.of(digits.model().path(), "0".repeat(64))),
                true)).isInstanceOf(ProblemException.class);
        assertThat(below(work)).isEqualTo(before);
    }

    @Test
    void makesTheFoldersAboveAndTakesThemBackWhenItFails() throws IOException {
        out = work.resolve("a/b/bundle");
        assertThatThrownBy(() -> write(with(digits, Deployment.ModelFile.of(digits.model().path(), "0".repeat(64))),
                false)).isInstanceOf(ProblemException.class);
        assertNothingWasLeft();

        write(digits, false);
        assertThat(out.resolve("manifest.json")).exists();
    }

    @Test
    void leavesNothingWhenTheModelChangedSinceItWasMeasured() throws IOException {
        Files.writeString(digits.model().path(), "other bytes");

        assertThatThrownBy(() -> write(digits, false)).isInstanceOf(ProblemException.class)
                .hasMessageStartingWith(digits.model().path() + ": it has changed since it was measured (SHA-256 was ")
                .hasMessageEndingWith("Measure it again.");
        assertNothingWasLeft();
    }

    @Test
    void leavesNothingWhenACopyFails() throws IOException {
        Exporter clumsy = new Fake(List.of(new ExportFile.Text("model/digits.onnx/below-a-file.txt", "x")));

        assertThatThrownBy(() -> Bundle.write(out, digits, List.of(clumsy), false))
                .isInstanceOf(ProblemException.class)
                .hasMessageStartingWith(out + ": the bundle could not be written (")
                .hasMessageEndingWith("). Choose another --out.");
        assertNothingWasLeft();
    }

    @Test
    void leavesNothingWhenCancelled() throws IOException {
        Cancellation cancellation = new Cancellation();
        Exporter cancelling = new Fake(List.of()) {
            @Override
            public List<ExportFile> render(Deployment deployment) {
                cancellation.cancel();
                return super.render(deployment);
            }
        };

        assertThatThrownBy(() -> Bundle.write(out, digits, List.of(cancelling), false, cancellation))
                .isInstanceOf(CancellationException.class);
        assertNothingWasLeft();
    }

    @Test
    void saysThatTheParentIsAFile() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "x");
        out = file.resolve("bundle");

        assertThatThrownBy(() -> write(digits, false)).isInstanceOf(ProblemException.class)
                .hasMessageContaining(out + ": the bundle could not be written (").hasMessageContaining("--out");
        assertThat(file).hasContent("x");
    }

    @Test
    void saysWhatAnErrorOfTheFileSystemMeans() {
        assertThat(StagedFolder.trouble(out, new FileSystemException("f", null, "No space left on device")).sentence())
                .isEqualTo(out + ": the disk is full, nothing was written. Free some space or choose another --out.");
        assertThat(StagedFolder.trouble(out, new AccessDeniedException("/locked/f")).sentence()).isEqualTo(
                out + ": the bundle could not be written (/locked/f: permission denied). Choose another --out.");
        assertThat(StagedFolder.trouble(out, new DirectoryNotEmptyException(out.toString())).code())
                .isEqualTo("output-exists");
    }

    @Test
    void takesExternalDataAlong() throws IOException {
        Files.createDirectory(temp.resolve("weights"));
        Files.writeString(temp.resolve("weights/w.bin"), "weights");
        write(with(digits, new Deployment.ModelFile(digits.model().path(), digits.model().sha256(),
                List.of("weights/w.bin"))), false);

        assertThat(below(out)).contains("model/weights/w.bin", "triton/digits/1/weights/w.bin");
        JsonNode data = Json.parse(Files.readString(out.resolve("manifest.json"))).path("model").path("externalData");
        assertThat(data.get(0).path("sha256").asString()).isEqualTo(Sha256.ofText("weights"));
    }

    @Test
    void refusesExternalDataThatIsMissingOrOutside() throws IOException {
        Files.writeString(temp.resolve("secret"), "x");
        Path inner = Files.createDirectory(temp.resolve("inner"));
        Path model = Files.copy(digits.model().path(), inner.resolve("m.onnx"));
        Files.createSymbolicLink(inner.resolve("link"), temp.resolve("secret"));
        Deployment deployment = with(digits, new Deployment.ModelFile(model, digits.model().sha256(),
                List.of("../secret", "link", "absent.bin")));

        assertThatThrownBy(() -> write(deployment, false)).isInstanceOf(ProblemException.class)
                .hasMessage(model + ": external data ../secret lies outside the model's folder. Move it beside the "
                        + "model and let the model name it there.\n" + model
                        + ": external data link lies outside the model's folder. Move it beside the model and let the "
                        + "model name it there.\n" + model
                        + ": external data absent.bin is missing. Put it beside the model.");
        assertNothingWasLeft();
    }

    @Test
    void refusesFilesThatLeaveTheBundleOrMeet() throws IOException {
        Exporter wrong = new Fake(List.of(new ExportFile.Text("../escaped.txt", "x"),
                new ExportFile.Text("MANIFEST.json", "{}")));

        assertThatThrownBy(() -> Bundle.write(out, digits, List.of(wrong), false)).isInstanceOf(ProblemException.class)
                .hasMessageContaining("../escaped.txt: a file lies outside the bundle")
                .hasMessageContaining("MANIFEST.json: two files of the bundle have this name");
        assertNothingWasLeft();
    }

    @Test
    void tellsAllErrorsAtOnceAndWritesNothing() throws IOException {
        Deployment wrong = new Deployment("no good name", Deployment.ModelFile.of(temp.resolve("absent.onnx"), ""),
                digits.inputs(), digits.outputs(), new ServingChoice(0, List.of(), 0, 1, 1, "cpu"), digits.evidence(),
                digits.samples(), digits.tolerance());

        assertThatThrownBy(() -> write(wrong, false)).isInstanceOfSatisfying(ProblemException.class,
                e -> assertThat(e.problems()).extracting(Problem::code).containsExactly("serving-out-of-range",
                        "model-name-unsafe", "model-missing"));
        assertNothingWasLeft();
    }

    @Test
    void statesWarningsInManifestAndReadme() throws IOException {
        Exporter warning = new Fake(List.of()) {
            @Override
            public List<Problem> check(Deployment deployment) {
                return List.of(Problem.warning("fake-warning", "Output z", "was left out", "Add it."));
            }
        };
        Bundle bundle = Bundle.write(out, digits, List.of(warning), false);

        assertThat(bundle.warnings()).extracting(Problem::code).containsExactly("fake-warning");
        assertThat(Files.readString(out.resolve("README.md"))).contains("- Output z: was left out. Add it.");
        assertThat(Files.readString(out.resolve("manifest.json"))).contains("fake-warning");
    }

    private static class Fake implements Exporter {
        @Override
        public boolean serves(String target) {
            return true;
        }

        private final List<ExportFile> files;

        Fake(List<ExportFile> files) {
            this.files = files;
        }

        @Override
        public ExporterInfo info() {
            return new ExporterInfo("fake", "Fake", "Writes what a test wants.");
        }

        @Override
        public List<Problem> check(Deployment deployment) {
            return List.of();
        }

        @Override
        public List<ExportFile> render(Deployment deployment) {
            return files;
        }
    }
}
