package dev.lathe.optimize;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.VariantId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

    /// The same variant in another place; what was there is replaced.
    ///
    /// @throws ProblemException `file-unwritable` if it cannot be moved there
    public Variant movedTo(Path other) {
        try {
            Files.move(file, other, StandardCopyOption.REPLACE_EXISTING);
            Path data = file.resolveSibling(file.getFileName() + ".data");
            if (Files.exists(data)) {
                Files.move(data, other.resolveSibling(other.getFileName() + ".data"),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new ProblemException(Problem.error("file-unwritable", other.toString(),
                    "the model cannot be written (" + e.getClass().getSimpleName() + ": " + e.getMessage() + ")",
                    "Check that the folder exists, that you may write to it, and that the disk has room."), e);
        }
        return new Variant(id, recipe, other, sizeBytes, steps, provenance);
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
