package dev.lathe.profile.operators;

import dev.lathe.base.Cancellation;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Dim;
import dev.lathe.graph.Extra;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.ValueInfo;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.Wire;
import dev.lathe.profile.WorkerProcess;
import dev.lathe.profile.WorkerSettings;
import dev.lathe.profile.kernels.KernelTimer;
import dev.lathe.profile.stats.BlockBootstrap;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Fork;
import dev.lathe.profile.stats.Interval;
import dev.lathe.profile.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Measures [Ceilings]: products of matrices in the runtime itself, and copies. Takes about two seconds.
final class CeilingBench {
    /// Sides of the square matrices: which is best depends on caches and threads.
    private static final List<Integer> SIDES = List.of(256, 512, 1024);
    private static final List<Long> SIZES = List.of(64L << 10, 512L << 10, 2L << 20, 8L << 20,
            32L << 20);
    private static final int QUERIES = 12;
    private static final int MOST_QUERIES = 500;
    /// Until the kernel has spread the threads over the CPUs.
    private static final long LEAD_IN_NS = 50_000_000;
    private static final long AT_LEAST_NS = 150_000_000;
    private static final int COPIES = 15;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int SEED = 3;

    private final WorkerSettings workers;
    private final SessionSettings session;
    private final Cancellation cancellation;

    CeilingBench(WorkerSettings workers, SessionSettings session, Cancellation cancellation) {
        this.workers = workers;
        this.session = session;
        this.cancellation = cancellation;
    }

    /// Measures them.
    ///
    /// @param largestBytes working set of the largest copy: larger than the caches, and well within the memory
    Ceilings measure(long largestBytes, String runtime, Progress.Listener progress) {
        progress.progress(Progress.of("measuring this machine's ceilings", 0));
        Reading<Estimate> float32 = best(DataType.FLOAT);
        progress.progress(Progress.of("measuring this machine's ceilings", 0.4));
        Reading<Estimate> int8 = best(DataType.UINT8);
        progress.progress(Progress.of("measuring this machine's ceilings", 0.8));
        return new Ceilings(session.intraOpThreads(), runtime, float32, int8, copies(largestBytes),
                Instant.now().toString());
    }

    private Reading<Estimate> best(DataType type) {
        Reading<Estimate> best = Reading.unknown("not measured");
        try (WorkerProcess worker = WorkerProcess.start(workers, cancellation)) {
            for (int side : SIDES) {
                Estimate one = product(worker, type, side);
                if (best.toOptional().map(Estimate::value).orElse(0.0) < one.value()) {
                    best = Reading.known(one, (type == DataType.FLOAT ? "MatMul" : "MatMulInteger") + " of " + side
                            + " x " + side + " matrices");
                }
            }
            return best;
        } catch (ProblemException e) {
            return best.or(Reading.unknown("the runtime does not run the test: " + e.problems().getFirst().what()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Operations a second of one product.
    private Estimate product(WorkerProcess worker, DataType type, int side) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(random(type, side)).order(ByteOrder.LITTLE_ENDIAN);
        long[] ns = new KernelTimer(worker, workers, session).queriesNs("ceiling-" + type.label() + side,
                model(type, side), new Tensor(type, new long[]{side, side}, bytes),
                new KernelTimer.Patience(QUERIES, MOST_QUERIES, AT_LEAST_NS, LEAD_IN_NS));
        return rate(2.0 * side * side * side, ns);
    }

    private static JsonNode ask(WorkerProcess worker, String verb, ObjectNode arguments) {
        return worker.ask(verb, arguments, PATIENCE, Progress.Listener.NONE);
    }

    /// `y = x w`, with `w` a constant, as weights are.
    static Model model(DataType type, int side) {
        boolean floats = type == DataType.FLOAT;
        List<Dim> square = List.of(new Dim.Fixed(side), new Dim.Fixed(side));
        SequencedMap<String, TensorData> weights = new LinkedHashMap<>();
        weights.put("w", TensorData.ofBytes(floats ? DataType.FLOAT : DataType.INT8,
                List.of((long) side, (long) side), random(type, side)));
        Graph graph = new Graph("ceiling",
                List.of(Node.of("product", floats ? "MatMul" : "MatMulInteger", List.of("x", "w"), List.of("y"))),
                List.of(ValueInfo.tensor("x", type, square)),
                List.of(ValueInfo.tensor("y", floats ? DataType.FLOAT : DataType.INT32, square)), weights, List.of(),
                Extra.NONE);
        SequencedMap<String, Long> opsets = new LinkedHashMap<>();
        opsets.put("", 13L);
        return new Model(graph, List.of(), opsets, 7, Model.Metadata.NONE, Extra.NONE);
    }

    /// Floats in -1..1 (denormals would be slow), or bytes of which no sum saturates.
    private static byte[] random(DataType type, int side) {
        SplittableRandom random = new SplittableRandom(SEED);
        if (type != DataType.FLOAT) {
            byte[] bytes = new byte[side * side];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) random.nextInt(64);
            }
            return bytes;
        }
        ByteBuffer bytes = ByteBuffer.allocate(4 * side * side).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat((float) random.nextDouble(-1, 1));
        }
        return bytes.array();
    }

    private List<Ceilings.Bandwidth> copies(long largestBytes) {
        List<Long> sizes = new ArrayList<>(SIZES.stream().filter(s -> s < largestBytes / 2).toList());
        sizes.add(largestBytes);
        ObjectNode arguments = Wire.object().put("threads", session.intraOpThreads()).put("samples", COPIES);
        arguments.set("sizes", new JsonMapper().valueToTree(sizes));
        List<Ceilings.Bandwidth> bandwidths = new ArrayList<>();
        try (WorkerProcess worker = WorkerProcess.start(workers, cancellation)) {
            for (JsonNode one : ask(worker, "copy", arguments).path("sizes")) {
                List<Long> ns = new ArrayList<>();
                one.path("ns").forEach(n -> ns.add(n.asLong()));
                bandwidths.add(new Ceilings.Bandwidth(one.path("workingSetBytes").asLong(),
                        rate(one.path("movedBytes").asDouble(), ns.stream().mapToLong(Long::longValue).toArray())));
            }
        }
        return bandwidths;
    }

    /// An amount over the median of its durations, with the interval of that.
    static Estimate rate(double amount, long[] ns) {
        Estimate median = BlockBootstrap.seeded(SEED).median(List.of(new Fork(List.of(ns)))).toOptional()
                .orElseThrow(() -> new IllegalStateException("only " + ns.length + " samples"));
        return new Estimate(amount * 1e9 / median.value(), new Interval(amount * 1e9 / median.interval().high(),
                amount * 1e9 / Math.max(1, median.interval().low())), median.n());
    }
}
