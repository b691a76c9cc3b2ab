package dev.lathe.app.gui.prune;

import atlantafx.base.theme.Styles;
import dev.lathe.app.chart.DamageByCut;
import dev.lathe.app.chart.Points;
import dev.lathe.app.engine.OperatorTimes;
import dev.lathe.app.gui.part.ChartPane;
import dev.lathe.app.gui.part.FindingTable;
import dev.lathe.app.gui.part.Look;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.part.Saving;
import dev.lathe.app.gui.part.StatePane;
import dev.lathe.app.gui.work.Numbers;
import dev.lathe.app.gui.work.Prunable;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.app.gui.work.Tied;
import dev.lathe.optimize.prune.DamageCurve;
import dev.lathe.optimize.prune.PruningForecast;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TableCell;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/// Ratios, what would be left with them, the groups of channels, and what the outputs suffer by each.
public final class PruningPane extends VBox {
    private static final double CHART_WIDTH = 380;
    private static final double LEAST_CHART_WIDTH = 288;
    /// All columns are seen.
    private static final double LEAST_TABLE_WIDTH = 624;
    private static final double FIGURE_WIDTH = 88;
    private static final double SLIDERS_WIDTH = 400;
    private static final String NOT_MEASURED = "Not measured yet. Each group is silenced at up to four widths, and the outputs"
            + " compared on real samples that the rankings have not learned from.";

    private final PruningViewModel model;
    private final Label title = Parts.label("", "panel-title");
    private final Label basis = Parts.text("", "explanation-basis");
    private final Button damage;
    private final Button time;
    private final Button release;
    private final Ratio all;
    private final Ratio one;
    private final Figures figures = new Figures("pruning-figures", List.of("now", "estimated", "of now"),
            FIGURE_WIDTH);
    private final FindingTable<Tied> groups = new FindingTable<>("pruning-groups",
            "No node of this model has weights that make channels.");
    private final DamageByCut chart = new DamageByCut();
    private final ChartPane curves;
    private final VBox full;
    private final StackPane state = new StackPane();
    private final Runnable showLog;
    private Optional<Prunable> drawn = Optional.empty();
    private boolean choosing;

    /// The pane of this view model.
    ///
    /// @param showLog shows the log of the job
    public PruningPane(PruningViewModel model, Look look, Saving saving, Runnable showLog) {
        this.model = model;
        this.showLog = showLog;
        setId("pruning");
        getStyleClass().add("run-full");
        damage = Parts.button("measure-damage", "Measure damage", Feather.TRENDING_UP, model::measureDamage);
        time = Parts.button("time-operators", "Time", Feather.CLOCK, model::time);
        time.getStyleClass().addAll(Styles.SMALL);
        release = Parts.iconButton("release-ratio", "Let it go with the others", Feather.ROTATE_CCW,
                () -> model.chosen().ifPresent(g -> model.release(g.name())));
        all = new Ratio("ratio-all", model::ratio);
        one = new Ratio("ratio-one", r -> model.chosen().ifPresent(g -> model.ratio(g.name(), r)), release);
        curves = new ChartPane("Damage (%) by part cut", NOT_MEASURED, chart, look, saving).with(damage);
        curves.onPick(chart::group, group -> group.ifPresent(model::choose));
        curves.setMinWidth(LEAST_CHART_WIDTH);
        curves.setPrefWidth(CHART_WIDTH);
        columns();
        full = full();
        StackPane body = new StackPane(full, state);
        VBox.setVgrow(body, Priority.ALWAYS);
        getChildren().addAll(head(), body);
        managedProperty().bind(visibleProperty());
        setVisible(false);
    }

    private HBox head() {
        Button close = Parts.iconButton("close-pruning", "Close", Feather.X, model::close);
        close.getStyleClass().add(Styles.SMALL);
        HBox head = new HBox(title, Parts.spring(), close);
        head.getStyleClass().add("field-row");
        return head;
    }

    private VBox full() {
        VBox sliders = new VBox(all, one, basis);
        sliders.getStyleClass().add("run-full");
        sliders.setPrefWidth(SLIDERS_WIDTH);
        HBox.setHgrow(sliders, Priority.ALWAYS);
        HBox upper = new HBox(sliders, figures);
        upper.getStyleClass().add("measure-top");
        groups.setMinWidth(LEAST_TABLE_WIDTH);
        figures.setMinWidth(USE_PREF_SIZE);
        HBox.setHgrow(groups, Priority.ALWAYS);
        HBox.setHgrow(curves, Priority.ALWAYS);
        HBox lower = new HBox(groups, curves);
        lower.getStyleClass().add("measure-top");
        VBox.setVgrow(lower, Priority.ALWAYS);
        VBox box = new VBox(upper, lower);
        box.getStyleClass().add("pruning-full");
        return box;
    }

