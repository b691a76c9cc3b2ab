package dev.lathe.app.gui.model;

import atlantafx.base.theme.Styles;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.part.StatePane;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.optimize.Recipes;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import javafx.beans.property.StringProperty;
import javafx.geometry.VPos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import org.kordamp.ikonli.feather.Feather;

/// The Model screen. Files can be dropped anywhere on it.
public final class ModelView extends VBox {
    private static final int OPERATORS = 14;
    private static final double BAR_WIDTH = 120;
    private static final double FIELD_WIDTH = 88;

    private final ModelViewModel model;
    private final Runnable toRun;
    private final Runnable showLog;
    private final StackPane body = new StackPane();

    /// The screen of this view model.
    ///
    /// @param toRun goes to the Run screen
    /// @param showLog shows the log of the job
    public ModelView(ModelViewModel model, Runnable toRun, Runnable showLog) {
        this.model = model;
        this.toRun = toRun;
        this.showLog = showLog;
        getStyleClass().add("screen");
        VBox.setVgrow(body, Priority.ALWAYS);
        getChildren().addAll(Parts.head("Model", recent(), sampleButton("sample-head"),
                Parts.button("open", "Open…", Feather.FOLDER, this::choose), goOn()), body);
        model.stage().subscribe(this::show);
    }

    /// In the head, where no small window hides it below what is chosen.
    private Button goOn() {
        Button button = Parts.mainButton("to-run", "Go to Run", Feather.PLAY, toRun);
        model.stage().subscribe(stage -> button.setVisible(stage == Stage.FULL));
        button.managedProperty().bind(button.visibleProperty());
        return button;
    }

    private Button sampleButton(String id) {
        return Parts.button(id, "Take the sample", Feather.BOX, model::openSample);
    }

    private MenuButton recent() {
        MenuButton menu = new MenuButton("Recent", Parts.icon(Feather.CLOCK));
        menu.setId("recent");
        Runnable fill = () -> {
            menu.getItems().setAll(model.recent().stream().map(this::recentItem).toList());
            menu.setDisable(model.recent().isEmpty());
        };
        model.recent().subscribe(fill);
        fill.run();
        return menu;
    }

    private MenuItem recentItem(Path file) {
        MenuItem item = new MenuItem(file.toString());
        item.setMnemonicParsing(false);
        item.setOnAction(_ -> model.open(file));
        return item;
    }

    /// Asks for a file and opens it.
    public void choose() {
        FileChooser chooser = new FileChooser();
        chooser.setTitle("Open a model");
        chooser.getExtensionFilters().addAll(new FileChooser.ExtensionFilter("ONNX models", "*.onnx"),
                new FileChooser.ExtensionFilter("All files", "*"));
        Optional.ofNullable(chooser.showOpenDialog(getScene().getWindow())).map(File::toPath).ifPresent(model::open);
    }

    private void show(Stage stage) {
        body.getChildren().setAll(switch (stage) {
            case EMPTY -> StatePane.empty("model-empty", Feather.BOX, "No model is open",
                    "Drop an ONNX file here, open one with Ctrl+O, or take the sample: a digit classifier with its test"
                            + " images. Its operators, parameters and size then stand here.",
                    Parts.mainButton("sample", "Take the sample", Feather.BOX, model::openSample),
                    Parts.button("open-empty", "Open…", Feather.FOLDER, this::choose));
            case WORKING -> StatePane.empty("model-working", Feather.LOADER, "Reading the model",
                    "The graph is checked here; shapes are inferred in a process of their own.");
            case FAILED -> StatePane.failed("model-failed", "The model was not opened", model.problems(),
                    Parts.button("open-failed", "Open another…", Feather.FOLDER, this::choose),
                    sampleButton("sample-failed"),
                    Parts.button("model-log", "Show the log", Feather.FILE_TEXT, showLog));
            case FULL -> full();
        });
    }

    private Node full() {
        GridPane grid = new GridPane();
        grid.getStyleClass().add("cards");
        grid.getColumnConstraints().addAll(share(54), share(46));
        VBox left = new VBox(Parts.card("Summary", facts()), wishes());
        left.getStyleClass().add("card-column");
        VBox right = new VBox(Parts.card("Operators", operators()), effort());
        right.getStyleClass().add("card-column");
        grid.add(left, 0, 0);
        grid.add(right, 1, 0);
        ScrollPane scroll = new ScrollPane(grid);
        scroll.setFitToWidth(true);
        scroll.setId("model-full");
        return scroll;
    }

    private static ColumnConstraints share(double percent) {
        ColumnConstraints column = new ColumnConstraints();
        column.setPercentWidth(percent);
        return column;
    }

    private Node facts() {
        GridPane grid = new GridPane();
        grid.getStyleClass().add("facts");
        for (ModelViewModel.Fact fact : model.facts()) {
            Label label = Parts.label(fact.label(), "fact-label");
            label.setMinWidth(112);
            GridPane.setValignment(label, VPos.TOP);
            grid.addRow(grid.getRowCount(), label, Parts.text(fact.text(), "fact-text"));
        }
        return grid;
    }

