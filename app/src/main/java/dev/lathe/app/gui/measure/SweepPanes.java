package dev.lathe.app.gui.measure;

import atlantafx.base.theme.Styles;
import dev.lathe.app.chart.Chart;
import dev.lathe.app.chart.LatencyDistribution;
import dev.lathe.app.chart.LatencyOverTime;
import dev.lathe.app.chart.OperatorBars;
import dev.lathe.app.chart.OperatorRoofline;
import dev.lathe.app.chart.Palette;
import dev.lathe.app.chart.PercentileCurve;
import dev.lathe.app.chart.ThroughputByBatch;
import dev.lathe.app.chart.ThroughputByLatency;
import dev.lathe.app.chart.Whiskers;
import dev.lathe.app.gui.part.ChartPane;
import dev.lathe.app.gui.part.Look;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.part.Saving;
import dev.lathe.app.gui.run.Recordings;
import java.util.List;
import java.util.Optional;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.RowConstraints;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.scene.shape.Circle;
import javafx.util.StringConverter;
import org.kordamp.ikonli.feather.Feather;

/// The charts of the Measure screen: those of queries, or those of operators.
final class SweepPanes extends VBox {
    private static final double WIDE = 1400;
    private static final double HIGH = 480;
    private static final double LEAST_HEIGHT = 256;

    private final MeasureViewModel model;
    private final Look look;
    private final Saving saving;
    private final LatencyOverTime latency = new LatencyOverTime();
    private final PercentileCurve percentiles = new PercentileCurve();
    private final LatencyDistribution distribution = new LatencyDistribution();
    private final ThroughputByBatch byColumn = new ThroughputByBatch();
    private final ThroughputByLatency byLatency = new ThroughputByLatency();
    private final OperatorBars bars = new OperatorBars();
    private final OperatorRoofline roofline = new OperatorRoofline();
    private final ChartPane latencyPane;
    private final ChartPane percentilesPane;
    private final ChartPane distributionPane;
    private final ChartPane byColumnPane;
    private final ChartPane byLatencyPane;
    private final ChartPane barsPane;
    private final ChartPane rooflinePane;
    private final List<Node> ofQueries;
    private final GridPane queries = new GridPane();
    private final GridPane operators = new GridPane();
    private final ComboBox<Integer> batch = new ComboBox<>();
    private final ComboBox<String> profiled = new ComboBox<>();
    private final Button profile;
    private final HBox bounds = new HBox();

    SweepPanes(MeasureViewModel model, Look look, Saving saving) {
        this.model = model;
        this.look = look;
        this.saving = saving;
        profile = Parts.button("profile", "Profile operators", Feather.BAR_CHART, () -> Optional
                .ofNullable(profiled.getValue()).ifPresent(model::profile));
        profile.getStyleClass().add(Styles.SMALL);
        latencyPane = pane("Latency (ms) over time (s)", latency);
        percentilesPane = pane("Latency (ms) by percentile", percentiles);
        distributionPane = pane("Share of the queries (%) by latency (ms)", distribution);
        byColumnPane = pane("", byColumn);
        byLatencyPane = pane("Throughput (items/s) by latency (ms)", byLatency);
        barsPane = pane("Time of operators (µs a query)", bars);
        rooflinePane = pane("Roofline: GFLOP/s by operations a byte", roofline);
        byColumnPane.nothing("Drawn as cells are measured.");
        byLatencyPane.nothing("Drawn when cells are complete.");
        barsPane.nothing("Profile a model to see what its operators take.");
        rooflinePane.nothing("Profile a model to see what holds its operators back.");
        ofQueries = List.of(latencyPane, shares(), byColumnPane, byLatencyPane);
        queries.getStyleClass().add("charts");
        operators.getStyleClass().add("charts");
        arrange(operators, List.of(barsPane, rooflinePane), 2);
        operators.setVisible(false);
        StackPane charts = new StackPane(queries, operators);
        charts.setMinHeight(LEAST_HEIGHT);
        VBox.setVgrow(charts, Priority.ALWAYS);
        getStyleClass().add("run-full");
        getChildren().addAll(switcher(), charts);
        widthProperty().subscribe(_ -> arrange());
        heightProperty().subscribe(_ -> arrange());
        batch.setOnAction(_ -> {
            if (batch.getValue() != null) {
                model.charts().batch().set(Optional.of(batch.getValue()));
            }
        });
    }

