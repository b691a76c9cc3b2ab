package dev.lathe.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.ProblemException;
import dev.lathe.base.Shared;
import dev.lathe.graph.MappedFile;
import dev.lathe.graph.Model;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.onnx.OnnxProto.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundTripTest {
    @TempDir
    Path folder;

    @Test
    void everyReadableModelComesBackEqualFieldByField() throws IOException {
        List<String> different = new ArrayList<>();
        int read = 0;
        for (Path path : Shared.files("models", ".onnx")) {
            Model model;
            try {
                model = OnnxReader.read(path);
            } catch (ProblemException _) {
                continue;
            }
            read++;
            ModelProto original = OnnxReader.parse(MappedFile.open(path));
            if (!OnnxWriter.asBefore(model).equals(original)) {
                different.add(path.getFileName().toString());
            }
        }
        assertThat(read).isGreaterThan(15);
        assertThat(different).isEmpty();
    }

    @Test
    void theSampleIsWrittenByteForByte() throws IOException {
        Path copy = folder.resolve("copy.onnx");
        OnnxWriter.write(OnnxReader.read(Shared.sample("digits.onnx")), copy);
        assertThat(OnnxReader.parse(MappedFile.open(copy)))
                .isEqualTo(OnnxReader.parse(MappedFile.open(Shared.sample("digits.onnx"))));
        Path again = folder.resolve("again.onnx");
        OnnxWriter.write(OnnxReader.read(copy), again);
        assertThat(Files.mismatch(copy, again)).isEqualTo(-1);
    }

    @Test
    void weightsOfTheSampleStayInTheMappedFile() {
        Model model = OnnxReader.read(Shared.sample("digits.onnx"));
        assertThat(model.graph().initializers().values()).filteredOn(t -> t.sizeBytes() > 0)
                .allMatch(t -> t instanceof TensorData.Mapped);
    }

    @Test
    void externalWeightsBecomeInsideOnesWithTheSameBytes() {
        Model model = OnnxReader.read(Shared.path("models/awkward/external_data_digits/model.onnx"));
        Path copy = folder.resolve("inside.onnx");
        OnnxWriter.write(model, copy);
        Model inside = OnnxReader.read(copy);
        assertThat(inside.graph().initializers().keySet()).isEqualTo(model.graph().initializers().keySet());
        model.graph().initializers().forEach((name, tensor) -> assertThat(inside.graph().initializers())
                .hasEntrySatisfying(name, t -> assertThat(t.bytes().mismatch(tensor.bytes())).isEqualTo(-1)));
    }
}
