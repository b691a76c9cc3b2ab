package dev.lathe.app.gui.part;

import atlantafx.base.theme.Styles;
import dev.lathe.app.chart.Chart;
import dev.lathe.app.chart.ChartFile;
import dev.lathe.app.chart.ChartTheme;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;
import javafx.scene.control.Button;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.Label;
import javafx.scene.control.MenuItem;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.scene.shape.Circle;
import javafx.scene.text.Font;
import javafx.stage.FileChooser;
import org.jfree.chart.fx.ChartViewer;

/// A chart in its frame: a title, a sentence where there is nothing to draw, the exact value and n of the point under the
/// mouse. Drag to zoom, double click to see all again; the context menu copies and saves. By keys: + and - zoom, the
/// arrows move, Home shows all, Ctrl+C copies the data, Shift+F10 opens the menu.
public final class ChartPane extends VBox {
    private static final double LEAST_HEIGHT = 96;
    private static final double CLOSER = 0.8;
    private static final double STEP = 0.1;
    private static final double TIP_AWAY = 12;
    private static final double MARK = 4;

    private final Chart chart;
    private final Saving saving;
    private final ChartViewer viewer;
    private final Label nothing;
    private final Label title;
    private final HBox head;
    private final StackPane stack;
    private final Label tip = Parts.label("", "chart-tip");
    private final Circle mark = new Circle(MARK);
    private double pressedX;

    /// Frames a chart.
    ///
    /// @param words its title
    /// @param nothing what stands there while there are no data
    public ChartPane(String words, String nothing, Chart chart, Look look, Saving saving) {
        this.chart = chart;
        this.saving = saving;
        this.viewer = new ChartViewer(chart.chart(), false);
        this.nothing = Parts.text(nothing, "chart-nothing");
        this.title = Parts.label(words, "panel-title");
        this.head = new HBox(title, Parts.spring());
        head.getStyleClass().add("chart-head");
        // the bridge to the canvas believes that the font it set once outlives the end of a drawing
        viewer.getCanvas().getGraphicsContext2D().setFont(Font.font("SansSerif", ChartTheme.FONT_SIZE));
        viewer.getCanvas().setTooltipEnabled(false);
        viewer.setMinSize(0, LEAST_HEIGHT);
        viewer.accessibleTextProperty().bind(title.textProperty());
        viewer.setFocusTraversable(true);
        tip.setManaged(false);
        tip.setMouseTransparent(true);
        mark.setManaged(false);
        mark.setMouseTransparent(true);
        mark.getStyleClass().add("chart-mark");
        stack = new StackPane(viewer, this.nothing, mark, tip);
        stack.setMinSize(0, LEAST_HEIGHT);
        stack.getStyleClass().add("chart-stack");
        VBox.setVgrow(stack, Priority.ALWAYS);
        getStyleClass().add("chart-pane");
        getChildren().addAll(head, stack);
        look.dark().subscribe(_ -> chart.dress(look.charts()));
        listen();
        filled(false);
    }

    private void listen() {
        viewer.focusedProperty().subscribe(focused -> {
            stack.getStyleClass().remove("chart-focused");
            if (focused) {
                stack.getStyleClass().add("chart-focused");
            }
        });
        viewer.setOnMousePressed(e -> {
            pressedX = e.getX();
            viewer.requestFocus();
        });
        viewer.setOnMouseReleased(e -> {
            // the viewer takes a drag to the left for "show all the data"; all there is to see may be more
            if (e.getX() < pressedX) {
                chart.reset();
            }
        });
        viewer.setOnMouseClicked(e -> {
            if (e.getClickCount() == 2) {
                chart.reset();
            }
        });
        viewer.addEventFilter(MouseEvent.MOUSE_MOVED, e -> point(e.getX(), e.getY()));
        viewer.addEventFilter(MouseEvent.MOUSE_EXITED, _ -> point(Optional.empty()));
        viewer.setOnKeyPressed(this::key);
        ContextMenu menu = menu();
        viewer.setOnContextMenuRequested(e -> {
            menu.show(viewer, e.getScreenX(), e.getScreenY());
            e.consume();
        });
        point(Optional.empty());
    }

    /// A place of the drawing that was clicked on.
    @FunctionalInterface
    public interface Pick {
        /// Takes it.
        ///
        /// @param area the part of the drawing between the axes
        void at(double x, double y, Rectangle2D area);
    }