    private ChartPane pane(String title, Chart chart) {
        return new ChartPane(title, "", chart, look, saving);
    }

    private StackPane shares() {
        distributionPane.setVisible(false);
        percentilesPane.with(Parts.button("measure-to-histogram", "Histogram", Feather.BAR_CHART_2,
                () -> histogram(true)));
        distributionPane.with(Parts.button("measure-to-percentiles", "Percentiles", Feather.TRENDING_UP,
                () -> histogram(false)));
        return new StackPane(percentilesPane, distributionPane);
    }

    private void histogram(boolean wanted) {
        distributionPane.setVisible(wanted);
        percentilesPane.setVisible(!wanted);
        Optional.ofNullable(lookup(wanted ? "#measure-to-percentiles" : "#measure-to-histogram"))
                .ifPresent(Node::requestFocus);
    }

    private HBox switcher() {
        ToggleGroup group = new ToggleGroup();
        ToggleButton one = new ToggleButton("Queries");
        one.setId("show-queries");
        one.getStyleClass().add(Styles.LEFT_PILL);
        ToggleButton other = new ToggleButton("Operators");
        other.setId("show-operators");
        other.getStyleClass().add(Styles.RIGHT_PILL);
        HBox pills = new HBox(one, other);
        HBox ofOperators = new HBox(bounds, profiled, profile);
        bounds.getStyleClass().add("legend");
        HBox ofBatch = new HBox(Parts.label("Queries of", "fact-label"), batch);
        for (HBox box : List.of(ofOperators, ofBatch)) {
            box.getStyleClass().add("field-row");
            box.managedProperty().bind(box.visibleProperty());
        }
        ofOperators.setVisible(false);
        for (ToggleButton button : List.of(one, other)) {
            button.setToggleGroup(group);
            button.getStyleClass().add(Styles.SMALL);
            button.setMinWidth(USE_PREF_SIZE);
            button.setOnAction(_ -> {
                button.setSelected(true);
                queries.setVisible(one.isSelected());
                operators.setVisible(other.isSelected());
                ofOperators.setVisible(other.isSelected());
                ofBatch.setVisible(one.isSelected());
                draw();
            });
        }
        one.setSelected(true);
        profiled.setId("profiled");
        profiled.setAccessibleText("The model to profile");
        batch.setId("shown-batch");
        batch.setAccessibleText("The batch size whose queries are drawn");
        batch.setConverter(new BatchWords());
        HBox box = new HBox(pills, Parts.spring(), ofBatch, ofOperators);
        box.getStyleClass().add("headline");
        return box;
    }

    /// A batch size in words.
    private static final class BatchWords extends StringConverter<Integer> {
        @Override
        public String toString(Integer size) {
            return size == null ? "" : "batch " + size;
        }

        @Override
        public Integer fromString(String words) {
            return Integer.valueOf(words.replace("batch ", ""));
        }
    }

    /// Two by two, or four in a row where there is room for that alone.
    private void arrange() {
        arrange(queries, ofQueries, getWidth() >= WIDE && getHeight() < HIGH ? 4 : 2);
    }

