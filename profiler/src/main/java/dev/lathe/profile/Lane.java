package dev.lathe.profile;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.profile.stats.SteadyState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One subject's worker in one fork: opened, warmed up, then asked for blocks.
final class Lane implements AutoCloseable {
    private static final Duration LOADING = Duration.ofMinutes(10);
    /// A block that takes this many times its expected duration counts as hung.
    private static final long PATIENCE = 50;
    private static final long PREPARING = 10;
    private static final long WARMING_NS = 50_000_000;
    private static final int MOST_WARMING = 200;
    private static final int WINDOW_QUERIES = 8;
    private static final long WINDOW_NS = 2_000_000;
    /// Queries that wake a worker up before a block is counted; a query that takes long by itself needs none.
    private static final int UNMEASURED = 2;
    private static final long LONG_QUERY_NS = 50_000_000;

    private final Subject subject;
    private final int fork;
    private final WorkerProcess worker;
    private final Path samples;
    private final Duration patience;
    private long privateBefore;
    private long highestPrivate;
    private long collectionNs;
    private long expectedNs = 1_000_000;

    private Lane(Subject subject, int fork, WorkerProcess worker, Path samples, Duration patience) {
        this.patience = patience;
        this.subject = subject;
        this.fork = fork;
        this.worker = worker;
        this.samples = samples;
    }

    static Lane open(Subject subject, int fork, WorkerSettings settings, Cancellation cancellation) {
        WorkerProcess worker = WorkerProcess.start(settings, cancellation);
        return new Lane(subject, fork, worker, settings.scratch().resolve("samples-" + worker.pid()),
                settings.patience());
    }

    Subject subject() {
        return subject;
    }

    long pid() {
        return worker.pid();
    }

    private JsonNode ask(String verb, ObjectNode arguments, Duration limit) {
        return worker.ask(verb, arguments, limit, Progress.Listener.NONE);
    }

    /// Opens the model and runs its first query.
    void load(SessionSettings session, String backend, BenchLog log) {
        ObjectNode arguments = Wire.object().put("model", subject.model().toString()).put("backend", backend);
        arguments.put("instances", subject.instances()).set("settings", new JsonMapper().valueToTree(session));
        Signatures.put(arguments, subject.declared());
        JsonNode loaded = ask("load", arguments, LOADING);
        log.fact(subject.key(), fork, "loadNs", loaded.path("loadNs").asLong());
        if (loaded.has("privateBeforeBytes")) {
            privateBefore = loaded.path("privateBeforeBytes").asLong();
            log.fact(subject.key(), fork, "memoryLoadedBytes",
                    Math.max(0, loaded.path("privateAfterBytes").asLong() - privateBefore));
        }
        JsonNode prepared = prepare(1);
        log.fact(subject.key(), fork, "firstNs", prepared.path("firstNs").asLong());
    }

    /// Opens the model again after its worker has ended, for what is left to do in this fork.
    void reload(SessionSettings session, String backend, BenchLog log) {
        ObjectNode arguments = Wire.object().put("model", subject.model().toString()).put("backend", backend);
        arguments.put("instances", subject.instances()).set("settings", new JsonMapper().valueToTree(session));
        Signatures.put(arguments, subject.declared());
        ask("load", arguments, LOADING);
        prepare(1);
        expectedNs = log.fact(subject.key(), fork, "expectedNs").orElse(expectedNs);
        run(1, Math.clamp(WARMING_NS / expectedNs, 1, MOST_WARMING), 0, 0, 0);
    }

    boolean isAlive() {
        return worker.isAlive();
    }

    /// By what this worker's memory is limited, in words.
    Optional<String> memoryLimit() {
        return worker.memoryLimit();
    }

    /// Reads the queries of a batch size and runs one.
    ///
    /// @throws ProblemException if its output is not finite, besides what the runtime says
    JsonNode prepare(int batch) {
        Path pack = subject.packs().get(batch);
        if (pack == null) {
            throw new IllegalStateException("no queries of batch " + batch);
        }
        // an open limit for what may take long, but no more than a hung worker is worth where patience is short
        JsonNode prepared = ask("prepare", Wire.object().put("batch", batch).put("inputs", pack.toString()),
                patience.multipliedBy(PREPARING));
        if (!prepared.path("finite").asBoolean(true)) {
            throw Problem.error("output-not-finite", subject.key(), "the model's output is not finite (NaN or infinity)"
                    + (batch > 1 ? " at batch " + batch : ""),
                    "Check the data's preprocessing; a variant like this is of no use.").toException();
        }
        return prepared;
    }

    /// Runs single queries until their windows' medians show no drift, or the limit is reached; remembers how long.
    ///
    /// @return the median of the last windows, in nanoseconds
    long warmUp(long limitNs, BenchLog log) {
        Answer cold = run(1, 2, 0, 0, 0);
        long spentNs = cold.wallNs();
        long perQueryNs = Math.max(1, cold.samplesNs()[1]);
        double[] medians = {};
        OptionalInt steady = OptionalInt.empty();
        do {
            int windows = SteadyState.DEFAULT.minimumWindows();
            long wanted = windows * Math.max(WINDOW_QUERIES, WINDOW_NS / perQueryNs);
            int queries = (int) Math.max(1, Math.min(wanted, Math.max(0, limitNs - spentNs) / perQueryNs));
            Answer answer = run(1, queries, 0, 0, 0);
            medians = concat(medians, windowMedians(answer.samplesNs(), windows));
            spentNs += answer.wallNs();
            perQueryNs = Math.max(1, (long) medians[medians.length - 1]);
            steady = SteadyState.DEFAULT.firstSteadyWindow(medians);
        } while (steady.isEmpty() && spentNs < limitNs);
        log.fact(subject.key(), fork, "warmUpNs", spentNs);
        log.fact(subject.key(), fork, "steady", steady.isPresent() ? 1 : 0);
        double[] last = Arrays.copyOfRange(medians, Math.max(0, medians.length - 6), medians.length);
        Arrays.sort(last);
        expectedNs = (long) Math.max(1, last[last.length / 2]);
        return expectedNs;
    }

