package dev.lathe.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.base.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherEnginesTest {
    @TempDir
    private Path folder;

    @Test
    void namesTheArtifactAndTheWayToOnnx() throws Exception {
        Path file = Files.writeString(folder.resolve("net.TFLITE"), "TFL3");
        assertThat(OtherEngines.of(file).map(Problem::sentence)).contains(file
                + ": a file named so is a model of TensorFlow Lite, whose engine is not here: ai.djl.tflite:tflite-engine of"
                + " Maven Central would bring it, and Lathe has no backend for it yet. Convert it to ONNX with tf2onnx"
                + " (python -m tf2onnx.convert --tflite FILE) and give that file.");
    }

    @Test
    void guessesNothingFromANameThatTellsNothing() throws Exception {
        assertThat(OtherEngines.of(Files.writeString(folder.resolve("net.bin"), "?"))).isEmpty();
        assertThat(OtherEngines.of(folder.resolve("missing.tflite"))).isEmpty();
    }
}
