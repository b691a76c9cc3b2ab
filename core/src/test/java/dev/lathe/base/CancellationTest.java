package dev.lathe.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CancellationTest {
    private final Cancellation cancellation = new Cancellation();
    private final AtomicInteger runs = new AtomicInteger();

    @Test
    void nothingIsCancelledUnasked() {
        assertThat(cancellation.isCancelled()).isFalse();
        assertThatCode(cancellation::throwIfCancelled).doesNotThrowAnyException();
    }

    @Test
    void cancellingRunsActionsOnceAndEndsWork() {
        cancellation.onCancel(runs::incrementAndGet);
        cancellation.cancel();
        cancellation.cancel();
        assertThat(runs).hasValue(1);
        assertThatThrownBy(cancellation::throwIfCancelled).isInstanceOf(CancellationException.class);
    }

    @Test
    void anActionRegisteredTooLateRunsAtOnce() {
        cancellation.cancel();
        cancellation.onCancel(runs::incrementAndGet).close();
        assertThat(runs).hasValue(1);
    }

    @Test
    void anActionTakenBackDoesNotRun() {
        try (Cancellation.Registration _ = cancellation.onCancel(runs::incrementAndGet)) {
            assertThat(runs).hasValue(0);
        }
        cancellation.cancel();
        assertThat(runs).hasValue(0);
    }

    @Test
    void oneFailingActionDoesNotKeepTheOthersFromRunning() {
        cancellation.onCancel(() -> {
            throw new IllegalStateException("first");
        });
        cancellation.onCancel(runs::incrementAndGet);
        assertThatThrownBy(cancellation::cancel).hasMessage("first");
        assertThat(runs).hasValue(1);
    }

    /// Whichever of the two comes first, the action runs exactly once.
    @Test
    void anActionRegisteredWhileCancellingRunsExactlyOnce() throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 500; round++) {
                Cancellation raced = new Cancellation();
                AtomicInteger ran = new AtomicInteger();
                CyclicBarrier start = new CyclicBarrier(2);
                List<Future<?>> both = new ArrayList<>();
                both.add(threads.submit(() -> {
                    await(start);
                    raced.cancel();
                }));
                both.add(threads.submit(() -> {
                    await(start);
                    raced.onCancel(ran::incrementAndGet);
                }));
                for (Future<?> one : both) {
                    one.get();
                }
                assertThat(ran).hasValue(1);
            }
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }
}
