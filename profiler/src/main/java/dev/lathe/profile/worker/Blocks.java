package dev.lathe.profile.worker;

import dev.lathe.profile.Wire;
import dev.lathe.profile.backend.Backend;
import dev.lathe.profile.backend.Session;
import dev.lathe.profile.meter.ProcessMeter;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Blocks of timed queries, each started and ended by the clock right around the run. Nothing is allocated in between.
final class Blocks implements AutoCloseable {
    private final List<Session> sessions;
    private final Backend.Clock clock;
    private final Map<Integer, Session.Queries> byBatch = new HashMap<>();

    /// @param sessions instances of one model; more than one run at the same time
    Blocks(List<Session> sessions, Backend.Clock clock) {
        this.sessions = sessions;
        this.clock = clock;
    }

    /// Prepares the queries of one batch size, and times the very first one of the session.
    JsonNode prepare(JsonNode request) {
        int batch = request.path("batch").asInt();
        TensorPack pack = TensorPack.open(Path.of(request.path("inputs").asString()));
        int count = Math.min(pack.size(), request.path("limit").asInt(Integer.MAX_VALUE));
        List<SequencedMap<String, Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(pack.sample(i));
        }
        ObjectNode result = Wire.object();
        if (byBatch.isEmpty()) {
            Session session = sessions.getFirst();
            List<String> outputs = session.outputs().stream().filter(v -> v.isTensor()).map(v -> v.name()).toList();
            long start = clock.nanoTime();
            session.run(samples.getFirst(), outputs);
            result.put("firstNs", clock.nanoTime() - start);
        }
        Session.Queries queries = sessions.size() == 1
                ? sessions.getFirst().prepare(samples)
                : new Instances(sessions.stream().map(s -> s.prepare(samples)).toList());
        byBatch.put(batch, queries);
        queries.run(0);
        return result.put("queries", queries.size()).put("finite", queries.finite(0));
    }

    /// Runs queries until both their count and their time are reached, after some that are not counted.
    JsonNode measure(JsonNode request) {
        int batch = request.path("batch").asInt();
        Session.Queries queries = byBatch.get(batch);
        if (queries == null) {
            throw new IllegalStateException("batch " + batch + " is not prepared");
        }
        int wanted = request.path("queries").asInt();
        long atLeastNs = request.path("atLeastNs").asLong(0);
        int most = Math.max(wanted, request.path("most").asInt(wanted));
        // variants compared with one another get the same samples in the same block
        int index = request.path("from").asInt(0);
        long leadInNs = request.path("leadInNs").asLong(0);
        leadIn(queries, index, request.path("unmeasured").asInt(0), queries instanceof Instances ? 0 : leadInNs);
        Meters meters = new Meters(clock);
        long[] samples;
        if (queries instanceof Instances several) {
            samples = several.together(clock, wanted, index, leadInNs, meters::start);
        } else {
            meters.start();
            samples = alone(queries, index, wanted, most, atLeastNs);
        }
        ObjectNode result = meters.stop(Wire.object().put("n", samples.length));
        Verbs.put(result, "privateBytes", ProcessMeter.privateBytes());
        save(samples, samples.length, Path.of(request.path("samples").asString()));
        return result;
    }

    /// What a block took of time, from the first counted query to the last.
    private static final class Meters {
        private final Backend.Clock clock;
        private long collectionNs;
        private long cpuNs;
        private long startNs;

        Meters(Backend.Clock clock) {
            this.clock = clock;
        }

        void start() {
            collectionNs = ProcessMeter.collectionNs();
            cpuNs = ProcessMeter.cpuNs();
            startNs = clock.nanoTime();
        }

        ObjectNode stop(ObjectNode into) {
            long endNs = clock.nanoTime();
            return into.put("wallNs", endNs - startNs).put("cpuNs", ProcessMeter.cpuNs() - cpuNs)
                    .put("collectionNs", ProcessMeter.collectionNs() - collectionNs);
        }
    }

    private void leadIn(Session.Queries queries, int from, int atLeast, long atLeastNs) {
        long start = clock.nanoTime();
        for (int i = 0; i < atLeast || clock.nanoTime() - start < atLeastNs; i++) {
            queries.run((from + i) % queries.size());
        }
    }

    private long[] alone(Session.Queries queries, int from, int wanted, int most, long atLeastNs) {
        long[] samples = new long[most];
        int index = from;
        int n = 0;
        long start = clock.nanoTime();
        long now = start;
        while (n < most && (n < wanted || now - start < atLeastNs)) {
            long before = clock.nanoTime();
            queries.run(index % queries.size());
            now = clock.nanoTime();
            samples[n++] = now - before;
            index++;
        }
        return n == most ? samples : Arrays.copyOf(samples, n);
    }

    private static void save(long[] samples, int n, Path file) {
        ByteBuffer bytes = ByteBuffer.allocate(n * 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(samples, 0, n);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        byBatch.values().forEach(Session.Queries::close);
    }
}
