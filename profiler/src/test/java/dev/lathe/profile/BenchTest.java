package dev.lathe.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lathe.base.Cancellation;
import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.hardware.CpuSet;
import dev.lathe.hardware.Host;
import dev.lathe.hardware.nvml.NvmlSnapshot;
import dev.lathe.profile.meter.DeviceMeter;
import dev.lathe.profile.stats.BlockBootstrap;
import dev.lathe.profile.stats.ForkNoise;
import dev.lathe.profile.stats.RatioInterval;
import dev.lathe.profile.stats.Verdict;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The bench over real worker processes whose service times are known: the clock is moved by the queries alone.
class BenchTest {
    @TempDir
    Path folder;

    private final Cancellation cancellation = new Cancellation();
    private final List<Block> seen = new ArrayList<>();
    private final List<Progress> progress = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final SortedMap<Integer, Path> packs = new TreeMap<>();

    private final Bench.Watch watch = new Bench.Watch() {
        @Override
        public void block(Block block) {
            seen.add(block);
        }

        @Override
        public void failed(String subject, int batch, Problem cause) {
            failures.add(subject + " " + batch);
        }

        @Override
        public void progress(Progress step) {
            progress.add(step);
        }
    };

    @BeforeEach
    void writePacks() {
        for (int batch : List.of(1, 4)) {
            Path file = folder.resolve("x" + batch + ".pack");
            try (TensorPackWriter writer = TensorPack.writer(file)) {
                SequencedMap<String, Tensor> sample = new LinkedHashMap<>();
                sample.put("x", Tensor.ofFloats(new long[]{batch, 1}, new float[batch]));
                writer.add(sample);
            }
            packs.put(batch, file);
        }
    }

    private Subject troubled(String kind, int batch, long amount) throws IOException {
        Path script = folder.resolve(kind + ".json");
        Files.writeString(script,
                """
                        {"distribution":"constant","medianNs":200000,"sigma":0,"warmUpQueries":0,"seed":7,"endsAt":0,"hangsAt":0,"refuses":"",
                         "trouble":{"kind":"%s","batch":%d,"amount":%d}}
                        """
                        .formatted(kind, batch, amount));
        return new Subject(kind, script, packs);
    }

    private Subject subject(String name, long medianNs, double sigma, long endsAt) throws IOException {
        Path script = folder.resolve(name + ".json");
        Files.writeString(script,
                """
                        {"distribution":"log-normal","medianNs":%d,"sigma":%s,"warmUpQueries":50,"seed":%d,"endsAt":%d,"hangsAt":0,"refuses":""}
                        """
                        .formatted(medianNs, sigma, name.hashCode(), endsAt));
        return new Subject(name, script, packs);
    }

    private static Plan plan() {
        return new Plan(SessionSettings.threads(1), 2, 3, List.of(1, 4), 2_000_000_000L, 7);
    }

    private Bench.Result run(BenchLog log, Subject... subjects) {
        return new Bench(
                WorkerSettings.likeThisProcess(folder.resolve("cache"), folder.resolve("scratch"), "synthetic"),
                Host.local(), cancellation).run(List.of(subjects), plan(), log, watch);
    }

    private static Measured of(Bench.Result result, String name) {
        Measured measured = result.measured().get(name);
        assertThat(measured).isNotNull();
        return Objects.requireNonNull(measured);
    }

    @Test
    void findsTheRatioThatIsThere() throws IOException {
        Bench.Result result = run(BenchLog.inMemory(), subject("slow", 400_000, 0.1, 0),
                subject("fast", 200_000, 0.1, 0));
        Reading<RatioInterval> ratio = RatioInterval.of(of(result, "fast").singles(), of(result, "slow").singles(),
                ForkNoise.ASSUMED, BlockBootstrap.seeded(7));
        assertThat(ratio.toOptional()).hasValueSatisfying(r -> {
            assertThat(r.interval().contains(0.5)).isTrue();
            assertThat(r.verdict()).isEqualTo(Verdict.FASTER);
        });
        assertThat(of(result, "slow").batches().get(4)).hasSize(2);
        assertThat(progress).extracting(Progress::fraction).isSorted().allMatch(f -> f >= 0 && f <= 1);
    }

