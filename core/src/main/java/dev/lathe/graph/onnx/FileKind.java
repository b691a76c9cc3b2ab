package dev.lathe.graph.onnx;

import dev.lathe.base.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// Recognises what people hand over in place of a model, by the first bytes, so that the message can name it.
final class FileKind {
    private static final int HEAD_BYTES = 512;
    private static final String EXPORT = "Export the model to ONNX and give that file.";

    private FileKind() {}

    static void refuseAllButModels(Path path) {
        problem(path).ifPresent(p -> {
            throw p.toException();
        });
    }

    private static Optional<Problem> problem(Path path) {
        String where = path.toString();
        if (!Files.exists(path)) {
            return Optional.of(Problem.error("file-missing", where, "there is no such file", "Check the path."));
        }
        if (Files.isDirectory(path)) {
            return Optional.of(Problem.error("file-is-folder", where, "this is a folder, not a model",
                    "Give the .onnx file in it."));
        }
        if (!Files.isRegularFile(path)) {
            return Optional.of(Problem.error("file-not-regular", where,
                    "this is a pipe or a device, and a model is read in place",
                    "Save the model to a file and give that."));
        }
        byte[] head;
        try (InputStream in = Files.newInputStream(path)) {
            head = in.readNBytes(HEAD_BYTES);
        } catch (IOException e) {
            throw OnnxReader.unreadable(path, e);
        }
        return what(head).map(w -> Problem.error(w.code(), where, w.what(), w.remedy()));
    }

    private record What(String code, String what, String remedy) {}

    private static Optional<What> what(byte[] head) {
        if (head.length == 0) {
            return Optional.of(new What("file-empty", "the file is empty (0 bytes)", "Download or export it again."));
        }
        String text = new String(head, StandardCharsets.ISO_8859_1);
        String start = text.stripLeading().toLowerCase(Locale.ROOT);
        if (text.startsWith("version https://git-lfs.github.com/spec")) {
            return Optional.of(new What("git-lfs-pointer", "the file is a Git LFS pointer, not the model it points to",
                    "Run `git lfs pull` in its repository, or download the model itself."));
        }
        if (start.startsWith("<!doctype html") || start.startsWith("<html") || start.startsWith("<?xml")
                || start.startsWith("<head")) {
            return Optional.of(new What("web-page", "the file is a web page, not a model",
                    "Download the raw file: the address gave a page about it."));
        }
        if (text.startsWith("PK\u0003\u0004")) {
            return Optional
                    .of(new What("not-onnx", "the file is a zip archive, such as TorchScript or a PyTorch checkpoint",
                            "TorchScript can be inspected, evaluated and measured when it is named .pt; for variants and bundles export with torch.onnx.export."));
        }
        if (text.startsWith("\u0080") && text.length() > 1 && text.charAt(1) >= 2 && text.charAt(1) <= 5) {
            return Optional
                    .of(new What("not-onnx", "the file is a Python pickle, such as a PyTorch checkpoint", EXPORT));
        }
        if (text.startsWith("\u0089HDF")) {
            return Optional.of(new What("not-onnx", "the file is HDF5, such as a Keras model", EXPORT));
        }
        if (text.startsWith("\u001f\u008b")) {
            return Optional
                    .of(new What("not-onnx", "the file is compressed with gzip", "Unpack it first: gunzip FILE."));
        }
        if (text.startsWith("TFL3", 4)) {
            return Optional.of(new What("not-onnx", "the file is a TensorFlow Lite model", EXPORT));
        }
        if (text.startsWith("ORTM", 4)) {
            return Optional.of(new What("not-onnx", "the file is in ONNX Runtime's own .ort format",
                    "Give the .onnx file it was made of."));
        }
        return start.startsWith("{")
                ? Optional.of(new What("not-onnx", "the file is JSON text, not a model", EXPORT))
                : Optional.empty();
    }
}
