package dev.lathe.app.gui.work;

import dev.lathe.base.Cancellation;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javafx.application.Platform;

/// One lane for what measures and one beside it. What happens is gathered 10 times a second, and 2 times while something
/// is timed, so that the window does not disturb what it watches.
public final class FxJobRunner implements JobRunner {
    private static final long TICK_MS = 100;

    private final ExecutorService bench = Executors.newSingleThreadExecutor(daemon("bench"));
    private final ExecutorService aside = Executors.newSingleThreadExecutor(daemon("aside"));
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor(daemon("gathering"));

    private static ThreadFactory daemon(String name) {
        return Thread.ofPlatform().daemon().name("lathe-" + name).factory();
    }

    @Override
    public <T> void bench(Function<Watch, T> work, Cancellation cancellation, Consumer<List<Happening>> heard,
            Consumer<Outcome<T>> done) {
        bench.execute(() -> {
            Gathering gathering = new Gathering();
            ScheduledFuture<?> ticking = ticks.scheduleWithFixedDelay(() -> {
                if (gathering.isDue()) {
                    deliver(gathering, heard);
                }
            }, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
            Outcome<T> outcome = Outcome.of(() -> work.apply(new Watch(gathering::add, cancellation)));
            ticking.cancel(false);
            deliver(gathering, heard);
            Platform.runLater(() -> done.accept(outcome));
        });
    }

    private static void deliver(Gathering gathering, Consumer<List<Happening>> heard) {
        Platform.runLater(() -> {
            List<Happening> all = gathering.take();
            if (!all.isEmpty()) {
                heard.accept(all);
            }
        });
    }

    @Override
    public <T> void aside(Supplier<T> work, Consumer<Outcome<T>> done) {
        aside.execute(() -> {
            Outcome<T> outcome = Outcome.of(work);
            Platform.runLater(() -> done.accept(outcome));
        });
    }

    /// Takes no new work; waits a little for what is being done, which should have been cancelled before.
    @Override
    public void close() {
        bench.shutdown();
        aside.shutdownNow();
        try {
            if (!bench.awaitTermination(8, TimeUnit.SECONDS)) {
                bench.shutdownNow();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        ticks.shutdownNow();
    }
}
