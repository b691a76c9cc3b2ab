package dev.lathe.app.gui.machine;

import dev.lathe.app.chart.Chart;
import dev.lathe.app.chart.LoadOverTime;
import dev.lathe.app.chart.Points;
import dev.lathe.app.chart.ReadingOverTime;
import dev.lathe.app.gui.part.ChartPane;
import dev.lathe.app.gui.part.Look;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.part.Saving;
import dev.lathe.app.gui.part.StatePane;
import dev.lathe.app.gui.work.Stage;
import java.util.LinkedHashMap;
import java.util.Map;
import javafx.animation.Animation;
import javafx.animation.KeyFrame;
import javafx.animation.Timeline;
import javafx.geometry.VPos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.util.Duration;
import org.kordamp.ikonli.feather.Feather;

/// The Machine screen. The load is looked at once a second while the screen is shown.
public final class MachineView extends VBox {
    /// A card's title and edges, in lines of text.
    private static final int CARD_EDGES = 3;
    private static final int LINE_LETTERS = 48;
    private static final double CHART_HEIGHT = 176;
    private static final double LABEL_WIDTH = 136;

    private final MachineViewModel model;
    private final Runnable showLog;
    private final StackPane body = new StackPane();
    private final LoadOverTime cpu = new LoadOverTime(MachineViewModel.SECONDS);
    private final LoadOverTime memory = new LoadOverTime(MachineViewModel.SECONDS);
    private final Look look;
    private final Saving saving;
    private final Map<String, SensorChart> sensors = new LinkedHashMap<>();
    private final ChartPane cpuPane;
    private final ChartPane memoryPane;

    /// The screen of this view model.
    ///
    /// @param showLog shows the log
    public MachineView(MachineViewModel model, Look look, Saving saving, Runnable showLog) {
        this.model = model;
        this.showLog = showLog;
        this.look = look;
        this.saving = saving;
        this.cpuPane = chart("CPU in use (%), last two minutes (s)", cpu, look, saving);
        this.memoryPane = chart("Memory in use (%), last two minutes (s)", memory, look, saving);
        getStyleClass().add("screen");
        VBox.setVgrow(body, Priority.ALWAYS);
        Button attempt = Parts.mainButton("try-targets", "Try what runs here", Feather.ACTIVITY, model::tryTargets);
        attempt.disableProperty().bind(model.trying());
        Label trouble = Parts.text("", "machine-trouble");
        trouble.textProperty().bind(model.trouble());
        trouble.visibleProperty().bind(model.trouble().isNotEmpty());
        trouble.managedProperty().bind(trouble.visibleProperty());
        getChildren().addAll(Parts.head("Machine", attempt), trouble, body);
        model.stage().subscribe(this::show);
        model.cards().subscribe(() -> {
            if (model.stage().get() == Stage.FULL) {
                show(Stage.FULL);
            }
        });
        Timeline clock = new Timeline(new KeyFrame(Duration.seconds(1), _ -> look()));
        clock.setCycleCount(Animation.INDEFINITE);
        // a hidden chart must not disturb what is measured
        visibleProperty().subscribe(visible -> {
            if (visible) {
                clock.play();
            } else {
                clock.stop();
            }
        });
    }

    /// A sensor's chart in its frame.
    private record SensorChart(ReadingOverTime chart, ChartPane pane) {}

    private static ChartPane chart(String title, Chart chart, Look look, Saving saving) {
        ChartPane pane = new ChartPane(title, "The first second is being looked at.", chart, look, saving);
        pane.setPrefHeight(CHART_HEIGHT);
        pane.setMaxHeight(CHART_HEIGHT);
        return pane;
    }

    private void look() {
        model.look();
        show(cpu, cpuPane, model.cpu());
        show(memory, memoryPane, model.memory());
        boolean more = false;
        for (Map.Entry<String, String> sensor : model.sensors().entrySet()) {
            more |= !sensors.containsKey(sensor.getKey());
            SensorChart chart = sensors.computeIfAbsent(sensor.getKey(), name -> sensor(name, sensor.getValue()));
            Points line = model.sensor(sensor.getKey());
            chart.pane().show(() -> {
                chart.chart().show(line);
                return line.size() > 1;
            });
        }
        if (more && model.stage().get() == Stage.FULL) {
            show(Stage.FULL);
        }
    }