    @Test
    void readsTheCardAfterEachBlockOfASubjectThatRunsOnIt() throws IOException {
        List<String> asked = new ArrayList<>();
        DeviceMeter.Source card = new DeviceMeter.Source() {
            private long readings;

            @Override
            public NvmlSnapshot.Sample sample() {
                Reading<Long> silent = Reading.unknown("not asked for");
                readings++;
                return new NvmlSnapshot.Sample(silent, silent, silent, Reading.known(300_000L, "NVML"), silent,
                        Reading.unknown("no sensor"), Reading.known(40, "NVML"),
                        Reading.known(Math.max(1L << 20, (9 - readings) << 20), "NVML"));
            }

            @Override
            public void close() {
                asked.add("closed");
            }
        };
        Subject there = subject("there", 200_000, 0, 0);
        Subject on = new Subject("on the card", there.model(), packs,
                Optional.of(SessionSettings.threads(1).on(Target.named("cuda:1"))), 1, Declared.NOTHING);
        BenchLog log = BenchLog.inMemory();
        new Bench(WorkerSettings.likeThisProcess(folder.resolve("cache"), folder.resolve("scratch"), "synthetic"),
                Host.local(), cancellation, (provider, device) -> {
                    asked.add(provider + " " + device);
                    return Optional.of(card);
                }).run(List.of(there, on), plan(), log, watch);
        assertThat(asked).containsExactly("cuda 1", "closed", "cuda 1", "closed");
        assertThat(DeviceUse.of("there", 2, log)).isEmpty();
        assertThat(DeviceUse.of("on the card", 2, log)).hasValueSatisfying(use -> {
            assertThat(use.samples()).isEqualTo(seen.stream().filter(b -> b.key().subject().equals("on the card"))
                    .count());
            assertThat(use.memoryPeakBytes()).hasValue(8L << 20);
            assertThat(use.utilisationPercent()).hasValue(40);
            assertThat(use.powerMilliwatts()).hasValue(300_000);
        });
    }

    @Test
    void noCardOfAnotherVendorIsAskedOfNvml() {
        assertThat(DeviceMeter.nvml("openvino", "npu")).isEmpty();
        assertThat(DeviceMeter.nvml("cpu", "")).isEmpty();
    }

    @Test
    void blocksTakeTurnsThereAndBack() throws IOException {
        run(BenchLog.inMemory(), subject("a", 200_000, 0, 0), subject("b", 200_000, 0, 0));
        List<String> firstRound = seen.stream().filter(b -> b.key().fork() == 0 && b.key().batch() == 1).limit(4)
                .map(b -> b.key().subject()).toList();
        assertThat(firstRound).isEqualTo(firstRound.reversed()).contains("a", "b");
    }

    @Test
    void aCrashEndsOneSubjectAndNotTheBench() throws IOException {
        Bench.Result result = run(BenchLog.inMemory(), subject("well", 200_000, 0.1, 0),
                subject("ill", 200_000, 0.1, 300));
        assertThat(of(result, "ill").failure()).first()
                .satisfies(p -> assertThat(p.sentence())
                        .contains("ill: the worker ended with status 139 (segmentation fault)"));
        assertThat(of(result, "well").failure()).isEmpty();
        assertThat(of(result, "well").singles()).hasSize(2);
    }

    @Test
    void whatTheLogHasIsNotMeasuredAgain() throws IOException {
        BenchLog log = BenchLog.inMemory();
        Subject subject = subject("a", 200_000, 0.1, 0);
        Bench.Result first = run(log, subject);
        int measured = seen.size();
        Bench.Result second = run(log, subject);
        assertThat(seen).hasSize(measured);
        assertThat(of(second, "a").singles().getFirst().sorted())
                .isEqualTo(of(first, "a").singles().getFirst().sorted());
    }

    @Test
    void anInterruptedRunGoesOnWhereItWas() throws IOException {
        BenchLog log = BenchLog.inMemory();
        Subject subject = subject("a", 200_000, 0.1, 0);
        Bench.Watch interrupting = new Bench.Watch() {
            @Override
            public void block(Block block) {
                seen.add(block);
                if (seen.size() == 3) {
                    cancellation.cancel();
                }
            }

            @Override
            public void progress(Progress step) {
                // not of interest
            }
        };
        WorkerSettings workers = WorkerSettings.likeThisProcess(folder.resolve("cache"), folder.resolve("scratch"),
                "synthetic");
        assertThatThrownBy(
                () -> new Bench(workers, Host.local(), cancellation).run(List.of(subject), plan(), log, interrupting))
                .isInstanceOf(CancellationException.class);
        new Bench(workers, Host.local(), new Cancellation()).run(List.of(subject), plan(), log, watch);
        assertThat(seen.stream().map(Block::key)).doesNotHaveDuplicates();
        long singles = seen.stream().filter(b -> b.key().batch() == 1).count();
        assertThat(singles).isEqualTo(2L * 3 * 2);
    }

    private WorkerSettings workers() {
        return WorkerSettings.likeThisProcess(folder.resolve("cache"), folder.resolve("scratch"), "synthetic")
                .patientFor(Duration.ofSeconds(5));
    }

    private Bench.Result run(WorkerSettings workers, Subject... subjects) {
        return new Bench(workers, Host.local(), cancellation).run(List.of(subjects),
                new Plan(SessionSettings.threads(1), 2, 3, List.of(1, 4, 16), 2_000_000_000L, 7), BenchLog.inMemory(),
                watch);
    }

