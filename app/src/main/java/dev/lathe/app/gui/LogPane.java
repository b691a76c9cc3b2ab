package dev.lathe.app.gui;

import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.work.JobBar;
import javafx.scene.control.TextArea;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/// What happened in the latest job, as text to read and to copy; hidden until it is asked for.
final class LogPane extends VBox {
    private static final double HEIGHT = 208;

    private final JobBar jobs;
    private final TextArea text = new TextArea();

    LogPane(JobBar jobs) {
        this.jobs = jobs;
        setId("log");
        text.setId("log-text");
        text.setEditable(false);
        text.getStyleClass().add("code");
        text.setPrefHeight(HEIGHT);
        text.setMinHeight(HEIGHT);
        text.setAccessibleText("The log");
        HBox head = new HBox(Parts.label("Log", "panel-title"), Parts.spring(),
                Parts.button("copy-log", "Copy", Feather.COPY, () -> Parts.copy(text.getText())),
                Parts.iconButton("close-log", "Close", Feather.X, this::toggle));
        head.getStyleClass().add("log-head");
        getStyleClass().add("log-pane");
        getChildren().addAll(head, text);
        managedProperty().bind(visibleProperty());
        setVisible(false);
        jobs.log().subscribe(this::fill);
    }

    /// Shows it.
    void open() {
        setVisible(true);
        fill();
        text.requestFocus();
    }

    void toggle() {
        if (isVisible()) {
            setVisible(false);
        } else {
            open();
        }
    }

    /// Only while it is seen: a hidden text must not disturb what is measured.
    private void fill() {
        if (isVisible()) {
            text.setText(String.join("\n", jobs.log()));
            text.positionCaret(text.getLength());
        }
    }
}
