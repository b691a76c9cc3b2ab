package dev.lathe.app.gui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.gui.model.ModelViewModel;
import dev.lathe.app.gui.part.Look;
import dev.lathe.app.gui.work.Clocked;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.Engine;
import dev.lathe.app.gui.work.FxJobRunner;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import javafx.scene.Scene;
import javafx.scene.control.ButtonBase;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.stage.Stage;
import org.testfx.api.FxRobot;
import org.testfx.api.FxToolkit;
import org.testfx.util.WaitForAsyncUtils;

/// A window for a test, closed at its end.
final class Windows implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 300;
    /// A blank window has its background and little else.
    private static final int COLOURS_OF_A_SCREEN = 40;

    private final Engine engine;
    private final FxJobRunner runner = new FxJobRunner();
    private final ShellViewModel model;
    private final Look look;
    private final Scene scene;
    private final int scale;
    private final FxRobot robot = new FxRobot();

    /// A window of that size over an engine.
    ///
    /// @param onScreen whether it is shown, to be clicked on; the screen of the headless platform is 1000 pixels wide and
    /// high, larger windows are only drawn
    Windows(Engine engine, boolean dark, double width, double height, boolean onScreen) throws TimeoutException {
        this(engine, dark, width, height, onScreen, 1);
    }

    /// A window that is only drawn, each of its pixels as that many by that many.
    Windows(Engine engine, double width, double height, int scale) throws TimeoutException {
        this(engine, false, width, height, false, scale);
    }

    private Windows(Engine engine, boolean dark, double width, double height, boolean onScreen, int scale)
            throws TimeoutException {
        this(engine, dark, width, height, onScreen, scale, Optional.empty());
    }

    /// A window on the screen whose jobs go by a clock of the test.
    Windows(Engine engine, double width, double height, AtomicLong clockNs) throws TimeoutException {
        this(engine, false, width, height, true, 1, Optional.of(clockNs));
    }

    private Windows(Engine engine, boolean dark, double width, double height, boolean onScreen, int scale,
            Optional<AtomicLong> clockNs) throws TimeoutException {
        this.engine = engine;
        this.scale = scale;
        Stage stage = FxToolkit.registerPrimaryStage();
        Desk desk = on(
                () -> clockNs.map(c -> Clocked.desk(engine, runner, c)).orElseGet(() -> Desk.of(engine, runner)));
        model = on(() -> new ShellViewModel(desk, new ModelViewModel.Sample(sample("digits.onnx"),
                sample("digits.dataset.json")), new WindowSettings(dark, List.of())));
        look = on(() -> new Look(dark, scale));
        scene = on(() -> new Scene(new Shell(model, look), width, height));
        on(() -> {
            if (onScreen) {
                stage.setScene(scene);
                stage.setX(0);
                stage.setY(0);
                stage.show();
            }
            model.start();
            return true;
        });
        settle();
    }

    static Path sample(String name) {
        return Path.of(System.getProperty("lathe.repository", ".")).resolve("app/samples").resolve(name);
    }

    /// Does something on the window's thread.
    static <T> T on(Callable<T> work) {
        return WaitForAsyncUtils.waitForAsyncFx(PATIENCE_SECONDS * 1000L, work);
    }

    /// Waits until something holds.
    void until(BooleanSupplier condition) throws TimeoutException {
        WaitForAsyncUtils.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS, () -> on(condition::getAsBoolean));
        settle();
    }

    /// Waits until what was asked for is drawn.
    void settle() {
        WaitForAsyncUtils.waitForFxEvents();
        try {
            WaitForAsyncUtils.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS, look.drawing()::isIdle);
        } catch (TimeoutException e) {
            throw new IllegalStateException("charts are drawn without end", e);
        }
        WaitForAsyncUtils.waitForFxEvents();
    }

    ShellViewModel model() {
        return model;
    }

    Look look() {
        return look;
    }

    FxRobot robot() {
        return robot;
    }

    Scene scene() {
        return scene;
    }

    /// Shows a screen.
    void go(Screen screen) {
        on(() -> {
            model.screen().set(screen);
            return true;
        });
        settle();
    }

    /// Lays the window out, which one that is not on the screen does only when it is drawn.
    void layOut() {
        on(() -> {
            scene.getRoot().applyCss();
            scene.getRoot().layout();
            return true;
        });
        settle();
    }

    /// Takes a picture.
    int picture(String name) {
        layOut();
        // what was laid out may have asked for more: a table that is as high as its rows
        layOut();
        return on(() -> Screenshots.take(scene(), scale, name));
    }

    /// Takes a picture of a state, named after it and the theme: something is drawn, and no words are cut.
    void shoot(String name) {
        int colours = picture(name + (look.dark().get() ? "-dark" : "-light"));
        assertThat(colours).as("colours of %s", name).isGreaterThan(COLOURS_OF_A_SCREEN);
        assertThat(on(() -> Screenshots.cut(scene.getRoot()))).as("cut words of %s", name).isEmpty();
    }

    /// Presses a button.
    void fire(String button) {
        on(() -> {
            ((ButtonBase) scene.lookup(button)).fire();
            return true;
        });
    }

    /// Opens the sample.
    void openSample() throws TimeoutException {
        on(() -> {
            model.modelScreen().openSample();
            return true;
        });
        until(() -> model.modelScreen().stage().get() == dev.lathe.app.gui.work.Stage.FULL);
    }

    /// A key that is pressed.
    static KeyEvent key(KeyCode code) {
        return new KeyEvent(KeyEvent.KEY_PRESSED, "", "", code, false, false, false, false);
    }

    @Override
    public void close() {
        on(() -> {
            model.desk().jobs().stop();
            if (scene.getWindow() != null) {
                scene.getWindow().hide();
            }
            return true;
        });
        runner.close();
        engine.close();
    }
}
