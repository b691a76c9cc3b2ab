package dev.lathe.app.gui.accuracy;

import dev.lathe.app.chart.Palette;
import dev.lathe.app.gui.part.FillingColumn;
import dev.lathe.app.gui.part.Look;
import dev.lathe.app.gui.part.TableCopy;
import java.util.List;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.Tooltip;
import javafx.scene.shape.Circle;

/// Scores with their intervals, a row a model.
final class ScoreTable extends TableView<ScoreRow> {
    private static final double ROW = 32;
    private static final int MOST_ROWS = 5;
    private static final double NAME = 152;
    private static final double NUMBER = 88;
    private static final double LOST = 112;
    private static final double INTERVAL = 128;
    private static final double WORDS = 160;

    private final Look look;
    private final TableColumn<ScoreRow, String> score;
    private final TableColumn<ScoreRow, String> drop;

    ScoreTable(Look look) {
        this.look = look;
        setId("scores");
        setFixedCellSize(ROW);
        score = column("score", NUMBER, ScoreRow::score, "figures");
        drop = column("lost (points)", LOST, ScoreRow::drop, "figures");
        TableColumn<ScoreRow, String> words = column("verdict", WORDS, ScoreRow::verdict, "words");
        getColumns().setAll(List.of(names(), score, column("95 %", INTERVAL, ScoreRow::interval, "interval"), drop,
                column("95 %", INTERVAL, ScoreRow::dropInterval, "interval"), words));
        FillingColumn.of(this, words);
        TableCopy.on(this, ScoreRow::cells);
        getSelectionModel().setSelectionMode(SelectionMode.SINGLE);
    }

    private TableColumn<ScoreRow, String> names() {
        TableColumn<ScoreRow, String> column = column("model", NAME, ScoreRow::name, "words");
        column.setCellFactory(_ -> new TableCell<>() {
            private final Circle dot = new Circle(4);

            @Override
            protected void updateItem(String name, boolean empty) {
                super.updateItem(name, empty);
                setText(empty ? null : name);
                setGraphic(empty ? null : dot);
                getStyleClass().add("words");
                if (!empty) {
                    List<String> all = getItems().stream().map(ScoreRow::name).toList();
                    dot.setStyle("-fx-fill: " + Palette.web(Palette.of(name, all, look.charts())) + ";");
                }
            }

            private List<ScoreRow> getItems() {
                return getTableView().getItems();
            }
        });
        return column;
    }

    private static TableColumn<ScoreRow, String> column(String title, double width, Function<ScoreRow, String> text,
            String styleClass) {
        TableColumn<ScoreRow, String> column = new TableColumn<>(title);
        column.setPrefWidth(width);
        column.setMinWidth(width);
        column.getStyleClass().add(styleClass.equals("words") ? styleClass : "figures");
        column.setCellValueFactory(row -> new ReadOnlyObjectWrapper<>(text.apply(row.getValue())));
        column.setCellFactory(_ -> new TableCell<>() {
            @Override
            protected void updateItem(String words, boolean empty) {
                super.updateItem(words, empty);
                setText(empty ? null : words);
                getStyleClass().removeAll("trouble", styleClass);
                getStyleClass().add(styleClass);
                ScoreRow row = empty ? null : getTableRow().getItem();
                setTooltip(row == null ? null : new Tooltip(tip(row)));
                if (row != null && row.failed()) {
                    getStyleClass().add("trouble");
                }
            }
        });
        return column;
    }

    private static String tip(ScoreRow row) {
        return row.why() + (row.others().isEmpty() ? "" : "\n" + String.join("\n", row.others()));
    }

    /// Shows these rows.
    void show(List<ScoreRow> rows, List<String> headers) {
        score.setText(headers.getFirst());
        drop.setText(headers.getLast());
        if (!rows.equals(getItems())) {
            getItems().setAll(rows);
        }
        double height = ROW * (1 + Math.min(MOST_ROWS, Math.max(1, rows.size()))) + 4;
        setMinHeight(height);
        setPrefHeight(height);
        setMaxHeight(height);
    }
}
