package dev.lathe.profile.backend;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Reading;
import dev.lathe.profile.Declared;
import dev.lathe.profile.ModelFormat;
import dev.lathe.profile.SessionSettings;
import java.io.IOException;
import java.nio.file.Path;

/// TorchScript on the CPU, through Deep Java Library's PyTorch engine.
///
/// PyTorch's thread pools belong to the process, not to a session. Of the other
/// settings none has a counterpart: PyTorch keeps its own caching allocator and its own just-in-time fusions.
public final class PyTorchBackend implements Backend {
    private static final String ENGINE = "PyTorch";

    private boolean interOpThreadsSet; // PyTorch takes this number once, before its first work

    @Override
    public String id() {
        return ModelFormat.TORCHSCRIPT.backend();
    }

    @Override
    public Reading<String> version() {
        try {
            return Reading.known(Engine.getEngine(ENGINE).getVersion(), "Engine.getVersion");
        } catch (EngineException | UnsatisfiedLinkError e) {
            return Reading.unknown("PyTorch's library does not load (" + e.getMessage() + ")");
        }
    }

    @Override
    public Session open(Path model, SessionSettings settings) {
        return open(model, settings, Declared.NOTHING);
    }

    @Override
    public Session open(Path model, SessionSettings settings, Declared declared) {
        if (declared.inputs().isEmpty()) {
            throw Problem.error("inputs-undeclared", model.toString(),
                    "a TorchScript file does not say what its inputs look like",
                    "Give each with --input NAME:TYPE[SHAPE], such as --input image:float32[1,3,224,224], or describe data with --data.")
                    .toException();
        }
        if (version() instanceof Reading.Unknown<String>(var why)) {
            throw Problem.error("engine-missing", model.toString(), why,
                    "TorchScript needs ai.djl.pytorch:pytorch-native-cpu for this platform from Maven Central on the class path.")
                    .toException();
        }
        if (settings.elsewhere().isPresent()) {
            throw Problem.error("not-available", settings.target().name(),
                    "TorchScript models run on the processor alone here: " + model.getFileName(),
                    "Measure them with --target cpu, or give the ONNX model for this target.").toException();
        }
        JniUtils.setNumThreads(settings.intraOpThreads());
        if (JniUtils.getNumInteropThreads() != settings.interOpThreads() && !interOpThreadsSet) {
            JniUtils.setNumInteropThreads(settings.interOpThreads());
        }
        interOpThreadsSet = true;
        return opened(model, declared);
    }

    private static Session opened(Path model, Declared declared) {
        Path absolute = model.toAbsolutePath();
        Model opened = Model.newInstance(String.valueOf(absolute.getFileName()), Device.cpu(), ENGINE);
        try {
            opened.load(absolute.getParent(), String.valueOf(absolute.getFileName()));
            return new PyTorchSession(opened, declared);
        } catch (IOException | MalformedModelException | EngineException e) {
            opened.close();
            throw new ProblemException(Problem.error("runtime-refused", model.toString(),
                    "PyTorch does not load the model (" + PyTorchSession.reason(e) + ")",
                    "Save it with torch.jit.save; a checkpoint or a state_dict is no TorchScript."), e);
        } catch (ProblemException e) {
            opened.close();
            throw e;
        }
    }
}
