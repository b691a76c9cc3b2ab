package dev.lathe.graph.onnx;

import static dev.lathe.graph.Models.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import dev.lathe.graph.Model;
import dev.lathe.graph.TensorData;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Weights in files beside the model.
class ExternalDataTest {
    @TempDir
    Path outside;

    private Path folder = Path.of("");

    @BeforeEach
    void weightsBesideTheModelAndOutsideItsFolder() throws IOException {
        folder = Files.createDirectory(outside.resolve("model"));
        Files.write(folder.resolve("w.bin"), new byte[16]);
        Files.write(outside.resolve("secret.bin"), new byte[16]);
    }

    private Path model(String... where) throws IOException {
        return Protos.save(Protos.adding(Protos.external(List.of(where), 2)), folder.resolve("m.onnx"));
    }

    private static void refuses(Path model, String code, String sentence) {
        Problem problem = problem(() -> OnnxReader.read(model));
        assertThat(problem.sentence()).isEqualTo(sentence);
        assertThat(problem.code()).isEqualTo(code);
    }

    private void refusesAsOutside(String location) throws IOException {
        Path model = model("location", location);
        refuses(model, "external-data-outside", model + ": the weights of tensor w are said to be in " + location
                + ", outside the model's folder. "
                + "Do not trust this file; if it is yours, save the model again with its data beside it.");
    }

    private static TensorData weights(Model model) {
        return model.graph().initializers().firstEntry().getValue();
    }

    @Test
    void weightsAreMappedFromTheirPlace() throws IOException {
        Files.write(folder.resolve("w.bin"), new byte[]{0, 0, 0, 0, 0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40});
        TensorData weights = weights(OnnxReader.read(model("location", "w.bin", "offset", "4", "length", "8")));
        assertThat(weights.floats()).containsExactly(1f, 2f);
        assertThat(weights).isInstanceOfSatisfying(TensorData.Mapped.class,
                m -> assertThat(m.external()).contains("w.bin"));
    }

    @Test
    void theShapeGivesTheLengthWhereNoneIsSaid() throws IOException {
        assertThat(weights(OnnxReader.read(model("location", "w.bin"))).sizeBytes()).isEqualTo(8);
    }

    @Test
    void aFileInAFolderBelowIsRead() throws IOException {
        Files.write(Files.createDirectory(folder.resolve("data")).resolve("w.bin"), new byte[8]);
        assertThat(weights(OnnxReader.read(model("location", "data/w.bin"))).sizeBytes()).isEqualTo(8);
    }

    @Test
    void anAbsentFileIsNamed() throws IOException {
        Path model = model("location", "gone.bin");
        refuses(model, "external-data-missing",
                model + ": the weights of tensor w are in the file gone.bin, which is not there. "
                        + "Put gone.bin into the folder of the model.");
    }

    @Test
    void aFolderInPlaceOfTheFileIsNamed() throws IOException {
        Files.createDirectory(folder.resolve("data"));
        Path model = model("location", "data");
        refuses(model, "external-data-missing",
                model + ": the weights of tensor w are in data, which is no regular file. "
                        + "Put the file data into the folder of the model.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.bin", "data/../../secret.bin", "w.bin/../../secret.bin", "/etc/passwd", "",
        "../model2/w.bin", "..", "a\u0000b"})
    void noFileOutsideTheFolderIsRead(String location) throws IOException {
        refusesAsOutside(location);
    }

    @Test
    void noSymbolicLinkLeadsOutside() throws IOException {
        try {
            Files.createSymbolicLink(folder.resolve("link.bin"), outside.resolve("secret.bin"));
            Files.createSymbolicLink(folder.resolve("up"), outside);
        } catch (IOException | UnsupportedOperationException e) {
            Assumptions.abort("skipped: no symbolic links here: " + e);
        }
        refusesAsOutside("link.bin");
        refusesAsOutside("up/secret.bin");
    }

    @Test
    void aRangeBeyondTheFileIsRefused() throws IOException {
        Path data = folder.resolve("w.bin");
        refuses(model("location", "w.bin", "offset", "12"), "external-data-range",
                data.toRealPath() + ": tensor w needs 8 bytes from byte 12 on, and the file has 16. "
                        + "The file is cut short or belongs to another model: copy it again.");
        refuses(model("location", "w.bin", "length", "17"), "external-data-range",
                data.toRealPath() + ": tensor w needs 17 bytes from byte 0 on, and the file has 16. "
                        + "The file is cut short or belongs to another model: copy it again.");
        refuses(model("location", "w.bin", "offset", "9223372036854775807"), "external-data-range",
                data.toRealPath() + ": tensor w needs 8 bytes from byte 9223372036854775807 on, and the file has 16. "
                        + "The file is cut short or belongs to another model: copy it again.");
    }

    @Test
    void aLengthThatDoesNotFitTheShapeIsRefused() throws IOException {
        Path model = model("location", "w.bin", "length", "12");
        refuses(model, "tensor-size", model + ": tensor w float32[2] needs 8 bytes and has 12. "
                + "The file is damaged: export or download it again.");
    }

    @Test
    void aShapeBeyond63BitsIsRefused() throws IOException {
        long huge = 1L << 40;
        Path model = Protos.save(Protos.adding(Protos.external(List.of("location", "w.bin"), huge, huge)),
                folder.resolve("m.onnx"));
        assertThat(problem(() -> OnnxReader.read(model)).code()).isEqualTo("external-data-range");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-4", "four", "99999999999999999999"})
    void aPlaceThatIsNoNumberOfBytesIsRefused(String number) throws IOException {
        for (String key : List.of("offset", "length")) {
            Path model = model("location", "w.bin", key, number);
            refuses(model, "external-data-range", model + ": the external data of tensor w has the " + key + " "
                    + number + ". Save the model again: it must be a number of bytes.");
        }
    }

    @Test
    void aFileThatShrankAfterOpeningIsNotTouched() throws IOException {
        Model model = OnnxReader.read(model("location", "w.bin"));
        try (FileChannel channel = FileChannel.open(folder.resolve("w.bin"), StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
        changed(model);
    }

    @Test
    void aFileThatWasRewrittenIsNotReadAsIfItWereTheOldOne() throws IOException {
        Model model = OnnxReader.read(model("location", "w.bin"));
        Files.write(folder.resolve("w.bin"), new byte[16]);
        Files.setLastModifiedTime(folder.resolve("w.bin"), FileTime.fromMillis(0));
        changed(model);
    }

    @Test
    void aFileThatIsGoneHasChanged() throws IOException {
        Model model = OnnxReader.read(model("location", "w.bin"));
        Files.delete(folder.resolve("w.bin"));
        changed(model);
    }

    private void changed(Model model) throws IOException {
        String sentence = folder.toRealPath().resolve("w.bin")
                + ": the file changed while it was in use. Start again with the file as it is now.";
        assertThat(problem(() -> weights(model).floats()).sentence()).isEqualTo(sentence);
        Path copy = outside.resolve("copy.onnx");
        Problem problem = problem(() -> OnnxWriter.write(model, copy));
        assertThat(problem.sentence()).isEqualTo(sentence);
        assertThat(problem.code()).isEqualTo("file-changed");
        try (var files = Files.list(outside)) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactlyInAnyOrder("model", "secret.bin");
        }
    }
}
