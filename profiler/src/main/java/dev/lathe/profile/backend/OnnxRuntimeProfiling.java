package dev.lathe.profile.backend;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lathe.base.Problem;
import java.nio.file.Path;

/// A session of ONNX Runtime with its own profiler on.
final class OnnxRuntimeProfiling implements Profiling {
    private final OrtSession session;
    private final Session wrapped;
    private final Path optimized;
    private final String provider;

    private OnnxRuntimeProfiling(OrtSession session, Session wrapped, Path optimized, String provider) {
        this.session = session;
        this.wrapped = wrapped;
        this.optimized = optimized;
        this.provider = provider;
    }

    /// @param weightsBeside whether the optimized graph keeps its weights in a file of their own: one message holds 2 GB at
    ///     most. Not by default: with subgraphs, ONNX Runtime 1.29 then writes constants twice
    static OnnxRuntimeProfiling open(OrtEnvironment environment, Path model, OrtSession.SessionOptions options,
            String provider, Path folder, boolean weightsBeside) throws OrtException {
        Path optimized = folder.resolve("optimized.onnx");
        options.enableProfiling(folder.resolve("profile").toString());
        options.setOptimizedModelFilePath(optimized.toString());
        if (weightsBeside) {
            options.addConfigEntry("session.optimized_model_external_initializers_file_name", "optimized.data");
            options.addConfigEntry("session.optimized_model_external_initializers_min_size_in_bytes", "4096");
        }
        OrtSession session = environment.createSession(model.toString(), options);
        return new OnnxRuntimeProfiling(session, new OnnxRuntimeSession(environment, session), optimized, provider);
    }

    @Override
    public Session session() {
        return wrapped;
    }

    @Override
    public Path optimized() {
        return optimized;
    }

    @Override
    public String provider() {
        return provider;
    }

    @Override
    public Path end() {
        try {
            return Path.of(session.endProfiling());
        } catch (OrtException e) {
            throw Problem.error("profile-unwritable", "", "ONNX Runtime wrote no profile (" + e.getMessage() + ")",
                    "Check that the disk has room.").toException();
        }
    }

    @Override
    public void close() {
        wrapped.close();
    }
}
