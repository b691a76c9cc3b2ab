package dev.lathe.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Blue and red pictures of one pixel, and "models" that look at the first and the last channel.
class PlausibilityTest {
    private static final List<ValueInfo> INPUT = List.of(ValueInfo.tensor("x", DataType.FLOAT,
            List.of(new Dim.Symbol("batch"), new Dim.Fixed(3), new Dim.Fixed(1), new Dim.Fixed(1))));
    private static final List<ValueInfo> OUTPUT = List.of(ValueInfo.tensor("y", DataType.FLOAT,
            List.of(new Dim.Symbol("batch"), new Dim.Fixed(2))));

    @TempDir
    Path folder;

    @BeforeEach
    void pictures() throws IOException {
        for (int i = 0; i < 20; i++) {
            picture("blue/" + i + ".png", 0x0000FF - i);
            picture("red/" + i + ".png", 0xFF0000 - (i << 16));
        }
    }

    private void picture(String name, int pixel) throws IOException {
        Path file = folder.resolve("pictures").resolve(name);
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, pixel);
        ImageIO.write(image, "png", file.toFile());
    }

    private Dataset data(String colour, String scale) throws IOException {
        Path file = folder.resolve("dataset.json");
        Files.writeString(file, """
                {'format':'lathe-dataset/1','task':'classification','source':{'kind':'images','folder':'pictures'},
                 'inputs':{'x':{'from':'image','colour':'%s','scale':%s}}}
                """.formatted(colour, scale).replace('\'', '"'));
        return Dataset.open(file);
    }

    private Optional<Problem> doubts(Dataset data, Function<float[], float[]> model) {
        Plausibility plausibility = new Plausibility(data, INPUT, OUTPUT, 1);
        return plausibility.check(IntStream.range(0, data.size()).boxed().toList(), (pack, outputs, out) -> {
            try (TensorPackWriter writer = TensorPack.writer(out)) {
                for (int i = 0; i < pack.size(); i++) {
                    SequencedMap<String, Tensor> sample = new LinkedHashMap<>();
                    sample.put("y", Tensor.ofFloats(new long[]{1, 2},
                            model.apply(pack.sample(i).firstEntry().getValue().floats())));
                    writer.add(sample);
                }
            }
            return TensorPack.open(out);
        }, folder.resolve("pack"), new Cancellation());
    }

    /// Trained on RGB in 0..1: blue is class 0, red class 1; out of its range it knows nothing.
    private static float[] trained(float[] rgb) {
        return rgb[0] > 1 || rgb[2] > 1 ? new float[]{1, 0} : new float[]{rgb[2], rgb[0]};
    }

    @Test
    void saysNothingWherePicturesArriveAsTrained() throws Exception {
        assertThat(doubts(data("RGB", "0.00392156862745098"), PlausibilityTest::trained)).isEmpty();
    }

    @Test
    void findsSwappedColours() throws Exception {
        assertThat(doubts(data("BGR", "0.00392156862745098"), PlausibilityTest::trained).orElseThrow().sentence())
                .endsWith("dataset.json: of some samples 0 % are right, but 100 % with colour RGB (n = 40). "
                        + "Check inputs.x.colour of the description.");
    }

    @Test
    void findsPixelsInAnotherRange() throws Exception {
        assertThat(doubts(data("RGB", "1"), PlausibilityTest::trained).orElseThrow().sentence())
                .endsWith("of some samples 50 % are right, but 100 % with scale 0.003921569 (n = 40). "
                        + "Check inputs.x.scale of the description.");
    }

    @Test
    void tellsWhatIsNoBetterThanChance() throws Exception {
        assertThat(doubts(data("RGB", "1"), _ -> new float[]{1, 0}).orElseThrow().sentence())
                .contains(
                        "the original is right on 50 % of some samples, no better than chance among 2 classes (n = 40)");
    }
}
