package dev.lathe.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lathe.base.ProblemException;
import dev.lathe.graph.onnx.OnnxReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariantTest {
    @TempDir
    Path folder;

    private static Variant of(Path file) {
        Recipe recipe = Recipes.named("original");
        Provenance provenance = new Provenance("ab", recipe.canonical(), "", "cpu", Optimizer.VERSION);
        return new Variant(provenance.id(), recipe, file, Variant.sizeBytes(file), List.of(), provenance);
    }

    @Test
    void isCopiedWhole() {
        Path sample = Shared.sample("digits.onnx");
        Variant copy = of(sample).copiedTo(folder.resolve("copy.onnx"));
        assertThat(copy.file()).isEqualTo(folder.resolve("copy.onnx"));
        assertThat(OnnxReader.read(copy.file()).graph().nodes()).extracting(n -> n.name() + " " + n.inputs())
                .isEqualTo(OnnxReader.read(sample).graph().nodes().stream().map(n -> n.name() + " " + n.inputs())
                        .toList());
        assertThat(copy.copiedTo(folder.resolve("again.onnx")).file()).hasSameBinaryContentAs(copy.file());
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void namesAFolderThatIsNotThere() {
        Path out = folder.resolve("no").resolve("copy.onnx");
        assertThatThrownBy(() -> of(Shared.sample("digits.onnx")).copiedTo(out)).isInstanceOf(ProblemException.class)
                .hasMessageStartingWith(out + ": the model cannot be written");
    }

    @Test
    void keepsItsWeightsWhereTheyLieInAFileOfTheirOwn() throws IOException {
        Optional<Path> shared = Shared.models().stream().filter(f -> f.endsWith("external_data_digits/model.onnx"))
                .findFirst();
        assumeTrue(shared.isPresent(), "the folder of shared models is absent");
        Path model = Files.copy(shared.orElseThrow(), folder.resolve("model.onnx"));
        Path data = Files.copy(shared.orElseThrow().resolveSibling("model.onnx.data"),
                folder.resolve("model.onnx.data"));
        Variant copy = of(model).copiedTo(folder.resolve("copy.onnx"));
        Files.delete(model);
        Files.delete(data);
        assertThat(OnnxReader.read(copy.file()).graph().initializers()).isNotEmpty();
        assertThat(copy.sizeBytes()).isGreaterThan(1_000_000);
    }
}
