package dev.lathe.app.gui.part;

import atlantafx.base.theme.Styles;
import dev.lathe.app.chart.Chart;
import dev.lathe.app.chart.ChartFile;
import java.awt.geom.Rectangle2D;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.geometry.Point2D;
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
import javafx.stage.FileChooser;

/// A chart in its frame: a title, a sentence where there is nothing to draw, the exact value and n of the point under the
/// mouse. The chart belongs to the thread that draws it, see [Drawing]: it is changed by [#show]. Drag to zoom, double click to see all again; the context menu copies and saves. By keys: + and - zoom, the
/// arrows move, Home shows all, Ctrl+C copies the data, Shift+F10 opens the menu.
public final class ChartPane extends VBox {
    private static final double LEAST_HEIGHT = 96;
    private static final double CLOSER = 0.8;
    private static final double STEP = 0.1;
    private static final double TIP_AWAY = 12;
    private static final double MARK = 4;

    private final Chart chart;
    private final Saving saving;
    private final ChartPicture picture;
    private final Label nothing;
    private final Label title;
    private final HBox head;
    private final StackPane stack;
    private final Label tip = Parts.label("", "chart-tip");
    private final Circle mark = new Circle(MARK);
    private final ReadOnlyBooleanWrapper roomForNames = new ReadOnlyBooleanWrapper(true);
    private Optional<Point2D> mouse = Optional.empty();
    private boolean isLooking;

    /// Frames a chart.
    ///
    /// @param words its title
    /// @param nothing what stands there while there are no data
    public ChartPane(String words, String nothing, Chart chart, Look look, Saving saving) {
        this.chart = chart;
        this.saving = saving;
        this.picture = new ChartPicture(chart, look.drawing());
        this.nothing = Parts.text(nothing, "chart-nothing");
        this.title = Parts.label(words, "panel-title");
        this.head = new HBox(title, Parts.spring());
        head.getStyleClass().add("chart-head");
        picture.setVisible(false);
        picture.setMinSize(0, LEAST_HEIGHT);
        picture.accessibleTextProperty().bind(title.textProperty());
        picture.setFocusTraversable(true);
        picture.onShown(this::shown);
        tip.setManaged(false);
        tip.setMouseTransparent(true);
        mark.setManaged(false);
        mark.setMouseTransparent(true);
        mark.getStyleClass().add("chart-mark");
        stack = new StackPane(picture, this.nothing, mark, tip);
        stack.setMinSize(0, LEAST_HEIGHT);
        stack.getStyleClass().add("chart-stack");
        VBox.setVgrow(stack, Priority.ALWAYS);
        getStyleClass().add("chart-pane");
        getChildren().addAll(head, stack);
        look.dark().subscribe(_ -> {
            var theme = look.charts();
            picture.change(() -> chart.dress(theme));
        });
        listen();
    }

    private void listen() {
        picture.focusedProperty().subscribe(focused -> {
            stack.getStyleClass().remove("chart-focused");
            if (focused) {
                stack.getStyleClass().add("chart-focused");
            }
        });
        picture.setOnMousePressed(_ -> picture.requestFocus());
        picture.setOnMouseClicked(e -> {
            if (e.getClickCount() == 2) {
                picture.change(chart::reset);
            }
        });
        picture.addEventFilter(MouseEvent.MOUSE_MOVED, e -> point(e.getX(), e.getY()));
        picture.addEventFilter(MouseEvent.MOUSE_EXITED, _ -> {
            mouse = Optional.empty();
            point(Optional.empty());
        });
        picture.setOnKeyPressed(this::key);
        ContextMenu menu = menu();
        picture.setOnContextMenuRequested(e -> {
            menu.show(picture, e.getScreenX(), e.getScreenY());
            e.consume();
        });
        point(Optional.empty());
    }

