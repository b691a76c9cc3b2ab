package dev.lathe.app.gui.run;

import dev.lathe.app.chart.Palette;
import dev.lathe.app.gui.part.FillingColumn;
import dev.lathe.app.gui.part.Look;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.work.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.collections.transformation.SortedList;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.Label;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.shape.Circle;
import org.jspecify.annotations.Nullable;

/// The table of variants. The winner stands first whatever it is sorted by, columns keep their width, rows open to the
/// why, and what is selected is copied with its headers.
final class ResultTable extends TableView<Row> {
    static final double ROW_HEIGHT = 30;
    static final double HEADER_HEIGHT = 34;
    static final double WHY_INDENT = 44;
    private static final double DOT = 4;
    private static final double LEAST_VERDICT = 136;
    private static final double WRAPPED_ROOM = 12;
    /// Borders of the table.
    static final double EDGES = 2;
    /// Columns that are left out of a narrower table, and how wide it must be for them.
    private static final Map<String, Double> NARROW = Map.of("drop, pt", 1000.0, "peak MB", 1180.0, Cells.RATE, 1060.0);
    private static final KeyCombination COPY = new KeyCodeCombination(KeyCode.C, KeyCombination.SHORTCUT_DOWN);

    private final RunViewModel model;
    private final Look look;
    private final SortedList<Row> sorted;
    private final ObservableList<Row> rehearsed = FXCollections.observableArrayList();
    private final Map<TableColumn<Row, ?>, Cells> cellsOf = new LinkedHashMap<>();
    private final List<OpenableRow> made = new ArrayList<>();
    private final Set<String> open = new HashSet<>();
    private final Set<String> failed = new HashSet<>();
    private Runnable heightWanted = () -> {};

    ResultTable(RunViewModel model, Look look) {
        this.model = model;
        this.look = look;
        this.sorted = new SortedList<>(model.rows());
        setId("results");
        setItems(sorted);
        setPlaceholder(Parts.label("The first row comes when the original is scored.", "chart-nothing"));
        getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
        for (Cells cells : Cells.columns()) {
            getColumns().add(column(cells));
        }
        cellsOf.forEach((column, cells) -> {
            if (cells.header().equals(Cells.VERDICT)) {
                FillingColumn.of(this, column);
            }
        });
        setRowFactory(_ -> {
            OpenableRow row = new OpenableRow(this);
            made.add(row);
            return row;
        });
        setSortPolicy(_ -> arrange());
        arrange();
        setOnKeyPressed(this::key);
        setContextMenu(new ContextMenu(item("Copy as TSV", this::copyTsv),
                item("Copy as Markdown", this::copyMarkdown), item("Open or close the why", this::toggleSelected)));
        // what failed says why without being asked
        model.rows().subscribe(() -> {
            if (model.rows().isEmpty()) {
                open.clear();
                failed.clear();
            }
            model.rows().stream().filter(r -> !r.failed().isEmpty() && failed.add(r.name())).map(Row::name)
                    .forEach(open::add);
        });
        look.dark().subscribe(_ -> refresh());
        model.desk().report().subscribe(_ -> arrange());
    }

    private static MenuItem item(String text, Runnable action) {
        MenuItem item = new MenuItem(text);
        item.setOnAction(_ -> action.run());
        return item;
    }

    /// Shows these in place of its own rows; none brings its own back. The cells that are made for them stay and are used
    /// again.
    void rehearse(List<Row> rows) {
        rehearsed.setAll(rows);
        setItems(rows.isEmpty() ? sorted : rehearsed);
    }

    private boolean arrange() {
        Comparator<Row> order = Comparator.comparingInt(r -> model.isWinner(r) ? 0 : 1);
        for (TableColumn<Row, ?> column : getSortOrder()) {
            boolean descending = column.getSortType() == TableColumn.SortType.DESCENDING;
            order = order.thenComparing(
                    Optional.ofNullable(cellsOf.get(column)).orElseThrow().comparator(descending));
        }
        sorted.setComparator(order.thenComparingInt(r -> model.rows().indexOf(r)));
        return true;
    }

    /// Who is told that the rows have become higher or lower.
    void onHeightWanted(Runnable listener) {
        heightWanted = listener;
    }

    void rowsChanged() {
        heightWanted.run();
    }

    /// The height that shows all rows.
    double wantedHeight(int leastRows) {
        double rows = 0;
        int counted = 0;
        for (OpenableRow row : made) {
            if (!row.isEmpty() && row.isVisible() && row.getParent() != null) {
                rows += Math.max(ROW_HEIGHT, row.getHeight());
                counted++;
            }
        }
        return HEADER_HEIGHT + EDGES + rows + ROW_HEIGHT * Math.max(0, Math.max(leastRows, sorted.size()) - counted);
    }

    /// Shows the columns that fit; what is left goes to the verdict.
    void fit(double width) {
        cellsOf.forEach((column, cells) -> column.setVisible(width >= NARROW.getOrDefault(cells.header(), 0.0)));
    }

    private void key(KeyEvent event) {
        if (COPY.match(event)) {
            copyTsv();
        } else if (event.getCode() == KeyCode.ENTER || event.getCode() == KeyCode.SPACE) {
            toggleSelected();
        } else {
            return;
        }
        event.consume();
    }

    private void toggleSelected() {
        List.copyOf(getSelectionModel().getSelectedItems()).forEach(this::toggle);
    }

    boolean isOpen(Row row) {
        return open.contains(row.name());
    }

