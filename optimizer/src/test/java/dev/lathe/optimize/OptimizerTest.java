package dev.lathe.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.ProblemException;
import dev.lathe.graph.Model;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.graph.onnx.OnnxWriter;
import dev.lathe.profile.statistics.SignalToNoise;
import dev.lathe.profile.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptimizerTest {
    private static final int PIXELS = 784;
    private static final int HEADER_BYTES = 16;

    @TempDir
    Path folder;

    private final Optimizer.Parent digits = Optimizer.Parent.read(Shared.sample("digits.onnx"));

    @Test
    void theOriginalIsTheVeryFile() throws IOException {
        Path out = folder.resolve("original.onnx");
        Variant variant = Optimizer.run(digits, Recipes.named("original"), Tiny.context(folder, List.of()), out);
        assertThat(Files.mismatch(out, digits.file())).isEqualTo(-1);
        assertThat(variant.sizeBytes()).isEqualTo(Files.size(digits.file()));
        assertThat(variant.steps()).isEmpty();
    }

    @Test
    void theSameInputsGiveTheSameIdAndTheSameBytes() throws IOException {
        PassContext context = Tiny.context(folder, digitImages(0, 20));
        for (String recipe : Recipes.PRESETS) {
            Path first = folder.resolve("first.onnx");
            Path second = folder.resolve("second.onnx");
            Variant a = Optimizer.run(digits, Recipes.named(recipe), context, first);
            Variant b = Optimizer.run(digits, Recipes.named(recipe), context, second);
            assertThat(a.id()).isEqualTo(b.id())
                    .isEqualTo(Optimizer.provenance(digits, Recipes.named(recipe), context).id());
            assertThat(Files.mismatch(first, second)).isEqualTo(-1);
        }
    }

    @Test
    void whatDecidesTheBytesDecidesTheId() {
        PassContext context = Tiny.context(folder, List.of());
        Provenance clean = Optimizer.provenance(digits, Recipes.named("clean"), context);
        assertThat(Optimizer.provenance(digits, Recipes.named("static-int8"), context).id()).isNotEqualTo(clean.id());
        assertThat(Optimizer.provenance(digits, Recipes.named("clean"), Tiny.context(folder, List.of(), false)).id())
                .isNotEqualTo(clean.id());
        assertThat(Optimizer.provenance(new Optimizer.Parent(digits.model(), digits.file(), "other"),
                Recipes.named("clean"), context).id()).isNotEqualTo(clean.id());
    }

    @Test
    void theFileSaysWhereItComesFrom() {
        Path out = folder.resolve("clean.onnx");
        Variant variant = Optimizer.run(digits, Recipes.named("clean"), Tiny.context(folder, List.of()), out);
        assertThat(OnnxReader.read(out).metadata().properties()).containsEntry("lathe.parent", digits.sha256())
                .containsEntry("lathe.recipe", variant.provenance().recipe());
    }

    @Test
    void staticQuantizationKeepsTheDigits() {
        assertThat(sqnrDb("static-int8")).isGreaterThan(35);
        assertThat(folder.resolve("made.onnx")).satisfies(f -> assertThat(Files.size(f))
                .isLessThan(Files.size(digits.file()) / 3));
    }

    @Test
    void dynamicQuantizationKeepsTheDigits() {
        assertThat(sqnrDb("dynamic-int8")).isGreaterThan(38);
    }

    @Test
    void cleaningChangesNoDigit() {
        assertThat(sqnrDb("clean")).isGreaterThan(100);
    }

    @Test
    void nothingIsWrittenWhereTheVariantCannotBeMade() {
        Path out = folder.resolve("none.onnx");
        assertThatThrownBy(
                () -> Optimizer.run(digits, Recipes.named("static-int8"), Tiny.context(folder, List.of()), out))
                .isInstanceOf(ProblemException.class)
                .hasMessage("static quantization needs calibration data and got none. Give --data with samples of real"
                        + " inputs, or use dynamic-int8, which needs none.");
        assertThat(out).doesNotExist();
    }

    @Test
    void aResultThatDoesNotLoadIsRefusedWithTheReason() {
        Model broken = new Tiny().input("x", 2, 2).output("y", 2, 2).weights("w", 3L, 2L).node("Add", "x zero", "sum")
                .constant("zero", TensorData.ofFloats(List.of(2L, 2L), 0, 0, 0, 0))
                .node("MatMul", "sum w", "y").model(13);
        Path file = folder.resolve("broken.onnx");
        OnnxWriter.write(broken, file);
        Path out = folder.resolve("none.onnx");
        Recipe recipe = new Recipe("tidy", List.of(Step.of("remove-dead-nodes")));
        assertThatThrownBy(
                () -> Optimizer.run(Optimizer.Parent.read(file), recipe, Tiny.context(folder, List.of()), out))
                .isInstanceOf(ProblemException.class)
                .hasMessageStartingWith("tidy: the runtime does not load the model as it came, before any step: ")
                .hasMessageContaining("y_node");
        assertThat(out).doesNotExist();
    }

    @Test
    void anUnsoundModelIsRefusedBeforeAnyPassSeesIt() {
        Model dangling = new Tiny().input("x", 2, 2).output("y", 2, 2).node("Add", "x nobody", "y").model(13);
        Optimizer.Parent parent = new Optimizer.Parent(dangling, Path.of("dangling.onnx"), "hash");
        assertThatThrownBy(() -> Optimizer.run(parent, Recipes.named("clean"), Tiny.context(folder, List.of()),
                folder.resolve("none.onnx"))).isInstanceOf(ProblemException.class)
                .hasMessage(
                        "dangling.onnx: node y_node (Add) reads the tensor nobody, which nothing produces. Export the"
                                + " model again: a node, an input or an initializer is missing.");
    }

    private double sqnrDb(String recipe) {
        Path out = folder.resolve("made.onnx");
        Optimizer.run(digits, Recipes.named(recipe), Tiny.context(folder, digitImages(0, 100)), out);
        List<SequencedMap<String, Tensor>> images = digitImages(100, 200);
        SignalToNoise ratio = new SignalToNoise();
        List<SequencedMap<String, Tensor>> wanted = Tiny.run(digits.model(), images);
        List<SequencedMap<String, Tensor>> got = Tiny.run(OnnxReader.read(out), images);
        for (int i = 0; i < wanted.size(); i++) {
            ratio.add(wanted.get(i), got.get(i));
        }
        return ratio.worstDb();
    }

    private static List<SequencedMap<String, Tensor>> digitImages(int from, int to) {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(Shared.sample("digits-images-idx3-ubyte.gz")))) {
            byte[] bytes = in.readAllBytes();
            List<SequencedMap<String, Tensor>> samples = new ArrayList<>();
            for (int i = from; i < to; i++) {
                float[] pixels = new float[PIXELS];
                for (int p = 0; p < PIXELS; p++) {
                    pixels[p] = ((bytes[HEADER_BYTES + i * PIXELS + p] & 0xff) / 255f - 0.1307f) / 0.3081f;
                }
                samples.add(new LinkedHashMap<>(Map.of("image", Tensor.ofFloats(new long[]{1, 1, 28, 28}, pixels))));
            }
            return samples;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
