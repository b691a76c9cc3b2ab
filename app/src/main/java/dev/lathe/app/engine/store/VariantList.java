package dev.lathe.app.engine.store;

import dev.lathe.base.Problem;
import dev.lathe.base.VariantId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// How variants were made.
final class VariantList {
    private static final Pattern PREFIX = Pattern.compile("[0-9a-fA-F]{6,12}");

    private final Workspace workspace;
    private final Database database;

    VariantList(Workspace workspace, Database database) {
        this.workspace = workspace;
        this.database = database;
    }

    void put(StoredVariant variant) {
        database.update(
                """
                        INSERT INTO variants (id, parent_sha256, name, path, sha256, size_bytes, recipe, steps, provenance, created_ms)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                variant.id().hex(), variant.parentSha256(), variant.name(),
                workspace.relative(variant.content().path()), variant.content().sha256(), variant.content().sizeBytes(),
                variant.recipeJson(),
                variant.stepsJson(), variant.provenanceJson(), variant.created().toEpochMilli());
    }

    Optional<StoredVariant> of(VariantId id) {
        return database.first("SELECT * FROM latest_variants WHERE id = ?", Rows::variant, id.hex());
    }

    List<StoredVariant> of(RunId run) {
        return database.list("""
                SELECT v.* FROM latest_variants v JOIN run_uses u ON u.kind = 'variant' AND u.name = v.id
                JOIN kept_runs r ON r.seq = u.run WHERE r.id = ? ORDER BY u.rowid""", Rows::variant, run.text());
    }

    List<StoredVariant> all() {
        return database.list("SELECT * FROM latest_variants ORDER BY seq DESC", Rows::variant);
    }

    static boolean isPrefix(String text) {
        return PREFIX.matcher(text).matches();
    }

    Optional<StoredVariant> beginning(String prefix) {
        if (!isPrefix(prefix)) {
            throw Problem
                    .error("variant-prefix", prefix, "not the beginning of a variant id",
                            "Give 6 to 12 hexadecimal digits.")
                    .toException();
        }
        List<StoredVariant> found = database.list("SELECT * FROM latest_variants WHERE id GLOB ? ORDER BY seq DESC",
                Rows::variant,
                prefix.toLowerCase(Locale.ROOT) + "*");
        if (found.size() > 1) {
            String ids = found.stream().map(variant -> variant.id() + " (" + variant.name() + ")")
                    .collect(Collectors.joining(", "));
            throw Problem.error("variant-ambiguous", prefix, "several variants begin so: " + ids, "Give more digits.")
                    .toException();
        }
        return found.stream().findFirst();
    }
}
