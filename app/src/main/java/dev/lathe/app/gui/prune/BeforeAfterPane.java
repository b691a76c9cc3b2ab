package dev.lathe.app.gui.prune;

import atlantafx.base.theme.Styles;
import dev.lathe.app.gui.part.FindingTable;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.work.BeforeAfter;
import dev.lathe.app.gui.work.Numbers;
import dev.lathe.app.gui.work.Row;
import dev.lathe.base.Reading;
import dev.lathe.optimize.prune.LayerWidth;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/// A variant beside what it was made of: figures, and how wide each layer is.
public final class BeforeAfterPane extends VBox {
    private static final double HEIGHT = 272;
    private static final double LEAST_HEIGHT = 248;
    /// An interval of a score has room.
    private static final double FIGURE_WIDTH = 120;

    private final BeforeAfterViewModel model;
    private final Label title = Parts.label("", "panel-title");
    private final Button score;
    private final Button measure;
    private final Figures figures = new Figures("both-figures", List.of("before", "after", "after / before"),
            FIGURE_WIDTH);
    private final FindingTable<LayerWidth> layers = new FindingTable<>("width-table",
            "No node of both has constant weights.");
    private Optional<BeforeAfterViewModel.Pair> drawn = Optional.empty();

    /// The pane of this view model.
    public BeforeAfterPane(BeforeAfterViewModel model) {
        this.model = model;
        setId("before-after");
        getStyleClass().add("run-full");
        setMinHeight(LEAST_HEIGHT);
        setPrefHeight(HEIGHT);
        score = Parts.button("score-both", "Score both", Feather.CHECK_CIRCLE, model::score);
        measure = Parts.button("measure-both", "Measure both", Feather.CLOCK, model::measure);
        List.of(score, measure).forEach(b -> b.getStyleClass().add(Styles.SMALL));
        columns();
        Button close = Parts.iconButton("close-both", "Close", Feather.X, model::close);
        close.getStyleClass().add(Styles.SMALL);
        HBox head = new HBox(title, Parts.spring(), close);
        head.getStyleClass().add("field-row");
        figures.setMinWidth(Region.USE_PREF_SIZE);
        HBox.setHgrow(layers, Priority.ALWAYS);
        HBox both = new HBox(figures, layers);
        both.getStyleClass().add("measure-top");
        VBox.setVgrow(both, Priority.ALWAYS);
        getChildren().addAll(head, both);
        managedProperty().bind(visibleProperty());
        setVisible(false);
    }

    private void columns() {
        TableColumn<LayerWidth, LayerWidth> names = layers.add(new FindingTable.Column<>("layer", 120, true,
                LayerWidth::layer, Comparator.comparing(LayerWidth::layer)), BeforeAfterPane::mute);
        layers.add(new FindingTable.Column<>("operator", 80, true, LayerWidth::operator,
                Comparator.comparing(LayerWidth::operator)), BeforeAfterPane::mute);
        layers.add(new FindingTable.Column<>("before", 64, false, w -> width(w.before()),
                Comparator.comparingLong(w -> w.before().orElse(0))), BeforeAfterPane::mute);
        layers.add(new FindingTable.Column<>("after", 64, false, w -> width(w.after()),
                Comparator.comparingLong(w -> w.after().orElse(0))), BeforeAfterPane::mute);
        layers.add(new FindingTable.Column<>("gone", 64, false, BeforeAfterPane::gone,
                Comparator.comparingDouble(w -> w.before().orElse(0) - (double) w.after().orElse(0))),
                BeforeAfterPane::mute);
        layers.stretch(names);
    }

    private static void mute(TableCell<LayerWidth, LayerWidth> cell, LayerWidth width) {
        cell.getStyleClass().remove("interval");
        if (!width.changed()) {
            cell.getStyleClass().add("interval");
        }
    }

    private static String width(OptionalLong width) {
        return width.isPresent() ? Long.toString(width.getAsLong()) : "none";
    }

    private static String gone(LayerWidth width) {
        return width.before().isPresent() && width.after().isPresent() && width.changed()
                ? String.format(Locale.ROOT, "%.0f %%",
                        100 * (1 - (double) width.after().getAsLong() / width.before().getAsLong()))
                : "";
    }

