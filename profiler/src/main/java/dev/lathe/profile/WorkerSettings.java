package dev.lathe.profile;

import java.nio.file.Path;
import java.util.List;

/// How workers are started.
///
/// @param java the `java` to run
/// @param classPath where the worker's classes are
/// @param cache the folder that keeps unpacked native libraries from one start to the next
/// @param scratch the folder for sockets' data, samples and intermediate models; its content may be deleted at any end
/// @param backend id of the backend, such as `onnxruntime`
/// @param prefix a command that runs the worker, such as `taskset -c 0`; usually empty
public record WorkerSettings(Path java, String classPath, Path cache, Path scratch, String backend,
        List<String> prefix) {

    /// Copies the list.
    public WorkerSettings {
        prefix = List.copyOf(prefix);
    }

    /// Id of the backend that runs a model here: that of its format, unless these workers simulate one.
    public String backendOf(Path model) {
        return backend.equals(ModelFormat.ONNX.backend()) ? ModelFormat.of(model).backend() : backend;
    }

    /// Workers that run on the same Java and the same classes as this process.
    public static WorkerSettings likeThisProcess(Path cache, Path scratch, String backend) {
        return new WorkerSettings(Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path", ""), cache, scratch, backend, List.of());
    }
}
