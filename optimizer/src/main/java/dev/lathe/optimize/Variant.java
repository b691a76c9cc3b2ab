package dev.lathe.optimize;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.VariantId;
import dev.lathe.graph.onnx.OnnxReader;
import dev.lathe.graph.onnx.OnnxWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A model made by a recipe: checked, loaded by the runtime, and written.
///
/// @param id follows from the provenance
/// @param recipe what was done
/// @param file where it is
/// @param sizeBytes size of the file, and of its external data where it has any
/// @param steps what each step did
/// @param provenance everything that decided its bytes
public record Variant(VariantId id, Recipe recipe, Path file, long sizeBytes, List<StepReport> steps,
        Provenance provenance) {

    /// Copies the list.
    public Variant {
        steps = List.copyOf(steps);
    }

    /// The same variant in another place too, whole or not at all; what was there is replaced. It is written anew, for a model
    /// with weights in a file of their own names that file.
    ///
    /// @throws ProblemException `file-unwritable` if it cannot be written there
    public Variant copiedTo(Path other) {
        OnnxWriter.write(OnnxReader.read(file), other);
        return new Variant(id, recipe, other, sizeBytes(other), steps, provenance);
    }

    /// All warnings and notes of the steps.
    public List<Problem> problems() {
        return steps.stream().flatMap(s -> s.problems().stream()).toList();
    }

    /// Bytes of a model's file, and of the weights beside it.
    public static long sizeBytes(Path file) {
        Path data = file.resolveSibling(file.getFileName() + ".data");
        try {
            return Files.size(file) + (Files.exists(data) ? Files.size(data) : 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
