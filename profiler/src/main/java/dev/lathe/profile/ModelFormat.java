package dev.lathe.profile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/// The formats of models that a backend can run, told apart by their first bytes.
public enum ModelFormat {
    ONNX("onnxruntime"), TORCHSCRIPT("pytorch");

    private static final byte[] ZIP = {'P', 'K', 3, 4};

    private final String backend;

    ModelFormat(String backend) {
        this.backend = backend;
    }

    /// Id of the backend that runs it.
    public String backend() {
        return backend;
    }

    /// The format of a file: TorchScript where it is a zip archive and named `.pt`, `.pth` or `.torchscript`;
    /// else ONNX, whose reader says what is wrong with a file that is neither.
    public static ModelFormat of(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        boolean named = name.endsWith(".pt") || name.endsWith(".pth") || name.endsWith(".torchscript");
        if (!named || !Files.isRegularFile(file)) {
            return ONNX;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(ZIP.length), ZIP) ? TORCHSCRIPT : ONNX;
        } catch (IOException _) {
            return ONNX; // whose reader says what is wrong
        }
    }
}
