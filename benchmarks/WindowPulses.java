import dev.lathe.app.engine.Workbench;
import dev.lathe.app.engine.store.Workspace;
import dev.lathe.app.gui.Screen;
import dev.lathe.app.gui.Shell;
import dev.lathe.app.gui.ShellViewModel;
import dev.lathe.app.gui.WindowSettings;
import dev.lathe.app.gui.model.ModelViewModel;
import dev.lathe.app.gui.part.Look;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.FxJobRunner;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.app.gui.work.WorkbenchEngine;
import dev.lathe.hardware.Host;
import dev.lathe.serving.PriceCatalogue;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javafx.animation.AnimationTimer;
import javafx.application.Platform;
import javafx.scene.Scene;

/// How long the window's thread keeps a click waiting while the sample is run: every 5 ms something is posted to it, and
/// the time until it is done is taken. The pulses are counted beside it. Busy is the processor time that the thread takes from
/// one of these to the next: it tells of the window alone, also where other programs take the processor away.
///
/// While something waits longer than a pulse, the stack of the window's thread is taken every 2 ms; what the longest wait was
/// spent in is printed, the most frequent first.
///
/// Arguments: seconds for measuring (default 20).
public final class WindowPulses {
    private static final int MOST = 200_000;
    private static final long EVERY_NS = 5_000_000;
    private static final long SAMPLED_AFTER_NS = 16_000_000;
    private static final long SAMPLED_EVERY_NS = 2_000_000;
    private static final int SHOWN_WAITS = 4;
    private static final int SHOWN_FRAMES = 60;

    /// A long wait, and the stacks of the window's thread in it.
    private record Wait(long ns, double atS, List<List<String>> stacks) {}

    public static void main(String[] args) throws Exception {
        String budget = args.length > 0 ? args[0] : "20";
        Path samples = Path.of(System.getProperty("lathe.home", "."), "app", "samples");
        Path workspace = Files.createTempDirectory("lathe-pulses");
        long[] waits = new long[MOST];
        long[] gaps = new long[MOST];
        long[] busy = new long[MOST];
        long[] cpu = new long[2];
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        AtomicInteger waited = new AtomicInteger();
        AtomicInteger pulses = new AtomicInteger();
        AtomicBoolean running = new AtomicBoolean();
        CountDownLatch ended = new CountDownLatch(1);
        AtomicLong askedNs = new AtomicLong();
        AtomicReference<Thread> window = new AtomicReference<>();
        List<List<String>> stacks = new CopyOnWriteArrayList<>();
        List<Wait> longest = new ArrayList<>();
        AtomicLong begun = new AtomicLong();
        FxJobRunner runner = new FxJobRunner();
        WorkbenchEngine engine = new WorkbenchEngine(new Workbench(new Workspace(workspace), Host.local(), PriceCatalogue.builtIn()));
        Platform.startup(() -> {
            window.set(Thread.currentThread());
            ShellViewModel model = new ShellViewModel(Desk.of(engine, runner),
                    new ModelViewModel.Sample(samples.resolve("digits.onnx"), samples.resolve("digits.dataset.json")), WindowSettings.first());
            javafx.stage.Stage stage = new javafx.stage.Stage();
            Shell shell = new Shell(model, new Look(false));
            stage.setScene(new Scene(shell, 1000, 760));
            long began = System.nanoTime();
            shell.rehearse();
            System.out.printf(Locale.ROOT, "rehearsed before the window is shown: %.0f ms%n", (System.nanoTime() - began) / 1e6);
            stage.setX(0);
            stage.setY(0);
            stage.show();
            model.desk().choices().budgetS().set(budget);
            model.modelScreen().stage().subscribe(s -> {
                if (s == Stage.FULL) {
                    // after the job that opened it has ended
                    Platform.runLater(() -> {
                        running.set(true);
                        begun.set(System.nanoTime());
                        model.run();
                        model.screen().set(Screen.RUN);
                    });
                }
            });
            model.runScreen().stage().subscribe(s -> {
                if (running.get() && (s == Stage.FULL || s == Stage.FAILED)) {
                    running.set(false);
                    ended.countDown();
                }
            });
            model.modelScreen().openSample();
            new AnimationTimer() {
                private long last;

                @Override
                public void handle(long now) {
                    if (running.get() && last != 0 && pulses.get() < MOST) {
                        gaps[pulses.getAndIncrement()] = now - last;
                    }
                    last = now;
                }
            }.start();
        });
        Thread.ofPlatform().daemon().start(() -> {
            while (true) {
                long asked = askedNs.get();
                if (asked != 0 && System.nanoTime() - asked > SAMPLED_AFTER_NS) {
                    stacks.add(stack(window.get()));
                }
                java.util.concurrent.locks.LockSupport.parkNanos(SAMPLED_EVERY_NS);
            }
        });
        while (ended.getCount() > 0) {
            if (running.get() && waited.get() < MOST) {
                CountDownLatch done = new CountDownLatch(1);
                long asked = System.nanoTime();
                stacks.clear();
                askedNs.set(asked);
                Platform.runLater(() -> {
                    cpu[1] = threads.getCurrentThreadCpuTime();
                    done.countDown();
                });
                done.await();
                busy[waited.get()] = cpu[0] == 0 ? 0 : cpu[1] - cpu[0];
                cpu[0] = cpu[1];
                askedNs.set(0);
                long ns = System.nanoTime() - asked;
                waits[waited.getAndIncrement()] = ns;
                if (ns > SAMPLED_AFTER_NS) {
                    longest.add(new Wait(ns, (asked - begun.get()) / 1e9, List.copyOf(stacks)));
                }
            }
            java.util.concurrent.locks.LockSupport.parkNanos(EVERY_NS);
        }
        print("a click waits", Arrays.copyOf(waits, waited.get()));
        print("thread is busy", Arrays.copyOf(busy, waited.get()));
        print("between pulses", Arrays.copyOf(gaps, pulses.get()));
        ManagementFactory.getGarbageCollectorMXBeans().forEach(gc -> System.out.printf(Locale.ROOT, "%s: %d times, %d ms together%n", gc.getName(),
                gc.getCollectionCount(), gc.getCollectionTime()));
        longest.sort(Comparator.comparingLong(Wait::ns).reversed());
        longest.stream().limit(SHOWN_WAITS).forEach(WindowPulses::tell);
        System.exit(0);
    }