    private void columns() {
        groups.add(new FindingTable.Column<>("channels of", 128, true, Tied::name, Comparator.comparing(Tied::name)),
                PruningPane::mute);
        groups.add(new FindingTable.Column<>("width", 64, false, t -> Integer.toString(t.width()),
                Comparator.comparingInt(Tied::width)), PruningPane::mute);
        groups.add(new FindingTable.Column<>("cut", 64, false, t -> t.canBeCut() ? cut(t) : "",
                Comparator.comparingDouble(t -> t.canBeCut() ? model.ratio(t.name()) : -1)), PruningPane::mute);
        groups.add(new FindingTable.Column<>("stay", 56, false, t -> t.canBeCut() ? Integer.toString(stay(t)) : "",
                Comparator.comparingInt(this::stay)), PruningPane::mute);
        groups.add(new FindingTable.Column<>("damage", 80, false, this::damage,
                Comparator.comparingDouble(t -> damageOf(t).orElse(-1))), this::estimate);
        groups.stretch(groups.add(new FindingTable.Column<>("made by → summed up by", 208, true,
                PruningPane::together, Comparator.comparing(PruningPane::together)), PruningPane::mute));
        groups.getSelectionModel().selectedItemProperty().subscribe(t -> {
            if (t != null && !choosing) {
                model.choose(t.name());
            }
        });
    }

    private static void mute(TableCell<Tied, Tied> cell, Tied tied) {
        cell.getStyleClass().removeAll("interval", "estimated");
        if (!tied.canBeCut()) {
            cell.getStyleClass().add("interval");
        }
    }

    /// Between two widths that were measured it is a guess.
    private void estimate(TableCell<Tied, Tied> cell, Tied tied) {
        mute(cell, tied);
        if (model.curve(tied.name()).filter(c -> !c.damage().containsKey(cutOf(tied))).isPresent()) {
            cell.getStyleClass().add("estimated");
        }
    }

    private static String together(Tied tied) {
        return tied.canBeCut()
                ? String.join(", ", tied.makers()) + " → " + String.join(", ", tied.readers())
                : tied.why();
    }

    private String cut(Tied tied) {
        String ratio = String.format(Locale.ROOT, "%.0f %%", 100 * model.ratio(tied.name()));
        return model.own().containsKey(tied.name()) ? ratio + " *" : ratio;
    }

    private int cutOf(Tied tied) {
        return model.estimated().map(e -> e.left().cuts().getOrDefault(tied.name(), 0)).orElse(0);
    }

    private int stay(Tied tied) {
        return tied.width() - cutOf(tied);
    }

    private OptionalDouble damageOf(Tied tied) {
        return model.curve(tied.name()).map(c -> OptionalDouble.of(c.at(cutOf(tied)))).orElse(OptionalDouble.empty());
    }

    private String damage(Tied tied) {
        OptionalDouble damage = damageOf(tied);
        return damage.isPresent() ? percent(damage.getAsDouble()) : "";
    }

    static String percent(double part) {
        return part == 0 ? "0 %" : part < 1e-6 ? "< 0.0001 %" : Numbers.significant(100 * part, 2) + " %";
    }

    /// Draws it anew; hidden while it is closed.
    public void draw() {
        setVisible(model.stage() != Stage.EMPTY);
        full.setVisible(model.stage() == Stage.FULL);
        state.setVisible(model.stage() == Stage.WORKING || model.stage() == Stage.FAILED);
        damage.setDisable(!model.canMeasureDamage());
        time.setDisable(!model.canTime());
        switch (model.stage()) {
            case EMPTY -> drawn = Optional.empty();
            case WORKING -> {
                title.setText("Prune " + model.name());
                state.getChildren().setAll(StatePane.empty("pruning-working", Feather.LINK,
                        "Looking which channels fall together",
                        "Shapes are inferred and channels followed through every node. Nothing is run."));
            }
            case FAILED -> {
                title.setText("Prune " + model.name());
                state.getChildren().setAll(StatePane.failed("pruning-failed", "It cannot be pruned", model.problems(),
                        Parts.button("pruning-back", "Back to recipes", Feather.ARROW_LEFT, model::close),
                        Parts.button("pruning-log", "Show the log", Feather.FILE_TEXT, showLog)));
            }
            case FULL -> model.shown().ifPresent(this::draw);
        }
    }

    private void draw(Prunable found) {
        long free = found.tied().stream().filter(Tied::canBeCut).count();
        title.setText("Prune " + model.name() + ": " + free + (free == 1 ? " group" : " groups") + " of channels, "
                + (found.tied().size() - free) + " that cannot be cut");
        boolean usable = !model.groups().isEmpty();
        all.show("Cut of every group", model.ratio(), usable);
        one.show(model.chosen().map(g -> "Of " + g.name()).orElse("No group is chosen"), model.chosen()
                .map(g -> model.ratio(g.name())).orElse(0.0), model.chosen().isPresent());
        release.setDisable(model.chosen().filter(g -> model.own().containsKey(g.name())).isEmpty());
        basis.setText(basis(found));
        model.estimated().ifPresent(e -> draw(found, e));
        table(found);
        curves(found);
    }

