package dev.lathe.app.gui.work;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A variant that was made of a model, or of another variant of it.
///
/// @param name of its recipe
/// @param id 12 hexadecimal digits
/// @param parent the id of the variant that it was made of; empty if that is the model
/// @param file where it is; it may be gone
/// @param sizeBytes of the file
/// @param changes what was done to it, in words
/// @param recipeJson how it is made again
public record Descendant(String name, String id, Optional<String> parent, Path file, long sizeBytes,
        List<String> changes, String recipeJson) {

    /// Copies the list.
    public Descendant {
        changes = List.copyOf(changes);
    }
}