    /// Opens a row, or closes it.
    void toggle(Row row) {
        if (!open.remove(row.name())) {
            open.add(row.name());
        }
        rowsChanged();
        refresh();
    }

    /// What is selected, or all.
    private List<Row> chosen() {
        List<Row> selected = List.copyOf(getSelectionModel().getSelectedItems());
        return selected.isEmpty() ? List.copyOf(getItems()) : selected;
    }

    void copyTsv() {
        Parts.copy(Cells.tsv(chosen()));
    }

    void copyMarkdown() {
        Parts.copy(Cells.markdown(chosen()));
    }

    private TableColumn<Row, Row> column(Cells cells) {
        TableColumn<Row, Row> column = new TableColumn<>(cells.header());
        column.setCellValueFactory(f -> new ReadOnlyObjectWrapper<>(f.getValue()));
        column.setPrefWidth(cells.width());
        column.setMinWidth(cells.header().equals(Cells.VERDICT) ? LEAST_VERDICT : 48);
        column.setReorderable(false);
        // sorted by the table's own policy; a comparator is what makes the header one to click on
        column.setComparator(cells.comparator(false));
        column.getStyleClass().add(cells.words() ? "words" : "figures");
        column.setCellFactory(_ -> cells.header().equals(Cells.NAME) ? new NameCell() : new ValueCell(cells));
        cellsOf.put(column, cells);
        return column;
    }

    /// What opens the row, the variant's dot in its hue, a star at the winner.
    private final class NameCell extends TableCell<Row, Row> {
        private final Label opener = Parts.label("", "opener");
        private final Circle dot = new Circle(DOT);
        private final Label name = new Label();
        private final HBox box = new HBox(opener, dot, name);

        NameCell() {
            box.getStyleClass().add("name-cell");
            opener.setOnMouseClicked(e -> {
                Optional.ofNullable(getItem()).ifPresent(ResultTable.this::toggle);
                e.consume();
            });
        }

        @Override
        protected void updateItem(@Nullable Row row, boolean empty) {
            super.updateItem(row, empty);
            if (row == null || empty) {
                setGraphic(null);
                return;
            }
            opener.setText(isOpen(row) ? "▾" : "▸");
            opener.setAccessibleText(isOpen(row) ? "Close the why" : "Open the why");
            dot.setStyle("-fx-fill: " + Palette.web(row.name(), look.charts()) + ";");
            boolean wins = model.isWinner(row);
            name.setText(wins ? "★ " + row.name() : row.name());
            Parts.style(name, "winner", wins);
            Parts.style(name, "variant", !wins);
            setGraphic(box);
        }
    }

    /// A figure with its interval behind it, or words.
    static final class ValueCell extends TableCell<Row, Row> {
        private static final String ESTIMATED = "estimated";
        private static final double TIP_WIDTH = 480;

        private final Cells cells;
        private final Label interval = Parts.label("", "interval");
        private String measuredText = "";
        private double measuredWidth;
        private double measuredHeight;

        ValueCell(Cells cells) {
            this.cells = cells;
            // as few nodes as can be: every one has its styles looked up when a row comes
            setContentDisplay(ContentDisplay.RIGHT);
            setGraphicTextGap(0);
            setWrapText(cells.words());
            // each tooltip is a window of its own, which takes longer to make than all else of a cell
            setOnMouseEntered(_ -> {
                Row row = getItem();
                String words = row == null || isEmpty() ? "" : explained(row, cells.text().apply(row));
                setTooltip(words.isBlank() ? null : tooltip(words));
            });
        }

        private static Tooltip tooltip(String words) {
            Tooltip tooltip = new Tooltip(words);
            tooltip.setWrapText(true);
            tooltip.setMaxWidth(TIP_WIDTH);
            return tooltip;
        }

        boolean isWords() {
            return cells.words();
        }

        /// The height that its words need in the width that they have.
        double wrappedHeight() {
            String words = Optional.ofNullable(getText()).orElse("");
            if (isEmpty() || words.isEmpty()) {
                return 0;
            }
            double width = Math.max(1, getTableColumn().getWidth());
            if (!words.equals(measuredText) || width != measuredWidth) {
                measuredText = words;
                measuredWidth = width;
                measuredHeight = prefHeight(width) + WRAPPED_ROOM;
            }
            return measuredHeight;
        }

        @Override
        protected void updateItem(@Nullable Row row, boolean empty) {
            super.updateItem(row, empty);
            if (row == null || empty) {
                setText("");
                interval.setText("");
                setTooltip(null);
                Parts.style(this, ESTIMATED, false);
                return;
            }
            Cells.Text text = cells.text().apply(row);
            Parts.style(this, "trouble", cells.words() && !row.failed().isEmpty());
            Parts.style(this, ESTIMATED, cells.header().equals(Cells.COST) && row.cost().isPresent());
            setText(text.value());
            interval.setText(text.interval());
            // once there it stays, empty or not: to put a node into the scene has all its styles looked up
            if (!text.interval().isEmpty()) {
                setGraphic(interval);
            }
        }

        private String explained(Row row, Cells.Text text) {
            if (cells.header().equals(Cells.VERDICT)) {
                return Why.of(row).getFirst();
            }
            if (cells.header().equals(Cells.COST)) {
                return row.cost().map(Row.Cost::words).orElse("");
            }
            String whole = text.value() + text.interval();
            return cells.header().startsWith("median")
                    ? whole + row.speed().flatMap(Row.Speed::medianNs).map(m -> " ms, n = " + m.n()).orElse("")
                    : whole;
        }
    }
}