    private String basis(Prunable found) {
        String which = model.chosen().flatMap(g -> found.tied().stream().filter(t -> t.name().equals(g.name()))
                .findFirst()).map(t -> "A channel of " + t.name() + " is taken from " + String.join(", ", t.makers())
                        + " and from the sums of " + String.join(", ", t.readers()) + ". ")
                .orElse("");
        String times = found.times()
                .map(t -> String.format(Locale.ROOT, " Time: %.0f %% of it is in operators that do not"
                        + " multiply, and stays.", 100 * (1 - t.shrinkingShare(shares(found)))))
                .orElse("");
        String sum = model.damage().map(d -> " Damage: squared error by what outputs vary by, on " + d.samples()
                + " samples, each group alone, before layers are fitted.").orElse("");
        return which + "* has a ratio of its own." + times + sum
                + (model.damageTrouble().isEmpty() ? "" : " " + model.damageTrouble());
    }

    private static Map<String, Double> shares(Prunable found) {
        return found.forecast().at(0, Map.of()).nodes();
    }

    private void draw(Prunable found, PruningViewModel.Estimated estimated) {
        PruningForecast.Left left = estimated.left();
        PruningForecast.Left whole = estimated.whole();
        figures.clear();
        row("Size", Numbers.bytes(found.sizeBytes()), Numbers.bytes(Math.round(estimated.sizeBytes())),
                estimated.sizeBytes() / found.sizeBytes());
        row("Parameters", count(whole.parameters()), count(left.parameters()), left.parameters() / whole.parameters());
        row("MACs", count(whole.macs()), count(left.macs()), left.macs() / whole.macs());
        Optional<OperatorTimes> times = found.times();
        if (times.isPresent() && estimated.timeNs().isPresent()) {
            row("Time", time(times.get().query().value()), time(estimated.timeNs().getAsDouble()),
                    estimated.timeNs().getAsDouble() / times.get().query().value());
        } else {
            figures.unknown("Time", "", "not timed", time);
        }
        estimated.damage().ifPresent(d -> figures.row("Damage", Figures.Cell.NONE, Figures.Cell.estimated(percent(d)),
                Figures.Cell.NONE));
    }

    private void row(String name, String now, String then, double ratio) {
        figures.row(name, Figures.Cell.known(now), Figures.Cell.estimated(then), Figures.Cell.estimated(
                Double.isFinite(ratio) ? String.format(Locale.ROOT, "%.2fx", ratio) : ""));
    }

    static String count(double number) {
        return number < 1e4
                ? String.format(Locale.ROOT, "%,.0f", number)
                : number < 1e6
                        ? String.format(Locale.ROOT, "%.1f k", number / 1e3)
                        : number < 1e9
                                ? String.format(Locale.ROOT, "%.2f M", number / 1e6)
                                : String.format(Locale.ROOT, "%.2f G", number / 1e9);
    }

    static String time(double ns) {
        return ns < 1e6 ? Numbers.significant(ns / 1e3, 3) + " µs" : Numbers.significant(ns / 1e6, 3) + " ms";
    }

    private void table(Prunable found) {
        choosing = true;
        if (drawn.filter(d -> d.tied().equals(found.tied())).isEmpty()) {
            groups.getItems().setAll(found.tied());
        }
        drawn = Optional.of(found);
        model.chosen().flatMap(g -> groups.getItems().stream().filter(t -> t.name().equals(g.name())).findFirst())
                .filter(t -> !groups.getSelectionModel().getSelectedItems().contains(t)).ifPresent(t -> {
                    groups.getSelectionModel().clearSelection();
                    groups.getSelectionModel().select(t);
                });
        groups.refresh();
        choosing = false;
    }

    private void curves(Prunable found) {
        List<Points> lines = model.damage().map(d -> d.curves().stream().filter(c -> c.damage().size() > 1)
                .map(c -> points(c, d.samples())).toList()).orElse(List.of());
        Optional<String> chosen = model.chosen().map(PruningForecast.Group::name);
        OptionalDouble cut = model.chosen().map(g -> OptionalDouble.of(100.0 * found.forecast().at(model.ratio(),
                model.own()).cuts().getOrDefault(g.name(), 0) / g.width())).orElse(OptionalDouble.empty());
        curves.show(() -> {
            chart.show(lines, chosen, cut);
            return !lines.isEmpty();
        });
    }

    private static Points points(DamageCurve curve, int samples) {
        List<Integer> cuts = curve.damage().keySet().stream().filter(c -> c > 0).toList();
        return new Points(curve.group(), cuts.stream().mapToDouble(c -> 100.0 * c / curve.width()).toArray(),
                cuts.stream().mapToDouble(c -> 100 * curve.at(c)).toArray(), samples);
    }
}
