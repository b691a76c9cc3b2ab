package dev.lathe.app.gui.prune;

import dev.lathe.app.gui.part.Parts;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;

/// Figures in rows: what they are, what they were, what they are now or would be, and the ratio. What is estimated is hatched
/// and says so in its column's head.
final class Figures extends GridPane {
    private static final double NAME_WIDTH = 80;

    private final List<String> heads;

    /// @param heads of the columns behind the name
    /// @param width of each of them, in pixels
    Figures(String id, List<String> heads, double width) {
        this.heads = List.copyOf(heads);
        setId(id);
        getStyleClass().add("forecast");
        getColumnConstraints().add(new ColumnConstraints(NAME_WIDTH));
        heads.forEach(_ -> {
            ColumnConstraints column = new ColumnConstraints(width);
            column.setFillWidth(true);
            getColumnConstraints().add(column);
        });
    }

    /// A cell: words, and how they look.
    ///
    /// @param look a style class: `known`, `estimated` is hatched, `interval` stands back
    record Cell(String words, String look) {
        static final Cell NONE = known("");

        static Cell known(String words) {
            return new Cell(words, "known");
        }

        static Cell estimated(String words) {
            return new Cell(words, "estimated");
        }

        static Cell interval(String words) {
            return new Cell(words, "interval");
        }
    }

    /// Empties it but for the heads.
    void clear() {
        getChildren().clear();
        for (int i = 0; i < heads.size(); i++) {
            add(number(heads.get(i), "cell-head"), i + 1, 0);
        }
    }

    /// Adds a row.
    void row(String name, Cell... cells) {
        int row = getRowCount();
        add(Parts.label(name, "fact-label"), 0, row);
        for (int i = 0; i < cells.length; i++) {
            if (!cells[i].words().isEmpty()) {
                Label label = number(cells[i].words(), "figure", cells[i].look());
                if (cells[i].look().equals("estimated")) {
                    label.setAccessibleText("estimated: " + cells[i].words());
                }
                add(label, i + 1, row);
            }
        }
    }

    /// Adds a row of which something is not known, with what can be done about that.
    void unknown(String name, String before, String why, Node action) {
        int row = getRowCount();
        add(Parts.label(name, "fact-label"), 0, row);
        if (!before.isEmpty()) {
            add(number(before, "figure"), 1, row);
        }
        add(number(why, "figure", "interval"), 2, row);
        add(action, 3, row);
    }

    private static Label number(String words, String... classes) {
        Label label = Parts.label(words, classes);
        label.getStyleClass().add("number");
        label.setMaxWidth(Double.MAX_VALUE);
        return label;
    }
}
