package dev.lathe.profile.backend;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import dev.lathe.base.Problem;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/// A session of ONNX Runtime with its own profiler on.
final class OnnxRuntimeProfiling implements Profiling {
    private final OrtSession session;
    private final Session wrapped;
    private final Path optimized;
    private final OrtProvider provider;

    private OnnxRuntimeProfiling(OrtSession session, Session wrapped, Path optimized, OrtProvider provider) {
        this.session = session;
        this.wrapped = wrapped;
        this.optimized = optimized;
        this.provider = provider;
    }

    /// @param weightsBeside whether the optimized graph keeps its weights in a file of their own: one message holds 2 GB at
    ///     most. Not by default: with subgraphs, ONNX Runtime 1.29 then writes constants twice
    static OnnxRuntimeProfiling open(OrtEnvironment environment, Path model, OrtSession.SessionOptions options,
            OrtProvider provider, Path folder, boolean weightsBeside) throws OrtException {
        add(provider, options);
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

    /// The provider that a user means: `cuda`, or its full name.
    ///
    /// @throws dev.lathe.base.ProblemException if there is none of that name, or this runtime comes without it
    static OrtProvider provider(String name) {
        EnumSet<OrtProvider> available = OrtEnvironment.getAvailableProviders();
        OrtProvider wanted = Arrays.stream(OrtProvider.values())
                .filter(p -> p.getName().equalsIgnoreCase(name)
                        || p.getName().equalsIgnoreCase(name + "ExecutionProvider"))
                .findFirst().orElseThrow(() -> Problem.error("provider-unknown", name,
                        "ONNX Runtime knows no execution provider of this name",
                        "Give one of " + names(List.of(OrtProvider.values())) + ".").toException());
        if (!available.contains(wanted)) {
            throw Problem.error("not-available", wanted.getName(),
                    "this ONNX Runtime comes without this execution provider; it has " + names(available),
                    "Leave out --provider to run on the CPU.").toException();
        }
        return wanted;
    }

    private static String names(java.util.Collection<OrtProvider> providers) {
        return String.join(", ", providers.stream()
                .map(p -> p.getName().replaceFirst("ExecutionProvider$", "").toLowerCase(java.util.Locale.ROOT))
                .toList());
    }

    private static void add(OrtProvider provider, OrtSession.SessionOptions options) throws OrtException {
        switch (provider) {
            case CUDA -> options.addCUDA();
            case TENSOR_RT -> options.addTensorrt(0);
            case ROCM -> options.addROCM();
            case DNNL -> options.addDnnl(true);
            case OPEN_VINO -> options.addOpenVINO("CPU");
            case XNNPACK -> options.addXnnpack(Map.of());
            case CORE_ML -> options.addCoreML();
            case NNAPI -> options.addNnapi();
            case QNN -> options.addQnn(Map.of());
            case WEBGPU -> options.addWebGPU(Map.of());
            case DIRECT_ML -> options.addDirectML(0);
            case ACL -> options.addACL(true);
            case CPU, VITIS_AI, RK_NPU, MI_GRAPH_X, AZURE -> {
                // the CPU is always there; the others have no call in the Java binding
            }
        }
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
        return provider.getName();
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
