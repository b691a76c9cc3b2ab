package dev.lathe.app.gui.variants;

import atlantafx.base.theme.Styles;
import dev.lathe.app.gui.part.FindingTable;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.work.Tied;
import dev.lathe.base.Reading;
import dev.lathe.optimize.search.Sensitivities;
import dev.lathe.optimize.search.Sensitivities.Layer;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/// What was found out about the model: its layers by the damage that quantizing them does, or its channels by groups.
final class FindingsPane extends VBox {
    private static final double HEIGHT = 288;
    private static final double LEAST_HEIGHT = 248;
    private static final double STRONGEST = 0.6;

    private final FindingsViewModel model;
    private final Label title = Parts.label("", "panel-title");
    private final Label basis = Parts.text("", "explanation-basis");
    private final FindingTable<Layer> layers;
    private final FindingTable<Tied> groups;
    private final TableColumn<Layer, Layer> damage;
    private Optional<FindingsViewModel.Finding> drawn = Optional.empty();

    FindingsPane(FindingsViewModel model) {
        this.model = model;
        setId("findings");
        getStyleClass().add("run-full");
        setMinHeight(LEAST_HEIGHT);
        setPrefHeight(HEIGHT);
        layers = new FindingTable<>("layer-table", "The recipe quantizes no layer of this model.");
        damage = layerColumns();
        groups = new FindingTable<>("group-table", "No node of this model has weights that make channels.");
        groupColumns();
        Button close = Parts.iconButton("close-findings", "Close", Feather.X, model::close);
        close.getStyleClass().add(Styles.SMALL);
        HBox head = new HBox(title, Parts.spring(), close);
        head.getStyleClass().add("field-row");
        StackPane tables = new StackPane(layers, groups);
        VBox.setVgrow(tables, Priority.ALWAYS);
        getChildren().addAll(head, basis, tables);
        managedProperty().bind(visibleProperty());
        setVisible(false);
        layers.addEventFilter(KeyEvent.KEY_PRESSED, this::key);
    }

    private void key(KeyEvent event) {
        boolean plain = !event.isShortcutDown() && !event.isAltDown() && !event.isShiftDown();
        if (plain && (event.getCode() == KeyCode.SPACE || event.getCode() == KeyCode.ENTER)) {
            List.copyOf(layers.getSelectionModel().getSelectedItems()).forEach(model::toggle);
            event.consume();
        }
    }

    private TableColumn<Layer, Layer> layerColumns() {
        layers.add(new FindingTable.Column<>("float", 72, true, l -> model.isInFloat(l) ? "yes" : "",
                Comparator.comparing(model::isInFloat)), this::box);
        TableColumn<Layer, Layer> names = layers.add(new FindingTable.Column<>("layer", 176, true, Layer::node,
                Comparator.comparing(Layer::node)), (_, _) -> {});
        layers.add(new FindingTable.Column<>("operator", 104, true, Layer::operator,
                Comparator.comparing(Layer::operator)), (_, _) -> {});
        layers.add(new FindingTable.Column<>("weights", 104, false,
                l -> String.format(Locale.ROOT, "%,d", l.parameters()), Comparator.comparingLong(Layer::parameters)),
                (_, _) -> {});
        TableColumn<Layer, Layer> hot = layers.add(new FindingTable.Column<>("damage (MSE)", 144, false,
                l -> String.format(Locale.ROOT, "%.2e", l.normalizedMse()),
                Comparator.comparingDouble(Layer::normalizedMse)), this::heat);
        layers.add(new FindingTable.Column<>("signal to noise", 136, false,
                l -> String.format(Locale.ROOT, "%.1f dB", l.signalToNoiseDb()),
                Comparator.comparingDouble(Layer::signalToNoiseDb)), (_, _) -> {});
        layers.add(new FindingTable.Column<>("saves / query", 152, false, FindingsPane::saved,
                Comparator.comparingDouble(FindingsPane::savedNs)), (_, _) -> {});
        layers.stretch(names);
        return hot;
    }

    private static double savedNs(Layer layer) {
        return layer.savedNs().toOptional().map(Sensitivities.Saved::ns).orElse(Double.NEGATIVE_INFINITY);
    }

    private static String saved(Layer layer) {
        return switch (layer.savedNs()) {
            case Reading.Known<Sensitivities.Saved>(var saved, _) -> String.format(Locale.ROOT, "%.1f µs%s",
                    saved.ns() / 1e3, saved.shown() ? "" : " (not shown)");
            case Reading.Unknown<Sensitivities.Saved> _ -> "unknown";
        };
    }