    /// Tells of clicks that are no drag.
    public void onPick(Pick pick) {
        viewer.addEventHandler(MouseEvent.MOUSE_CLICKED, e -> {
            var plot = viewer.getRenderingInfo() == null ? null : viewer.getRenderingInfo().getPlotInfo();
            if (plot != null && e.getClickCount() == 1 && e.isStillSincePress()) {
                pick.at(e.getX(), e.getY(), plot.getDataArea());
            }
        });
    }

    /// Gives it another title.
    public void title(String words) {
        title.setText(words);
    }

    /// Gives it another sentence for where there is nothing to draw.
    public void nothing(String words) {
        nothing.setText(words);
    }

    /// Says whether there is something to draw.
    public void filled(boolean isFilled) {
        viewer.setVisible(isFilled);
        nothing.setVisible(!isFilled);
        point(Optional.empty());
    }

    /// Puts a small button beside the title.
    public ChartPane with(Button button) {
        button.getStyleClass().addAll(Styles.SMALL, Styles.FLAT);
        head.getChildren().add(button);
        return this;
    }

    /// Whether the names of the series have room at the ends of their lines.
    public boolean hasRoomForNames() {
        return chart.hasRoomForNames(getHeight() - head.getHeight());
    }

    /// Shows what lies at a place of the chart, in pixels.
    void point(double x, double y) {
        var plot = viewer.getRenderingInfo() == null ? null : viewer.getRenderingInfo().getPlotInfo();
        point(plot == null ? Optional.empty() : chart.near(x, y, plot.getDataArea()));
    }

    private void point(Optional<Chart.Tip> found) {
        tip.setVisible(found.isPresent());
        mark.setVisible(found.isPresent());
        found.ifPresent(t -> {
            tip.setText(t.words());
            tip.autosize();
            mark.relocate(t.x() - MARK, t.y() - MARK);
            double left = t.x() + TIP_AWAY + tip.getWidth() <= stack.getWidth()
                    ? t.x() + TIP_AWAY
                    : t.x() - TIP_AWAY - tip.getWidth();
            tip.relocate(Math.max(0, left), Math.max(0, t.y() - tip.getHeight() - MARK));
        });
    }

    private void key(KeyEvent event) {
        if (event.isShortcutDown()) {
            switch (event.getCode()) {
                case C -> Parts.copy(chart.tsv());
                default -> {
                    return;
                }
            }
        } else {
            switch (event.getCode()) {
                case PLUS, ADD, EQUALS -> chart.zoom(CLOSER);
                case MINUS, SUBTRACT -> chart.zoom(1 / CLOSER);
                case LEFT -> chart.pan(-STEP);
                case RIGHT -> chart.pan(STEP);
                case HOME, DIGIT0 -> chart.reset();
                default -> {
                    return;
                }
            }
        }
        event.consume();
    }

    private ContextMenu menu() {
        return new ContextMenu(item("Copy picture", this::copyPicture),
                item("Copy data", () -> Parts.copy(chart.tsv())),
                item("Save as PNG…", () -> save("png")), item("Save as SVG…", () -> save("svg")),
                item("Show all", chart::reset));
    }

    private static MenuItem item(String text, Runnable action) {
        MenuItem item = new MenuItem(text);
        item.setOnAction(_ -> action.run());
        return item;
    }

    private void copyPicture() {
        ClipboardContent content = new ClipboardContent();
        content.putImage(viewer.getCanvas().snapshot(null, null));
        Clipboard.getSystemClipboard().setContent(content);
    }

    private void save(String kind) {
        FileChooser chooser = new FileChooser();
        chooser.setInitialFileName("chart." + kind);
        File chosen = chooser.showSaveDialog(getScene().getWindow());
        if (chosen != null) {
            write(chosen.toPath(), kind);
        }
    }

    /// Draws it as it is now, and has it written.
    void write(Path file, String kind) {
        int width = (int) viewer.getWidth();
        int height = (int) viewer.getHeight();
        if (kind.equals("png")) {
            BufferedImage picture = ChartFile.picture(chart.chart(), width, height);
            saving.save(file, f -> ChartFile.png(picture, f));
        } else {
            String drawing = ChartFile.svg(chart.chart(), width, height);
            saving.save(file, f -> ChartFile.text(drawing, f));
        }
    }
}
