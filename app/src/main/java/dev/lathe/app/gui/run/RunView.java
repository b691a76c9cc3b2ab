package dev.lathe.app.gui.run;

import dev.lathe.app.chart.Chart;
import dev.lathe.app.chart.LatencyAgainstScore;
import dev.lathe.app.chart.LatencyDistribution;
import dev.lathe.app.chart.LatencyOverTime;
import dev.lathe.app.chart.Palette;
import dev.lathe.app.chart.PercentileCurve;
import dev.lathe.app.chart.ThroughputByBatch;
import dev.lathe.app.gui.part.ChartPane;
import dev.lathe.app.gui.part.Look;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.part.Saving;
import dev.lathe.app.gui.part.StatePane;
import dev.lathe.app.gui.work.Row;
import dev.lathe.app.gui.work.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.RadioMenuItem;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.RowConstraints;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.scene.shape.Circle;
import org.kordamp.ikonli.feather.Feather;

/// The Run screen.
public final class RunView extends VBox {
    private static final int LEAST_ROWS = 4;
    private static final int REHEARSALS = 2;
    /// Four lines: no half of one.
    private static final double EXPLANATION_HEIGHT = 76;
    private static final double WIDE = 1400;
    private static final double HIGH = 900;
    /// What stands above and below the table: the head, the headline, two rows of charts at their lowest, the explanation,
    /// and the gaps between them.
    private static final double OTHERS_HEIGHT = 460;

    private final RunViewModel model;
    private final Look look;
    private final Saving saving;
    private final Ways ways;
    private final LatencyOverTime latency = new LatencyOverTime();
    private final PercentileCurve percentiles = new PercentileCurve();
    private final LatencyDistribution distribution = new LatencyDistribution();
    private final ThroughputByBatch throughput = new ThroughputByBatch();
    private final LatencyAgainstScore plane = new LatencyAgainstScore();
    private final ChartPane latencyPane;
    private final ChartPane percentilesPane;
    private final ChartPane distributionPane;
    private final StackPane shares;
    private final ChartPane throughputPane;
    private final ChartPane planePane;
    private final GridPane charts = new GridPane();
    private final HBox legend = new HBox();
    private final Explanation explanation = new Explanation();
    private final ResultTable table;
    private final VBox full;
    private final StackPane state = new StackPane();
    private int drawnBlocks = -1;
    private List<Row> drawnRows = List.of();
    private List<String> named = List.of();

    /// Where the screen leads.
    ///
    /// @param toModel goes to the Model screen
    /// @param showLog shows the log of the job
    public record Ways(Runnable toModel, Runnable showLog) {}

    /// The screen of this view model.
    public RunView(RunViewModel model, Look look, Saving saving, Ways ways) {
        this.model = model;
        this.look = look;
        this.saving = saving;
        this.ways = ways;
        latencyPane = pane("Latency (ms) over time (s)", "Every query is drawn here as it is measured.", latency);
        percentilesPane = pane("Latency (ms) by percentile", "Drawn while queries are measured.", percentiles);
        distributionPane = pane("Share of the queries (%) by latency (ms)", "Drawn while queries are measured.",
                distribution);
        shares = switched();
        throughputPane = pane("Throughput (items/s) by batch size", "Batches are measured after single queries.",
                throughput);
        planePane = pane("Score by median latency (ms); hollow: beaten by another",
                "Drawn when the figures are complete.",
                plane);
        table = new ResultTable(model, look);
        full = full();
        getStyleClass().add("screen");
        // what is shown of a run stays in the scene: to put it there takes too long for the middle of a run
        StackPane body = new StackPane(full, state);
        VBox.setVgrow(body, Priority.ALWAYS);
        getChildren().addAll(Parts.head("Run", targetButton(), copyButton(), runButton("run")), body);
        model.stage().subscribe(this::show);
        model.revision().subscribe(_ -> draw());
        look.dark().subscribe(_ -> drawAll());
        visibleProperty().subscribe(_ -> draw());
        table.getSelectionModel().selectedItemProperty().subscribe(_ -> explain());
        heightProperty().subscribe(_ -> {
            arrange();
            fitTable();
        });
        widthProperty().subscribe(_ -> arrange());
        table.widthProperty().subscribe(_ -> fitTable());
        table.onHeightWanted(this::fitTable);
        latencyPane.roomForNames().subscribe(_ -> name());
    }

    private ChartPane pane(String title, String nothing, Chart chart) {
        return new ChartPane(title, nothing, chart, look, saving);
    }

    /// Percentiles or a histogram, as the user likes.
    private StackPane switched() {
        distributionPane.setVisible(false);
        percentilesPane.with(Parts.button("to-histogram", "Histogram", Feather.BAR_CHART_2, () -> histogram(true)));
        distributionPane.with(Parts.button("to-percentiles", "Percentiles", Feather.TRENDING_UP,
                () -> histogram(false)));
        return new StackPane(percentilesPane, distributionPane);
    }

