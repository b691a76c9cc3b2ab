package dev.lathe.app.gui.measure;

import dev.lathe.app.gui.part.Look;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.part.Saving;
import dev.lathe.app.gui.part.StatePane;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import dev.lathe.profile.sweep.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.StringProperty;
import javafx.geometry.VPos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckMenuItem;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/// The Measure screen.
public final class MeasureView extends VBox {
    private static final double GRID_HEIGHT = 176;
    private static final double DETAIL_WIDTH = 360;
    private static final double NARROW_DETAIL_WIDTH = 280;
    private static final double NARROW = 1060;
    private static final double FIELD_WIDTH = 80;
    private static final String BY_BATCH = "Batch sizes";
    private static final String BY_CLIENTS = "Clients at once";

    private final MeasureViewModel model;
    private final Ways ways;
    private final CellGrid cells;
    private final VBox detail = new VBox();
    private final FlowPane badges = new FlowPane();
    private final Label reopened = Parts.text("", "question-text");
    private final HBox history = new HBox(reopened);
    private final Button add;
    private final MenuButton targets = new MenuButton("", Parts.icon(Feather.CPU));
    private final Button run;
    private final SweepPanes charts;
    private final VBox full;
    private final StackPane state = new StackPane();
    private Optional<Chosen> chosen = Optional.empty();

    /// The cell that the user points at, with its setup's name.
    private record Chosen(String name, Cell cell) {}

    /// Where the screen leads.
    ///
    /// @param toModel goes to the Model screen
    /// @param showLog shows the log of the job
    public record Ways(Runnable toModel, Runnable showLog) {}

    /// The screen of this view model.
    public MeasureView(MeasureViewModel model, Look look, Saving saving, Ways ways) {
        this.model = model;
        this.ways = ways;
        cells = new CellGrid(model, look, this::choose);
        run = Parts.mainButton("measure-run", "", Feather.PLAY, model::run);
        charts = new SweepPanes(model, look, saving);
        add = Parts.button("add-model", "Add models", Feather.PLUS,
                () -> model.desk().sides().add(Parts.chooseModels(this)));
        full = full();
        getStyleClass().add("screen");
        StackPane body = new StackPane(full, state);
        VBox.setVgrow(body, Priority.ALWAYS);
        getChildren().addAll(Parts.head("Measure", add, run), body);
        model.stage().subscribe(this::show);
        model.revision().subscribe(_ -> draw());
        model.desk().jobs().running().subscribe(_ -> draw());
        look.dark().subscribe(_ -> draw());
        visibleProperty().subscribe(_ -> draw());
    }

    private VBox full() {
        Label trouble = Parts.text("", "trouble");
        trouble.setId("measure-trouble");
        trouble.textProperty().bind(model.form().trouble());
        trouble.managedProperty().bind(trouble.textProperty().isNotEmpty());
        ScrollPane grid = Parts.scroll(cells);
        HBox.setHgrow(grid, Priority.ALWAYS);
        detail.getStyleClass().add("cell-detail");
        detail.setId("cell-detail");
        ScrollPane about = Parts.scroll(detail);
        about.setFitToWidth(true);
        widthProperty().subscribe(width -> {
            double room = width.doubleValue() < NARROW ? NARROW_DETAIL_WIDTH : DETAIL_WIDTH;
            about.setMinWidth(room);
            about.setPrefWidth(room);
        });
        HBox top = new HBox(grid, about);
        top.getStyleClass().add("measure-top");
        top.setMinHeight(GRID_HEIGHT);
        top.setPrefHeight(GRID_HEIGHT);
        top.setMaxHeight(GRID_HEIGHT);
        badges.getStyleClass().add("badges");
        VBox.setVgrow(charts, Priority.ALWAYS);
        Node fields = fields();
        HBox.setHgrow(reopened, Priority.ALWAYS);
        reopened.setMaxWidth(Double.MAX_VALUE);
        history.setId("measure-history");
        history.getStyleClass().add("question");
        history.getChildren().add(Parts.button("measure-leave", "Back to the grid", Feather.ARROW_LEFT, model::back));
        model.reopened().subscribe(shown -> {
            shown(history, shown.isPresent());
            shown(fields, shown.isEmpty());
            add.setDisable(shown.isPresent());
            reopened.setText(
                    "This is run " + shown.orElse("") + " of the history. Its figures can be read, not changed.");
        });
        VBox box = new VBox(history, fields, trouble, top, badges, charts);
        box.setId("measure-full");
        box.getStyleClass().add("run-full");
        return box;
    }

    private Node fields() {
        GridForm form = model.form();
        ComboBox<String> columns = new ComboBox<>();
        columns.setId("columns");
        columns.getItems().addAll(BY_BATCH, BY_CLIENTS);
        columns.setAccessibleText("What the columns are");
        form.byClients().subscribe(by -> columns.setValue(by ? BY_CLIENTS : BY_BATCH));
        columns.setOnAction(_ -> form.byClients().set(BY_CLIENTS.equals(columns.getValue())));
        TextField batches = field("batches", form.batches(), "Batch sizes, separated by commas");
        TextField clients = field("clients", form.clients(),
                "Clients that ask at the same time, each waiting for its answer; separated by commas");
        HBox most = named("Batched up to", field("most-batched", form.mostBatched(),
                "The most queries that are batched together; 1 for none"));
        form.byClients().subscribe(by -> {
            shown(batches, !by);
            shown(clients, by);
            shown(most, by);
        });
        targets.setId("measure-targets");
        targets.setTooltip(new Tooltip("What the models run on"));
        TextField cores = field("measure-threads", form.threads(), "Separated by commas; empty for all CPUs");
        cores.setPromptText("all");
        FlowPane row = new FlowPane(columns, batches, clients, most, named("Threads", cores),
                named("Instances", field("instances", form.instances(),
                        "Sessions at the same time, separated by commas")),
                named("Time (s)", field("measure-budget", form.budgetS(), "For measuring all cells together")),
                targets);
        row.setPrefWrapLength(0);
        row.getStyleClass().add("measure-fields");
        return row;
    }

