package dev.lathe.export.triton;

import static dev.lathe.export.Deployments.nonTensor;
import static dev.lathe.export.Deployments.plan;
import static dev.lathe.export.Deployments.tensor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.export.Deployment;
import dev.lathe.export.Deployments;
import dev.lathe.export.ExportFile;
import dev.lathe.export.ServingChoice;
import dev.lathe.graph.DataType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole files, compared byte for byte. `-Dgolden.update=true` rewrites them; a person reads the diff.
class TritonGoldenTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"digits", "fixed_batch", "text", "scalar_input", "zipmap"})
    void writesTheConfigurationThatWasReviewed(String name) throws Exception {
        String seen = new TritonExporter().render(deployment(name)).stream()
                .filter(ExportFile.Text.class::isInstance).map(ExportFile.Text.class::cast)
                .filter(f -> f.path().endsWith("config.pbtxt")).map(ExportFile.Text::content).findFirst().orElseThrow();
        Path golden = Stream.of("exporters", "src", "test", "resources", "golden", "triton", name + ".pbtxt")
                .reduce(Path.of(System.getProperty("lathe.repository", "..")), Path::resolve, (a, _) -> a);
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(golden.resolveSibling("."));
            Files.writeString(golden, seen);
        }

        assertThat(seen).isEqualTo(Files.readString(golden));
    }

    private Deployment deployment(String name) {
        return switch (name) {
            case "digits" -> Deployments.digits(folder);
            case "fixed_batch" ->
                Deployments.of(folder, name, List.of(tensor("input_0", DataType.FLOAT, 10, 1, 28, 28)),
                        List.of(tensor("output_0", DataType.FLOAT, 10, 10)), plan(1));
            case "text" -> Deployments.of(folder, name,
                    List.of(tensor("input_ids", DataType.INT64, "batch", "sequence"),
                            tensor("attention_mask", DataType.INT64, "batch", "sequence")),
                    List.of(tensor("logits", DataType.FLOAT, "batch", 2)),
                    new ServingChoice(8, List.of(4, 8), 2000, 1, 2, "cpu"));
            case "scalar_input" -> Deployments.of(folder, name,
                    List.of(tensor("input", DataType.FLOAT, "?", "?"), tensor("state", DataType.FLOAT, 2, "?", 128),
                            tensor("sr", DataType.INT64)),
                    List.of(tensor("output", DataType.FLOAT, "?", 1), tensor("stateN", DataType.FLOAT, "?", "?", "?")),
                    plan(1));
            case "zipmap" -> Deployments.of(folder, name, List.of(tensor("float_input", DataType.FLOAT, "?", 4)),
                    List.of(tensor("output_label", DataType.INT64, "?"), nonTensor("output_probability")), plan(4));
            default -> throw new IllegalArgumentException(name);
        };
    }
}