    private SensorChart sensor(String name, String unit) {
        ReadingOverTime line = new ReadingOverTime(MachineViewModel.SECONDS, unit);
        return new SensorChart(line, chart(name + " (" + unit + "), last two minutes (s)", line, look, saving));
    }

    private static void show(LoadOverTime chart, ChartPane pane, Points line) {
        pane.show(() -> {
            chart.show(line);
            return line.size() > 1;
        });
    }

    private void show(Stage stage) {
        body.getChildren().setAll(switch (stage) {
            case EMPTY -> StatePane.empty("machine-empty", Feather.CPU, "The machine was not looked at",
                    "Its processor, memory and graphics cards belong here.",
                    Parts.mainButton("detect", "Look at it", Feather.CPU, model::detect));
            case WORKING -> StatePane.empty("machine-working", Feather.CPU, "Looking at the machine",
                    "Some hundred small files are read.");
            case FAILED -> StatePane.failed("machine-failed", "The machine could not be looked at", model.problems(),
                    Parts.button("detect-again", "Try again", Feather.REFRESH_CW, model::detect),
                    Parts.button("machine-log", "Show the log", Feather.FILE_TEXT, showLog));
            case FULL -> full();
        });
    }

    private Node full() {
        GridPane grid = new GridPane();
        grid.getStyleClass().add("cards");
        ColumnConstraints half = new ColumnConstraints();
        half.setPercentWidth(50);
        grid.getColumnConstraints().addAll(half, half);
        grid.addRow(0, cpuPane, memoryPane);
        VBox left = new VBox();
        VBox right = new VBox();
        int leftLines = 0;
        int rightLines = 0;
        // each card goes where less stands so far: a short one beside a long one leaves no hole
        for (MachineViewModel.Card card : model.cards()) {
            if (leftLines <= rightLines) {
                left.getChildren().add(panel(card));
                leftLines += lines(card);
            } else {
                right.getChildren().add(panel(card));
                rightLines += lines(card);
            }
        }
        left.getStyleClass().add("card-column");
        right.getStyleClass().add("card-column");
        grid.addRow(1, left, right);
        // sensors come last, devices are what is looked for
        int index = 4;
        for (SensorChart sensor : sensors.values()) {
            grid.add(sensor.pane(), index % 2, index / 2);
            index++;
        }
        ScrollPane scroll = new ScrollPane(grid);
        scroll.setFitToWidth(true);
        scroll.setId("machine-full");
        return scroll;
    }

    /// About how many lines of text a card has.
    private static int lines(MachineViewModel.Card card) {
        return CARD_EDGES + card.lines().stream().mapToInt(l -> 1 + l.text().length() / LINE_LETTERS).sum()
                + card.steps().stream().mapToInt(s -> 1 + (s.words().length() + s.remedy().length()) / LINE_LETTERS)
                        .sum();
    }

    private static Node panel(MachineViewModel.Card card) {
        GridPane facts = new GridPane();
        facts.getStyleClass().add("facts");
        for (MachineViewModel.Line line : card.lines()) {
            facts.addRow(facts.getRowCount(), name(line.label()), Parts.text(line.text(), "fact-text"));
        }
        for (MachineViewModel.Step step : card.steps()) {
            Label words = Parts.text(step.words() + (step.remedy().isEmpty() ? "" : ". " + step.remedy()),
                    "fact-text", "rung-" + step.state());
            words.setGraphic(Parts.icon(switch (step.state()) {
                case "reached" -> Feather.CHECK;
                case "broken" -> Feather.X;
                default -> Feather.HELP_CIRCLE;
            }));
            facts.addRow(facts.getRowCount(), name(step.rung()), words);
        }
        return Parts.card(card.title(), facts);
    }

    private static Label name(String words) {
        Label label = Parts.label(words, "fact-label");
        label.setMinWidth(LABEL_WIDTH);
        GridPane.setValignment(label, VPos.TOP);
        return label;
    }
}
