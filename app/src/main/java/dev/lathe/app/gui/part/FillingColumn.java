package dev.lathe.app.gui.part;

import javafx.application.Platform;
import javafx.geometry.Orientation;
import javafx.scene.Node;
import javafx.scene.control.ScrollBar;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;

/// The column of a table that takes the room that the others leave, in whole pixels, for a fraction too many calls for a bar: else a thin one without a name stands at
/// the table's end. While there is a bar to scroll with, the bar has its room.
public final class FillingColumn {
    private FillingColumn() {}

    /// Lets a column fill its table, never narrower than its least width.
    public static <T> void of(TableView<T> table, TableColumn<T, ?> column) {
        Runnable fit = () -> column.setPrefWidth(Math.max(column.getMinWidth(), room(table, column)));
        table.widthProperty().subscribe(fit);
        table.insetsProperty().subscribe(fit);
        // once it is laid out, it is known whether a bar is needed
        table.heightProperty().subscribe(_ -> Platform.runLater(fit));
        table.getColumns().stream().filter(c -> !c.equals(column)).forEach(c -> {
            c.widthProperty().subscribe(fit);
            c.visibleProperty().subscribe(fit);
        });
        table.skinProperty().subscribe(_ -> table.lookupAll(".scroll-bar").forEach(bar -> {
            if (isUpright(bar)) {
                // it comes and goes while the table is laid out, when columns are not to be changed
                bar.visibleProperty().subscribe(_ -> Platform.runLater(fit));
            }
        }));
        fit.run();
    }

    private static <T> double room(TableView<T> table, TableColumn<T, ?> column) {
        double others = table.getColumns().stream().filter(c -> !c.equals(column) && c.isVisible())
                .mapToDouble(TableColumn::getWidth).sum();
        double bar = table.lookupAll(".scroll-bar").stream().filter(b -> isUpright(b) && b.isVisible())
                .mapToDouble(b -> b.prefWidth(-1)).findFirst().orElse(0);
        return Math.floor(table.getWidth() - table.snappedLeftInset() - table.snappedRightInset() - bar - others);
    }

    private static boolean isUpright(Node node) {
        return node instanceof ScrollBar bar && bar.getOrientation() == Orientation.VERTICAL;
    }
}