    private Node operators() {
        GridPane grid = new GridPane();
        grid.getStyleClass().add("facts");
        for (ModelViewModel.Count count : model.operators().stream().limit(OPERATORS).toList()) {
            ProgressBar bar = new ProgressBar(count.share());
            bar.setPrefWidth(BAR_WIDTH);
            Label number = Parts.label(Integer.toString(count.count()), "number");
            number.setMinWidth(40);
            grid.addRow(grid.getRowCount(), Parts.label(count.operator(), "fact-text"), number, bar);
        }
        int more = model.operators().size() - OPERATORS;
        if (more > 0) {
            grid.addRow(grid.getRowCount(), Parts.label("and " + more + " more", "fact-label"));
        }
        return grid;
    }

    private Node wishes() {
        GridPane grid = new GridPane();
        grid.getStyleClass().add("facts");
        Label data = Parts.label("", "fact-text");
        model.choices().data().subscribe(d -> data.setText(
                d.map(p -> p.getFileName().toString()).orElse("none: random inputs, only agreement is scored")));
        Button none = Parts.iconButton("no-data", "Take no data", Feather.X,
                () -> model.choices().data().set(Optional.empty()));
        model.choices().data().subscribe(d -> none.setVisible(d.isPresent()));
        HBox choose = new HBox(Parts.button("data", "Choose…", Feather.DATABASE, this::chooseData), data, none);
        choose.getStyleClass().add("field-row");
        grid.addRow(0, Parts.label("Data", "fact-label"), choose);
        field(grid, "SLO p99", "slo", model.choices().sloMs(), "none", "ms");
        field(grid, "Accuracy budget", "max-drop", model.choices().maxDrop(), "1.0",
                "points that may be lost (without labels: 2.0)");
        field(grid, "Price", "price", model.choices().usdPerHour(), "assumed",
                "$ an hour; empty takes a comparable instance");
        return Parts.card("What a variant must hold", grid);
    }

    /// What is tried, and how long and with how many threads it is measured.
    private Node effort() {
        GridPane grid = new GridPane();
        grid.getStyleClass().add("facts");
        FlowPane taken = new FlowPane();
        taken.getStyleClass().add("choices");
        Runnable fill = () -> taken.getChildren().setAll(recipes());
        model.choices().recipes().subscribe(fill);
        fill.run();
        Label recipes = Parts.label("Variants", "fact-label");
        GridPane.setValignment(recipes, VPos.TOP);
        grid.addRow(0, recipes, taken);
        field(grid, "Threads", "threads", model.choices().threads(), "all", "of the runtime; empty takes every CPU");
        field(grid, "Measuring time", "budget", model.choices().budgetS(), "60", "s");
        return Parts.card("What is tried", grid);
    }

    private List<Node> recipes() {
        List<Node> nodes = new ArrayList<>();
        SequencedSet<String> known = new LinkedHashSet<>(Recipes.PRESETS);
        known.addAll(model.choices().recipes());
        for (String recipe : known) {
            CheckBox box = new CheckBox(Path.of(recipe).getFileName().toString());
            box.setId("recipe-" + nodes.size());
            box.setMnemonicParsing(false);
            box.setTooltip(new Tooltip(recipe));
            box.setSelected(model.choices().recipes().contains(recipe));
            // everything is held against the original
            box.setDisable(recipe.equals(Recipes.PRESETS.getFirst()));
            box.setOnAction(_ -> model.choices().take(recipe, box.isSelected()));
            nodes.add(box);
        }
        Button more = Parts.button("recipe-file", "Recipe…", Feather.PLUS, this::chooseRecipe);
        more.getStyleClass().add(Styles.SMALL);
        nodes.add(more);
        return nodes;
    }

    private void chooseRecipe() {
        FileChooser chooser = new FileChooser();
        chooser.setTitle("Add a recipe");
        chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter("Recipes", "*.json"));
        Optional.ofNullable(chooser.showOpenDialog(getScene().getWindow())).map(File::getPath)
                .ifPresent(p -> model.choices().take(p, true));
    }

    private static void field(GridPane grid, String name, String id, StringProperty property, String prompt,
            String unit) {
        TextField field = new TextField();
        field.setId(id);
        field.setPromptText(prompt);
        field.setPrefWidth(FIELD_WIDTH);
        field.setMinWidth(FIELD_WIDTH);
        field.textProperty().bindBidirectional(property);
        Label label = Parts.label(name, "fact-label");
        label.setLabelFor(field);
        label.setMinWidth(112);
        HBox row = new HBox(field, Parts.text(unit, "fact-text"));
        row.getStyleClass().add("field-row");
        grid.addRow(grid.getRowCount(), label, row);
    }

    private void chooseData() {
        FileChooser chooser = new FileChooser();
        chooser.setTitle("Choose a dataset description");
        chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter("Dataset descriptions", "*.json"));
        Optional.ofNullable(chooser.showOpenDialog(getScene().getWindow())).map(File::toPath)
                .ifPresent(p -> model.choices().data().set(Optional.of(p)));
    }
}
