package dev.lathe.profile.kernels;

import dev.lathe.base.Cancellation;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.graph.DataType;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.WorkerProcess;
import dev.lathe.profile.WorkerSettings;
import dev.lathe.profile.kernels.KernelWidths.Timed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Measures [KernelWidths]: every width of every operator twice, the second time in the opposite order. Takes about three
/// seconds.
final class WidthBench {
    /// Two each that are multiples of 1, 2, 4, 8, 16 and no more, between multiples of 32.
    static final List<Integer> WIDTHS = List.of(64, 73, 74, 76, 72, 80, 96, 105, 106, 108, 104, 112, 128);
    private static final int ROUNDS = 2;
    private static final KernelTimer.Patience PATIENCE = new KernelTimer.Patience(20, 400, 12_000_000, 2_000_000);
    private static final int PERCENTILE = 10;

    private final WorkerSettings workers;
    private final SessionSettings session;
    private final Cancellation cancellation;

    WidthBench(WorkerSettings workers, SessionSettings session, Cancellation cancellation) {
        this.workers = workers;
        this.session = session;
        this.cancellation = cancellation;
    }

    KernelWidths measure(String runtime, Progress.Listener progress) {
        progress.progress(Progress.of("measuring which widths this machine's kernels like", 0));
        Reading<List<Timed>> float32 = times(DataType.FLOAT);
        progress.progress(Progress.of("measuring which widths this machine's kernels like", 0.5));
        return new KernelWidths(session.intraOpThreads(), runtime, float32, times(DataType.UINT8),
                Instant.now().toString());
    }

    private Reading<List<Timed>> times(DataType type) {
        List<Sandwich> all = new ArrayList<>();
        for (String operator : Sandwich.OPERATORS) {
            WIDTHS.forEach(w -> all.add(new Sandwich(operator, type, w)));
        }
        Map<Sandwich, List<Long>> seen = new HashMap<>();
        try (WorkerProcess worker = WorkerProcess.start(workers, cancellation)) {
            KernelTimer timer = new KernelTimer(worker, workers, session);
            for (int round = 0; round < ROUNDS; round++) {
                for (Sandwich one : round % 2 == 0 ? all : all.reversed()) {
                    cancellation.throwIfCancelled();
                    List<Long> ns = seen.computeIfAbsent(one, _ -> new ArrayList<>());
                    Arrays.stream(timer.queriesNs("width", one.model(), one.x(), PATIENCE)).forEach(ns::add);
                }
            }
        } catch (ProblemException e) {
            return Reading.unknown("the runtime does not run the test: " + e.problems().getFirst().what());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Reading.known(
                all.stream().map(s -> new Timed(s.operator(), s.width(), low(seen.getOrDefault(s, List.of()))))
                        .toList(),
                "measured on this machine");
    }

    private static double low(List<Long> ns) {
        return ns.stream().sorted().skip((long) ns.size() * PERCENTILE / 100).findFirst().orElseThrow();
    }
}
