package dev.lathe.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.ProblemException;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.profile.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Presets that store weights in fewer bits, on every real model that runs on random inputs: the variant is accepted by checker
/// and runtime, is smaller, and its outputs are as near as the bits allow; or the reason is said.
class PresetsTest {
    /// Signal to noise in dB that is kept on every model; the lowest seen are 46.8 (18.3 on the detector below), 33.3 and 7.7.
    private static final double FLOAT16_DB = 40;
    private static final double INT8_DB = 30;
    private static final double INT4_DB = 6;
    /// Its boxes are exponentials of small differences: 18 dB on noise.
    private static final double DETECTOR_DB = 15;
    private static final Set<String> REASONS = Set.of("nothing-to-quantize", "nothing-to-convert", "already-quantized",
            "already-float16", "opset-too-low");

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> everyVariantIsSmallerAndNear() {
        List<Path> models = new ArrayList<>(List.of(Shared.sample("digits.onnx")));
        models.addAll(Shared.models());
        return models.stream().flatMap(file -> Stream.of("float16", "weights-int8", "weights-int4")
                .map(preset -> DynamicTest.dynamicTest(preset + " of " + name(file),
                        () -> isSmallerAndNear(file, preset))));
    }

    private static String name(Path file) {
        return file.subpath(file.getNameCount() - 2, file.getNameCount()).toString().replace('\\', '/');
    }

    private void isSmallerAndNear(Path file, String preset) throws IOException {
        Optimizer.Parent parent;
        List<SequencedMap<String, Tensor>> samples;
        List<SequencedMap<String, Tensor>> wanted;
        try {
            parent = Optimizer.Parent.read(file);
            samples = Tiny.samples(parent.model(), 4, file.toString().contains("ppocr") ? 48 : 8);
            wanted = Tiny.run(parent.model(), samples.subList(0, 2));
        } catch (ProblemException | IllegalArgumentException _) {
            return; // models that do not run on random inputs are the reader's and the contract test's business
        }
        Path out = folder.resolve(preset + "-" + name(file).replace("/", "-"));
        try {
            Variant variant = Optimizer.run(parent, Recipes.named(preset),
                    Tiny.context(folder, samples.subList(2, 4)), out);
            assertThat(variant.sizeBytes()).isLessThan(sizeBytes(file));
            double floor = preset.equals("weights-int4")
                    ? INT4_DB
                    : preset.equals("weights-int8")
                            ? INT8_DB
                            : file.toString().contains("yolox") ? DETECTOR_DB : FLOAT16_DB;
            assertThat(sqnrDb(wanted, Tiny.run(OnnxReader.read(out), samples.subList(0, 2)))).isGreaterThan(floor);
        } catch (ProblemException e) {
            assertThat(e.problems()).allSatisfy(p -> {
                assertThat(REASONS).contains(p.code());
                assertThat(p.remedy()).isNotBlank();
            });
            assertThat(out).doesNotExist();
        }
    }

    /// The file, and the weights beside it.
    private static long sizeBytes(Path file) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".data");
        return Files.size(file) + (Files.exists(beside) ? Files.size(beside) : 0);
    }

    private static double sqnrDb(List<SequencedMap<String, Tensor>> wanted, List<SequencedMap<String, Tensor>> got) {
        double worst = Double.MAX_VALUE;
        for (String output : wanted.getFirst().keySet()) {
            double signal = 0;
            double noise = 0;
            for (int s = 0; s < wanted.size(); s++) {
                float[] a = wanted.get(s).getOrDefault(output, Tensor.ofFloats(new long[]{0})).floats();
                float[] b = got.get(s).getOrDefault(output, Tensor.ofFloats(new long[]{0})).floats();
                for (int i = 0; i < a.length; i++) {
                    signal += (double) a[i] * a[i];
                    noise += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
                }
            }
            worst = Math.min(worst, noise == 0 ? Double.MAX_VALUE : 10 * Math.log10(signal / noise));
        }
        return worst;
    }
}
