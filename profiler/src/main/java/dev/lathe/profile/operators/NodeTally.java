package dev.lathe.profile.operators;

import dev.lathe.base.Reading;
import dev.lathe.graph.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;

/// Adds up the calls of one node.
final class NodeTally {
    private long[] perRunNs = new long[16];
    private final SequencedMap<Trace.Signature, Integer> signatures = new LinkedHashMap<>();
    private String provider = "";
    private int calls;
    private long kernelNs;
    private long allNs;
    private long runUs;
    private long schedulingUs;

    void add(int run, TraceReader.Call call, long ownNs) {
        if (run >= perRunNs.length) {
            perRunNs = Arrays.copyOf(perRunNs, Math.max(run + 1, 2 * perRunNs.length));
        }
        perRunNs[run] += ownNs;
        allNs += ownNs;
        if (!call.kernel()) {
            return;
        }
        kernelNs += ownNs;
        calls++;
        JsonNode arguments = call.arguments();
        provider = arguments.path("provider").asString("");
        signatures.merge(new Trace.Signature(shapes(arguments.path("input_type_shape")),
                shapes(arguments.path("output_type_shape"))), 1, Integer::sum);
        JsonNode thread = arguments.path("thread_scheduling_stats").path("main_thread");
        if (thread.isObject()) {
            runUs += thread.path("Run").asLong();
            schedulingUs += thread.path("Distribution").asLong() + thread.path("DistributionEnqueue").asLong()
                    + thread.path("Wait").asLong() + thread.path("WaitRevoke").asLong();
        }
    }

    private static List<TensorShape> shapes(JsonNode list) {
        List<TensorShape> shapes = new ArrayList<>();
        for (JsonNode one : list) {
            one.properties().forEach(e -> {
                List<Long> dims = new ArrayList<>();
                e.getValue().forEach(d -> dims.add(d.asLong()));
                shapes.add(new TensorShape(type(e.getKey()), dims));
            });
        }
        return shapes;
    }

    /// The runtime spells types as C++ does.
    private static DataType type(String name) {
        try {
            return DataType.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            return DataType.UNDEFINED;
        }
    }

    Trace.Node done(Trace.Key key, int runs) {
        return new Trace.Node(key, provider, Arrays.copyOf(perRunNs, runs), calls, signatures,
                new Trace.Details(allNs == 0 ? 1 : (double) kernelNs / allNs,
                        runUs + schedulingUs == 0
                                ? Reading.unknown("the profile tells nothing of threads")
                                : Reading.known((double) schedulingUs / (runUs + schedulingUs),
                                        "thread_scheduling_stats")));
    }
}
