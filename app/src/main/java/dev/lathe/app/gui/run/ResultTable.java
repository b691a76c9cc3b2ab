package dev.lathe.app.gui.run;

import dev.lathe.app.chart.Palette;
import dev.lathe.app.gui.part.Look;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.work.Row;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.layout.HBox;
import javafx.scene.shape.Circle;
import org.jspecify.annotations.Nullable;

/// The table of variants. Columns keep their width, sort by value, and copy with their headers.
final class ResultTable extends TableView<Row> {
    static final double ROW_HEIGHT = 30;
    static final double HEADER_HEIGHT = 34;
    private static final double DOT = 4;
    private static final String VERDICT = "verdict";
    private static final double LEAST_VERDICT = 144;
    /// Padding of the screen, borders of the table, and room for its scroll bar.
    private static final double EDGES = 52;
    /// Columns that are left out of a narrower screen, and how wide it must be for them.
    private static final Map<String, Double> NARROW = Map.of("drop, pt", 1040.0, "peak MB", 1240.0, "items/s", 1100.0);
    private static final KeyCombination COPY = new KeyCodeCombination(KeyCode.C, KeyCombination.SHORTCUT_DOWN);

    private final RunViewModel model;
    private final Look look;

    ResultTable(RunViewModel model, Look look) {
        super(model.rows());
        this.model = model;
        this.look = look;
        setId("results");
        setFixedCellSize(ROW_HEIGHT);
        setPlaceholder(Parts.label("The first row comes when the original is scored.", "chart-nothing"));
        getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
        for (Cells cells : Cells.columns()) {
            getColumns().add(column(cells));
        }
        setOnKeyPressed(e -> {
            if (COPY.match(e)) {
                copy();
                e.consume();
            }
        });
        look.dark().subscribe(_ -> refresh());
    }

    /// Shows the columns that fit; what is left goes to the verdict.
    void fit(double width) {
        for (TableColumn<Row, ?> column : getColumns()) {
            double needs = NARROW.getOrDefault(column.getText(), 0.0);
            column.setVisible(width >= needs);
        }
        double others = getColumns().stream().filter(c -> c.isVisible() && !c.getText().equals(VERDICT))
                .mapToDouble(TableColumn::getPrefWidth).sum();
        getColumns().stream().filter(c -> c.getText().equals(VERDICT))
                .forEach(c -> c.setPrefWidth(Math.max(LEAST_VERDICT, width - others - EDGES)));
    }

    /// Copies the selected rows, or all.
    void copy() {
        List<Row> selected = List.copyOf(getSelectionModel().getSelectedItems());
        Parts.copy(Cells.tsv(selected.isEmpty() ? getItems() : selected));
    }

    private TableColumn<Row, Row> column(Cells cells) {
        TableColumn<Row, Row> column = new TableColumn<>(cells.header());
        column.setCellValueFactory(f -> new ReadOnlyObjectWrapper<>(f.getValue()));
        column.setPrefWidth(cells.width());
        column.setMinWidth(56);
        column.setReorderable(false);
        boolean isName = cells.header().equals("variant");
        column.setComparator(isName
                ? Comparator.comparing(Row::name)
                : Comparator.comparingDouble(cells.order()));
        column.getStyleClass().add(cells.words() ? "words" : "figures");
        column.setCellFactory(_ -> isName ? new NameCell() : new ValueCell(cells));
        return column;
    }

    /// The variant's dot in its hue, a star at the winner.
    private final class NameCell extends TableCell<Row, Row> {
        @Override
        protected void updateItem(@Nullable Row row, boolean empty) {
            super.updateItem(row, empty);
            if (row == null || empty) {
                setGraphic(null);
                return;
            }
            Circle dot = new Circle(DOT);
            dot.setStyle("-fx-fill: " + Palette.web(row.name(), look.charts()) + ";");
            boolean wins = model.isWinner(row);
            Label name = Parts.label(wins ? "★ " + row.name() : row.name(), wins ? "winner" : "variant");
            HBox box = new HBox(dot, name);
            box.getStyleClass().add("name-cell");
            setGraphic(box);
        }
    }

    private static final class ValueCell extends TableCell<Row, Row> {
        private final Cells cells;
        private final Label value = new Label();
        private final Label interval = Parts.label("", "interval");
        private final HBox box = new HBox(value, interval);
        private final Tooltip tooltip = new Tooltip();

        ValueCell(Cells cells) {
            this.cells = cells;
            box.setAlignment(cells.words() ? Pos.CENTER_LEFT : Pos.CENTER_RIGHT);
        }

        @Override
        protected void updateItem(@Nullable Row row, boolean empty) {
            super.updateItem(row, empty);
            if (row == null || empty) {
                setGraphic(null);
                setTooltip(null);
                return;
            }
            Cells.Text text = cells.text().apply(row);
            value.getStyleClass().setAll("label", row.failed().isEmpty() ? "value" : "trouble");
            value.setText(text.value());
            interval.setText(text.interval());
            setGraphic(box);
            String whole = text.value() + text.interval();
            tooltip.setText(whole + basis(row));
            setTooltip(whole.isBlank() ? null : tooltip);
        }

        private String basis(Row row) {
            return cells.header().startsWith("median")
                    ? row.speed().flatMap(Row.Speed::medianNs).map(m -> " ms, n = " + m.n()).orElse("")
                    : "";
        }
    }
}