    /// What a click on a place of the drawing means; asked on the thread that draws.
    ///
    /// @param <T> what is found there
    @FunctionalInterface
    public interface Pick<T> {
        /// Finds it.
        ///
        /// @param area the part of the drawing between the axes
        T at(double x, double y, Rectangle2D area);
    }

    /// Tells of clicks that are no drag.
    ///
    /// @param taken told on the window's thread what was found
    public <T> void onPick(Pick<T> pick, Consumer<T> taken) {
        picture.addEventHandler(MouseEvent.MOUSE_CLICKED, e -> {
            if (e.getClickCount() == 1 && e.isStillSincePress()) {
                picture.ask(area -> pick.at(e.getX(), e.getY(), area), taken);
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

    /// Changes the chart, and draws it.
    ///
    /// @param work is done on the thread that draws, which the chart belongs to; says whether there is something to draw
    public void show(BooleanSupplier work) {
        picture.show(work);
    }

    private void shown() {
        nothing.setVisible(!picture.isVisible());
        point(Optional.empty());
        look();
        roomForNames.set(picture.hasRoomForNames());
    }

    /// Puts a small button beside the title.
    public ChartPane with(Button button) {
        button.getStyleClass().addAll(Styles.SMALL, Styles.FLAT);
        head.getChildren().add(button);
        return this;
    }

    /// Whether the names of the series have room at the ends of their lines, as it was drawn last.
    public ReadOnlyBooleanProperty roomForNames() {
        return roomForNames.getReadOnlyProperty();
    }

    /// Shows what lies at a place of the chart, in pixels, once the thread that draws has looked.
    void point(double x, double y) {
        mouse = Optional.of(new Point2D(x, y));
        look();
    }

    /// Looks again when the mouse has moved on meanwhile: what is shown is where it is now.
    private void look() {
        if (isLooking || mouse.isEmpty()) {
            return;
        }
        isLooking = true;
        Point2D at = mouse.get();
        picture.ask(area -> chart.near(at.getX(), at.getY(), area), found -> {
            isLooking = false;
            point(mouse.isEmpty() || !picture.isVisible() ? Optional.empty() : found);
            if (!mouse.equals(Optional.of(at))) {
                look();
            }
        });
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
                case C -> copyData();
                default -> {
                    return;
                }
            }
        } else {
            switch (event.getCode()) {
                case PLUS, ADD, EQUALS -> picture.change(() -> chart.zoom(CLOSER));
                case MINUS, SUBTRACT -> picture.change(() -> chart.zoom(1 / CLOSER));
                case LEFT -> picture.change(() -> chart.pan(-STEP));
                case RIGHT -> picture.change(() -> chart.pan(STEP));
                case HOME, DIGIT0 -> picture.change(chart::reset);
                default -> {
                    return;
                }
            }
        }
        event.consume();
    }

    private ContextMenu menu() {
        return new ContextMenu(item("Copy picture", this::copyPicture),
                item("Copy data", this::copyData),
                item("Save as PNG…", () -> save("png")), item("Save as SVG…", () -> save("svg")),
                item("Show all", () -> picture.change(chart::reset)));
    }

    private static MenuItem item(String text, Runnable action) {
        MenuItem item = new MenuItem(text);
        item.setOnAction(_ -> action.run());
        return item;
    }

    private void copyData() {
        picture.ask(_ -> chart.tsv(), Parts::copy);
    }

    private void copyPicture() {
        picture.copy().ifPresent(p -> {
            ClipboardContent content = new ClipboardContent();
            content.putImage(p);
            Clipboard.getSystemClipboard().setContent(content);
        });
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
        int width = (int) picture.getWidth();
        int height = (int) picture.getHeight();
        if (kind.equals("png")) {
            picture.ask(_ -> ChartFile.picture(chart.chart(), width, height),
                    drawn -> saving.save(file, f -> ChartFile.png(drawn, f)));
        } else {
            picture.ask(_ -> ChartFile.svg(chart.chart(), width, height),
                    drawn -> saving.save(file, f -> ChartFile.text(drawn, f)));
        }
    }
}
