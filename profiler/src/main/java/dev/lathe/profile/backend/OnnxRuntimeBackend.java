package dev.lathe.profile.backend;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Reading;
import dev.lathe.profile.RuntimeOffer;
import dev.lathe.profile.SessionSettings;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// ONNX Runtime, through its own Java binding: on the CPU, or by the execution provider that the settings name.
public final class OnnxRuntimeBackend implements Backend {
    private static final Pattern UNREGISTERED = Pattern
            .compile("([\\w.]+):(\\w+)\\(-?\\d+\\) is not a registered function/op");

    private @Nullable ExecutionProviders providers;

    @Override
    public String id() {
        return "onnxruntime";
    }

    @Override
    public Reading<String> version() {
        return Reading.known(environment().getVersion(), "OrtEnvironment.getVersion");
    }

    private static OrtEnvironment environment() {
        return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    }

    private ExecutionProviders providers() {
        ExecutionProviders now = providers;
        if (now == null) {
            now = new ExecutionProviders(environment());
            providers = now;
        }
        return now;
    }

    @Override
    public RuntimeOffer offer(SortedMap<String, String> libraries) {
        providers().register(libraries);
        return providers().offer();
    }

    @Override
    public Session open(Path model, SessionSettings settings) {
        try (OrtSession.SessionOptions options = options(settings)) {
            OrtEnvironment environment = environment();
            providers().add(settings.target(), options);
            return new OnnxRuntimeSession(environment, environment.createSession(model.toString(), options));
        } catch (OrtException e) {
            throw new ProblemException(refused(model, e), e);
        }
    }

    @Override
    public Profiling profile(Path model, SessionSettings settings, Path folder) {
        try {
            return profile(model, settings, folder, false);
        } catch (OrtException _) {
            // perhaps its graph with the weights is more than one file can hold
            try {
                return profile(model, settings, folder, true);
            } catch (OrtException e) {
                throw new ProblemException(refused(model, e), e);
            }
        }
    }

    private Profiling profile(Path model, SessionSettings settings, Path folder, boolean weightsBeside)
            throws OrtException {
        try (OrtSession.SessionOptions options = options(settings)) {
            String provider = providers().add(settings.target(), options);
            return OnnxRuntimeProfiling.open(environment(), model, options, provider, folder, weightsBeside);
        }
    }

    private static OrtSession.SessionOptions options(SessionSettings settings) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(settings.intraOpThreads());
        options.setInterOpNumThreads(settings.interOpThreads());
        options.setExecutionMode(settings.parallelExecution()
                ? OrtSession.SessionOptions.ExecutionMode.PARALLEL
                : OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
        options.setCPUArenaAllocator(settings.arena());
        options.setMemoryPatternOptimization(settings.memoryPattern());
        options.addConfigEntry("session.intra_op.allow_spinning", settings.spinning() ? "1" : "0");
        options.addConfigEntry("session.inter_op.allow_spinning", settings.spinning() ? "1" : "0");
        options.setOptimizationLevel(switch (settings.graphLevel()) {
            case "disable" -> OrtSession.SessionOptions.OptLevel.NO_OPT;
            case "basic" -> OrtSession.SessionOptions.OptLevel.BASIC_OPT;
            case "extended" -> OrtSession.SessionOptions.OptLevel.EXTENDED_OPT;
            default -> OrtSession.SessionOptions.OptLevel.ALL_OPT;
        });
        return options;
    }

    private static Problem refused(Path model, OrtException e) {
        String message = String.valueOf(e.getMessage()).strip();
        Matcher unknown = UNREGISTERED.matcher(message);
        if (unknown.find()) {
            return Problem.error("unknown-operator", model.toString(),
                    "the operator " + unknown.group(1) + ":" + unknown.group(2) + " is not part of this ONNX Runtime",
                    "It belongs to an extension library (for ai.onnx.contrib: onnxruntime-extensions); export the model without it.");
        }
        String reason = message.lines().findFirst().orElse("no reason given");
        return Problem.error("runtime-refused", model.toString(),
                "ONNX Runtime does not load the model (" + reason + ")",
                "Export it again with another opset, or run `lathe inspect` on it.");
    }
}
