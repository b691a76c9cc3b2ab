package dev.lathe.app.gui.part;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.scene.control.Label;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.Tooltip;
import org.jspecify.annotations.Nullable;

/// A table that is sorted by any of its columns and copied whole, whatever a narrow window cuts of its words.
///
/// @param <T> what a row shows
public final class FindingTable<T> extends TableView<T> {
    private static final double ROW = 28;

    private final List<Function<T, String>> texts = new ArrayList<>();

    /// What a column shows.
    ///
    /// @param width in pixels
    /// @param words whether they are words, which stand at the left
    /// @param text of a row
    /// @param order what it is sorted by
    /// @param <R> what a row shows
    public record Column<R>(String title, double width, boolean words, Function<R, String> text, Comparator<R> order) {}

    /// An empty table.
    ///
    /// @param nothing what stands there while there are no rows
    public FindingTable(String id, String nothing) {
        setId(id);
        setFixedCellSize(ROW);
        setPlaceholder(new Label(nothing));
        TableCopy.on(this, row -> texts.stream().map(t -> t.apply(row)).toList());
    }

    /// Adds a column.
    ///
    /// @param dress what is done to a cell beside its text
    public TableColumn<T, T> add(Column<T> shown, BiConsumer<TableCell<T, T>, T> dress) {
        TableColumn<T, T> column = new TableColumn<>(shown.title());
        column.setMinWidth(shown.width());
        column.setPrefWidth(shown.width());
        column.getStyleClass().add(shown.words() ? "words" : "figures");
        column.setCellValueFactory(row -> new ReadOnlyObjectWrapper<>(row.getValue()));
        column.setComparator(shown.order());
        column.setCellFactory(_ -> new TableCell<>() {
            @Override
            protected void updateItem(@Nullable T row, boolean empty) {
                super.updateItem(row, empty);
                setGraphic(null);
                setStyle("");
                if (empty || row == null) {
                    setText(null);
                    setTooltip(null);
                    return;
                }
                String words = shown.text().apply(row);
                setText(words);
                setTooltip(shown.words() && !words.isEmpty() ? new Tooltip(words) : null);
                dress.accept(this, row);
            }
        });
        texts.add(shown.text());
        getColumns().add(column);
        return column;
    }

    /// Lets a column take all the room that the others leave; called when all are there.
    public void stretch(TableColumn<T, T> column) {
        FillingColumn.of(this, column);
    }
}
