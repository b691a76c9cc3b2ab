package dev.lathe.app.gui.accuracy;

import atlantafx.base.theme.Styles;
import dev.lathe.app.chart.ConfusionMap;
import dev.lathe.app.engine.Answers;
import dev.lathe.app.gui.part.ChartPane;
import dev.lathe.app.gui.part.Look;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.part.Saving;
import dev.lathe.app.gui.part.StatePane;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import dev.lathe.evaluate.Answer;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.RowConstraints;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/// The Accuracy screen.
public final class AccuracyView extends VBox {
    private static final double MATRIX_SHARE = 38;
    private static final double DETAIL_WIDTH = 248;

    private final AccuracyViewModel model;
    private final Ways ways;
    private final ScoreTable table;
    private final Label basis = Parts.text("", "explanation-basis");
    private final FlowPane badges = new FlowPane();
    private final ConfusionMap map = new ConfusionMap();
    private final ChartPane mapPane;
    private final FlowPane tiles = new FlowPane();
    private final Map<AccuracyViewModel.Show, ToggleButton> kinds = new EnumMap<>(AccuracyViewModel.Show.class);
    private final Button wholeMatrix;
    private final Button more;
    private final SampleDetail detail;
    private final Button run;
    private final VBox full;
    private final StackPane state = new StackPane();
    private boolean drawing;

    /// Where the screen leads.
    ///
    /// @param toModel goes to the Model screen
    /// @param showLog shows the log of the job
    public record Ways(Runnable toModel, Runnable showLog) {}

    /// The screen of this view model.
    public AccuracyView(AccuracyViewModel model, Look look, Saving saving, Ways ways) {
        this.model = model;
        this.ways = ways;
        table = new ScoreTable(look);
        detail = new SampleDetail(model, look);
        mapPane = new ChartPane("What was taken for what", "Drawn where outputs are classes.", map, look, saving);
        mapPane.onPick(map::at, model.field()::set);
        run = Parts.mainButton("score", "", Feather.CHECK_CIRCLE, model::run);
        wholeMatrix = Parts.button("all-fields", "", Feather.X, () -> model.field().set(Optional.empty()));
        wholeMatrix.getStyleClass().addAll(Styles.SMALL, Styles.FLAT);
        more = Parts.button("more-samples", "", Feather.CHEVRON_DOWN, model::showMore);
        more.getStyleClass().add(Styles.SMALL);
        full = full();
        getStyleClass().add("screen");
        StackPane body = new StackPane(full, state);
        VBox.setVgrow(body, Priority.ALWAYS);
        getChildren().addAll(Parts.head("Accuracy",
                Parts.button("add-scored", "Add models", Feather.PLUS,
                        () -> model.desk().sides().add(Parts.chooseModels(this))),
                run), body);
        table.getSelectionModel().selectedItemProperty().subscribe(row -> {
            if (row != null && !drawing && !row.failed()) {
                model.variant().set(row.name());
            }
        });
        model.revision().subscribe(_ -> draw());
        model.desk().jobs().running().subscribe(_ -> draw());
        look.dark().subscribe(_ -> {
            table.refresh();
            draw();
        });
        visibleProperty().subscribe(_ -> draw());
    }

    private VBox full() {
        badges.getStyleClass().add("badges");
        GridPane parts = new GridPane();
        parts.getStyleClass().add("charts");
        ColumnConstraints left = new ColumnConstraints();
        left.setPercentWidth(MATRIX_SHARE);
        ColumnConstraints right = new ColumnConstraints();
        right.setPercentWidth(100 - MATRIX_SHARE);
        parts.getColumnConstraints().addAll(left, right);
        RowConstraints row = new RowConstraints();
        row.setPercentHeight(100);
        row.setVgrow(Priority.ALWAYS);
        parts.getRowConstraints().add(row);
        parts.addRow(0, mapPane, samples());
        VBox.setVgrow(parts, Priority.ALWAYS);
        VBox box = new VBox(table, basis, badges, parts);
        box.setId("accuracy-full");
        box.getStyleClass().add("run-full");
        return box;
    }

    private Node samples() {
        ToggleGroup group = new ToggleGroup();
        HBox pills = new HBox();
        for (AccuracyViewModel.Show kind : AccuracyViewModel.Show.values()) {
            ToggleButton pill = new ToggleButton();
            pill.setId("show-" + kind.name().toLowerCase(Locale.ROOT));
            pill.setToggleGroup(group);
            pill.setMinWidth(USE_PREF_SIZE);
            pill.getStyleClass().addAll(Styles.SMALL, switch (kind) {
                case ALL -> Styles.LEFT_PILL;
                case WRONG -> Styles.CENTER_PILL;
                case DIFFERENT -> Styles.RIGHT_PILL;
            });
            pill.setOnAction(_ -> {
                pill.setSelected(true);
                model.field().set(Optional.empty());
                model.show().set(kind);
            });
            kinds.put(kind, pill);
            pills.getChildren().add(pill);
        }
        HBox head = new HBox(pills, wholeMatrix);
        head.getStyleClass().add("headline");
        tiles.getStyleClass().add("sample-tiles");
        ScrollPane scroll = Parts.scroll(tiles);
        scroll.setFitToWidth(true);
        HBox.setHgrow(scroll, Priority.ALWAYS);
        ScrollPane close = Parts.scroll(detail);
        close.setFitToWidth(true);
        close.setMinWidth(DETAIL_WIDTH);
        close.setPrefWidth(DETAIL_WIDTH);
        HBox both = new HBox(scroll, close);
        both.getStyleClass().add("measure-top");
        VBox.setVgrow(both, Priority.ALWAYS);
        VBox box = new VBox(head, both);
        box.getStyleClass().add("run-full");
        return box;
    }

