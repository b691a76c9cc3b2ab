package dev.lathe.app.gui.part;

import dev.lathe.app.chart.Chart;
import dev.lathe.app.chart.ChartFile;
import dev.lathe.app.chart.ChartTheme;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.Label;
import javafx.scene.control.MenuItem;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.scene.text.Font;
import javafx.stage.FileChooser;
import org.jfree.chart.fx.ChartViewer;

/// A chart in its frame: a title, and a sentence where there is nothing to draw. Drag to zoom, double click to see all
/// again; the context menu copies and saves.
public final class ChartPane extends VBox {
    private static final double LEAST_HEIGHT = 96;

    private final Chart chart;
    private final ChartViewer viewer;
    private final Label nothing;

    /// Frames a chart.
    ///
    /// @param nothing what stands there while there are no data
    public ChartPane(String title, String nothing, Chart chart, Look look) {
        this.chart = chart;
        this.viewer = new ChartViewer(chart.chart(), false);
        this.nothing = Parts.text(nothing, "chart-nothing");
        // the bridge to the canvas believes that the font it set once outlives the end of a drawing
        viewer.getCanvas().getGraphicsContext2D().setFont(Font.font("SansSerif", ChartTheme.FONT_SIZE));
        viewer.setMinSize(0, LEAST_HEIGHT);
        viewer.setAccessibleText(title);
        StackPane stack = new StackPane(viewer, this.nothing);
        stack.setMinSize(0, LEAST_HEIGHT);
        VBox.setVgrow(stack, Priority.ALWAYS);
        getStyleClass().add("chart-pane");
        getChildren().addAll(Parts.label(title, "panel-title"), stack);
        look.dark().subscribe(_ -> chart.dress(look.charts()));
        viewer.setOnMouseClicked(e -> {
            if (e.getClickCount() == 2) {
                chart.reset();
            }
        });
        ContextMenu menu = menu();
        viewer.setOnContextMenuRequested(e -> menu.show(viewer, e.getScreenX(), e.getScreenY()));
        filled(false);
    }

    /// Says whether there is something to draw.
    public void filled(boolean isFilled) {
        viewer.setVisible(isFilled);
        nothing.setVisible(!isFilled);
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

    private void write(Path file, String kind) {
        int width = (int) viewer.getWidth();
        int height = (int) viewer.getHeight();
        try {
            if (kind.equals("png")) {
                ChartFile.png(chart.chart(), width, height, file);
            } else {
                ChartFile.svg(chart.chart(), width, height, file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