    /// Draws it anew; hidden while nothing is shown.
    public void draw() {
        Optional<BeforeAfterViewModel.Pair> shown = model.shown().get();
        setVisible(shown.isPresent());
        score.setDisable(!model.canScore());
        measure.setDisable(!model.canAsk());
        if (shown.isPresent() && !shown.equals(drawn)) {
            draw(shown.get());
        }
        drawn = shown;
    }

    private void draw(BeforeAfterViewModel.Pair pair) {
        BeforeAfter both = pair.figures();
        title.setText(pair.variant().name() + " beside " + pair.parent());
        figures.clear();
        ratio("Size", Numbers.bytes(both.before().sizeBytes()), Numbers.bytes(both.after().sizeBytes()),
                both.after().sizeBytes() / (double) both.before().sizeBytes());
        ratio("Parameters", PruningPane.count((double) both.before().parameters()),
                PruningPane.count((double) both.after().parameters()),
                both.after().parameters() / (double) both.before().parameters());
        macs(both);
        score(both);
        Optional<Row.Figure> ratio = both.speed().flatMap(Row.Speed::ratio);
        if (ratio.isPresent()) {
            figures.row("Latency", Figures.Cell.NONE, Figures.Cell.known(both.speed().flatMap(Row.Speed::medianNs)
                    .map(m -> PruningPane.time(m.value())).orElse("")), Figures.Cell.known(times(ratio.get())));
            figures.row("", Figures.Cell.NONE, Figures.Cell.NONE, Figures.Cell.interval(String.format(Locale.ROOT,
                    "[%.2f, %.2f]", ratio.get().low(), ratio.get().high())));
        } else {
            figures.unknown("Latency", "", "not measured", measure);
        }
        layers.getItems().setAll(both.layers());
    }

    private void score(BeforeAfter both) {
        Optional<Row.Accuracy> after = both.after().score();
        Optional<Row.Figure> now = after.flatMap(Row.Accuracy::score);
        if (after.isEmpty() || now.isEmpty()) {
            figures.unknown("Score", "", "not measured", score);
            return;
        }
        Optional<Row.Figure> before = both.before().score().flatMap(Row.Accuracy::score);
        figures.row(after.get().metric(), Figures.Cell.known(before.map(BeforeAfterPane::words).orElse("not measured")),
                Figures.Cell.known(words(now.get())));
        figures.row("", Figures.Cell.interval(before.map(BeforeAfterPane::interval).orElse("")),
                Figures.Cell.interval(interval(now.get())));
        after.get().drop().ifPresent(d -> figures.row("Lost", Figures.Cell.NONE,
                Figures.Cell.known(String.format(Locale.ROOT, "%.2f %s", d.value(), after.get().unit())),
                Figures.Cell.interval(String.format(Locale.ROOT, "[%.2f, %.2f]", d.low(), d.high()))));
    }

    private static String times(Row.Figure ratio) {
        return String.format(Locale.ROOT, "%.2fx", ratio.value());
    }

    private void ratio(String name, String before, String after, double ratio) {
        figures.row(name, Figures.Cell.known(before), Figures.Cell.known(after), Figures.Cell.known(
                Double.isFinite(ratio) ? String.format(Locale.ROOT, "%.2fx", ratio) : ""));
    }

    private void macs(BeforeAfter both) {
        if (both.before().macs() instanceof Reading.Known<Long>(Long before, _)
                && both.after().macs() instanceof Reading.Known<Long>(Long after, _)) {
            ratio("MACs", PruningPane.count(before), PruningPane.count(after), after / (double) before);
        } else {
            figures.row("MACs", Figures.Cell.known("not known"), Figures.Cell.known("not known"));
        }
    }

    private static String words(Row.Figure figure) {
        return Numbers.fixed(figure.value(), Numbers.decimals(figure.low(), figure.high()) + 1);
    }

    private static String interval(Row.Figure figure) {
        int decimals = Numbers.decimals(figure.low(), figure.high()) + 1;
        return "[" + Numbers.fixed(figure.low(), decimals) + ", " + Numbers.fixed(figure.high(), decimals) + "]";
    }
}
