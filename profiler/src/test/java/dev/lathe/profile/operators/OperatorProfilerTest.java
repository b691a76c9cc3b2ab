package dev.lathe.profile.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.base.Cancellation;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.inspect.Macs;
import dev.lathe.graph.inspect.Sizes;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.profile.LaboratoryProcess;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.Target;
import dev.lathe.profile.WorkerSettings;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Through real workers, on the sample that is shipped.
class OperatorProfilerTest {
    private static final Path SAMPLE = Path.of(System.getProperty("lathe.repository", ".."), "app/samples/digits.onnx");
    private static final SessionSettings ONE_THREAD = SessionSettings.threads(1);
    private static final long SHORT_NS = 300_000_000;

    @TempDir
    Path folder;

    private WorkerSettings workers(String backend) {
        return WorkerSettings.likeThisProcess(folder.resolve("cache"), folder.resolve("scratch"), backend);
    }

    private Path queries() {
        Path file = folder.resolve("queries.pack");
        SplittableRandom random = new SplittableRandom(1);
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            for (int s = 0; s < 3; s++) {
                float[] values = new float[784];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextDouble();
                }
                SequencedMap<String, Tensor> sample = new LinkedHashMap<>();
                sample.put("image", Tensor.ofFloats(new long[]{1, 1, 28, 28}, values));
                writer.add(sample);
            }
        }
        return file;
    }

    private List<OperatorProfile> profile(String backend, String provider, Path... models) {
        Path queries = queries();
        return new OperatorProfiler(workers(backend), new Cancellation()).profile(
                java.util.Arrays.stream(models).map(m -> new OperatorProfiler.Subject(m, queries, "three images"))
                        .toList(),
                new OperatorProfiler.Plan(ONE_THREAD.on(Target.named(provider)), SHORT_NS), "ONNX Runtime",
                Reading.known(RooflineTest.MACHINE, "test"), Progress.Listener.NONE);
    }

    @Test
    void profilesTheSample() throws Exception {
        OperatorProfile profile = profile("onnxruntime", "cpu", SAMPLE).getFirst();
        Model model = OnnxReader.read(SAMPLE);
        assertThat(profile.nodes()).hasSizeBetween(10, model.graph().nodes().size());
        assertThat(profile.placement().fellBack()).isFalse();
        assertThat(profile.placement().nodes()).isEqualTo(profile.nodes().size());
        assertThat(profile.times().session().n()).isGreaterThanOrEqualTo(12);
        assertThat(profile.times().nodes().value()).isLessThanOrEqualTo(profile.times().session().value());
        assertThat(profile.times().plain()).isInstanceOf(Reading.Known.class);
        assertThat(profile.macs().toOptional()).hasValueSatisfying(
                m -> assertThat(m).isCloseTo(inspected(model), within(0.5)));
        // every convolution of the file is in one node that ran, whatever the runtime has made of it
        List<String> sources = profile.nodes().stream().flatMap(n -> n.identity().sources().stream()).toList();
        List<String> convolutions = model.graph().nodes().stream().filter(n -> n.is("Conv")).map(Node::label).toList();
        assertThat(sources).doesNotHaveDuplicates().containsAll(convolutions);
        assertThat(profile.nodes()).filteredOn(n -> n.identity().opType().equals("Conv"))
                .hasSameSizeAs(convolutions)
                .allSatisfy(n -> assertThat(convolutions).contains(n.identity().label()));
        assertThat(profile.operators().stream().mapToDouble(OperatorTotal::shareOfNodes).sum()).isCloseTo(1,
                within(1e-9));
        assertThat(profile.nodes()).noneMatch(n -> n.judgement().bound() == Judgement.Bound.UNKNOWN);
        assertThat(ProfileJson.of(profile).path("nodes").size()).isEqualTo(profile.nodes().size());
    }

    private double inspected(Model model) {
        try (LaboratoryProcess laboratory = new LaboratoryProcess(workers("onnxruntime"), ONE_THREAD,
                new Cancellation())) {
            Sizes sizes = Sizes.ofBatch(1);
            Model inferred = laboratory.inferShapes(sizes.bind(model));
            return Macs.of(model, inferred, sizes).total().toOptional().orElseThrow();
        }
    }

    @Test
    void aModelAgainstItselfMatchesNodeByNode() {
        List<OperatorProfile> both = profile("onnxruntime", "CPUExecutionProvider", SAMPLE, SAMPLE);
        Model model = OnnxReader.read(SAMPLE);
        ProfileComparison comparison = ProfileComparison.of(both.getFirst(), both.getLast(), model, model);
        assertThat(comparison.pairs()).hasSameSizeAs(both.getFirst().nodes())
                .allSatisfy(p -> assertThat(p.operatorAfter()).isEqualTo(p.operatorBefore()));
        assertThat(comparison.onlyBefore()).isEmpty();
        assertThat(comparison.onlyAfter()).isEmpty();
        assertThat(comparison.gained(10).size() + comparison.lost(10).size()).isLessThanOrEqualTo(20);
    }

    @Test
    void aProviderThatIsNotThereIsAProblem() {
        assertThatThrownBy(() -> profile("onnxruntime", "cuda", SAMPLE)).isInstanceOf(ProblemException.class)
                .hasMessageContaining("CUDAExecutionProvider: this ONNX Runtime comes without this execution provider; "
                        + "it has cpu. `lathe targets` says what would bring it.")
                .satisfies(e -> assertThat(((ProblemException) e).problems().getFirst().code())
                        .isEqualTo("not-available"));
        assertThatThrownBy(() -> profile("onnxruntime", "abacus", SAMPLE))
                .hasMessageContaining(
                        "abacus: ONNX Runtime knows no execution provider of this name. Known are acl, azure, coreml, cpu,");
        assertThatThrownBy(() -> profile("onnxruntime", "tensorr", SAMPLE))
                .hasMessageContaining("Did you mean tensorrt?");
    }

    @Test
    void aRuntimeThatTellsNothingIsAProblem() throws Exception {
        Path script = folder.resolve("model.json");
        Files.writeString(script, """
                {"distribution":"constant","medianNs":1000,"sigma":0,"warmUpQueries":0,"seed":1,"endsAt":0,"hangsAt":0,\
                "refuses":""}""");
        assertThatThrownBy(() -> profile("synthetic", "cpu", script))
                .hasMessageContaining("synthetic: this runtime does not tell what each operator takes");
    }

    @Test
    void aModelThatDoesNotLoadIsAProblem() throws Exception {
        Path broken = folder.resolve("broken.onnx");
        Files.write(broken, new byte[]{1, 2, 3});
        assertThatThrownBy(() -> profile("onnxruntime", "cpu", broken))
                .hasMessageContaining(broken + ": ONNX Runtime does not load the model");
    }

    @Test
    void ceilingsAreMeasuredOnceForEachNumberOfThreads() throws Exception {
        CeilingStore store = new CeilingStore(folder.resolve("ceilings"));
        Ceilings first = ceilings(store, false);
        assertThat(first.float32().toOptional()).hasValueSatisfying(e -> {
            assertThat(e.value()).isGreaterThan(1e8);
            assertThat(e.interval().contains(e.value())).isTrue();
            assertThat(e.n()).isGreaterThanOrEqualTo(11);
        });
        assertThat(first.int8()).isInstanceOf(Reading.Known.class);
        assertThat(first.memory()).hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(b -> assertThat(b.bytesPerS().value()).isGreaterThan(1e8));
        assertThat(ceilings(store, false)).isEqualTo(first);
        assertThat(store.folder()).isDirectoryContaining(f -> f.toString().endsWith(".json"))
                .isDirectoryNotContaining(f -> f.toString().endsWith(".part"));
        assertThat(store.file("m", "r", ONE_THREAD)).isNotEqualTo(store.file("m", "r", SessionSettings.threads(2)))
                .isNotEqualTo(store.file("m2", "r", ONE_THREAD)).isNotEqualTo(store.file("m", "r2", ONE_THREAD));
    }

    private Ceilings ceilings(CeilingStore store, boolean fresh) {
        return store.of("machine", "ONNX Runtime", 16L << 20, fresh, workers("onnxruntime"), ONE_THREAD,
                new Cancellation(), Progress.Listener.NONE);
    }
}
