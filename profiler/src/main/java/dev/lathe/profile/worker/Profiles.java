package dev.lathe.profile.worker;

import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.Wire;
import dev.lathe.profile.backend.Backend;
import dev.lathe.profile.backend.Profiling;
import dev.lathe.profile.backend.Session;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A short run with the runtime's profiler on, and the same queries without it. Never in a session that is measured.
final class Profiles {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int WARM_UP = 3;
    /// Of the budget: warming up, then half of what is left for each of the two sessions.
    private static final double WARM_UP_SHARE = 0.15;
    private static final int MOST = 200;
    /// Distinct queries: preparing runs each of them once.
    private static final int MOST_QUERIES = 8;

    private final Backend backend;

    Profiles(Backend backend) {
        this.backend = backend;
    }

    /// Runs the queries in turn, as many as the budget allows and at least as many as are asked for.
    JsonNode profile(JsonNode request) {
        Path model = Path.of(request.path("model").asString());
        SessionSettings settings = JSON.treeToValue(request.path("settings"), SessionSettings.class);
        List<SequencedMap<String, Tensor>> samples = samples(Path.of(request.path("inputs").asString()));
        long budgetNs = request.path("budgetNs").asLong();
        int least = request.path("least").asInt();
        ObjectNode result = Wire.object();
        int runs;
        try (Profiling profiling = backend.profile(model, settings, Path.of(request.path("folder").asString()))) {
            int skip;
            try (Session.Queries queries = profiling.session().prepare(samples)) {
                // preparing has run each query once
                skip = queries.size();
                long[] warm = run(queries, WARM_UP, (long) (WARM_UP_SHARE * budgetNs));
                skip += warm.length;
                long perRun = Math.max(1, warm[warm.length - 1]);
                double affordable = (1 - WARM_UP_SHARE) / 2 * budgetNs / perRun;
                runs = (int) Math.clamp(affordable, least, MOST);
                run(queries, runs, 0);
            }
            result.put("skip", skip).put("runs", runs).put("trace", profiling.end().toString())
                    .put("optimized", profiling.optimized().toString()).put("provider", profiling.provider());
        }
        result.set("plainNs", JSON.valueToTree(plain(model, settings, samples, runs)));
        return result;
    }

    /// Writes the graph that the runtime makes of a model, without running it.
    JsonNode executed(JsonNode request) {
        Path model = Path.of(request.path("model").asString());
        SessionSettings settings = JSON.treeToValue(request.path("settings"), SessionSettings.class);
        try (Profiling profiling = backend.profile(model, settings, Path.of(request.path("folder").asString()))) {
            profiling.end();
            return Wire.object().put("optimized", profiling.optimized().toString());
        }
    }

    private static List<SequencedMap<String, Tensor>> samples(Path file) {
        TensorPack pack = TensorPack.open(file);
        List<SequencedMap<String, Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < Math.min(MOST_QUERIES, pack.size()); i++) {
            samples.add(pack.sample(i));
        }
        return samples;
    }

    private long[] plain(Path model, SessionSettings settings, List<SequencedMap<String, Tensor>> samples, int runs) {
        try (Session session = backend.open(model, settings); Session.Queries queries = session.prepare(samples)) {
            run(queries, WARM_UP, 0);
            return run(queries, runs, 0);
        }
    }

    /// At least so many queries, and for at least so long.
    private long[] run(Session.Queries queries, int least, long atLeastNs) {
        List<Long> times = new ArrayList<>();
        Backend.Clock clock = backend.clock();
        long start = clock.nanoTime();
        while (times.size() < least || (times.size() < MOST && clock.nanoTime() - start < atLeastNs)) {
            long before = clock.nanoTime();
            queries.run(times.size() % queries.size());
            times.add(clock.nanoTime() - before);
        }
        return times.stream().mapToLong(Long::longValue).toArray();
    }
}
