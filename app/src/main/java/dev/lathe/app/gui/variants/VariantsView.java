package dev.lathe.app.gui.variants;

import dev.lathe.app.gui.part.Look;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.part.Saving;
import dev.lathe.app.gui.part.StatePane;
import dev.lathe.app.gui.prune.BeforeAfterPane;
import dev.lathe.app.gui.prune.PruningPane;
import dev.lathe.app.gui.work.Descendant;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import java.io.File;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import org.kordamp.ikonli.feather.Feather;

/// The Variants screen.
public final class VariantsView extends VBox {
    private final VariantsViewModel model;
    private final Saving saving;
    private final Ways ways;
    private final Button make;
    private final Button open;
    private final Button save;
    private final Label from = Parts.label("", "fact-label");
    private final Button fromModel;
    private final VBox failures = new VBox();
    private final LineagePane lineage;
    private final FindingsPane findings;
    private final PruningPane pruning;
    private final BeforeAfterPane beforeAfter;
    private final VBox recipes = new VBox();
    private final VBox full;
    private final StackPane state = new StackPane();

    /// Where the screen leads.
    ///
    /// @param toModel goes to the Model screen
    /// @param showLog shows the log of the job
    public record Ways(Runnable toModel, Runnable showLog) {}

    /// The screen of this view model.
    public VariantsView(VariantsViewModel model, Look look, Saving saving, Ways ways) {
        this.model = model;
        this.saving = saving;
        this.ways = ways;
        make = Parts.mainButton("make", "Make the variant", Feather.PLAY, this::make);
        open = Parts.button("open-recipe", "Open recipe", Feather.FOLDER, this::open);
        save = Parts.button("save-recipe", "Save recipe", Feather.SAVE, this::save);
        fromModel = Parts.iconButton("from-model", "Make it of the model itself", Feather.X,
                () -> model.parent().set(Optional.empty()));
        lineage = new LineagePane(model, look);
        findings = new FindingsPane(model.findings());
        pruning = new PruningPane(model.pruning(), look, saving, ways.showLog());
        beforeAfter = new BeforeAfterPane(model.beforeAfter());
        full = full();
        getStyleClass().add("screen");
        StackPane body = new StackPane(full, state);
        VBox.setVgrow(body, Priority.ALWAYS);
        state.getChildren().setAll(StatePane.empty("variants-empty", Feather.LAYERS, "No model is open",
                "Open one first. Here its variants are made, by presets or by recipes of your own.",
                Parts.mainButton("variants-to-model", "Open a model", Feather.BOX, ways.toModel())));
        getChildren().addAll(Parts.head("Variants",
                open, save, make), body);
        model.revision().subscribe(_ -> draw());
        model.desk().jobs().running().subscribe(_ -> draw());
        look.dark().subscribe(_ -> draw());
        visibleProperty().subscribe(visible -> {
            if (visible) {
                model.refresh();
            }
            draw();
        });
    }

    private VBox full() {
        RecipePane recipe = new RecipePane(model.form(), model::preset);
        HBox.setHgrow(recipe, Priority.ALWAYS);
        HBox both = new HBox(recipe, lineage);
        both.getStyleClass().add("measure-top");
        VBox.setVgrow(both, Priority.ALWAYS);
        HBox origin = new HBox(from, fromModel);
        origin.getStyleClass().add("field-row");
        failures.getStyleClass().add("failures");
        recipes.getStyleClass().add("run-full");
        recipes.getChildren().addAll(both, findings, beforeAfter);
        recipes.managedProperty().bind(recipes.visibleProperty());
        VBox.setVgrow(recipes, Priority.ALWAYS);
        VBox.setVgrow(pruning, Priority.ALWAYS);
        VBox box = new VBox(origin, failures, recipes, pruning);
        box.setId("variants-full");
        box.getStyleClass().add("run-full");
        return box;
    }

    private void make() {
        if (isPruning()) {
            model.makePruned();
        } else {
            model.make();
        }
    }

    private void open() {
        FileChooser chooser = new FileChooser();
        chooser.setTitle("Open recipe");
        chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter("Recipes", "*.json"));
        File file = chooser.showOpenDialog(getScene().getWindow());
        if (file != null) {
            model.open(file.toPath());
        }
    }

    private void save() {
        FileChooser chooser = new FileChooser();
        chooser.setTitle("Save recipe");
        chooser.setInitialFileName(model.form().name().get().strip() + ".json");
        File file = chooser.showSaveDialog(getScene().getWindow());
        if (file != null) {
            saving.save(file.toPath(), model::save);
        }
    }

    private void draw() {
        if (!isVisible()) {
            return;
        }
        boolean empty = model.stage().get() == Stage.EMPTY;
        full.setVisible(!empty);
        state.setVisible(empty);
        make.setDisable(isPruning() ? !model.canMakePruned() : !model.canMake());
        recipes.setVisible(!isPruning());
        // the recipe is not seen while ratios are set
        open.setDisable(isPruning());
        save.setDisable(isPruning() || !model.form().trouble().isEmpty());
        from.setText("Made of " + model.parent().get().map(Descendant::name).or(() -> model.desk().choices().model()
                .get().map(m -> m.getFileName().toString())).orElse("") + calibration());
        fromModel.setVisible(model.parent().get().isPresent());
        failures.getChildren().setAll(model.problems().stream().map(this::failure).toList());
        failures.setManaged(!model.problems().isEmpty());
        lineage.draw();
        findings.draw();
        pruning.draw();
        beforeAfter.draw();
    }

    private boolean isPruning() {
        return model.pruning().stage() != Stage.EMPTY;
    }

    private String calibration() {
        return model.desk().choices().data().get().map(d -> "; calibrated on " + d.getFileName())
                .orElse("; no data to calibrate on is chosen on the Model screen");
    }

    private Node failure(Problem problem) {
        Label words = Parts.text(problem.sentence(), "trouble");
        words.setGraphic(Parts.icon(Feather.ALERT_TRIANGLE));
        HBox.setHgrow(words, Priority.ALWAYS);
        HBox row = new HBox(words, Parts.button("variants-log", "Show the log", Feather.FILE_TEXT, ways.showLog()));
        row.getStyleClass().add("field-row");
        return row;
    }
}
