import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.lathe.evaluate.RandomInputs;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.backend.OnnxRuntimeBackend;
import dev.lathe.profile.backend.Session;
import dev.lathe.profile.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/// What the harness itself costs: its timed loop against a bare loop of `OrtSession.run` with pinned outputs, in one
/// process, in turns. Float inputs and outputs only. Run by benchmarks/harness-cost.sh.
public final class HarnessCost {
    private static final int ROUNDS = 60;
    private static final long BLOCK_NS = 25_000_000;

    private HarnessCost() {}

    public static void main(String[] args) throws Exception {
        for (String model : args) {
            compare(Path.of(model));
        }
    }

    private static void compare(Path model) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        try (Session session = new OnnxRuntimeBackend().open(model, SessionSettings.threads(1));
                OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            OrtSession bare = environment.createSession(model.toString(), options);
            List<SequencedMap<String, Tensor>> samples = RandomInputs.seeded(7).samples(session.inputs(), 1);
            Session.Queries queries = session.prepare(samples);
            Map<String, OnnxTensor> inputs = tensors(environment, samples.getFirst());
            Map<String, OnnxTensor> pinned = tensors(environment,
                    session.run(samples.getFirst(), session.outputs().stream().map(v -> v.name()).toList()));
            long[] store = new long[1 << 20];
            int calls = 50;
            long spent = harness(queries, calls, store);
            calls = (int) Math.clamp(calls * BLOCK_NS / Math.max(1, spent), 3, store.length);
            for (int i = 0; i < 20; i++) {
                harness(queries, calls, store);
                bare(bare, inputs, pinned, calls);
            }
            double[] ratios = new double[ROUNDS];
            double[] bareNs = new double[ROUNDS];
            double[] harnessNs = new double[ROUNDS];
            for (int r = 0; r < ROUNDS; r++) {
                long a = harness(queries, calls, store);
                long b = bare(bare, inputs, pinned, calls) + bare(bare, inputs, pinned, calls);
                long c = harness(queries, calls, store);
                ratios[r] = (double) (a + c) / b;
                harnessNs[r] = (a + c) / (2.0 * calls);
                bareNs[r] = b / (2.0 * calls);
            }
            report(model, ratios, harnessNs, bareNs);
        }
    }

    /// The loop of the profiler: a time stamp before and after each query, the difference kept.
    private static long harness(Session.Queries queries, int calls, long[] store) {
        long start = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            long before = System.nanoTime();
            queries.run(i % queries.size());
            store[i] = System.nanoTime() - before;
        }
        return System.nanoTime() - start;
    }

    private static long bare(OrtSession session, Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> pinned, int calls)
            throws Exception {
        long start = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            session.run(inputs, pinned).close();
        }
        return System.nanoTime() - start;
    }

    private static Map<String, OnnxTensor> tensors(OrtEnvironment environment, SequencedMap<String, Tensor> values)
            throws Exception {
        Map<String, OnnxTensor> tensors = new HashMap<>();
        for (Map.Entry<String, Tensor> entry : values.entrySet()) {
            FloatBuffer data = ByteBuffer.allocateDirect(entry.getValue().data().remaining()).order(ByteOrder.nativeOrder())
                    .put(entry.getValue().data()).flip().asFloatBuffer();
            tensors.put(entry.getKey(), OnnxTensor.createTensor(environment, data, entry.getValue().shape()));
        }
        return tensors;
    }

    private static void report(Path model, double[] ratios, double[] harnessNs, double[] bareNs) {
        List<Double> medians = new ArrayList<>();
        java.util.SplittableRandom random = new java.util.SplittableRandom(7);
        for (int i = 0; i < 2000; i++) {
            double[] drawn = new double[ratios.length];
            for (int j = 0; j < drawn.length; j++) {
                drawn[j] = ratios[random.nextInt(ratios.length)];
            }
            medians.add(median(drawn));
        }
        medians.sort(null);
        System.out.printf(Locale.ROOT, "%-24s bare %.3f us  harness %.3f us  %+.3f us a call  ratio %.4f [%.4f, %.4f]%n",
                model.getFileName(), median(bareNs) / 1e3, median(harnessNs) / 1e3, (median(harnessNs) - median(bareNs)) / 1e3,
                median(ratios), medians.get(50), medians.get(1949));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
