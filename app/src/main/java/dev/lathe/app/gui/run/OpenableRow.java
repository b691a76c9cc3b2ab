package dev.lathe.app.gui.run;

import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.work.Row;
import java.util.Optional;
import javafx.scene.control.Label;
import javafx.scene.control.Skin;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableRow;
import javafx.scene.control.skin.TableRowSkin;
import javafx.scene.input.MouseButton;
import org.jspecify.annotations.Nullable;

/// A row of the table that opens to what its verdict rests on.
final class OpenableRow extends TableRow<Row> {
    private static final double ROOM = 8;

    private final ResultTable table;
    private final Label why = Parts.text("", "why");

    OpenableRow(ResultTable table) {
        this.table = table;
        setOnMouseClicked(e -> {
            if (e.getButton() == MouseButton.PRIMARY && e.getClickCount() == 2) {
                shown().ifPresent(table::toggle);
            }
        });
        heightProperty().subscribe(table::rowsChanged);
    }

    private Optional<Row> shown() {
        return isEmpty() ? Optional.empty() : Optional.ofNullable(getItem());
    }

    private boolean isOpen() {
        return shown().filter(table::isOpen).isPresent();
    }

    @Override
    protected void updateItem(@Nullable Row row, boolean empty) {
        super.updateItem(row, empty);
        tell();
    }

    private void tell() {
        String words = shown().filter(table::isOpen).map(r -> String.join("\n", Why.of(r))).orElse("");
        if (!words.equals(why.getText())) {
            why.setText(words);
            requestLayout();
        }
    }

    @Override
    protected Skin<?> createDefaultSkin() {
        return new OpenableSkin(this);
    }

    private static final class OpenableSkin extends TableRowSkin<Row> {
        private final OpenableRow row;

        OpenableSkin(OpenableRow row) {
            super(row);
            this.row = row;
        }

        /// Cells have one line, but for a verdict that needs more.
        private double lineHeight() {
            double height = ResultTable.ROW_HEIGHT;
            for (var child : getChildren()) {
                if (child instanceof ResultTable.ValueCell cell && cell.isWords()) {
                    height = Math.max(height, cell.wrappedHeight());
                }
            }
            return snapSizeY(height);
        }

        private double whyHeight() {
            row.tell();
            // cells are set as the only children whenever columns come or go
            if (row.isOpen() && row.why.getParent() != row) {
                getChildren().add(row.why);
                row.why.applyCss();
            }
            return row.isOpen() ? snapSizeY(row.why.prefHeight(whyWidth()) + ROOM) : 0;
        }

        private double whyWidth() {
            return Math.max(0, row.table.getWidth() - 2 * ResultTable.WHY_INDENT);
        }

        @Override
        protected double computePrefHeight(double width, double top, double right, double bottom, double left) {
            return lineHeight() + whyHeight();
        }

        @Override
        protected double computeMinHeight(double width, double top, double right, double bottom, double left) {
            return computePrefHeight(width, top, right, bottom, left);
        }

        @Override
        protected void layoutChildren(double x, double y, double w, double h) {
            super.layoutChildren(x, y, w, h);
            double line = lineHeight();
            for (var child : getChildren()) {
                if (child instanceof TableCell<?, ?> cell) {
                    cell.resize(cell.getWidth(), line);
                }
            }
            row.why.setVisible(row.isOpen());
            row.why.resizeRelocate(ResultTable.WHY_INDENT, line, whyWidth(), Math.max(0, whyHeight() - ROOM));
        }
    }
}
