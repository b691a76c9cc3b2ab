package dev.lathe.graph.onnx;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.graph.MappedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The files beside a model in which its weights lie. None may lie outside the model's folder, also not by way of a
/// symbolic link: a model from the net must not make us read other files.
final class ExternalFiles {
    private final Path model;
    private final Map<String, MappedFile> open = new HashMap<>();

    ExternalFiles(Path model) {
        this.model = model;
    }

    /// The model whose weights lie in these files.
    Path model() {
        return model;
    }

    MappedFile file(String location, String tensor) {
        MappedFile known = open.get(location);
        if (known != null) {
            return known;
        }
        Path path = resolve(location, tensor);
        try {
            MappedFile mapped = MappedFile.open(path);
            open.put(location, mapped);
            return mapped;
        } catch (IOException e) {
            throw OnnxReader.unreadable(path, e);
        }
    }

    private Path resolve(String location, String tensor) {
        try {
            Path folder = model.toAbsolutePath().resolveSibling(".").toRealPath();
            Path wanted = folder.resolve(location).normalize();
            if (location.isEmpty() || Path.of(location).isAbsolute() || !wanted.startsWith(folder)) {
                throw outside(location, tensor);
            }
            if (!Files.exists(wanted)) {
                throw Problem.error("external-data-missing", model.toString(),
                        "the weights of " + tensor + " are in the file " + location + ", which is not there",
                        "Put " + location + " into the folder of the model.").toException();
            }
            if (!Files.isRegularFile(wanted)) {
                throw Problem.error("external-data-missing", model.toString(),
                        "the weights of " + tensor + " are in " + location + ", which is no regular file",
                        "Put the file " + location + " into the folder of the model.").toException();
            }
            if (!wanted.toRealPath().startsWith(folder)) {
                throw outside(location, tensor);
            }
            return wanted;
        } catch (InvalidPathException _) {
            throw outside(location, tensor);
        } catch (IOException e) {
            throw OnnxReader.unreadable(model, e);
        }
    }

    private ProblemException outside(String location, String tensor) {
        return Problem.error("external-data-outside", model.toString(),
                "the weights of " + tensor + " are said to be in " + location + ", outside the model's folder",
                "Do not trust this file; if it is yours, save the model again with its data beside it.").toException();
    }
}
