package dev.lathe.app.gui.variants;

import atlantafx.base.theme.Styles;
import dev.lathe.app.chart.Palette;
import dev.lathe.app.gui.part.Look;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.work.Descendant;
import dev.lathe.app.gui.work.Numbers;
import dev.lathe.optimize.explain.Explanation;
import dev.lathe.optimize.explain.ExplanationText;
import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.geometry.Insets;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.scene.shape.Circle;
import org.kordamp.ikonli.feather.Feather;

/// What was made of what, with sizes, and what was done to the chosen one.
final class LineagePane extends VBox {
    private static final double WIDTH = 336;
    private static final double LEAST_WIDTH = 296;
    private static final double INDENT = 20;
    private static final double NUMBER_WIDTH = 72;

    private final VariantsViewModel model;
    private final Look look;
    private final VBox tree = new VBox();
    private final VBox why = new VBox();

    LineagePane(VariantsViewModel model, Look look) {
        this.model = model;
        this.look = look;
        setId("lineage");
        getStyleClass().add("run-full");
        setMinWidth(LEAST_WIDTH);
        setPrefWidth(WIDTH);
        tree.getStyleClass().add("steps");
        why.getStyleClass().add("options");
        ScrollPane upper = Parts.scroll(tree);
        upper.setFitToWidth(true);
        ScrollPane lower = Parts.scroll(why);
        lower.setFitToWidth(true);
        VBox.setVgrow(upper, Priority.ALWAYS);
        VBox.setVgrow(lower, Priority.ALWAYS);
        upper.setPrefHeight(1);
        lower.setPrefHeight(1);
        getChildren().addAll(Parts.label("Variants of this model", "panel-title"), upper, lower);
    }

    void draw() {
        Optional<String> focused = Optional.ofNullable(getScene()).map(s -> s.getFocusOwner()).filter(this::isWithin)
                .map(Node::getId);
        List<Node> rows = new ArrayList<>();
        String open = model.desk().choices().model().get().map(m -> m.getFileName().toString()).orElse("");
        rows.add(row("lineage-0", 0, open, look.charts().neutral(), size(model), "", model.selected().get().isEmpty(),
                Optional.empty()));
        int number = 1;
        for (VariantsViewModel.Branch branch : model.tree()) {
            Descendant variant = branch.variant();
            rows.add(row("lineage-" + number++, branch.depth() + 1, variant.name(),
                    Palette.of(variant.name(), look.charts()), Numbers.bytes(variant.sizeBytes()),
                    model.ratio(variant), model.selected().get().filter(variant::equals).isPresent(),
                    Optional.of(variant)));
        }
        tree.getChildren().setAll(rows);
        explain();
        focused.flatMap(id -> Optional.ofNullable(lookup("#" + id))).ifPresent(Node::requestFocus);
    }

    private boolean isWithin(Node node) {
        for (Node at = node; at != null; at = at.getParent()) {
            if (at.equals(this)) {
                return node.getId() != null;
            }
        }
        return false;
    }

    private static String size(VariantsViewModel model) {
        return model.modelBytes().isPresent() ? Numbers.bytes(model.modelBytes().getAsLong()) : "";
    }

    private ToggleButton row(String id, int depth, String name, Color hue, String size, String ratio,
            boolean isSelected, Optional<Descendant> variant) {
        Circle dot = new Circle(4);
        dot.setStyle("-fx-fill: " + Palette.web(hue) + ";");
        Label bytes = Parts.label(size, "number");
        bytes.setMinWidth(NUMBER_WIDTH);
        Label times = Parts.label(ratio, "number", "interval");
        times.setMinWidth(48);
        Label words = Parts.label(name);
        HBox line = new HBox(dot, words, Parts.spring(), bytes, times);
        line.getStyleClass().add("name-cell");
        line.setPadding(new Insets(0, 0, 0, depth * INDENT));
        ToggleButton row = new ToggleButton("", line);
        row.setId(id);
        row.getStyleClass().add("lineage-row");
        row.setMaxWidth(Double.MAX_VALUE);
        line.prefWidthProperty().bind(row.widthProperty().subtract(24));
        row.setAccessibleText(name + ", " + size + " " + ratio);
        row.setSelected(isSelected);
        row.setOnAction(_ -> {
            row.setSelected(true);
            model.selected().set(variant);
        });
        return row;
    }

