package dev.lathe.app.engine.store;

import dev.lathe.base.VariantId;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// A variant as the history knows it: how it was made and which file it is.
///
/// @param id its identity
/// @param parentSha256 the hash of the model that it was made from, in hexadecimal
/// @param name the name of its recipe: `static-int8`
/// @param content the file
/// @param recipeJson the recipe as JSON
/// @param stepsJson what each step did, as JSON
/// @param provenanceJson versions, target and calibration data, as JSON
/// @param created when it was made, to the millisecond
public record StoredVariant(VariantId id, String parentSha256, String name, Content content, String recipeJson,
        String stepsJson,
        String provenanceJson, Instant created) {

    /// Cuts the time to what the history keeps.
    public StoredVariant {
        created = created.truncatedTo(ChronoUnit.MILLIS);
    }

    /// The file of a variant.
    ///
    /// @param path relative to the workspace's root, or absolute and inside of it; read back relative
    /// @param sha256 the hash of the file, in hexadecimal
    /// @param sizeBytes its size, external data included
    public record Content(Path path, String sha256, long sizeBytes) {}
}
