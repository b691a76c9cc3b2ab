package dev.lathe.app.gui.history;

import dev.lathe.app.gui.part.FillingColumn;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.part.StatePane;
import dev.lathe.app.gui.part.TableCopy;
import dev.lathe.app.gui.work.Stage;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableRow;
import javafx.scene.control.TableView;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/// The History screen. Enter or a double click reopens a run.
public final class HistoryView extends VBox {
    private static final double FIGURES_HEIGHT = 280;

    private final HistoryViewModel model;
    private final Runnable toRun;
    private final Runnable showLog;
    private final StackPane body = new StackPane();
    private final TableView<HistoryViewModel.Entry> table;
    private final Label figuresTitle = Parts.label("", "panel-title");
    private final TableView<Figures> figures = figuresTable();

    /// The screen of this view model.
    ///
    /// @param toRun goes to the Run screen
    /// @param showLog shows the log
    public HistoryView(HistoryViewModel model, Runnable toRun, Runnable showLog) {
        this.model = model;
        this.toRun = toRun;
        this.showLog = showLog;
        this.table = table();
        getStyleClass().add("screen");
        VBox.setVgrow(body, Priority.ALWAYS);
        Button reopen = Parts.mainButton("reopen", "Reopen", Feather.EYE, this::reopen);
        reopen.disableProperty().bind(table.getSelectionModel().selectedItemProperty().isNull());
        Button delete = Parts.button("delete", "Delete…", Feather.TRASH_2,
                () -> model.ask(table.getSelectionModel().getSelectedItems()));
        delete.disableProperty().bind(table.getSelectionModel().selectedItemProperty().isNull());
        getChildren()
                .addAll(Parts.head("History", Parts.button("refresh", "Refresh", Feather.REFRESH_CW, model::refresh),
                        delete, reopen), question(), body);
        model.stage().subscribe(this::show);
    }

    /// Asked in the window, over the list that it is about.
    private Node question() {
        Label words = Parts.text("", "question-text");
        HBox.setHgrow(words, Priority.ALWAYS);
        Button keep = Parts.mainButton("keep", "Keep", Feather.CORNER_UP_LEFT, () -> model.ask(List.of()));
        HBox question = new HBox(words, keep,
                Parts.button("delete-now", "Delete", Feather.TRASH_2, () -> model.delete(model.asked().get())));
        question.setId("delete-question");
        question.getStyleClass().add("question");
        question.managedProperty().bind(question.visibleProperty());
        model.asked().subscribe(chosen -> {
            question.setVisible(!chosen.isEmpty());
            words.setText((chosen.size() == 1 ? "Delete this run?" : "Delete these " + chosen.size() + " runs?")
                    + " What was measured is not found any more, and bundles and variants in the workspace that no other run"
                    + " uses are removed; bundles that were saved elsewhere stay.");
            if (!chosen.isEmpty()) {
                keep.requestFocus();
            }
        });
        return question;
    }

    private void show(Stage stage) {
        body.getChildren().setAll(switch (stage) {
            case EMPTY -> StatePane.empty("history-empty", Feather.CLOCK, "No run has been kept yet",
                    "Every run of this workspace is listed here, from the window and from the command line alike.",
                    Parts.mainButton("history-to-run", "Go to Run", Feather.PLAY, toRun));
            case WORKING -> StatePane.empty("history-working", Feather.CLOCK, "Reading the history", "");
            case FAILED -> StatePane.failed("history-failed", "The history cannot be read", model.problems(),
                    Parts.button("history-again", "Try again", Feather.REFRESH_CW, model::refresh),
                    Parts.button("history-log", "Show the log", Feather.FILE_TEXT, showLog));
            case FULL -> full();
        });
    }

    private Node full() {
        HBox head = new HBox(figuresTitle, Parts.spring(),
                Parts.iconButton("close-figures", "Close", Feather.X, model::close));
        head.getStyleClass().add("field-row");
        VBox.setVgrow(figures, Priority.ALWAYS);
        VBox below = new VBox(head, figures);
        below.managedProperty().bind(below.visibleProperty());
        below.setPrefHeight(FIGURES_HEIGHT);
        below.setMinHeight(FIGURES_HEIGHT);
        VBox.setVgrow(table, Priority.ALWAYS);
        model.opened().subscribe(entry -> {
            below.setVisible(entry.isPresent());
            entry.ifPresent(e -> {
                figuresTitle.setText(e.kind() + " of " + e.model().getFileName() + ", " + e.time());
                figures.getItems().setAll(Figures.of(e.stored()));
            });
        });
        VBox both = new VBox(table, below);
        both.getStyleClass().add("run-full");
        return both;
    }

    private static TableView<Figures> figuresTable() {
        TableView<Figures> view = new TableView<>();
        view.setId("figures");
        view.getColumns().add(figures("of", 208, Figures::of));
        view.getColumns().add(figures("figure", 200, Figures::figure));
        view.getColumns().add(figures("value", 240, Figures::value));
        view.getColumns().add(figures("95 % interval", 216, Figures::interval));
        view.getColumns().add(figures("n", 80, Figures::n));
        FillingColumn.of(view, view.getColumns().getLast());
        TableCopy.on(view, Figures::cells);
        return view;
    }

    private static TableColumn<Figures, String> figures(String header, double width, Function<Figures, String> text) {
        TableColumn<Figures, String> column = new TableColumn<>(header);
        column.setCellValueFactory(f -> new ReadOnlyStringWrapper(text.apply(f.getValue())));
        column.setPrefWidth(width);
        column.setSortable(false);
        return column;
    }

    private TableView<HistoryViewModel.Entry> table() {
        TableView<HistoryViewModel.Entry> view = new TableView<>(model.entries());
        view.setId("runs");
        view.getColumns().add(column("time", 168, HistoryViewModel.Entry::time));
        view.getColumns().add(column("model", 200, e -> e.model().getFileName().toString()));
        view.getColumns().add(column("verb", 80, HistoryViewModel.Entry::kind));
        view.getColumns().add(column("state", 96, HistoryViewModel.Entry::state));
        view.getColumns().add(column("outcome", 200, HistoryViewModel.Entry::outcome));
        view.getColumns().add(column("run", 200, e -> e.id().text()));
        FillingColumn.of(view, view.getColumns().getLast());
        view.setOnKeyPressed(e -> {
            if (e.getCode() == KeyCode.ENTER) {
                reopen();
            } else if (e.getCode() == KeyCode.DELETE) {
                model.ask(view.getSelectionModel().getSelectedItems());
            }
        });
        TableCopy.on(view,
                e -> List.of(e.time(), e.model().toString(), e.kind(), e.state(), e.outcome(), e.id().text()));
        view.setRowFactory(_ -> {
            TableRow<HistoryViewModel.Entry> row = new TableRow<>();
            row.setOnMouseClicked(e -> {
                if (e.getClickCount() == 2 && !row.isEmpty()) {
                    reopen();
                }
            });
            return row;
        });
        return view;
    }

    private static TableColumn<HistoryViewModel.Entry, String> column(String header, double width,
            Function<HistoryViewModel.Entry, String> text) {
        TableColumn<HistoryViewModel.Entry, String> column = new TableColumn<>(header);
        column.setCellValueFactory(f -> new ReadOnlyStringWrapper(text.apply(f.getValue())));
        column.setPrefWidth(width);
        return column;
    }

    private void reopen() {
        Optional.ofNullable(table.getSelectionModel().getSelectedItem()).ifPresent(model::reopen);
    }

}
