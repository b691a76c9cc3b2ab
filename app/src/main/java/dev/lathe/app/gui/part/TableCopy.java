package dev.lathe.app.gui.part;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TableColumnBase;
import javafx.scene.control.TableView;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;

/// Copies rows of a table with its headers: as tab-separated text with Ctrl+C, as that or as Markdown from the menu.
///
/// @param <T> what a row shows
public final class TableCopy<T> {
    private static final KeyCombination COPY = new KeyCodeCombination(KeyCode.C, KeyCombination.SHORTCUT_DOWN);

    private final TableView<T> table;
    private final Function<T, List<String>> cells;

    private TableCopy(TableView<T> table, Function<T, List<String>> cells) {
        this.table = table;
        this.cells = cells;
    }

    /// Lets a table's rows be copied.
    ///
    /// @param cells the text of each column of a row, in the order of the columns
    public static <T> TableCopy<T> on(TableView<T> table, Function<T, List<String>> cells) {
        TableCopy<T> copy = new TableCopy<>(table, cells);
        table.getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
        table.addEventHandler(KeyEvent.KEY_PRESSED, e -> {
            if (COPY.match(e)) {
                Parts.copy(copy.tsv());
                e.consume();
            }
        });
        MenuItem tsv = new MenuItem("Copy as TSV");
        tsv.setOnAction(_ -> Parts.copy(copy.tsv()));
        MenuItem markdown = new MenuItem("Copy as Markdown");
        markdown.setOnAction(_ -> Parts.copy(copy.markdown()));
        table.setContextMenu(new ContextMenu(tsv, markdown));
        return copy;
    }

    /// What is selected, or all.
    private List<List<String>> rows() {
        List<T> selected = List.copyOf(table.getSelectionModel().getSelectedItems());
        return (selected.isEmpty() ? List.copyOf(table.getItems()) : selected).stream().map(cells).toList();
    }

    private List<String> headers() {
        return table.getColumns().stream().map(TableColumnBase::getText).toList();
    }

    /// Tab-separated, the headers first.
    String tsv() {
        List<List<String>> lines = new ArrayList<>(List.of(headers()));
        lines.addAll(rows());
        return String.join("\n", lines.stream().map(l -> String.join("\t", l)).toList()) + "\n";
    }

    /// A Markdown table.
    String markdown() {
        StringBuilder text = new StringBuilder();
        line(text, headers());
        line(text, headers().stream().map(_ -> "---").toList());
        rows().forEach(r -> line(text, r.stream().map(c -> c.replace("|", "\\|")).toList()));
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
