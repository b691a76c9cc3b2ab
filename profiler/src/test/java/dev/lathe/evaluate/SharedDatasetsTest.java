package dev.lathe.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SharedDatasetsTest {
    /// Columns: description, sample count, calibration count by default, input, its type, its shape (`?` is open), the
    /// shape of the first sample.
    @ParameterizedTest
    @CsvSource({"imagenet/squeezenet1.1, 270, 70, data, FLOAT, ? 3 224 224, 1 3 224 224",
        "imagenet/mobilenetv2, 270, 70, input, FLOAT, ? 3 224 224, 1 3 224 224",
        "imagenet/mobilenetv2_int8_qdq, 270, 70, input, FLOAT, ? 3 224 224, 1 3 224 224",
        "cifar10/resnet20, 1000, 100, input, FLOAT, ? 3 32 32, 1 3 32 32",
        "cifar10/vit_ibp_3_3_8, 1000, 100, input, FLOAT, ? 3 32 32, 1 3 32 32",
        "cifar10/resnet20_traced, 1000, 100, input, FLOAT, 1 3 32 32, 1 3 32 32",
        "mnist/mnist_cntk, 10000, 100, Input3, FLOAT, 1 1 28 28, 1 1 28 28",
        "mnist/mnistfc_256x4, 10000, 100, 0, FLOAT, 1 784 1, 1 784 1",
        "mnist/lenet_fixed_batch10, 10000, 100, input_0, FLOAT, 10 1 28 28, 1 1 28 28",
        "tabular/rf_iris, 150, 30, float_input, FLOAT, ? 4, 1 4",
        "bert-tiny-sst2/model, 1372, 500, input_ids, INT64, ? ?, 1 12",
        "bert-tiny-sst2/model, 1372, 500, token_type_ids, INT64, ? 128, 1 128",
        "magika/standard_v3_3, 74, 20, bytes, INT32, ? 2048, 1 2048",
        "detection/yolox_nano_416, 8, 4, images, FLOAT, 1 3 416 416, 1 3 416 416",
        "detection/ultraface_rfb_320, 8, 4, input, FLOAT, 1 3 240 320, 1 3 240 320"})
    void opensEveryReadyDescription(String name, int count, int calibrating, String input, DataType type,
            String declared,
            String expected) {
        Dataset dataset = Dataset.open(shared().resolve(name + ".dataset.json"));
        assertThat(dataset.size()).isEqualTo(count);
        assertThat(dataset.calibration(Selection.DEFAULT)).hasSize(calibrating)
                .doesNotContainAnyElementsOf(dataset.evaluation(Selection.DEFAULT));
        if (dataset.description().division().splits().containsKey("peer")) {
            assertThat(dataset.calibration(Selection.split("peer"))).isNotEmpty()
                    .doesNotContainAnyElementsOf(dataset.evaluation(Selection.split("peer")));
        }
        List<Dim> dims = Stream.of(declared.split(" "))
                .map(d -> d.equals("?") ? new Dim.Any() : (Dim) new Dim.Fixed(Long.parseLong(d))).toList();
        Tensor tensor = dataset.sample(0, List.of(ValueInfo.tensor(input, type, dims))).firstEntry().getValue();
        assertThat(tensor.signature()).isEqualTo(type.label() + "[" + expected.replace(' ', ',') + "]");
        assertThat(dataset.label(0).isPresent()).isEqualTo(!name.startsWith("detection"));
    }

    @Test
    void knowsEveryReadyDescription() throws IOException {
        try (Stream<Path> files = Files.walk(shared())) {
            assertThat(files.filter(f -> f.toString().endsWith(".dataset.json"))).hasSize(14);
        }
    }

    @Test
    void opensTheSampleThatIsShipped() {
        Path samples = Path.of(System.getProperty("lathe.repository", "..")).resolve("app/samples");
        Dataset dataset = Dataset.open(samples.resolve("digits.dataset.json"));
        assertThat(dataset.name()).isEqualTo("digits");
        assertThat(dataset.size()).isEqualTo(1200);
        assertThat(dataset.calibration(Selection.DEFAULT)).hasSize(200);
        assertThat(dataset.sample(0, List.of(ValueInfo.tensor("image", DataType.FLOAT))).firstEntry().getValue()
                .elements())
                .isPositive();
    }

    /// Expected: Hugging Face's tokenizers 0.23.2 with padding off.
    @Test
    void splitsTextAsTheTokenizersAuthorsDo() {
        Path folder = shared().resolve("bert-tiny-sst2");
        Dataset dataset = Dataset.open(folder.resolve("model.dataset.json"));
        Tensor ids = dataset.sample(0, List.of(ValueInfo.tensor("input_ids", DataType.INT64))).firstEntry().getValue();
        assertThat(ids.longs()).containsExactly(101, 2009, 1005, 1055, 1037, 11951, 1998, 2411, 12473, 4990, 1012, 102);
    }

    private static Path shared() {
        String named = System.getProperty("lathe.shared");
        String repository = System.getProperty("lathe.repository", ".");
        Path shared = named != null ? Path.of(named) : Path.of(repository).resolve("../shared").normalize();
        Path models = shared.resolve("models");
        Assumptions.assumeTrue(Files.isDirectory(models), "no sample models at " + models);
        return models;
    }
}
