package dev.lathe.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Progress;
import dev.lathe.evaluate.RandomInputs;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchScriptTest {
    private static final Path SAMPLES = Path.of(System.getProperty("lathe.repository", ".."), "app/samples");
    private static final Path SCRIPT = SAMPLES.resolve("digits.pt");
    private static final Path TWIN = SAMPLES.resolve("digits.onnx");
    private static final ValueInfo IMAGE = ValueInfo.tensor("image", DataType.FLOAT,
            List.of(new Dim.Symbol("batch"), new Dim.Fixed(1), new Dim.Fixed(28), new Dim.Fixed(28)));

    @TempDir
    Path folder;

    private WorkerSettings settings() {
        // PyTorch unpacks 400 MB: once for all tests
        return WorkerSettings.likeThisProcess(Path.of("target", "worker-cache").toAbsolutePath(),
                folder.resolve("scratch"), "onnxruntime");
    }

    private LaboratoryProcess laboratory() {
        return new LaboratoryProcess(settings(), SessionSettings.threads(1), new Cancellation());
    }

    private TensorPack pack(int samples) {
        Path file = folder.resolve("inputs.pack");
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            RandomInputs.seeded(3).samples(List.of(IMAGE), samples).forEach(writer::add);
        }
        return TensorPack.open(file);
    }

    @Test
    void givesTheOutputsOfItsTwin() {
        TensorPack inputs = pack(4);
        try (LaboratoryProcess laboratory = laboratory()) {
            laboratory.declare(SCRIPT, new Declared(List.of(IMAGE), List.of("logits")));
            assertThat(laboratory.signature(SCRIPT).outputs()).extracting(ValueInfo::name, ValueInfo::signature)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple("logits", "float32[batch,10]"));
            TensorPack script = laboratory.evaluate(SCRIPT, inputs, List.of("logits"), folder.resolve("a.pack"),
                    Progress.Listener.NONE);
            TensorPack twin = laboratory.evaluate(TWIN, inputs, List.of("logits"), folder.resolve("b.pack"),
                    Progress.Listener.NONE);
            for (int i = 0; i < 4; i++) {
                assertThat(script.sample(i).firstEntry().getValue().floats())
                        .containsExactly(twin.sample(i).firstEntry().getValue().floats(), within(1e-3f));
            }
        }
    }

    @Test
    void isMeasuredBesideItsTwin() {
        TreeMap<Integer, Path> packs = new TreeMap<>();
        packs.put(1, pack(4).file());
        Plan plan = new Plan(SessionSettings.threads(1), 1, 2, List.of(1), 200_000_000, 5);
        Bench.Result result = new Bench(settings(), dev.lathe.hardware.Host.local(), new Cancellation()).run(
                List.of(new Subject("onnx", TWIN, packs),
                        new Subject("script", SCRIPT, packs).declared(new Declared(List.of(IMAGE), List.of("logits")))),
                plan, BenchLog.inMemory(), new Bench.Watch() {
                    @Override
                    public void block(Block block) {}

                    @Override
                    public void progress(dev.lathe.base.Progress progress) {}
                });
        assertThat(result.measured().values()).allSatisfy(m -> assertThat(m.failure()).isEmpty());
    }

    @Test
    void asksForInputsThatNobodyDeclared() {
        try (LaboratoryProcess laboratory = laboratory()) {
            assertThatThrownBy(() -> laboratory.signature(SCRIPT)).hasMessageContaining(
                    "digits.pt: a TorchScript file does not say what its inputs look like. Give each with --input");
        }
    }

    @Test
    void namesShapesThatDoNotFit() {
        ValueInfo wrong = ValueInfo.tensor("image", DataType.FLOAT, List.of(new Dim.Fixed(1), new Dim.Fixed(7)));
        try (LaboratoryProcess laboratory = laboratory()) {
            laboratory.declare(SCRIPT, new Declared(List.of(wrong), List.of()));
            assertThatThrownBy(() -> laboratory.signature(SCRIPT))
                    .hasMessageContaining("PyTorch cannot run the model (RuntimeError: ");
        }
    }

    @Test
    void refusesAnArchiveThatIsNoTorchScript() throws Exception {
        Path file = folder.resolve("state.pt");
        Files.write(file, new byte[]{'P', 'K', 3, 4, 0, 0, 0, 0});
        assertThat(ModelFormat.of(file)).isEqualTo(ModelFormat.TORCHSCRIPT);
        try (LaboratoryProcess laboratory = laboratory()) {
            laboratory.declare(file, new Declared(List.of(IMAGE), List.of()));
            assertThatThrownBy(() -> laboratory.signature(file))
                    .hasMessageContaining("state.pt: PyTorch does not load the model (");
        }
    }
}
