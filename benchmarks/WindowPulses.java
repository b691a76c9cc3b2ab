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
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javafx.animation.AnimationTimer;
import javafx.application.Platform;
import javafx.scene.Scene;

/// How long the window's thread keeps a click waiting while the sample is run: every 5 ms something is posted to it, and
/// the time until it is done is taken. The pulses are counted beside it. Busy is the processor time that the thread takes from
/// one of these to the next: it tells of the window alone, also where other programs take the processor away.
///
/// Arguments: seconds for measuring (default 20).
public final class WindowPulses {
    private static final int MOST = 200_000;
    private static final long EVERY_NS = 5_000_000;

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
        FxJobRunner runner = new FxJobRunner();
        WorkbenchEngine engine = new WorkbenchEngine(new Workbench(new Workspace(workspace), Host.local(), PriceCatalogue.builtIn()));
        Platform.startup(() -> {
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
        while (ended.getCount() > 0) {
            if (running.get() && waited.get() < MOST) {
                CountDownLatch done = new CountDownLatch(1);
                long asked = System.nanoTime();
                Platform.runLater(() -> {
                    cpu[1] = threads.getCurrentThreadCpuTime();
                    done.countDown();
                });
                done.await();
                busy[waited.get()] = cpu[0] == 0 ? 0 : cpu[1] - cpu[0];
                cpu[0] = cpu[1];
                waits[waited.getAndIncrement()] = System.nanoTime() - asked;
            }
            java.util.concurrent.locks.LockSupport.parkNanos(EVERY_NS);
        }
        print("a click waits", Arrays.copyOf(waits, waited.get()));
        print("thread is busy", Arrays.copyOf(busy, waited.get()));
        print("between pulses", Arrays.copyOf(gaps, pulses.get()));
        System.exit(0);
    }

    private static void print(String what, long[] ns) {
        Arrays.sort(ns);
        System.out.printf(Locale.ROOT, "%-16s median %6.2f ms, p90 %6.2f ms, p99 %6.2f ms, worst %6.2f ms (n = %d)%n", what, at(ns, 0.5), at(ns, 0.9),
                at(ns, 0.99), at(ns, 1), ns.length);
    }

    private static double at(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, Math.round(share * sorted.length))] / 1e6;
    }
}
