package dev.lathe.app.gui.variants;

import atlantafx.base.theme.Styles;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Recipes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.CustomMenuItem;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/// The recipe: its name, its steps, and the options of the chosen step.
final class RecipePane extends HBox {
    private static final double STEPS_WIDTH = 264;
    private static final double LEAST_STEPS_WIDTH = 248;
    private static final double FORM_WIDTH = 300;
    private static final double MENU_WIDTH = 420;

    private final RecipeForm form;
    private final VBox steps = new VBox();
    private final VBox options = new VBox();
    private final Label trouble = Parts.text("", "trouble");
    private Optional<StepForm> drawn = Optional.empty();

    /// @param preset takes a preset
    RecipePane(RecipeForm form, Consumer<String> preset) {
        this.form = form;
        getStyleClass().add("measure-top");
        setId("recipe");
        TextField name = new TextField();
        name.setId("recipe-name");
        name.setAccessibleText("The recipe's name");
        name.textProperty().bindBidirectional(form.name());
        HBox.setHgrow(name, Priority.ALWAYS);
        MenuButton presets = new MenuButton("Presets", Parts.icon(Feather.BOOKMARK));
        presets.setId("presets");
        presets.setMinWidth(USE_PREF_SIZE);
        Recipes.PRESETS.forEach(p -> presets.getItems().add(item(p, () -> preset.accept(p))));
        HBox head = new HBox(name, presets);
        head.getStyleClass().add("field-row");
        trouble.setId("recipe-trouble");
        trouble.managedProperty().bind(trouble.textProperty().isNotEmpty());
        steps.getStyleClass().add("steps");
        ScrollPane list = Parts.scroll(steps);
        list.setFitToWidth(true);
        VBox.setVgrow(list, Priority.ALWAYS);
        VBox left = new VBox(head, list, trouble);
        left.getStyleClass().add("run-full");
        left.setMinWidth(LEAST_STEPS_WIDTH);
        left.setPrefWidth(STEPS_WIDTH);
        options.getStyleClass().add("options");
        ScrollPane right = Parts.scroll(options);
        right.setFitToWidth(true);
        right.setMinWidth(FORM_WIDTH);
        HBox.setHgrow(right, Priority.ALWAYS);
        getChildren().addAll(left, right);
        // the same form goes on while something is typed into it
        form.revision().subscribe(_ -> drawSteps());
        form.selected().subscribe(_ -> draw());
        draw();
    }

    private static MenuItem item(String words, Runnable action) {
        MenuItem item = new MenuItem(words);
        item.setOnAction(_ -> action.run());
        return item;
    }

    private void draw() {
        drawSteps();
        Optional<StepForm> chosen = form.selected().get();
        if (chosen.equals(drawn) && !options.getChildren().isEmpty()) {
            return;
        }
        drawn = chosen;
        if (chosen.isEmpty()) {
            options.getChildren()
                    .setAll(Parts.text("Without a step a variant is the model itself. Take a preset, or add"
                            + " a pass.", "fact-label"));
            return;
        }
        PassInfo info = chosen.get().info();
        List<Node> rows = new ArrayList<>();
        rows.add(Parts.text(info.id(), "panel-title"));
        rows.add(Parts.text(
                Character.toUpperCase(info.summary().charAt(0)) + info.summary().substring(1) + ". " + words(info),
                "option-meaning"));
        if (chosen.get().options().isEmpty()) {
            rows.add(Parts.text("It has no options.", "fact-label"));
        }
        chosen.get().options().forEach(o -> rows.add(new OptionRow(o)));
        options.getChildren().setAll(rows);
    }

    private static String words(PassInfo info) {
        return switch (info.fidelity()) {
            case SAME -> "Outputs stay the same.";
            case APPROXIMATE, REMADE -> "Outputs change.";
        };
    }

    private void drawSteps() {
        Optional<String> focused = Optional.ofNullable(getScene()).map(s -> s.getFocusOwner())
                .filter(n -> isIn(n)).map(Node::getId);
        List<Node> rows = new ArrayList<>();
        int number = 1;
        for (StepForm step : form.steps()) {
            rows.add(row(step, number++));
        }
        rows.add(adding());
        steps.getChildren().setAll(rows);
        trouble.setText(form.steps().stream().anyMatch(StepForm::isWrong) ? "" : form.trouble());
        focused.flatMap(id -> Optional.ofNullable(steps.lookup("#" + id))).ifPresent(Node::requestFocus);
    }

    private boolean isIn(Node node) {
        for (Node at = node; at != null; at = at.getParent()) {
            if (at.equals(steps)) {
                return node.getId() != null;
            }
        }
        return false;
    }

    private Node row(StepForm step, int number) {
        ToggleButton choose = new ToggleButton(number + "  " + step.info().id() + "\n" + (step.isWrong()
                ? "an option is wrong"
                : step.words()));
        choose.setId("step-" + number);
        choose.getStyleClass().add("step");
        if (step.isWrong()) {
            choose.getStyleClass().add("wrong");
        }
        choose.setMaxWidth(Double.MAX_VALUE);
        choose.setTooltip(new Tooltip(step.info().summary()));
        choose.setSelected(form.selected().get().filter(step::equals).isPresent());
        choose.setOnAction(_ -> {
            choose.setSelected(true);
            form.selected().set(Optional.of(step));
        });
        HBox.setHgrow(choose, Priority.ALWAYS);
        Button up = Parts.iconButton("up-" + number, "Earlier", Feather.ARROW_UP, () -> form.move(step, -1));
        up.setDisable(number == 1);
        Button down = Parts.iconButton("down-" + number, "Later", Feather.ARROW_DOWN, () -> form.move(step, 1));
        down.setDisable(number == form.steps().size());
        Button remove = Parts.iconButton("remove-step-" + number, "Take it out", Feather.X, () -> form.remove(step));
        for (Button small : List.of(up, down, remove)) {
            small.getStyleClass().addAll(Styles.SMALL, "step-button");
        }
        HBox row = new HBox(choose);
        if (choose.isSelected()) {
            row.getChildren().addAll(up, down, remove);
        }
        row.getStyleClass().add("step-row");
        return row;
    }

    private MenuButton adding() {
        MenuButton add = new MenuButton("Add a pass", Parts.icon(Feather.PLUS));
        add.setId("add-pass");
        add.getStyleClass().add(Styles.SMALL);
        for (Pass pass : Passes.all()) {
            Label words = new Label(pass.info().id() + "\n" + pass.info().summary());
            words.setWrapText(true);
            words.setMaxWidth(MENU_WIDTH);
            words.setContentDisplay(ContentDisplay.TEXT_ONLY);
            CustomMenuItem item = new CustomMenuItem(words);
            item.setOnAction(_ -> form.add(pass.info().id()));
            add.getItems().add(item);
        }
        return add;
    }
}