    private void box(TableCell<Layer, Layer> cell, Layer layer) {
        boolean ticked = model.isInFloat(layer);
        cell.setText("");
        cell.setGraphic(Parts.icon(ticked ? Feather.CHECK_SQUARE : Feather.SQUARE));
        cell.setAccessibleText(layer.node() + (ticked ? " is left in float" : " is quantized"));
        cell.setTooltip(new Tooltip(ticked ? "Left in float; a click quantizes it" : "A click leaves it in float"));
        cell.setOnMouseClicked(_ -> Optional.ofNullable(cell.getItem()).ifPresent(model::toggle));
        cell.setStyle("-fx-cursor: hand;");
    }

    /// Vermilion, the hue of what is mistaken on every screen, the stronger the more damage.
    private void heat(TableCell<Layer, Layer> cell, Layer layer) {
        drawn.filter(FindingsViewModel.Layers.class::isInstance).map(FindingsViewModel.Layers.class::cast)
                .ifPresent(found -> cell.setStyle(String.format(Locale.ROOT,
                        "-fx-background-color: rgba(213, 94, 0, %.3f);", STRONGEST * found.heat(layer))));
    }

    private void groupColumns() {
        groups.add(new FindingTable.Column<>("channels of", 176, true, Tied::name, Comparator.comparing(Tied::name)),
                FindingsPane::mute);
        groups.add(new FindingTable.Column<>("width", 96, false, t -> t.width()
                + (t.indicesPerUnit() > 1 ? " x " + t.indicesPerUnit() : ""), Comparator.comparingInt(Tied::width)),
                FindingsPane::mute);
        groups.add(words("made by", 176, t -> String.join(", ", t.makers())), FindingsPane::mute);
        groups.add(words("summed up by", 176, t -> String.join(", ", t.readers())), FindingsPane::mute);
        groups.stretch(groups.add(words("cannot be cut because", 240, Tied::why), FindingsPane::mute));
    }

    private static FindingTable.Column<Tied> words(String title, double width,
            Function<Tied, String> text) {
        return new FindingTable.Column<>(title, width, true, text, Comparator.comparing(text));
    }

    private static void mute(TableCell<Tied, Tied> cell, Tied tied) {
        cell.getStyleClass().remove("interval");
        if (!tied.canBeCut()) {
            cell.getStyleClass().add("interval");
        }
    }

    void draw() {
        Optional<FindingsViewModel.Finding> shown = model.shown().get();
        setVisible(shown.isPresent());
        boolean fresh = !shown.equals(drawn);
        drawn = shown;
        if (shown.isEmpty()) {
            return;
        }
        layers.setVisible(shown.get() instanceof FindingsViewModel.Layers);
        groups.setVisible(!layers.isVisible());
        switch (shown.get()) {
            case FindingsViewModel.Layers(var table) when fresh -> show(table);
            case FindingsViewModel.Groups found when fresh -> show(found);
            case FindingsViewModel.Layers _ -> layers.refresh();
            case FindingsViewModel.Groups _ -> {
                // nothing that is done changes it
            }
        }
    }

    private void show(Sensitivities table) {
        title.setText("Layers of " + table.model());
        basis.setText(String.format(Locale.ROOT,
                "Each is quantized alone and judged on %d calibration samples; ranges by"
                        + " %s. With all of them quantized: %.1f dB. Times: %s. Tick a layer to leave it in float: it joins"
                        + " exclude of quantize-static.",
                table.samples(), table.ranges(), table.wholeDb(),
                switch (table.timed()) {
                    case Reading.Known<String>(String words, _) -> words;
                    case Reading.Unknown<String>(String why) -> why;
                }));
        layers.getItems().setAll(table.sorted(Sensitivities.Order.DAMAGE));
        damage.setSortType(TableColumn.SortType.DESCENDING);
        layers.getSortOrder().setAll(List.of(damage));
        layers.refresh();
    }

    private void show(FindingsViewModel.Groups found) {
        long free = found.all().stream().filter(Tied::canBeCut).count();
        title.setText("Channels of " + found.model());
        basis.setText(free + (free == 1 ? " group" : " groups") + " of channels can be cut, " + (found.all().size()
                - free) + " cannot. What stands in a row falls together: a channel that is cut is taken from all that"
                + " make it and from the sums behind. prune-channels takes the names in ratios.");
        groups.getItems().setAll(found.all());
    }
}