    private void draw() {
        if (!isVisible()) {
            return;
        }
        drawing = true;
        Stage stage = model.stage().get();
        full.setVisible(stage == Stage.FULL);
        state.setVisible(stage != Stage.FULL);
        run.setText(model.promise());
        run.setDisable(!model.canRun());
        if (stage == Stage.FULL) {
            drawFull(model.answers().get().orElseThrow());
        } else {
            state.getChildren().setAll(state(stage));
        }
        drawing = false;
    }

    private Node state(Stage stage) {
        boolean open = !model.desk().sides().all().isEmpty();
        boolean data = model.desk().choices().data().get().isPresent();
        return switch (stage) {
            case FAILED -> StatePane.failed("accuracy-failed", "Scoring failed", model.problems(),
                    Parts.mainButton("accuracy-back", "Back", Feather.ARROW_LEFT, model::back),
                    Parts.button("accuracy-log", "Show the log", Feather.FILE_TEXT, ways.showLog()));
            case WORKING -> StatePane.empty("accuracy-working", Feather.CHECK_CIRCLE, "The models answer",
                    "Each gets the same samples. How far they are stands below; Esc cancels.");
            case EMPTY, FULL -> open && data
                    ? StatePane.empty("accuracy-ready", Feather.CHECK_CIRCLE, "Ready to score",
                            "Every model answers the same samples: those of the data that do not calibrate. Then scores"
                                    + " stand here with their intervals, what is mistaken for what, and the samples on"
                                    + " which a variant and the original disagree.",
                            Parts.mainButton("score-ready", model.promise(), Feather.PLAY, model::run))
                    : StatePane.empty("accuracy-empty", Feather.CHECK_CIRCLE, open ? "No data" : "Nothing to score",
                            open
                                    ? "Choose data on the Model screen: what is right is told by its labels."
                                    : "Open a model first, and choose data for it.",
                            Parts.mainButton("accuracy-to-model", open ? "Choose data" : "Open a model", Feather.BOX,
                                    ways.toModel()));
        };
    }

    private void drawFull(Answers answers) {
        table.show(answers.models().stream().map(ScoreRow::of).toList(), ScoreRow.headers(answers));
        table.getItems().stream().filter(r -> r.name().equals(model.variant().get())).findFirst()
                .ifPresent(table.getSelectionModel()::select);
        basis.setText("Scored on " + answers.data() + "; intervals are 95 %.");
        badges.getChildren().setAll(answers.problems().stream().map(AccuracyView::badge).toList());
        badges.setManaged(!answers.problems().isEmpty());
        Optional<ConfusionMap.Matrix> matrix = model.matrix();
        mapPane.title(model.variant().get() + ": rows " + (model.isLabelled() ? "are right" : model.rowWord())
                + ", columns were chosen");
        String rowWord = model.rowWord();
        mapPane.show(() -> {
            map.show(matrix.orElse(new ConfusionMap.Matrix(List.of(), List.of(), List.of())), rowWord);
            return matrix.isPresent();
        });
        drawSamples(answers, matrix);
    }

    private void drawSamples(Answers answers, Optional<ConfusionMap.Matrix> matrix) {
        kinds.forEach((kind, pill) -> {
            int count = model.count(kind);
            pill.setText(switch (kind) {
                case ALL -> "All ";
                case WRONG -> "Wrong ";
                case DIFFERENT -> "Unlike " + answers.models().getFirst().name() + " ";
            } + count);
            pill.setDisable(count == 0);
            pill.setSelected(model.field().get().isEmpty() && model.show().get() == kind);
        });
        Optional<ConfusionMap.Place> field = model.field().get();
        wholeMatrix.setVisible(field.isPresent());
        field.ifPresent(f -> matrix.ifPresent(m -> wholeMatrix.setText(model.rowWord() + " " + m.names().get(f.right())
                + ", chosen " + m.names().get(f.chosen()))));
        List<Integer> shown = model.samples();
        model.look(shown);
        Optional<String> focused = Optional.ofNullable(getScene()).map(s -> s.getFocusOwner())
                .filter(tiles.getChildren()::contains).map(Node::getId);
        tiles.getChildren().setAll(shown.stream().map(at -> tile(at, answers)).toList());
        more.setText("Show more of " + model.more());
        if (model.more() > 0) {
            tiles.getChildren().add(more);
        }
        focused.flatMap(id -> Optional.ofNullable(tiles.lookup("#" + id))).ifPresent(Node::requestFocus);
        detail.draw();
    }

    private Node tile(int at, Answers answers) {
        Answer answer = model.model().orElseThrow().answers().get(at);
        Answers.Sample sample = answers.samples().get(at);
        String said = model.words(answer);
        String words = sample.label().isPresent() && !answer.chosen().equals(sample.label())
                ? model.className(sample.label().getAsInt()) + " → " + said
                : said;
        ToggleButton tile = SampleTile.of(at, model.sight(at), words, model.isAmiss(at));
        tile.setSelected(model.selected().get().filter(s -> s == at).isPresent());
        tile.setAccessibleText("Sample " + sample.name() + ": " + words);
        tile.setTooltip(new Tooltip("Sample " + sample.name() + ": " + words));
        tile.setOnAction(_ -> {
            tile.setSelected(true);
            model.selected().set(Optional.of(at));
        });
        return tile;
    }

    private static Node badge(Problem problem) {
        Label badge = Parts.label(problem.what(), "badge");
        badge.setGraphic(Parts.icon(Feather.ALERT_TRIANGLE));
        badge.setTooltip(new Tooltip(problem.sentence()));
        return badge;
    }
}
