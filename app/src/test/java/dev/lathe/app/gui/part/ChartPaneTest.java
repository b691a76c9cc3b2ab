package dev.lathe.app.gui.part;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.chart.LatencyOverTime;
import dev.lathe.app.chart.Points;
import dev.lathe.base.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javafx.geometry.Bounds;
import javafx.geometry.Point2D;
import javafx.scene.Scene;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.Label;
import javafx.scene.control.MenuItem;
import javafx.scene.input.Clipboard;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.stage.Stage;
import javafx.stage.Window;
import org.jfree.data.Range;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testfx.api.FxRobot;
import org.testfx.api.FxToolkit;
import org.testfx.util.WaitForAsyncUtils;

/// A chart under mouse and keys.
class ChartPaneTest {
    @TempDir
    Path folder = Path.of("");
    private final FxRobot robot = new FxRobot();
    private final LatencyOverTime chart = new LatencyOverTime();
    private final List<Problem> trouble = new ArrayList<>();
    private final Look look = on(() -> new Look(false));
    private final ChartPane pane = on(() -> new ChartPane("Latency", "nothing", chart, look, this::save));

    private void save(Path file, Saving.Work work) {
        try {
            work.write(file);
        } catch (IOException e) {
            trouble.add(Problem.error("output-unwritable", file.toString(), "it cannot be written", ""));
        }
    }

    private static <T> T on(Callable<T> work) {
        try {
            FxToolkit.registerPrimaryStage();
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
        return WaitForAsyncUtils.waitForAsyncFx(10_000, work);
    }

    @BeforeEach
    void isShown() throws Exception {
        Stage stage = FxToolkit.registerPrimaryStage();
        on(() -> {
            pane.show(() -> {
                chart.show(List.of(new Points("clean", new double[]{0, 1, 2, 3, 4}, new double[]{1, 1, 2, 1, 1}, 5),
                        new Points("original", new double[]{0, 4}, new double[]{3, 3}, 2)));
                return true;
            });
            pane.getStylesheets().add(dev.lathe.app.gui.Shell.class.getResource("window.css").toExternalForm());
            stage.setScene(new Scene(pane, 600, 300));
            stage.setX(0);
            stage.setY(0);
            stage.show();
            return true;
        });
        settle();
    }

    /// Until what was asked for is drawn and shown.
    private void settle() {
        WaitForAsyncUtils.waitForFxEvents();
        try {
            WaitForAsyncUtils.waitFor(10, TimeUnit.SECONDS, look.drawing()::isIdle);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
        WaitForAsyncUtils.waitForFxEvents();
    }

    @AfterEach
    void isHidden() {
        on(() -> {
            pane.getScene().getWindow().hide();
            return true;
        });
    }

    private ChartPicture picture() {
        return (ChartPicture) pane.lookup(".chart-picture");
    }

    private Range shown() {
        settle();
        return on(() -> chart.chart().getXYPlot().getDomainAxis().getRange());
    }

    private Point2D at(double x, double y) {
        Bounds bounds = on(() -> picture().localToScreen(picture().getBoundsInLocal()));
        return new Point2D(bounds.getMinX() + x * bounds.getWidth(), bounds.getMinY() + y * bounds.getHeight());
    }

    @Test
    void tellsTheExactValueAndNUnderTheMouse() {
        // the middle point of the line lies in the middle of the plot
        var area = on(() -> picture().area());
        var curve = chart.chart().getXYPlot();
        double y = on(() -> curve.getRangeAxis().valueToJava2D(2, area, org.jfree.chart.ui.RectangleEdge.LEFT));
        double x = on(() -> curve.getDomainAxis().valueToJava2D(2, area, org.jfree.chart.ui.RectangleEdge.BOTTOM));
        robot.moveTo(on(() -> picture().localToScreen(x, y)));
        settle();
        Label tip = (Label) pane.lookup(".chart-tip");
        assertThat(tip.isVisible()).isTrue();
        assertThat(tip.getText()).isEqualTo("clean: 2.0000 ms at 2.00 s, one query of n = 5");
    }

    @Test
    void aDragZoomsAndADoubleClickShowsAll() {
        Range all = shown();
        robot.drag(at(0.3, 0.3), MouseButton.PRIMARY).dropTo(at(0.6, 0.7));
        assertThat(shown().getLength()).isLessThan(all.getLength() / 2);
        robot.doubleClickOn(at(0.5, 0.5));
        assertThat(shown()).isEqualTo(all);
    }

    @Test
    void keysZoomMoveShowAllAndCopyTheData() {
        Range all = shown();
        robot.clickOn(at(0.5, 0.5));
        assertThat(on(() -> picture().isFocused())).isTrue();
        assertThat(on(() -> pane.lookup(".chart-focused"))).isNotNull();
        robot.push(KeyCode.PLUS);
        assertThat(shown().getLength()).isLessThan(all.getLength());
        double before = shown().getLowerBound();
        robot.push(KeyCode.RIGHT);
        assertThat(shown().getLowerBound()).isGreaterThan(before);
        robot.push(KeyCode.HOME);
        assertThat(shown()).isEqualTo(all);
        robot.push(KeyCode.CONTROL, KeyCode.C);
        settle();
        assertThat(on(() -> Clipboard.getSystemClipboard().getString())).startsWith("series\ts\tms\nclean\t0.0\t1.0\n");
    }

    @Test
    void theContextMenuCopiesAndSaves() {
        robot.clickOn(at(0.5, 0.5), MouseButton.SECONDARY);
        List<String> items = on(() -> Window.getWindows().stream()
                .filter(w -> w instanceof ContextMenu).map(w -> (ContextMenu) w)
                .flatMap(m -> m.getItems().stream()).map(MenuItem::getText).toList());
        assertThat(items).containsExactly("Copy picture", "Copy data", "Save as PNG…", "Save as SVG…", "Show all");
        on(() -> {
            Window.getWindows().stream().filter(w -> w instanceof ContextMenu).map(w -> (ContextMenu) w).toList()
                    .forEach(m -> {
                        m.getItems().getFirst().fire();
                        m.getItems().get(1).fire();
                        m.hide();
                    });
            return true;
        });
        settle();
        assertThat(on(() -> Clipboard.getSystemClipboard().getString())).startsWith("series\t");
    }

    @Test
    void savesWhatIsShownAndTellsWhereItCannot() throws Exception {
        Path png = folder.resolve("chart.png");
        Path svg = folder.resolve("chart.svg");
        on(() -> {
            pane.write(png, "png");
            pane.write(svg, "svg");
            pane.write(folder.resolve("no such folder").resolve("chart.png"), "png");
            return true;
        });
        settle();
        assertThat(javax.imageio.ImageIO.read(png.toFile()).getWidth()).isEqualTo(2 * (int) picture().getWidth());
        assertThat(Files.readString(svg)).contains("<svg").contains("original");
        assertThat(trouble).singleElement().satisfies(p -> assertThat(p.where()).endsWith("chart.png"));
    }
}