    private void addBatch16() {
        Path file = folder.resolve("x16.pack");
        try (TensorPackWriter writer = TensorPack.writer(file)) {
            SequencedMap<String, Tensor> sample = new LinkedHashMap<>();
            sample.put("x", Tensor.ofFloats(new long[]{16, 1}, new float[16]));
            writer.add(sample);
        }
        packs.put(16, file);
    }

    @Test
    void aCrashAtOneBatchEndsThatCellAndNoOther() throws IOException {
        addBatch16();
        Bench.Result result = run(workers(), troubled("crash", 16, 0), subject("well", 200_000, 0.1, 0));
        Measured crashed = of(result, "crash");
        assertThat(crashed.failure()).isEmpty();
        assertThat(crashed.singles()).hasSize(2);
        assertThat(crashed.batches()).containsOnlyKeys(4);
        assertThat(crashed.failed()).containsOnlyKeys(16).hasEntrySatisfying(16, p -> assertThat(p.sentence())
                .contains("crash: the worker ended with status 139 (segmentation fault)"));
        assertThat(of(result, "well").batches()).containsOnlyKeys(4, 16);
        assertThat(failures).containsExactly("crash 16");
    }

    @Test
    void aBatchBetweenThatCrashesIsPassedOverByANewWorker() throws IOException {
        addBatch16();
        Path script = folder.resolve("once.json");
        Files.writeString(script,
                """
                        {"distribution":"constant","medianNs":200000,"sigma":0,"warmUpQueries":0,"seed":7,"endsAt":0,"hangsAt":0,"refuses":"",
                         "trouble":{"kind":"only-crash","batch":4,"amount":0}}
                        """);
        Measured measured = of(run(workers(), new Subject("once", script, packs)), "once");
        assertThat(measured.failed()).containsOnlyKeys(4);
        assertThat(measured.batches()).containsOnlyKeys(16).hasEntrySatisfying(16,
                forks -> assertThat(forks).hasSize(2));
    }

    @Test
    void aHangAtOneBatchEndsThatCellAndNoOther() throws IOException {
        Measured hung = of(run(workers(), troubled("hang", 4, 1)), "hang");
        assertThat(hung.singles()).hasSize(2);
        assertThat(hung.failed().get(4)).isNotNull().satisfies(p -> assertThat(Objects.requireNonNull(p).sentence())
                .startsWith("hang: the worker did not answer to measure within 5 s and was ended"));
    }

    @Test
    void outputThatIsNotFiniteIsNoResult() throws IOException {
        Measured measured = of(run(workers(), troubled("not-finite", 4, 0)), "not-finite");
        assertThat(measured.failed().get(4)).isNotNull().satisfies(p -> assertThat(Objects.requireNonNull(p).sentence())
                .contains("the model's output is not finite (NaN or infinity) at batch 4."));
        assertThat(of(run(workers(), troubled("not-finite", 1, 0)), "not-finite").failure())
                .extracting(Problem::sentence)
                .singleElement().asString().contains("the model's output is not finite (NaN or infinity).");
    }

    @Test
    void memoryBeyondTheLimitIsSaidToBeThat() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "limits of memory are Linux's");
        WorkerSettings limited = workers()
                .confinedTo(new Confinement(Optional.empty(), OptionalLong.of(200L << 20)));
        Bench.Result result = run(limited, troubled("memory", 4, 300_000_000), subject("small", 200_000, 0.1, 0));
        assertThat(of(result, "memory").failed().get(4)).isNotNull()
                .satisfies(p -> assertThat(Objects.requireNonNull(p).sentence())
                        .startsWith("memory: it needed more memory than the limit of 200 MiB at prepare (")
                        .endsWith("Raise memory= of --device-limit, or use a smaller batch or model."));
        assertThat(of(result, "small").failed()).isEmpty();
        assertThat(result.memoryLimit()).isNotEmpty();
    }

    @Test
    void workersAreHeldToTheirCpus() {
        CpuSet allowed = CpuSet.allowed(Host.local()).toOptional().orElse(null);
        assumeTrue(allowed != null && allowed.cpus().size() > 1, "needs Linux and two CPUs");
        CpuSet last = new CpuSet(new TreeSet<>(List.of(Objects.requireNonNull(allowed).cpus().last())));
        WorkerSettings pinned = workers().confinedTo(new Confinement(Optional.of(last), OptionalLong.empty()));
        try (WorkerProcess worker = WorkerProcess.start(pinned, cancellation)) {
            List<String> threads = Host.local().list("/proc/" + worker.pid() + "/task");
            assertThat(threads).hasSizeGreaterThan(3).allSatisfy(
                    thread -> assertThat(Host.local().read("/proc/" + worker.pid() + "/task/" + thread + "/status"))
                            .hasValueSatisfying(s -> assertThat(s).contains("Cpus_allowed_list:\t" + last.words())));
        }
    }
}