    /// What the window's thread does; while it waits for what draws, what that does.
    private static List<String> stack(Thread window) {
        List<String> stack = Arrays.stream(window.getStackTrace()).map(StackTraceElement::toString).toList();
        if (stack.stream().noneMatch(f -> f.contains("waitForRenderingToComplete"))) {
            return stack;
        }
        return Thread.getAllStackTraces().entrySet().stream().filter(e -> e.getKey().getName().startsWith("QuantumRenderer")).findFirst()
                .map(e -> Arrays.stream(e.getValue()).map(f -> "drawing: " + f).toList()).orElse(stack);
    }

    /// The frames that most of the stacks of a wait share: below them the wait branches.
    private static void tell(Wait wait) {
        System.out.printf(Locale.ROOT, "%nwaited %.0f ms, %.2f s after the start; in so many of %d stacks:%n", wait.ns() / 1e6, wait.atS(),
                wait.stacks().size());
        Map<String, Integer> counts = new HashMap<>();
        wait.stacks().forEach(stack -> new LinkedHashSet<>(stack).forEach(frame -> counts.merge(frame, 1, Integer::sum)));
        List<String> order = new ArrayList<>();
        wait.stacks().forEach(stack -> stack.reversed().stream().filter(f -> !order.contains(f)).forEach(order::add));
        order.stream().filter(f -> counts.getOrDefault(f, 0) * 4 >= wait.stacks().size() && !f.startsWith("java.base/")).limit(SHOWN_FRAMES)
                .forEach(f -> System.out.printf("%5d  %s%n", counts.get(f), f));
    }

    private static void print(String what, long[] ns) {
        Arrays.sort(ns);
        System.out.printf(Locale.ROOT, "%-16s median %6.2f ms, p90 %6.2f ms, p99 %6.2f ms, worst %6.2f ms, together %5.0f ms (n = %d)%n", what, at(ns, 0.5), at(ns, 0.9),
                at(ns, 0.99), at(ns, 1), Arrays.stream(ns).sum() / 1e6, ns.length);
    }

    private static double at(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, Math.round(share * sorted.length))] / 1e6;
    }
}
