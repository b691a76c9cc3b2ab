package dev.lathe.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.profile.load.Arrivals;
import dev.lathe.profile.load.LoadPlan;
import dev.lathe.profile.load.LoadResult;
import dev.lathe.profile.load.LoadRun;
import dev.lathe.profile.load.QueryLog;
import dev.lathe.profile.load.Scenario;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import dev.lathe.serving.queue.Batching;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Load on real worker processes: with the synthetic backend under its virtual clock, and with a real model.
class LoadLaneTest {
    private static final Path SAMPLE = Path.of(System.getProperty("lathe.repository", ".."), "app/samples/digits.onnx");
    private static final long MS = 1_000_000;

    @TempDir
    Path folder;

    private final Cancellation cancellation = new Cancellation();

    private WorkerSettings settings(String backend) {
        return WorkerSettings.likeThisProcess(folder.resolve("cache"), folder.resolve("scratch"), backend);
    }

    private SortedMap<Integer, Path> pack(String input, long... shape) {
        Path file = folder.resolve(input + ".pack");
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            for (int s = 0; s < 5; s++) {
                float[] values = new float[(int) Tensor.count(shape)];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) Math.sin(i * 0.1 + s);
                }
                SequencedMap<String, Tensor> sample = new LinkedHashMap<>();
                sample.put(input, Tensor.ofFloats(shape, values));
                writer.add(sample);
            }
        }
        return new TreeMap<>(java.util.Map.of(1, file));
    }

    private Subject synthetic(long endsAt, long hangsAt) throws IOException {
        Path script = folder.resolve("model.json");
        Files.writeString(script,
                """
                        {"distribution":"constant","medianNs":1000000,"sigma":0,"warmUpQueries":40,"seed":1,"endsAt":%d,"hangsAt":%d,"refuses":""}
                        """
                        .formatted(endsAt, hangsAt));
        return new Subject("model", script, pack("x", 1, 1));
    }

    private LoadLane open(Subject subject, int instances, int maxBatch, String backend) {
        return LoadLane.open(subject, SessionSettings.threads(1), instances, maxBatch, 0, settings(backend),
                cancellation, Duration.ofSeconds(2));
    }

    private static LoadPlan plan(Scenario scenario, Batching batching, int instances, long durationNs) {
        return LoadPlan.of(scenario, batching, instances, durationNs, 7);
    }

    @Test
    void instancesAreSimulatedWhereTheClockIs() throws IOException {
        try (LoadLane lane = open(synthetic(0, 0), 2, 4, "synthetic")) {
            assertThat(lane.opened().samples()).isEqualTo(5);
            assertThat(lane.warmUp(2_000 * MS, 1).steady()).isTrue();
            LoadPlan plan = plan(new Scenario.Offline(4), Batching.SINGLE, 2, 4_000 * MS);
            LoadResult offline = LoadResult.of(plan, List.of(lane.drive(plan)));
            assertThat(offline.throughput().toOptional().orElseThrow().value()).as("two instances, 1 ms a sample")
                    .isBetween(1990.0, 2010.0);
            LoadPlan overload = plan(new Scenario.Server(new Arrivals.Constant(4000)), Batching.upTo(4), 2, 2_000 * MS);
            LoadResult result = LoadResult.of(overload, List.of(lane.drive(overload)));
            assertThat(result.caveats()).extracting(Problem::code).containsExactly("overloaded");
            assertThat(result.generator().latenessP99Ns()).isZero();
        }
    }

    @Test
    void aRealModelAnswersEverythingInBatches() {
        Subject digits = new Subject("digits", SAMPLE, pack("image", 1, 1, 28, 28));
        try (LoadLane lane = open(digits, 2, 4, "onnxruntime")) {
            assertThat(lane.opened().loadNs()).isPositive();
            assertThat(lane.opened().firstNs()).isPositive();
            LoadPlan plan = plan(new Scenario.Server(new Arrivals.Poisson(500, 3)), Batching.upTo(4).delayed(4 * MS), 2,
                    400 * MS);
            LoadRun run = lane.drive(plan);
            QueryLog log = run.queries();
            assertThat(log.size()).isBetween(100, 300);
            assertThat(IntStream.range(0, log.size()).mapToObj(log::outcome)
                    .filter(o -> o != QueryLog.Outcome.DONE)).isEmpty();
            assertThat(IntStream.range(0, log.size()).map(log::batch).max().orElse(0)).isBetween(2, 4);
            assertThat(run.generator().generatorCpuNs()).isPositive();
            assertThat(run.generator().workerCpuNs()).isGreaterThan(run.generator().generatorCpuNs());
            LoadPlan closed = plan(Scenario.Concurrency.synchronous(3), Batching.upTo(4), 2, 100 * MS);
            assertThat(LoadResult.of(closed, List.of(lane.drive(closed))).counts().done()).isPositive();
            assertThat(lane.memory().privateBytes()).isPresent();
        }
    }

    @Test
    void aModelThatDoesNotLoadIsNamed() {
        Subject broken = new Subject("broken", folder.resolve("no.onnx"), pack("image", 1, 1, 28, 28));
        assertThatThrownBy(() -> open(broken, 1, 1, "onnxruntime")).isInstanceOf(ProblemException.class)
                .hasMessageStartingWith(
                        "broken: " + folder.resolve("no.onnx") + ": ONNX Runtime does not load the model");
    }

    @Test
    void samplesThatDoNotFitTheModelAreNamed() {
        Subject digits = new Subject("digits", SAMPLE, pack("image", 1, 1, 5, 5));
        assertThatThrownBy(() -> open(digits, 1, 2, "onnxruntime")).isInstanceOf(ProblemException.class)
                .hasMessageContaining("ONNX Runtime cannot run the model");
    }

    @Test
    void anOutputThatIsNotFiniteIsNamed() throws IOException {
        Path script = folder.resolve("model.json");
        Files.writeString(script,
                """
                        {"distribution":"constant","medianNs":1000,"sigma":0,"warmUpQueries":0,"seed":1,"endsAt":0,"hangsAt":0,"refuses":"","trouble":{"kind":"not-finite","batch":3,"amount":0}}
                        """);
        Subject model = new Subject("model", script, pack("x", 1, 1));
        open(model, 1, 2, "synthetic").close();
        assertThatThrownBy(() -> open(model, 1, 4, "synthetic")).isInstanceOf(ProblemException.class)
                .hasMessage("model: the model's output is not finite (NaN or infinity). "
                        + "Check the data's preprocessing; a variant like this is of no use.");
    }

    @Test
    void aCrashUnderLoadIsNamed() throws IOException {
        try (LoadLane lane = open(synthetic(300, 0), 1, 1, "synthetic")) {
            LoadPlan plan = plan(new Scenario.Server(new Arrivals.Constant(100)), Batching.SINGLE, 1, 10_000 * MS);
            assertThatThrownBy(() -> lane.drive(plan)).isInstanceOf(ProblemException.class)
                    .hasMessageStartingWith("model: the worker ended with status 139 (segmentation fault) at drive");
            assertThatThrownBy(() -> lane.drive(plan)).as("and every later run says so")
                    .isInstanceOf(ProblemException.class).hasMessageContaining("status 139");
        }
    }

    @Test
    void aHangUnderLoadEndsAtItsLimit() throws IOException {
        try (LoadLane lane = open(synthetic(0, 30), 1, 1, "synthetic")) {
            LoadPlan plan = new LoadPlan(new Scenario.Server(new Arrivals.Constant(100)), Batching.SINGLE, 1,
                    500 * MS, 0, 0, 1000, 1);
            assertThatThrownBy(() -> lane.drive(plan)).isInstanceOf(ProblemException.class)
                    .hasMessageStartingWith("model: the worker did not answer to drive within 2 s and was ended");
        }
    }

    @Test
    void aWorkerThatRunsOutOfMemoryUnderLoadIsNamed() throws IOException {
        try (LoadLane lane = open(synthetic(0, 0), 1, 1, "synthetic")) {
            // a queue of so many does not fit a worker's heap of 96 MB
            LoadPlan plan = new LoadPlan(Scenario.Concurrency.synchronous(4_500_000), Batching.SINGLE, 1, 1_000 * MS, 0,
                    0, 4_500_000, 1);
            assertThatThrownBy(() -> lane.drive(plan)).isInstanceOf(ProblemException.class)
                    .hasMessageStartingWith("model: the worker ran out of memory (");
        }
    }

    @Test
    void aWorkerThatIsKilledUnderLoadIsNamed() throws IOException {
        try (LoadLane lane = open(synthetic(0, 0), 1, 1, "synthetic")) {
            ProcessHandle.of(lane.pid()).ifPresent(ProcessHandle::destroyForcibly);
            LoadPlan plan = plan(new Scenario.SingleStream(), Batching.SINGLE, 1, 10_000 * MS);
            assertThatThrownBy(() -> lane.drive(plan)).isInstanceOf(ProblemException.class)
                    .hasMessageContaining(
                            "the worker ended with status 137 (killed, often for lack of memory) at drive");
        }
    }

    @Test
    void cancellingEndsTheRun() throws IOException {
        try (LoadLane lane = open(synthetic(0, 30), 1, 1, "synthetic")) {
            Thread.ofVirtual().start(cancellation::cancel);
            LoadPlan plan = plan(new Scenario.SingleStream(), Batching.SINGLE, 1, 60_000 * MS);
            assertThatThrownBy(() -> lane.drive(plan)).isInstanceOf(CancellationException.class);
        }
    }
}
