package dev.lathe.app.gui.variants;

import atlantafx.base.theme.Styles;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.optimize.OptionInfo;
import java.util.List;
import javafx.collections.FXCollections;
import javafx.scene.Node;
import javafx.scene.TraversalDirection;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;

/// An option of a pass: a control that fits its kind, what it means, and what is wrong with what was typed.
final class OptionRow extends VBox {
    private static final double CONTROL_WIDTH = 208;
    private static final double LEAST_CONTROL_WIDTH = 112;
    private static final int OBJECT_LINES = 3;
    private static final int LONG_DEFAULT = 36;

    OptionRow(OptionForm option) {
        getStyleClass().add("option-row");
        OptionInfo info = option.info();
        Label name = Parts.label(info.name(), "option-name");
        name.setMinWidth(USE_PREF_SIZE);
        Button reset = Parts.iconButton("reset-" + info.name(), "Back to " + usual(info), Feather.ROTATE_CCW,
                option::reset);
        HBox head = new HBox(name, Parts.spring(), reset, control(option, name));
        head.getStyleClass().add("field-row");
        Label meaning = Parts.text(sentence(info), "option-meaning");
        Label trouble = Parts.text("", "trouble", "option-trouble");
        trouble.setId("trouble-" + info.name());
        trouble.textProperty().bind(option.trouble());
        trouble.managedProperty().bind(trouble.textProperty().isNotEmpty());
        getChildren().addAll(head, trouble, meaning);
        option.text().subscribe(_ -> {
            reset.setVisible(!option.isDefault());
            getStyleClass().removeAll("changed");
            if (!option.isDefault()) {
                getStyleClass().add("changed");
            }
        });
    }

    private static String usual(OptionInfo info) {
        String text = String.valueOf(info.defaultValue());
        return text.isEmpty() || text.equals("[]") || text.equals("{}")
                ? "nothing"
                : text.length() <= LONG_DEFAULT ? text : text.substring(0, LONG_DEFAULT - 1) + "…";
    }

    private static String sentence(OptionInfo info) {
        String meaning = info.meaning().isEmpty()
                ? ""
                : Character.toUpperCase(info.meaning().charAt(0)) + info.meaning().substring(1);
        String kind = switch (info.kind()) {
            case WHOLE, NUMBER, NUMBERS, TEXTS -> " (" + info.type() + ")";
            case OTHER -> " (JSON)";
            case YES_OR_NO, CHOICE, TEXT -> "";
        };
        return meaning + kind + (meaning.endsWith(".") ? "" : ".");
    }

    private static Node control(OptionForm option, Label name) {
        List<String> choices = option.choices();
        Control control = switch (option.info().kind()) {
            case YES_OR_NO -> yesOrNo(option);
            case CHOICE, WHOLE, NUMBER, TEXT, TEXTS, NUMBERS -> choices.isEmpty()
                    ? typed(option)
                    : chosen(option, choices);
            case OTHER -> object(option);
        };
        control.setId("option-" + option.info().name());
        control.setAccessibleText(option.info().name());
        name.setLabelFor(control);
        return control;
    }

    private static CheckBox yesOrNo(OptionForm option) {
        CheckBox box = new CheckBox();
        box.setMinWidth(LEAST_CONTROL_WIDTH);
        box.setPrefWidth(CONTROL_WIDTH);
        option.text().subscribe(text -> box.setSelected(text.equals("true")));
        box.setOnAction(_ -> option.text().set(Boolean.toString(box.isSelected())));
        return box;
    }

    private static ComboBox<String> chosen(OptionForm option, List<String> choices) {
        ComboBox<String> box = new ComboBox<>(FXCollections.observableArrayList(choices));
        box.setMinWidth(LEAST_CONTROL_WIDTH);
        box.setPrefWidth(CONTROL_WIDTH);
        option.text().subscribe(box::setValue);
        box.setOnAction(_ -> option.text().set(box.getValue()));
        return box;
    }

    private static TextField typed(OptionForm option) {
        TextField field = new TextField();
        field.setMinWidth(LEAST_CONTROL_WIDTH);
        field.setPrefWidth(CONTROL_WIDTH);
        boolean list = switch (option.info().kind()) {
            case TEXTS, NUMBERS -> true;
            case YES_OR_NO, WHOLE, NUMBER, CHOICE, TEXT, OTHER -> false;
        };
        field.setPromptText(list ? "separated by commas" : "");
        field.textProperty().bindBidirectional(option.text());
        option.trouble().subscribe(t -> field.pseudoClassStateChanged(Styles.STATE_DANGER,
                !t.isEmpty()));
        return field;
    }

    private static TextArea object(OptionForm option) {
        TextArea area = new TextArea();
        area.setPrefRowCount(OBJECT_LINES);
        area.setMinWidth(LEAST_CONTROL_WIDTH);
        area.setPrefWidth(CONTROL_WIDTH);
        area.getStyleClass().add("code");
        area.textProperty().bindBidirectional(option.text());
        // JSON needs no tabs, and Tab must lead on
        area.addEventFilter(KeyEvent.KEY_PRESSED, e -> {
            if (e.getCode() == KeyCode.TAB) {
                area.requestFocusTraversal(e.isShiftDown() ? TraversalDirection.PREVIOUS : TraversalDirection.NEXT);
                e.consume();
            }
        });
        return area;
    }
}
