package dev.lathe.profile;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.profile.load.LoadPlan;
import dev.lathe.profile.load.LoadRun;
import dev.lathe.profile.load.QueryLog;
import dev.lathe.profile.load.Scenario;
import dev.lathe.profile.stats.SteadyState;
import dev.lathe.serving.queue.Batching;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One subject's worker with a pool of instances, put under load again and again. Not thread-safe.
///
/// A worker that crashes, hangs or runs out of memory is a problem with its cause, and this lane is then of no more use.
public final class LoadLane implements AutoCloseable {
    private static final Duration LOADING = Duration.ofMinutes(10);
    /// Beyond what the plan takes: the last batches, and writing the log.
    private static final Duration GRACE = Duration.ofSeconds(60);
    private static final int WINDOWS = 12;
    private static final int WINDOW_QUERIES = 8;
    private static final long WINDOW_NS = 20_000_000;
    private static final JsonMapper JSON = new JsonMapper();

    private final Subject subject;
    private final int fork;
    private final int instances;
    private final WorkerProcess worker;
    private final Path log;
    private final Opened opened;
    private final Duration grace;

    /// What opening the pool took.
    ///
    /// @param loadNs opening the first instance
    /// @param firstNs its first inference
    /// @param poolNs opening all instances
    /// @param memoryBytes growth of the worker's private memory by all of it; empty where the system does not say
    /// @param samples different samples that queries carry
    public record Opened(long loadNs, long firstNs, long poolNs, OptionalLong memoryBytes, int samples) {}

    private LoadLane(Subject subject, int fork, int instances, WorkerProcess worker, Path log, Opened opened,
            Duration grace) {
        this.subject = subject;
        this.fork = fork;
        this.instances = instances;
        this.worker = worker;
        this.log = log;
        this.opened = opened;
        this.grace = grace;
    }

    /// Starts a worker, opens the subject in it and prepares batches of every size; queries carry its samples of batch 1.
    ///
    /// @param instances sessions side by side; each has the threads that the settings say
    /// @param maxBatch the largest batch that any plan will form
    /// @param fork number of this worker among those of one measurement
    /// @throws ProblemException if the subject does not load or run, or its output is not finite
    public static LoadLane open(Subject subject, SessionSettings session, int instances, int maxBatch, int fork,
            WorkerSettings settings, Cancellation cancellation) {
        return open(subject, session, instances, maxBatch, fork, settings, cancellation, GRACE);
    }

    /// The same with another patience beyond what a plan takes.
    static LoadLane open(Subject subject, SessionSettings session, int instances, int maxBatch, int fork,
            WorkerSettings settings, Cancellation cancellation, Duration grace) {
        WorkerProcess worker = WorkerProcess.start(settings, cancellation);
        try {
            Path pack = subject.packs().get(1);
            ObjectNode arguments = Wire.object().put("model", subject.model().toString())
                    .put("backend", settings.backendOf(subject.model())).put("instances", instances)
                    .put("maxBatch", maxBatch)
                    .put("inputs", String.valueOf(pack));
            arguments.set("settings", JSON.valueToTree(session));
            Signatures.put(arguments, subject.declared());
            JsonNode answer = worker.ask("pool", arguments, LOADING, Progress.Listener.NONE);
            if (!answer.path("finite").asBoolean(true)) {
                throw Problem.error("output-not-finite", "",
                        "the model's output is not finite (NaN or infinity)",
                        "Check the data's preprocessing; a variant like this is of no use.").toException();
            }
            Opened opened = new Opened(answer.path("loadNs").asLong(), answer.path("firstNs").asLong(),
                    answer.path("poolNs").asLong(), answer.has("memoryBytes")
                            ? OptionalLong.of(answer.path("memoryBytes").asLong())
                            : OptionalLong.empty(),
                    answer.path("samples").asInt());
            Path log = settings.scratch().resolve("queries-" + worker.pid());
            return new LoadLane(subject, fork, instances, worker, log, opened, grace);
        } catch (ProblemException e) {
            worker.close();
            throw new ProblemException(Lane.problem(subject, e), e);
        } catch (RuntimeException e) {
            worker.close();
            throw e;
        }
    }

