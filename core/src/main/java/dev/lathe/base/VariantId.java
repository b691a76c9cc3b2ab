package dev.lathe.base;

import java.util.List;
import java.util.regex.Pattern;

/// The identity of a variant: 12 hexadecimal digits of a SHA-256 over everything that decides its bytes.
///
/// @param hex 12 lower-case hexadecimal digits
public record VariantId(String hex) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{12}");

    /// Checks the form.
    public VariantId {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException("not a variant id: " + hex);
        }
    }

    /// The id made of these parts, which are hashed in order and kept apart.
    public static VariantId of(String... parts) {
        return new VariantId(Sha256.ofText(String.join("\u0000", List.of(parts))).substring(0, 12));
    }

    @Override
    public String toString() {
        return hex;
    }
}
