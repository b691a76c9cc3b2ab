package dev.lathe.app.gui;

import dev.lathe.app.engine.Workbench;
import dev.lathe.app.gui.model.ModelViewModel;
import dev.lathe.app.gui.part.Look;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.FxJobRunner;
import dev.lathe.app.gui.work.WorkbenchEngine;
import dev.lathe.base.Cancellation;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import javafx.application.Platform;
import javafx.scene.Scene;
import javafx.stage.Stage;

/// The window over a workbench.
public final class LatheWindow {
    private static final double WIDTH = 1280;
    private static final double HEIGHT = 800;
    private static final double LEAST_WIDTH = 1024;
    private static final double LEAST_HEIGHT = 700;

    private LatheWindow() {}

    /// Shows the window and returns when it was closed. The workbench is closed then.
    ///
    /// @param workspace the folder where the window keeps what it remembers
    /// @param closing ends it, as when the process is asked to end
    /// @param sampleModel what is shipped to try things out
    /// @param sampleData its dataset description
    public static void show(Workbench workbench, Path workspace, Cancellation closing, Path sampleModel,
            Path sampleData) {
        CountDownLatch closed = new CountDownLatch(1);
        System.setProperty("javafx.cachedir", workspace.resolve("cache").resolve("javafx").toString());
        Platform.startup(() -> {
            Desk desk = Desk.of(new WorkbenchEngine(workbench), new FxJobRunner());
            WindowSettings settings = WindowSettings.read(workspace);
            ShellViewModel model = new ShellViewModel(desk, new ModelViewModel.Sample(sampleModel, sampleData),
                    settings);
            Look look = new Look(settings.dark());
            Stage stage = new Stage();
            stage.setTitle("Lathe");
            stage.setMinWidth(LEAST_WIDTH);
            stage.setMinHeight(LEAST_HEIGHT);
            Shell shell = new Shell(model, look);
            stage.setScene(new Scene(shell, WIDTH, HEIGHT));
            shell.rehearse();
            stage.setOnHidden(_ -> {
                new WindowSettings(look.dark().get(), model.modelScreen().recent()).write(workspace);
                desk.jobs().stop();
                Thread.ofPlatform().name("lathe-closing").start(() -> {
                    Platform.exit();
                    end(desk, closed);
                });
            });
            stage.show();
            model.start();
            // for as long as the process lives; the toolkit ends itself then, so that nothing is drawn any more
            var _ = closing.onCancel(() -> {
                desk.jobs().stop();
                end(desk, closed);
            });
        });
        try {
            closed.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void end(Desk desk, CountDownLatch closed) {
        desk.runner().close();
        desk.engine().close();
        closed.countDown();
    }
}
