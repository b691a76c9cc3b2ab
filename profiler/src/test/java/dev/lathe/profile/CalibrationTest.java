package dev.lathe.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Model;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.profile.statistics.CalibrationStatistics;
import dev.lathe.profile.statistics.Histogram;
import dev.lathe.profile.statistics.ValueStatistics;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationTest {
    private static final Path SAMPLE = Path.of(System.getProperty("lathe.repository", ".."), "app/samples/digits.onnx");
    private static final long[] SHAPE = {1, 1, 28, 28};

    @TempDir
    Path folder;

    private final Cancellation cancellation = new Cancellation();
    private final Model model = OnnxReader.read(SAMPLE);
    private final String inner = model.graph().nodes().getFirst().outputs().getFirst();
    private final List<LaboratoryProcess> opened = new ArrayList<>();

    private LaboratoryProcess laboratory() {
        LaboratoryProcess laboratory = new LaboratoryProcess(
                WorkerSettings.likeThisProcess(folder.resolve("cache"), folder.resolve("scratch"), "onnxruntime"),
                SessionSettings.threads(1), cancellation);
        opened.add(laboratory);
        return laboratory;
    }

    @AfterEach
    void close() {
        opened.forEach(LaboratoryProcess::close);
    }

    private TensorPack pack(Tensor... images) {
        return pack("image", images);
    }

    private TensorPack pack(String name, Tensor... images) {
        Path file = folder.resolve("samples.pack");
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            for (Tensor image : images) {
                SequencedMap<String, Tensor> sample = new LinkedHashMap<>();
                sample.put(name, image);
                writer.add(sample);
            }
        }
        return TensorPack.open(file);
    }

    private static Tensor image(int seed) {
        float[] values = new float[28 * 28];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i * 0.1 + seed);
        }
        return Tensor.ofFloats(SHAPE, values);
    }

    private CalibrationStatistics observe(TensorPack samples, String... values) {
        return laboratory().observe(model, samples, List.of(values), Progress.Listener.NONE);
    }

    private List<String> kept() throws IOException {
        Path cache = folder.resolve("cache/calibration");
        if (!Files.isDirectory(cache)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(cache)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }

    @Test
    void aSecondRecipePaysForWhatIsNewAlone() throws IOException {
        TensorPack samples = pack(image(1), image(2), image(3), image(4));
        CalibrationStatistics first = observe(samples, "image");
        assertThat(first.part()).hasEntrySatisfying("image",
                s -> assertThat(s.histogram().total()).isEqualTo(3 * 28 * 28));
        CalibrationStatistics second = observe(samples, "image", inner);
        assertThat(second.all()).containsKeys("image", inner);
        assertThat(kept()).hasSize(1);
        List<Progress> told = new ArrayList<>();
        CalibrationStatistics third = laboratory().observe(model, samples, List.of(inner, "image"), told::add);
        assertThat(third).isEqualTo(second);
        assertThat(told).isEmpty();
    }

    @Test
    void countsOnceSomebodyReadsHistograms() throws IOException {
        TensorPack samples = pack(image(1), image(2), image(3), image(4));
        CalibrationStatistics extremes = laboratory().observeExtremes(model, samples, List.of("image"),
                Progress.Listener.NONE);
        ValueStatistics first = Objects.requireNonNull(extremes.all().get("image"));
        assertThat(first.histogram()).isEqualTo(Histogram.NONE);
        CalibrationStatistics counted = observe(samples, "image");
        ValueStatistics second = Objects.requireNonNull(counted.all().get("image"));
        assertThat(second.histogram().total()).isEqualTo(4 * 28 * 28);
        assertThat(second.range()).isEqualTo(first.range());
        List<Progress> told = new ArrayList<>();
        assertThat(laboratory().observeExtremes(model, samples, List.of("image"), told::add)).isEqualTo(counted);
        assertThat(told).isEmpty();
    }

    @Test
    void progressTellsTheTimeLeft() {
        List<Progress> told = new ArrayList<>();
        laboratory().observe(model, pack(image(1), image(2), image(3)), List.of(inner), told::add);
        assertThat(told).hasSize(3).allMatch(p -> p.step().equals("calibrating"));
        assertThat(told.getLast().fraction()).isEqualTo(1);
        assertThat(told.getFirst().remainingNs()).isPresent();
    }

    @Test
    void cancellingKeepsNothingHalfDone() throws IOException {
        TensorPack samples = pack(image(1), image(2), image(3));
        LaboratoryProcess laboratory = laboratory();
        assertThatThrownBy(
                () -> laboratory.observe(model, samples, List.of(inner), _ -> cancellation.cancel()))
                .isInstanceOf(CancellationException.class);
        assertThat(kept()).isEmpty();
        try (Stream<Path> files = Files.list(folder.resolve("scratch"))) {
            assertThat(files.map(f -> f.getFileName().toString()).filter(f -> !f.endsWith(".log"))).isEmpty();
        }
    }

    private void refused(TensorPack samples, String sentence) throws IOException {
        assertThatThrownBy(() -> observe(samples, inner)).isInstanceOfSatisfying(ProblemException.class,
                e -> assertThat(e.problems()).extracting(Problem::sentence).containsExactly(sentence));
        assertThat(kept()).isEmpty();
    }

    @Test
    void aSampleWithNanIsNamed() throws IOException {
        float[] values = new float[28 * 28];
        values[5] = Float.NaN;
        refused(pack(image(1), Tensor.ofFloats(SHAPE, values)),
                "sample 1: the input image holds NaN at element 5. Take the sample out of the calibration data, or correct"
                        + " its preprocessing.");
    }

    @Test
    void aSampleOfAnotherShapeIsNamed() throws IOException {
        refused(pack(image(1), Tensor.ofFloats(new long[]{1, 1, 28, 27}, new float[28 * 27])),
                "sample 1: the input image is float32[1,1,28,27] where the model takes float32[batch,1,28,28]. Correct the"
                        + " preprocessing of the calibration data.");
    }

    @Test
    void aSampleOfTooFewDimensionsIsNamed() throws IOException {
        refused(pack(image(1), Tensor.ofFloats(new long[]{28, 28}, new float[28 * 28])),
                "sample 1: the input image is float32[28,28] where the model takes float32[batch,1,28,28]. Correct the"
                        + " preprocessing of the calibration data.");
    }

    @Test
    void aSampleOfAnotherTypeIsNamed() throws IOException {
        refused(pack(Tensor.ofFloats(DataType.INT8, SHAPE, new float[28 * 28])),
                "sample 0: the input image is int8[1,1,28,28] where the model takes float32[batch,1,28,28]. Correct the"
                        + " preprocessing of the calibration data.");
    }

    @Test
    void aMissingInputIsNamed() throws IOException {
        refused(pack("picture", image(1)), "sample 0: the input image is missing; the sample has picture. Give every"
                + " calibration sample all inputs of the model.");
    }
}