    /// What opening took.
    public Opened opened() {
        return opened;
    }

    /// The worker's process id.
    public long pid() {
        return worker.pid();
    }

    /// What the warm-up came to.
    ///
    /// @param spentNs how long it took
    /// @param steady whether the medians of its last windows show no drift
    /// @param serviceNs a query's duration at the end, all instances being busy
    public record WarmUp(long spentNs, boolean steady, long serviceNs) {}

    /// Keeps all instances busy until the medians of equal windows show no drift, or the limit is reached.
    ///
    /// @throws ProblemException if the worker fails
    public WarmUp warmUp(long limitNs, long seed) {
        double[] medians = {};
        long spentNs = 0;
        long perQueryNs = 1_000_000;
        boolean steady = false;
        do {
            long wanted = WINDOWS * Math.max(WINDOW_NS, WINDOW_QUERIES * perQueryNs);
            long durationNs = Math.max(1, Math.min(wanted, limitNs - spentNs));
            QueryLog queries = drive(new LoadPlan(Scenario.Concurrency.synchronous(instances), Batching.SINGLE,
                    instances, durationNs, 0, 0, LoadPlan.MOST_QUERIES, seed)).queries();
            double[] window = windowMedians(queries);
            double[] all = Arrays.copyOf(medians, medians.length + window.length);
            System.arraycopy(window, 0, all, medians.length, window.length);
            medians = all;
            spentNs += queries.size() == 0 ? durationNs : queries.endedNs(queries.size() - 1);
            if (medians.length > 0) {
                perQueryNs = (long) Math.max(1, medians[medians.length - 1]);
            }
            steady = SteadyState.DEFAULT.firstSteadyWindow(medians).isPresent();
        } while (!steady && spentNs < limitNs);
        return new WarmUp(spentNs, steady, perQueryNs);
    }

    private static double[] windowMedians(QueryLog log) {
        long[] done = new long[log.size()];
        int n = 0;
        for (int q = 0; q < log.size(); q++) {
            if (log.outcome(q) == QueryLog.Outcome.DONE) {
                done[n++] = log.serviceNs(q);
            }
        }
        double[] medians = new double[Math.min(WINDOWS, n)];
        for (int i = 0; i < medians.length; i++) {
            long[] window = Arrays.copyOfRange(done, (int) ((long) i * n / medians.length),
                    (int) ((i + 1L) * n / medians.length));
            Arrays.sort(window);
            medians[i] = window[window.length / 2];
        }
        return medians;
    }

    /// Drives load and gives back its raw log.
    ///
    /// @param plan with as many instances as were opened, and batches no larger
    /// @throws ProblemException if the worker crashes, hangs or runs out of memory, or the model fails
    public LoadRun drive(LoadPlan plan) {
        ObjectNode arguments = Wire.object().put("log", log.toString());
        arguments.set("plan", JSON.valueToTree(plan));
        try {
            JsonNode answer = worker.ask("drive", arguments,
                    Duration.ofNanos(plan.durationNs()).plusNanos(plan.drainNs()).plus(grace), Progress.Listener.NONE);
            return new LoadRun(fork, QueryLog.read(log),
                    JSON.treeToValue(answer.path("generator"), LoadRun.Generator.class));
        } catch (ProblemException e) {
            throw new ProblemException(Lane.problem(subject, e), e);
        }
    }

    /// Growth of the worker's private memory and its raw peak so far, in bytes, where the system says.
    public record Memory(OptionalLong privateBytes, OptionalLong rawPeakBytes) {}

    /// The worker's memory now.
    public Memory memory() {
        JsonNode answer = worker.ask("memory", Wire.object(), grace, Progress.Listener.NONE);
        return new Memory(bytes(answer, "privateBytes"), bytes(answer, "peakBytes"));
    }

    private static OptionalLong bytes(JsonNode answer, String field) {
        return answer.has(field) ? OptionalLong.of(answer.path(field).asLong()) : OptionalLong.empty();
    }

    @Override
    public void close() {
        worker.close();
        try {
            Files.deleteIfExists(log);
        } catch (IOException _) {
            // scratch is cleared at the next start
        }
    }
}
