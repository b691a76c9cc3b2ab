package dev.lathe.profile;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The parent's side of one worker. Requests are answered one at a time; a worker that crashes, hangs or is cancelled is
/// gone, and each later request says so. Not thread-safe, except that cancelling may come from anywhere.
public final class WorkerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(5);
    /// Heap of a worker: fixed and touched at the start, so that growth of its private memory is the runtime's.
    private static final String HEAP = "96m";
    private static final int LOG_TAIL_LINES = 3;
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    /// How native code and the virtual machine say that memory was refused, before they end.
    private static final Pattern NO_MEMORY = Pattern.compile(
            "bad_alloc|bad allocation|[Ff]ailed to allocate|insufficient memory|failed to map segment|Out of [Mm]emory|OutOfMemory"
                    + "|Cannot allocate memory");

    private final Process process;
    private final Wire wire;
    private final Path log;
    private final Cancellation cancellation;
    private final Cancellation.Registration registration;
    private final Confinement confinement;
    private final Optional<MemoryGroup> group;

    private WorkerProcess(Process process, Wire wire, Path log, Confinement confinement, Cancellation cancellation) {
        this.process = process;
        this.wire = wire;
        this.log = log;
        this.confinement = confinement;
        this.group = confinement.memoryBytes().isEmpty()
                ? Optional.empty()
                : MemoryGroup.ownGroup(Path.of("/proc"))
                        .flatMap(own -> MemoryGroup.around(process.pid(), CGROUPS, own));
        this.cancellation = cancellation;
        this.registration = cancellation.onCancel(process::destroyForcibly);
    }

    /// Starts a worker and waits until it is connected.
    ///
    /// @throws ProblemException if it does not start, with the end of its log
    public static WorkerProcess start(WorkerSettings settings, Cancellation cancellation) {
        return start(settings, List.of("-Xms" + HEAP, "-XX:+AlwaysPreTouch"), cancellation);
    }

    /// Starts a worker that nothing is timed in, and that may so be started in the cheapest way: its classes come from a
    /// record of an earlier start, and only what runs often is compiled well.
    ///
    /// @throws ProblemException if it does not start, with the end of its log
    static WorkerProcess startUntimed(WorkerSettings settings, Cancellation cancellation) {
        return start(settings, StartRecord.options(), cancellation);
    }

    private static WorkerProcess start(WorkerSettings settings, List<String> options, Cancellation cancellation) {
        cancellation.throwIfCancelled();
        try {
            Files.createDirectories(settings.scratch());
            // sockets have short names: at most 108 bytes on Linux
            Path folder = Files.createTempDirectory("lathe-");
            Path socket = folder.resolve("s");
            Path log = Files.createTempFile(settings.scratch(), "worker-", ".log");
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(UnixDomainSocketAddress.of(socket));
                Process process = new ProcessBuilder(command(settings, options, socket)).redirectErrorStream(true)
                        .redirectOutput(log.toFile()).start();
                SocketChannel channel = accept(server, process);
                if (channel == null) {
                    process.destroyForcibly();
                    cancellation.throwIfCancelled();
                    throw Problem.error("worker-start", "worker", "the worker process does not start" + tail(log),
                            "Run `lathe detect --verbose`, and check the Java installation.").toException();
                }
                return confined(
                        new WorkerProcess(process, new Wire(channel), log, settings.confinement(), cancellation));
            } finally {
                Files.deleteIfExists(socket);
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw new ProblemException(Problem.error("worker-start", settings.scratch().toString(),
                    "no worker can be started (" + e.getMessage() + ")", "Check that the disk has room."), e);
        }
    }

    private static WorkerProcess confined(WorkerProcess worker) {
        if (worker.confinement.isNone()) {
            return worker;
        }
        try {
            ObjectNode limits = Wire.object();
            worker.confinement.cpus().ifPresent(set -> set.cpus().forEach(limits.putArray("cpus")::add));
            if (worker.group.isEmpty()) {
                limits.put("dataLimitBytes", worker.confinement.memoryBytes().orElse(0));
            }
            worker.ask("confine", limits, START, Progress.Listener.NONE);
            return worker;
        } catch (RuntimeException e) {
            worker.close();
            throw e;
        }
    }

    /// By what the memory is limited, in words with what they leave out; empty if it is not.
    public Optional<String> memoryLimit() {
        return confinement.memoryBytes().isEmpty()
                ? Optional.empty()
                : Optional.of(group.isPresent()
                        ? "control group (memory.max over the empty worker, no swap; the model's cached file counts)"
                        : "RLIMIT_DATA over the empty worker: an approximation, which counts private memory that is"
                                + " reserved, touched or not, and no mapped files");
    }

    private static List<String> command(WorkerSettings settings, List<String> options, Path socket) {
        List<String> command = new ArrayList<>(settings.prefix());
        command.addAll(List.of(settings.java().toString(), "-XX:+UseSerialGC", "-Xmx" + HEAP,
                "-XX:MaxDirectMemorySize=64g", "-XX:-UsePerfData", "-Xss8m",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-Djava.awt.headless=true",
                "-Dorg.bytedeco.javacpp.cachedir=" + settings.cache().resolve("javacpp"), // by default it counts mapped models as memory taken and refuses to work beyond a few hundred MB
                "-Dorg.bytedeco.javacpp.maxBytes=0", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-Dai.djl.offline=true", "-DDJL_CACHE_DIR=" + settings.cache().resolve("djl")));
        if (settings.backend().equals("onnxruntime")) {
            command.addAll(NativeLibraries.options(settings.cache(), settings.runtimeHome()));
        }
        command.addAll(options);
        command.addAll(List.of("-cp", settings.classPath(), "dev.lathe.profile.worker.WorkerMain", socket.toString()));
        return command;
    }

    private static @org.jspecify.annotations.Nullable SocketChannel accept(ServerSocketChannel server, Process process)
            throws IOException {
        server.configureBlocking(false);
        long deadline = System.nanoTime() + START.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            SocketChannel channel = server.accept();
            if (channel != null) {
                channel.configureBlocking(true);
                return channel;
            }
            try {
                // wakes at once when the process ends
                process.waitFor(2, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        return null;
    }

    /// Asks and waits for the answer.
    ///
    /// @param arguments the verb's arguments
    /// @param limit after this the worker counts as hung and is killed
    /// @throws ProblemException what the worker found, or that it crashed or hung
    /// @throws CancellationException if the job was cancelled
    public JsonNode ask(String verb, ObjectNode arguments, Duration limit, Progress.Listener progress) {
        cancellation.throwIfCancelled();
        if (verb.equals("load")) {
            limitGrowth();
        }
        AtomicBoolean late = new AtomicBoolean();
        Thread watch = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(limit);
                late.set(true);
                process.destroyForcibly();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            wire.send(arguments.put("v", Wire.VERSION).put("verb", verb));
            JsonNode answer = wire.receive();
            while (answer.has("progress")) {
                progress.progress(Progress.of(verb, answer.path("progress").asDouble()));
                answer = wire.receive();
            }
            if (answer.has("problems")) {
                throw new ProblemException(
                        Wire.problems(answer.path("problems")).stream().map(p -> explained(p, verb)).toList());
            }
            return answer.path("result");
        } catch (IOException e) {
            // until it is gone it may still write what is being cleared away
            awaitEnd();
            cancellation.throwIfCancelled();
            throw new ProblemException(late.get() ? hung(verb, limit) : crashed(verb), e);
        } finally {
            watch.interrupt();
        }
    }

    private void limitGrowth() {
        if (group.isPresent() && confinement.memoryBytes().isPresent()) {
            try {
                group.get().limitGrowth(confinement.memoryBytes().getAsLong());
            } catch (IOException e) {
                throw new ProblemException(Problem.error("not-available", group.get().folder().toString(),
                        "the worker's memory cannot be limited (" + e.getMessage() + ")",
                        "Leave memory= out of --device-limit."), e);
            }
        }
    }

    /// What the runtime says about memory, with the limit that is behind it.
    private Problem explained(Problem problem, String verb) {
        boolean memory = problem.code().equals("worker-memory") || NO_MEMORY.matcher(problem.what()).find();
        return memory && confinement.memoryBytes().isPresent() ? exceeded(verb) : problem;
    }

    private Problem exceeded(String verb) {
        return Problem.error("worker-memory", "worker",
                "it needed more memory than the limit of "
                        + Confinement.mebibytes(confinement.memoryBytes().orElse(0)) + " at " + verb + " ("
                        + memoryLimit().map(words -> words.replaceFirst("[ :(].*", "")).orElse("") + ")",
                "Raise memory= of --device-limit, or use a smaller batch or model.");
    }

    private static Problem hung(String verb, Duration limit) {
        return Problem.error("worker-hung", "worker", "the worker did not answer to " + verb + " within "
                + limit.toSeconds() + " s and was ended",
                "Give it more time with a larger --budget, or fewer threads.");
    }

    private void awaitEnd() {
        try {
            process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Problem crashed(String verb) {
        String end = tail(log);
        if (confinement.memoryBytes().isPresent()
                && (group.map(MemoryGroup::killed).orElse(false) || NO_MEMORY.matcher(end).find())) {
            return exceeded(verb);
        }
        String how = process.isAlive() ? "lost its connection" : "ended with status " + process.exitValue() + meaning();
        return Problem.error("worker-crashed", "worker", "the worker " + how + " at " + verb + end,
                "The runtime's native code failed on this model: try another variant, or report it with the log.");
    }

    private String meaning() {
        return switch (process.exitValue()) {
            case 134 -> " (abort)";
            case 137 -> " (killed, often for lack of memory)";
            case 139 -> " (segmentation fault)";
            default -> "";
        };
    }

    private static String tail(Path log) {
        try {
            List<String> lines = Files.readString(log, StandardCharsets.UTF_8).lines().filter(l -> !l.isBlank())
                    .toList();
            return lines.isEmpty()
                    ? ""
                    : ": " + String.join(" | ",
                            lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
        } catch (IOException _) {
            return "";
        }
    }

    /// The worker's process id.
    public long pid() {
        return process.pid();
    }

    /// Whether it can still be asked.
    public boolean isAlive() {
        return process.isAlive();
    }

    /// Ends the worker.
    @Override
    public void close() {
        registration.close();
        try {
            wire.close();
            if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor(END.toMillis(), TimeUnit.MILLISECONDS);
            }
            group.ifPresent(MemoryGroup::close);
            Files.deleteIfExists(log);
        } catch (IOException _) {
            process.destroyForcibly();
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
