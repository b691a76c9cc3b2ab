package dev.lathe.profile.operators;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads the profile that ONNX Runtime writes: a JSON array of events in the format of Chrome's tracing, one event at a
/// time, so that a long profile needs no more memory than its figures.
///
/// *Source:* ONNX Runtime's `profiler.cc` and `sequential_executor.cc`. Times are whole microseconds, rounded down. A
/// run's events stand before its `model_run`.
public final class TraceReader {
    /// Events are read one after the other.
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final String KERNEL = "_kernel_time";
    /// Written by runtimes before 1.10: waiting for memory of another device.
    private static final List<String> FENCES = List.of("_fence_before", "_fence_after");
    private static final Set<String> CONTAINERS = Set.of("If", "Loop", "Scan", "SequenceMap", "BeamSearch",
            "GreedySearch", "Sampling", "WhisperBeamSearch");
    private static final long NS = 1000;

    private final int skip;
    private final Map<Trace.Key, NodeTally> tallies = new HashMap<>();
    private final List<Trace.Key> order = new ArrayList<>();
    private final List<Long> sessions = new ArrayList<>();
    private final List<Call> pending = new ArrayList<>();
    private int seen;

    private TraceReader(int skip) {
        this.skip = skip;
    }

    /// One event of a node.
    ///
    /// @param kernel whether it is the kernel's own time
    record Call(String name, boolean kernel, JsonNode arguments, long startUs, long endUs, String thread) {
        // a call is itself, however much another one may look like it
        @SuppressWarnings("ReferenceEquality")
        boolean holds(Call other) {
            return other != this && thread.equals(other.thread) && startUs <= other.startUs && other.endUs <= endUs;
        }

        String opType() {
            return arguments.path("op_name").asString();
        }
    }

    /// Reads a profile.
    ///
    /// @param skip how many runs at its start are warming up and not counted
    /// @throws ProblemException `profile-unreadable` if it is no such file, `profile-empty` if it holds no run
    public static Trace read(Path file, int skip) {
        TraceReader reader = new TraceReader(skip);
        try (JsonParser parser = JSON.createParser(Files.newInputStream(file))) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw broken(file, "it does not begin with a list of events").toException();
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() == null) {
                    throw broken(file, "it ends in the middle of its list").toException();
                }
                reader.event(JSON.readTree(parser));
            }
        } catch (JacksonException e) {
            throw new ProblemException(broken(file, String.valueOf(e.getOriginalMessage()).lines().findFirst()
                    .orElse("") + ", line " + e.getLocation().getLineNr()), e);
        } catch (IOException e) {
            throw new ProblemException(broken(file, e.getClass().getSimpleName() + ": " + e.getMessage()), e);
        }
        return reader.trace(file);
    }

    private static Problem broken(Path file, String why) {
        return Problem.error("profile-unreadable", file.toString(),
                "the file is not a whole profile of ONNX Runtime (" + why + ")",
                "Profile the model again, with room on the disk.");
    }

    private Trace trace(Path file) {
        if (sessions.isEmpty()) {
            throw Problem.error("profile-empty", file.toString(),
                    "the profile holds no run after " + skip + " of warming up",
                    "Give it more time with --budget.").toException();
        }
        return new Trace(order.stream().map(k -> tally(k).done(k, sessions.size())).toList(),
                sessions.stream().mapToLong(Long::longValue).toArray());
    }

    private NodeTally tally(Trace.Key key) {
        return tallies.computeIfAbsent(key, k -> {
            order.add(k);
            return new NodeTally();
        });
    }

    private void event(JsonNode event) {
        switch (event.path("cat").asString("")) {
            case "Node" -> node(event);
            case "Session" -> {
                if (event.path("name").asString().equals("model_run")) {
                    run(event.path("dur").asLong() * NS);
                }
            }
            default -> {
                // kernels on other devices and calls of their drivers: their nodes are counted already
            }
        }
    }

    private void node(JsonNode event) {
        String name = event.path("name").asString();
        boolean kernel = name.endsWith(KERNEL);
        String ending = kernel ? KERNEL : FENCES.stream().filter(name::endsWith).findFirst().orElse("");
        long start = event.path("ts").asLong();
        if (!ending.isEmpty() && seen >= skip) {
            pending.add(new Call(name.substring(0, name.length() - ending.length()), kernel, event.path("args"), start,
                    start + event.path("dur").asLong(), event.path("tid").asString()));
        }
    }

    private void run(long ns) {
        if (seen++ >= skip) {
            int run = sessions.size();
            sessions.add(ns);
            IdentityHashMap<Call, Long> own = new IdentityHashMap<>();
            Set<Call> inner = claim(own);
            for (Call call : pending) {
                tally(key(call, inner.contains(call))).add(run, call,
                        own.getOrDefault(call, call.endUs() - call.startUs()) * NS);
            }
        }
        pending.clear();
    }

    private static Trace.Key key(Call call, boolean inner) {
        return new Trace.Key(call.name(), call.opType(), call.arguments().path("node_index").asInt(), inner);
    }

    /// Finds the calls that ran inside another, the innermost container first, and what is left to the containers.
    private Set<Call> claim(IdentityHashMap<Call, Long> own) {
        List<Call> containers = pending.stream().filter(c -> c.kernel() && CONTAINERS.contains(c.opType()))
                .sorted(Comparator.comparingLong(c -> c.endUs() - c.startUs())).toList();
        Set<Call> claimed = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Call container : containers) {
            long left = container.endUs() - container.startUs();
            for (Call call : pending) {
                if (container.holds(call) && claimed.add(call)) {
                    left -= call.endUs() - call.startUs();
                }
            }
            own.put(container, Math.max(0, left));
        }
        return claimed;
    }
}
