package dev.lathe.profile;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How workers are started.
///
/// @param java the `java` to run
/// @param classPath where the worker's classes are
/// @param cache the folder that keeps unpacked native libraries from one start to the next
/// @param scratch the folder for sockets' data, samples and intermediate models; its content may be deleted at any end
/// @param backend id of the backend, such as `onnxruntime`
/// @param prefix a command that runs the worker, such as `perf record`; usually empty
/// @param confinement what the worker may use of the machine
/// @param patience the shortest time without an answer after which a measuring worker counts as hung
/// @param runtimeHome the folder of a build of ONNX Runtime to use in place of the one that comes along
// one component more than a record has elsewhere: each is a setting of its own, and nothing groups them
public record WorkerSettings(Path java, String classPath, Path cache, Path scratch, String backend,
        List<String> prefix, Confinement confinement, Duration patience, Optional<Path> runtimeHome) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

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
                System.getProperty("java.class.path", ""), cache, scratch, backend, List.of(), Confinement.NONE,
                PATIENCE, Optional.empty());
    }

    /// The same, confined.
    public WorkerSettings confinedTo(Confinement other) {
        return new WorkerSettings(java, classPath, cache, scratch, backend, prefix, other, patience, runtimeHome);
    }

    /// The same with the user's own build of ONNX Runtime.
    public WorkerSettings withRuntime(Optional<Path> home) {
        return new WorkerSettings(java, classPath, cache, scratch, backend, prefix, confinement, patience, home);
    }

    /// The same with another patience.
    public WorkerSettings patientFor(Duration other) {
        return new WorkerSettings(java, classPath, cache, scratch, backend, prefix, confinement, other,
                runtimeHome);
    }
}