    private static double[] windowMedians(long[] samples, int windows) {
        int count = Math.min(windows, samples.length);
        double[] medians = new double[count];
        for (int i = 0; i < count; i++) {
            long[] window = Arrays.copyOfRange(samples, i * samples.length / count, (i + 1) * samples.length / count);
            Arrays.sort(window);
            medians[i] = window[window.length / 2];
        }
        return medians;
    }

    private static double[] concat(double[] a, double[] b) {
        double[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    /// One query of a prepared batch size, for a first idea of its duration.
    long tryBatch(int batch) {
        run(batch, 1, 0, 0, 0);
        return Math.max(1, run(batch, 1, 0, 0, 0).wallNs());
    }

    /// A block of queries.
    ///
    /// @param leadInNs how long queries run first that are not counted
    Block block(Block.Key key, int queries, long leadInNs) {
        Instant started = Instant.now();
        boolean isLong = expectedNs * key.batch() > LONG_QUERY_NS;
        Answer answer = run(key.batch(), queries, key.sequence() * queries, isLong ? 0 : UNMEASURED, leadInNs);
        if (answer.collectionNs() > 0) {
            collectionNs += answer.collectionNs();
        }
        return new Block(key, answer.samplesNs(), answer.wallNs(), answer.cpuNs(), started);
    }

    /// Time that garbage collection took inside of counted blocks so far; it stays in their samples.
    long collectionNs() {
        return collectionNs;
    }

    @SuppressWarnings("ArrayRecordComponent") // seen inside this class alone
    private record Answer(long[] samplesNs, long wallNs, long cpuNs, long collectionNs) {}

    private Answer run(int batch, int queries, int from, int unmeasured, long leadInNs) {
        ObjectNode arguments = Wire.object().put("batch", batch).put("queries", queries).put("from", from)
                .put("unmeasured", unmeasured).put("leadInNs", leadInNs).put("samples", samples.toString());
        Duration limit = Duration.ofNanos(PATIENCE * expectedNs * batch * (queries + unmeasured) * subject.instances())
                .plusNanos(leadInNs);
        JsonNode answer = ask("measure", arguments, limit.compareTo(patience) > 0 ? limit : patience);
        highestPrivate = Math.max(highestPrivate, answer.path("privateBytes").asLong());
        return new Answer(read(answer.path("n").asInt()), answer.path("wallNs").asLong(),
                answer.path("cpuNs").asLong(), answer.path("collectionNs").asLong());
    }

    private long[] read(int n) {
        try {
            long[] values = new long[n];
            ByteBuffer.wrap(Files.readAllBytes(samples)).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(values);
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Notes the memory that single queries needed.
    void noteMemory(BenchLog log) {
        JsonNode memory = ask("memory", Wire.object(), patience);
        if (memory.has("privateBytes")) {
            long peak = Math.max(highestPrivate, memory.path("privateBytes").asLong());
            log.fact(subject.key(), fork, "memoryPeakBytes", Math.max(0, peak - privateBefore));
        }
        if (memory.has("peakBytes")) {
            log.fact(subject.key(), fork, "rawPeakBytes", memory.path("peakBytes").asLong());
        }
    }

    /// Notes the memory that queries of a larger batch needed.
    void noteMemory(int batch, BenchLog log) {
        log.fact(subject.key(), fork, memoryFact(batch), Math.max(0, highestPrivate - privateBefore));
    }

    /// The name of the fact that keeps the growth of private memory at its highest up to a batch size, in bytes.
    static String memoryFact(int batch) {
        return "memoryPeakBytes of batch " + batch;
    }

    static Measured.Figures figures(String subject, int fork, BenchLog log) {
        return new Measured.Figures(log.fact(subject, fork, "loadNs").orElse(0L),
                log.fact(subject, fork, "firstNs").orElse(0L),
                log.fact(subject, fork, "warmUpNs").orElse(0L), optional(log, subject, fork, "memoryLoadedBytes"),
                optional(log, subject, fork, "memoryPeakBytes"), optional(log, subject, fork, "rawPeakBytes"));
    }

    private static OptionalLong optional(BenchLog log, String subject, int fork, String name) {
        return log.fact(subject, fork, name).map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    /// The problem of a lane that failed, as its subject's own.
    static Problem problem(Subject subject, ProblemException e) {
        Problem first = e.problems().getFirst();
        return Problem.error(first.code(), subject.key(), first.where().isEmpty() || first.where().equals("worker")
                ? first.what()
                : first.where() + ": " + first.what(), first.remedy());
    }

    @Override
    public void close() {
        worker.close();
        try {
            Files.deleteIfExists(samples);
        } catch (IOException _) {
            // scratch is cleared at the next start
        }
    }
}