    private void histogram(boolean wanted) {
        distributionPane.setVisible(wanted);
        percentilesPane.setVisible(!wanted);
        drawSamples();
        Optional.ofNullable(shares.lookup(wanted ? "#to-percentiles" : "#to-histogram")).ifPresent(Node::requestFocus);
    }

    /// Where models run: one target, as a run has one winner. The Measure screen holds several side by side.
    private MenuButton targetButton() {
        MenuButton button = new MenuButton("", Parts.icon(Feather.CPU));
        button.setId("run-target");
        button.setMinWidth(USE_PREF_SIZE);
        button.setTooltip(new Tooltip("What the models run on, one at a time; Measure holds several side by side"));
        Runnable list = () -> {
            String chosen = model.desk().choices().target().get();
            List<MenuItem> items = new ArrayList<>();
            ToggleGroup group = new ToggleGroup();
            for (String name : model.desk().targetNames()) {
                RadioMenuItem item = new RadioMenuItem(name);
                item.setMnemonicParsing(false);
                item.setToggleGroup(group);
                item.setSelected(name.equals(chosen));
                item.setOnAction(_ -> model.desk().choices().runOn(name));
                items.add(item);
            }
            MenuItem attempt = new MenuItem("Try what else runs here");
            attempt.setOnAction(_ -> model.desk().lookForTargets());
            items.add(new SeparatorMenuItem());
            items.add(attempt);
            button.getItems().setAll(items);
            button.setText(chosen);
            button.setAccessibleText("Target: " + chosen);
        };
        model.desk().targets().subscribe(_ -> list.run());
        model.desk().choices().target().subscribe(_ -> list.run());
        button.disableProperty().bind(model.desk().jobs().running());
        return button;
    }

    private MenuButton copyButton() {
        MenuItem tsv = new MenuItem("As TSV");
        tsv.setOnAction(_ -> table.copyTsv());
        MenuItem markdown = new MenuItem("As Markdown");
        markdown.setOnAction(_ -> table.copyMarkdown());
        MenuButton copy = new MenuButton("Copy table", Parts.icon(Feather.COPY), tsv, markdown);
        copy.setId("copy-table");
        copy.setMinWidth(USE_PREF_SIZE);
        copy.disableProperty().bind(Bindings.isEmpty(model.rows()));
        return copy;
    }

    private Button runButton(String id) {
        Button run = Parts.mainButton(id, "", Feather.PLAY, model::run);
        Runnable say = () -> {
            run.setText(model.promise());
            run.setDisable(model.desk().choices().model().get().isEmpty() || model.desk().jobs().running().get());
        };
        model.desk().choices().budgetS().subscribe(_ -> say.run());
        model.desk().choices().recipes().subscribe(say);
        model.desk().choices().model().subscribe(_ -> say.run());
        model.desk().jobs().running().subscribe(_ -> say.run());
        return run;
    }

    private VBox full() {
        HBox line = new HBox(headline(), Parts.spring(), legend);
        line.getStyleClass().add("headline");
        legend.getStyleClass().add("legend");
        charts.getStyleClass().add("charts");
        VBox.setVgrow(charts, Priority.ALWAYS);
        ScrollPane scroll = new ScrollPane(explanation);
        scroll.setFitToWidth(true);
        scroll.setMinHeight(EXPLANATION_HEIGHT);
        scroll.setPrefHeight(EXPLANATION_HEIGHT);
        VBox box = new VBox(line, charts, table, scroll);
        box.getStyleClass().add("run-full");
        box.setId("run-full");
        return box;
    }

    private Node headline() {
        var label = Parts.text("", "headline-text");
        label.setId("headline");
        label.textProperty().bind(model.headline());
        HBox.setHgrow(label, Priority.ALWAYS);
        return label;
    }

    /// Two by two, or four in a row where there is room.
    private void arrange() {
        List<Node> panes = List.of(latencyPane, shares, throughputPane, planePane);
        int columns = getWidth() >= WIDE && getHeight() < HIGH ? 4 : 2;
        if (charts.getColumnConstraints().size() == columns) {
            return;
        }
        charts.getChildren().clear();
        charts.getColumnConstraints().clear();
        charts.getRowConstraints().clear();
        for (int i = 0; i < columns; i++) {
            ColumnConstraints column = new ColumnConstraints();
            column.setPercentWidth(100.0 / columns);
            charts.getColumnConstraints().add(column);
        }
        for (int i = 0; i < panes.size(); i++) {
            charts.add(panes.get(i), i % columns, i / columns);
        }
        for (int i = 0; i < panes.size() / columns; i++) {
            RowConstraints row = new RowConstraints();
            row.setVgrow(Priority.ALWAYS);
            row.setPercentHeight(100.0 * columns / panes.size());
            charts.getRowConstraints().add(row);
        }
    }