    /// What was done to the chosen variant, and what can be done with it; of the model, what can be found out.
    private void explain() {
        why.getChildren().setAll(model.selected().get().map(this::ofVariant).orElseGet(this::ofModel));
    }

    private List<Node> ofModel() {
        FindingsViewModel findings = model.findings();
        Button layers = Parts.button("layers", "Layers", Feather.BAR_CHART_2, findings::rankLayers);
        layers.setDisable(!findings.canRankLayers());
        String trouble = findings.layersTrouble();
        Button groups = Parts.button("groups", "Groups", Feather.LINK, findings::listGroups);
        groups.setDisable(!findings.canList());
        Button prune = Parts.button("prune", "Prune", Feather.SCISSORS, model.pruning()::open);
        prune.setDisable(!model.pruning().canLook());
        FlowPane actions = new FlowPane(layers, groups, prune);
        actions.getStyleClass().add("badges");
        actions.getChildren().forEach(b -> b.getStyleClass().add(Styles.SMALL));
        return List.of(actions,
                Parts.text(model.made().isEmpty()
                        ? "None was made yet. Take a preset or put a recipe together, then make the variant."
                        : "Choose a variant to see what was done to it.", "fact-label"),
                Parts.text("Layers: what quantizing each alone does to the outputs, and the time it saves."
                        + (trouble.isEmpty() ? "" : " " + trouble), "option-meaning"),
                Parts.text("Groups: which channels fall together when the model is pruned, and which cannot be cut.",
                        "option-meaning"),
                Parts.text(
                        "Prune: cut so much of each group, and see before what would be left and what the outputs would"
                                + " suffer.",
                        "option-meaning"));
    }

    private List<Node> ofVariant(Descendant variant) {
        List<Node> rows = new ArrayList<>();
        rows.add(Parts.text(variant.name() + ", variant " + variant.id(), "panel-title"));
        Optional<Explanation> explanation = model.explanation(variant);
        FlowPane actions = new FlowPane(
                Parts.button("take-recipe", "Edit its recipe", Feather.EDIT_2, () -> model.take(variant)),
                Parts.button("go-on-from", "Go on from it", Feather.GIT_BRANCH,
                        () -> model.parent().set(Optional.of(variant))));
        actions.getStyleClass().add("badges");
        rows.add(actions);
        Button compare = Parts.button("compare", "Before and after", Feather.COLUMNS, model::compare);
        compare.setDisable(!model.canExplain());
        actions.getChildren().add(compare);
        if (explanation.isEmpty()) {
            Button explain = Parts.button("explain", "Explain", Feather.HELP_CIRCLE, model::explain);
            explain.setDisable(!model.canExplain());
            actions.getChildren().add(explain);
        }
        actions.getChildren().forEach(b -> b.getStyleClass().add(Styles.SMALL));
        explanation.ifPresent(found -> {
            rows.add(Parts.text("What the runtime makes of it", "panel-title"));
            ExplanationText.lines(found).forEach(line -> rows.add(Parts.text(line, "option-meaning")));
            rows.add(Parts.text("What was done to it", "panel-title"));
        });
        if (variant.changes().isEmpty()) {
            rows.add(Parts.text("There was nothing to change.", "fact-label"));
        }
        variant.changes().forEach(c -> rows.add(Parts.text(c, "option-meaning")));
        if (explanation.isEmpty()) {
            rows.add(
                    Parts.text("Explain says what runs on integers and what does not, what could not be fused, and what"
                            + " it saves. Nothing is timed.", "option-meaning"));
        }
        return rows;
    }
}
