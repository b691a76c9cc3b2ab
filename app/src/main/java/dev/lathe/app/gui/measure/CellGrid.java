package dev.lathe.app.gui.measure;

import dev.lathe.app.chart.Palette;
import dev.lathe.app.gui.part.Look;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.work.Numbers;
import dev.lathe.profile.sweep.Cell;
import dev.lathe.profile.sweep.Setup;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.shape.Circle;
import org.kordamp.ikonli.feather.Feather;

/// The grid: a row a setup, a column a batch size or a number of clients, in each cell a tick and what was found.
final class CellGrid extends GridPane {
    private static final double CELL_WIDTH = 140;

    private final MeasureViewModel model;
    private final Look look;
    private final BiConsumer<String, Cell> chosen;

    /// @param chosen told of the cell the user points at: its setup's name, and itself
    CellGrid(MeasureViewModel model, Look look, BiConsumer<String, Cell> chosen) {
        this.model = model;
        this.look = look;
        this.chosen = chosen;
        setId("cells");
        getStyleClass().add("cells");
    }

    /// Draws all anew.
    void draw() {
        Optional<String> focused = Optional.ofNullable(getScene()).map(Scene::getFocusOwner)
                .filter(this::holds).map(Node::getId);
        getChildren().clear();
        boolean busy = model.desk().jobs().running().get() || model.reopened().get().isPresent();
        add(Parts.label("setup", "cell-head"), 0, 0);
        int column = 1;
        for (GridForm.Column each : model.columns()) {
            List<Cell> cells = model.setups().values().stream().map(each::cell).toList();
            add(all("column-" + each.number(), each.words(), cells, busy), column++, 0);
        }
        int row = 1;
        Optional<Cell> best = model.best();
        for (Map.Entry<String, Setup> entry : model.setups().entrySet()) {
            List<Cell> cells = model.columns().stream().map(c -> c.cell(entry.getValue())).toList();
            add(head(entry.getKey(), row, cells, busy), 0, row);
            for (int at = 0; at < cells.size(); at++) {
                Cell cell = cells.get(at);
                ToggleButton button = cell("cell-" + row + "-" + model.columns().get(at).number(), entry.getKey(), cell,
                        busy);
                if (best.filter(cell::equals).isPresent()) {
                    button.getStyleClass().add("best");
                }
                add(button, at + 1, row);
            }
            row++;
        }
        // what had the focus was drawn anew under the same name
        focused.flatMap(id -> Optional.ofNullable(lookup("#" + id))).ifPresent(Node::requestFocus);
    }

    private boolean holds(Node node) {
        for (Node at = node; at != null; at = at.getParent()) {
            if (at == this) {
                return node.getId() != null;
            }
        }
        return false;
    }

    private Node head(String name, int row, List<Cell> cells, boolean busy) {
        Circle dot = new Circle(4);
        dot.setStyle("-fx-fill: "
                + Palette.web(Palette.of(name, List.copyOf(model.setups().keySet()), look.charts())) + ";");
        CheckBox box = all("row-" + row, name, cells, busy);
        box.setGraphic(dot);
        HBox head = new HBox(box);
        head.getStyleClass().add("name-cell");
        if (model.reopened().get().isEmpty() && model.desk().sides().all().size() > 1
                && !cells.getFirst().setup().variant().equals(first())) {
            Node remove = Parts.iconButton("remove-" + row, "Take " + cells.getFirst().setup().variant() + " out",
                    Feather.X, () -> model.desk().sides().remove(cells.getFirst().setup().variant()));
            remove.setDisable(busy);
            head.getChildren().add(remove);
        }
        return head;
    }

    private String first() {
        return model.setups().values().stream().findFirst().map(Setup::variant).orElse("");
    }

    private CheckBox all(String id, String words, List<Cell> cells, boolean busy) {
        CheckBox box = new CheckBox(words);
        box.setId(id);
        box.setMinWidth(USE_PREF_SIZE);
        long ticked = cells.stream().filter(model::isTicked).count();
        box.setIndeterminate(ticked > 0 && ticked < cells.size());
        box.setSelected(ticked == cells.size());
        box.setDisable(busy);
        box.setOnAction(_ -> model.tick(cells, box.isSelected()));
        return box;
    }

    private ToggleButton cell(String id, String name, Cell cell, boolean busy) {
        ToggleButton button = new ToggleButton();
        button.setId(id);
        button.getStyleClass().add("cell");
        button.setMinWidth(CELL_WIDTH);
        button.setMaxWidth(Double.MAX_VALUE);
        button.setSelected(model.isTicked(cell));
        button.setGraphic(Parts.icon(model.isTicked(cell) ? Feather.CHECK_SQUARE : Feather.SQUARE));
        switch (model.state(cell)) {
            case CellState.Open _ -> button.setText(model.isTicked(cell) ? "to measure" : "left out");
            case CellState.Measuring _ -> {
                button.setText("measuring");
                button.getStyleClass().add("measuring");
            }
            case CellState.Done done -> {
                button.setText(words(done));
                button.getStyleClass().add("done");
            }
            case CellState.Failed(String why) -> {
                button.setText("failed");
                button.getStyleClass().add("failed");
                button.setTooltip(new Tooltip(why));
            }
        }
        button.setAccessibleText(name + ", " + cell.load() + ": " + button.getText());
        button.setOnAction(_ -> {
            if (!busy) {
                model.tick(List.of(cell), button.isSelected());
            } else {
                button.setSelected(model.isTicked(cell));
            }
            chosen.accept(name, cell);
        });
        button.focusedProperty().subscribe(focused -> {
            if (focused) {
                chosen.accept(name, cell);
            }
        });
        button.setOnMouseEntered(_ -> chosen.accept(name, cell));
        return button;
    }

    private static String words(CellState.Done done) {
        return Numbers.significant(done.medianNs().value() / 1e6, 3) + " ms"
                + done.perSecond().map(r -> String.format(Locale.ROOT, " · %s/s", Numbers.significant(r.value(), 3)))
                        .orElse("");
    }
}