    private void show(Stage stage) {
        boolean isFull = stage == Stage.WORKING || stage == Stage.FULL;
        full.setVisible(isFull);
        state.setVisible(!isFull);
        state.getChildren().setAll(switch (stage) {
            case EMPTY -> model.desk().choices().model().get().isEmpty() ? noModel() : ready();
            case WORKING, FULL -> new StackPane();
            case FAILED -> StatePane.failed("run-failed", "The run failed", model.problems(), runButton("run-again"),
                    Parts.button("run-log", "Show the log", Feather.FILE_TEXT, ways.showLog()));
        });
    }

    /// Shows what a run shows, for a moment in which nobody looks: rows come one by one, as often as it takes until that is
    /// quick.
    public void rehearse() {
        full.setVisible(true);
        for (int round = 0; round < REHEARSALS; round++) {
            for (int rows = 0; rows <= LEAST_ROWS; rows++) {
                table.rehearse(Rehearsal.rows().subList(0, rows));
                fitTable();
                applyCss();
                layout();
            }
        }
        getScene().snapshot(null);
        table.rehearse(List.of());
        full.setVisible(model.stage().get() == Stage.WORKING || model.stage().get() == Stage.FULL);
    }

    private Node noModel() {
        StatePane pane = StatePane.empty("run-empty", Feather.PLAY, "Nothing has been measured",
                "Open a model first. Run then makes its variants, scores them on your data, measures them side by side and"
                        + " names the winner.",
                Parts.mainButton("to-model", "Open a model", Feather.BOX, ways.toModel()));
        model.desk().choices().model().subscribe(m -> {
            if (m.isPresent() && model.stage().get() == Stage.EMPTY) {
                show(Stage.EMPTY);
            }
        });
        return pane;
    }

    private Node ready() {
        return StatePane.empty("run-ready", Feather.PLAY, "Ready to run",
                "Variants are made, scored and measured side by side, interleaved, in processes of their own. You can"
                        + " cancel at any time; what was measured is kept.",
                runButton("run-ready-button"));
    }

    /// Draws what has changed; nothing while the screen is hidden.
    private void draw() {
        if (!isVisible()) {
            return;
        }
        boolean blocks = model.blocks() != drawnBlocks;
        List<Row> rows = List.copyOf(model.rows());
        boolean tableToo = !rows.equals(drawnRows);
        drawnBlocks = model.blocks();
        drawnRows = rows;
        if (blocks) {
            drawSamples();
        }
        if (blocks || tableToo) {
            var batches = model.throughput();
            throughputPane.show(() -> {
                throughput.show(batches);
                return !batches.isEmpty();
            });
        }
        if (tableToo) {
            drawRows();
        }
        explain();
    }

    private void drawAll() {
        drawnBlocks = -1;
        drawnRows = List.of();
        // dots have their hues from the theme
        named = List.of();
        drawRows();
        draw();
    }

    private void drawSamples() {
        latencyPane.show(() -> {
            latency.show(model.timelines());
            return model.isAnyCharted();
        });
        // one of the two is hidden, and a hidden chart is not drawn
        if (distributionPane.isVisible()) {
            distributionPane.show(() -> {
                distribution.show(model.distributions());
                return model.isAnyCharted();
            });
        } else {
            percentilesPane.show(() -> {
                percentiles.show(model.percentiles(), model.bands());
                return model.isAnyCharted();
            });
        }
    }

    /// A legend only where names have no room at the ends of the lines.
    private void name() {
        boolean needed = !latencyPane.roomForNames().get();
        List<String> wanted = needed ? model.rows().stream().map(Row::name).toList() : List.of();
        legend.setVisible(needed);
        legend.setManaged(needed);
        if (!wanted.equals(named)) {
            named = wanted;
            legend.getChildren().setAll(wanted.stream().map(this::legendEntry).toList());
        }
    }

    /// As high as its rows are, as far as the charts leave room; the rest is scrolled.
    private void fitTable() {
        double most = Math.max(ResultTable.HEADER_HEIGHT + LEAST_ROWS * ResultTable.ROW_HEIGHT + ResultTable.EDGES,
                getHeight() - OTHERS_HEIGHT);
        double wanted = table.wantedHeight(LEAST_ROWS);
        double height = Math.min(most, wanted);
        table.fit(table.getWidth());
        table.setMinHeight(height);
        table.setPrefHeight(height);
        table.setMaxHeight(height);
    }

    private void drawRows() {
        var candidates = model.candidates();
        planePane.show(() -> {
            plane.show(candidates);
            return !candidates.isEmpty();
        });
        name();
        fitTable();
    }

    private Node legendEntry(String name) {
        Circle dot = new Circle(4);
        dot.setStyle("-fx-fill: " + Palette.web(name, look.charts()) + ";");
        HBox entry = new HBox(dot, Parts.label(name, "legend-text"));
        entry.getStyleClass().add("name-cell");
        entry.setMinWidth(USE_PREF_SIZE);
        return entry;
    }

    private void explain() {
        explanation.show(Optional.ofNullable(table.getSelectionModel().getSelectedItem()).or(model::chosen),
                model.basis());
    }
}
