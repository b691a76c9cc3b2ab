package dev.lathe.profile.worker;

import dev.lathe.base.Reading;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.Wire;
import dev.lathe.profile.backend.Backend;
import dev.lathe.profile.backend.Session;
import dev.lathe.profile.drive.Harness;
import dev.lathe.profile.drive.ThreadDrive;
import dev.lathe.profile.drive.VirtualDrive;
import dev.lathe.profile.load.LoadPlan;
import dev.lathe.profile.load.LoadRun;
import dev.lathe.profile.load.QueryLog;
import dev.lathe.profile.meter.ProcessMeter;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Sessions of one model side by side, and the load on them.
final class Pool implements AutoCloseable {
    /// Samples are kept once an instance, so that each reads its own memory; more than this are left out.
    private static final long MOST_SAMPLE_BYTES = 64L << 20;
    private static final int TRIES = 5;
    /// How much faster than at its first tries a query may get, for the size of a closed loop's log.
    private static final int SPEED_UP = 8;
    private static final JsonMapper JSON = new JsonMapper();

    private final Backend backend;
    private final List<Session> sessions = new ArrayList<>();
    private final List<Session.Batches> instances = new ArrayList<>();
    private int samples;
    private int maxBatch;
    private long fastestNs = Long.MAX_VALUE;

    Pool(Backend backend) {
        this.backend = backend;
    }

    /// Opens the instances and prepares every batch size.
    JsonNode open(JsonNode request) {
        SessionSettings settings = JSON.treeToValue(request.path("settings"), SessionSettings.class);
        Path model = Path.of(request.path("model").asString());
        maxBatch = request.path("maxBatch").asInt(1);
        List<SequencedMap<String, Tensor>> singles = singles(
                TensorPack.open(Path.of(request.path("inputs").asString())), request.path("instances").asInt(1));
        samples = singles.size();
        Reading<Long> before = ProcessMeter.privateBytes();
        ObjectNode result = Wire.object().put("samples", samples);
        boolean finite = true;
        long poolNs = 0;
        for (int i = 0; i < request.path("instances").asInt(1); i++) {
            long start = backend.clock().nanoTime();
            Session session = backend.open(model, settings, Verbs.declared(request));
            long loadNs = backend.clock().nanoTime() - start;
            sessions.add(session);
            poolNs += loadNs;
            if (i == 0) {
                result.put("loadNs", loadNs).put("firstNs", firstNs(session, singles.getFirst()));
            }
            Session.Batches batches = session.batches(singles, maxBatch);
            instances.add(batches);
            finite &= batches.finite();
        }
        tryOut();
        if (before instanceof Reading.Known<Long>(Long from, _)
                && ProcessMeter.privateBytes() instanceof Reading.Known<Long>(Long to, _)) {
            result.put("memoryBytes", Math.max(0, to - from));
        }
        return result.put("poolNs", poolNs).put("finite", finite);
    }

    private static List<SequencedMap<String, Tensor>> singles(TensorPack pack, int instances) {
        List<SequencedMap<String, Tensor>> singles = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < pack.size() && (i == 0 || bytes * instances < MOST_SAMPLE_BYTES); i++) {
            SequencedMap<String, Tensor> sample = pack.sample(i);
            bytes += sample.values().stream().mapToLong(t -> t.data().remaining()).sum();
            singles.add(sample);
        }
        return singles;
    }

    private long firstNs(Session session, SequencedMap<String, Tensor> sample) {
        List<String> outputs = session.outputs().stream().filter(v -> v.isTensor()).map(v -> v.name()).toList();
        long start = backend.clock().nanoTime();
        session.run(sample, outputs);
        return backend.clock().nanoTime() - start;
    }

    private void tryOut() {
        int[] which = new int[maxBatch];
        for (int i = 0; i < maxBatch; i++) {
            which[i] = i % samples;
        }
        for (int t = 0; t < TRIES; t++) {
            long start = backend.clock().nanoTime();
            instances.getFirst().run(which, 1);
            fastestNs = Math.clamp(backend.clock().nanoTime() - start, 1, fastestNs);
        }
    }

    /// Drives a plan, and writes its log.
    JsonNode drive(JsonNode request) {
        LoadPlan plan = JSON.treeToValue(request.path("plan"), LoadPlan.class);
        if (plan.instances() != instances.size() || plan.maxBatch() > maxBatch) {
            throw new IllegalStateException(plan.instances() + " instances and batches of " + plan.maxBatch()
                    + " were planned, " + instances.size() + " and " + maxBatch + " opened");
        }
        try (Arena arena = Arena.ofShared()) {
            QueryLog log = QueryLog.allocate(Harness.capacity(plan, fastestNs / SPEED_UP), arena);
            Harness harness = new Harness(plan, samples, log);
            long collectionBefore = ProcessMeter.collectionNs();
            long cpuBefore = ProcessMeter.cpuNs();
            ThreadDrive.Took took = backend.virtualClock() ? virtual(harness) : real(harness);
            LoadRun.Generator generator = new LoadRun.Generator(took.wallNs(), took.generatorCpuNs(),
                    ProcessMeter.cpuNs() - cpuBefore, ProcessMeter.collectionNs() - collectionBefore, samples,
                    backend.virtualClock());
            ObjectNode result = Wire.object().put("n", log.size());
            result.set("generator", JSON.valueToTree(generator));
            if (ProcessMeter.privateBytes() instanceof Reading.Known<Long>(Long bytes, _)) {
                result.put("privateBytes", Math.max(0, bytes - log.capacityBytes()));
            }
            log.write(Path.of(request.path("log").asString()));
            return result;
        }
    }

    private ThreadDrive.Took real(Harness harness) {
        return ThreadDrive.run(harness, instances.stream().<ThreadDrive.Instance>map(b -> b::run).toList());
    }

    private ThreadDrive.Took virtual(Harness harness) {
        long wallNs = VirtualDrive.run(harness, instances.size(), (instance, which, count, _) -> {
            long start = backend.clock().nanoTime();
            instances.get(instance).run(which, count);
            return backend.clock().nanoTime() - start;
        });
        return new ThreadDrive.Took(wallNs, 0);
    }

    @Override
    public void close() {
        instances.forEach(Session.Batches::close);
        sessions.forEach(Session::close);
        instances.clear();
        sessions.clear();
    }
}