    private static void shown(Node node, boolean isShown) {
        node.setVisible(isShown);
        node.setManaged(isShown);
    }

    private static TextField field(String id, StringProperty value, String meaning) {
        TextField field = new TextField();
        field.setId(id);
        field.setMinWidth(FIELD_WIDTH);
        field.setPrefWidth(FIELD_WIDTH);
        field.textProperty().bindBidirectional(value);
        field.setTooltip(new Tooltip(meaning));
        field.setAccessibleText(meaning);
        return field;
    }

    private static HBox named(String name, TextField field) {
        Label label = Parts.label(name, "fact-label");
        label.setLabelFor(field);
        label.setMinWidth(USE_PREF_SIZE);
        HBox box = new HBox(label, field);
        box.getStyleClass().add("field-row");
        return box;
    }

    /// What can be run on: those that work here, once that was tried.
    private void listTargets() {
        List<MenuItem> items = new ArrayList<>();
        for (String name : model.desk().targetNames()) {
            CheckMenuItem item = new CheckMenuItem(name);
            item.setSelected(model.form().targets().contains(name));
            item.setOnAction(_ -> model.form().target(name, item.isSelected()));
            items.add(item);
        }
        MenuItem attempt = new MenuItem("Try what else runs here");
        attempt.setOnAction(_ -> model.desk().lookForTargets());
        items.add(new SeparatorMenuItem());
        items.add(attempt);
        targets.getItems().setAll(items);
        targets.setText(String.join(", ", model.form().targets()));
        targets.setAccessibleText("Targets: " + targets.getText());
    }

    private void choose(String name, Cell cell) {
        chosen = Optional.of(new Chosen(name, cell));
        explain();
    }

    /// What is known of the chosen cell now.
    private void explain() {
        Optional<Chosen> shown = chosen.filter(c -> model.grid().get().filter(g -> g.cells().contains(c.cell()))
                .isPresent());
        if (shown.isEmpty()) {
            explain("Point at a cell for all its figures.", List.of());
            return;
        }
        String name = shown.get().name();
        Cell cell = shown.get().cell();
        String title = name + ", " + cell.load();
        switch (model.state(cell)) {
            case CellState.Open _ -> explain(title, List.of(new CellState.Fact("State", model.isTicked(cell)
                    ? "to measure"
                    : "left out")));
            case CellState.Measuring _ -> explain(title, List.of(new CellState.Fact("State", "being measured")));
            case CellState.Done done -> explain(title, done.facts());
            case CellState.Failed(String why) -> explain(title, List.of(new CellState.Fact("Failed", why)));
        }
    }

    private void explain(String title, List<CellState.Fact> facts) {
        GridPane table = new GridPane();
        table.getStyleClass().add("cell-facts");
        facts.forEach(f -> {
            Label label = Parts.label(f.label(), "fact-label");
            label.setMinWidth(USE_PREF_SIZE);
            GridPane.setValignment(label, VPos.TOP);
            table.addRow(table.getRowCount(), label, Parts.text(f.value()));
        });
        detail.getChildren().setAll(Parts.text(title, facts.isEmpty() ? "fact-label" : "panel-title"), table);
    }

    private void show(Stage stage) {
        boolean isFull = stage == Stage.WORKING || stage == Stage.FULL;
        full.setVisible(isFull);
        state.setVisible(!isFull);
        state.getChildren().setAll(switch (stage) {
            case EMPTY -> StatePane.empty("measure-empty", Feather.GRID, "Nothing to measure",
                    "Open a model first. Then tick what is to be measured: each model at each batch size or number of"
                            + " clients, with as many threads, instances and targets as you like.",
                    Parts.mainButton("measure-to-model", "Open a model", Feather.BOX, ways.toModel()));
            case WORKING, FULL -> new StackPane();
            case FAILED -> StatePane.failed("measure-failed", "Measuring failed", model.problems(),
                    Parts.mainButton("measure-back", "Back to the grid", Feather.ARROW_LEFT, model::back),
                    Parts.button("measure-log", "Show the log", Feather.FILE_TEXT, ways.showLog()));
        });
    }

    private void draw() {
        if (!isVisible()) {
            return;
        }
        run.setText(model.promise());
        run.setDisable(!model.canRun());
        cells.draw();
        explain();
        listTargets();
        badges.getChildren().setAll(model.caveats().stream().map(MeasureView::badge).toList());
        shown(badges, !model.caveats().isEmpty());
        charts.draw();
    }

    private static Node badge(Problem problem) {
        Label badge = Parts.label(problem.what(), "badge");
        badge.setGraphic(Parts.icon(Feather.ALERT_TRIANGLE));
        badge.setTooltip(new Tooltip(problem.sentence()));
        return badge;
    }
}
