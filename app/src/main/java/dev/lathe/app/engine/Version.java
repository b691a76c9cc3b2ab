package dev.lathe.app.engine;

import java.util.Optional;

/// Versions that stand beside every result.
public final class Version {
    /// Lathe's own, from the jar's manifest.
    public static final String TEXT = Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
            .orElse("0.1.0-SNAPSHOT");
    /// The ONNX Runtime that workers load.
    public static final String ONNX_RUNTIME = "1.29.0";

    private Version() {}
}
