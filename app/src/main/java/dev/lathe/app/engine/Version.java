package dev.lathe.app.engine;

import java.util.Optional;

/// The version that stands beside every result.
public final class Version {
    /// Lathe's own, from the jar's manifest.
    public static final String TEXT = Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
            .orElse("0.1.0-SNAPSHOT");

    private Version() {}
}