    private static void arrange(GridPane grid, List<Node> nodes, int columns) {
        if (grid.getColumnConstraints().size() == columns) {
            return;
        }
        grid.getChildren().clear();
        grid.getColumnConstraints().clear();
        grid.getRowConstraints().clear();
        for (int i = 0; i < columns; i++) {
            ColumnConstraints column = new ColumnConstraints();
            column.setPercentWidth(100.0 / columns);
            grid.getColumnConstraints().add(column);
        }
        for (int i = 0; i < nodes.size(); i++) {
            grid.add(nodes.get(i), i % columns, i / columns);
        }
        for (int i = 0; i < nodes.size() / columns; i++) {
            RowConstraints row = new RowConstraints();
            row.setPercentHeight(100.0 * columns / nodes.size());
            row.setVgrow(Priority.ALWAYS);
            grid.getRowConstraints().add(row);
        }
    }

    /// Draws what can be seen.
    void draw() {
        List<String> together = List.copyOf(model.setups().keySet());
        choices();
        if (queries.isVisible()) {
            drawQueries(together);
        } else {
            var took = model.profiling().bars();
            var dots = model.profiling().dots();
            var roofs = model.profiling().roofs();
            barsPane.show(() -> {
                bars.show(took);
                return !took.isEmpty();
            });
            rooflinePane.show(() -> {
                roofline.show(dots, roofs);
                return !dots.isEmpty();
            });
            bounds.getChildren().setAll(model.profiling().bars().stream().map(OperatorBars.Bar::bound).distinct()
                    .map(this::legendEntry).toList());
        }
    }

    private Node legendEntry(String bound) {
        Circle dot = new Circle(4);
        dot.setStyle("-fx-fill: " + Palette.web(bound, look.charts()) + ";");
        HBox entry = new HBox(dot, Parts.label(bound, "legend-text"));
        entry.getStyleClass().add("name-cell");
        entry.setMinWidth(USE_PREF_SIZE);
        return entry;
    }

    private void choices() {
        ObservableList<String> names = FXCollections.observableArrayList(model.grid().get()
                .map(g -> g.variants()).orElse(List.of()));
        if (!names.equals(profiled.getItems())) {
            profiled.setItems(names);
            profiled.getSelectionModel().selectFirst();
        }
        profile.setDisable(
                model.desk().jobs().running().get() || names.isEmpty() || model.reopened().get().isPresent());
        List<Integer> sizes = model.charts().batches();
        if (!sizes.equals(batch.getItems())) {
            batch.setItems(FXCollections.observableArrayList(sizes));
        }
        batch.setValue(model.charts().batch().get().orElse(null));
        batch.getParent().setVisible(queries.isVisible() && !sizes.isEmpty());
    }

    private void drawQueries(List<String> together) {
        boolean byClients = model.isByClients();
        String live = byClients
                ? "Queries of several clients are not drawn one by one; what they took stands in the cells."
                : "Every query is drawn here as it is measured.";
        List.of(latencyPane, percentilesPane, distributionPane).forEach(pane -> pane.nothing(live));
        byColumnPane.title("Throughput (items/s) by " + (byClients ? "clients at once" : "batch size"));
        Recordings queries = model.charts().shown();
        latencyPane.show(() -> {
            latency.tellApart(together);
            latency.show(queries.timelines());
            return queries.isAnyCharted();
        });
        percentilesPane.show(() -> {
            percentiles.tellApart(together);
            percentiles.show(queries.percentiles(), queries.bands());
            return queries.isAnyCharted();
        });
        distributionPane.show(() -> {
            distribution.tellApart(together);
            distribution.show(queries.distributions());
            return queries.isAnyCharted();
        });
        List<Whiskers> rates = model.throughput();
        byColumnPane.show(() -> {
            byColumn.columns(byClients ? "clients" : "batch");
            byColumn.tellApart(together);
            byColumn.show(rates);
            return !rates.isEmpty();
        });
        List<Whiskers> byTime = model.rateByLatency();
        byLatencyPane.show(() -> {
            byLatency.tellApart(together);
            byLatency.show(byTime);
            return !byTime.isEmpty();
        });
    }
}
