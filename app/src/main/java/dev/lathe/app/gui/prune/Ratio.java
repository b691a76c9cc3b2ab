package dev.lathe.app.gui.prune;

import dev.lathe.app.gui.part.Parts;
import java.util.Locale;
import java.util.function.DoubleConsumer;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;

/// A ratio as a slider, with what it is a ratio of and how much it is in words. The arrows move it by a hundredth, page up
/// and down by a twentieth.
final class Ratio extends HBox {
    private static final double NAME_WIDTH = 152;
    private static final double LEAST_WIDTH = 96;
    private static final double WORDS_WIDTH = 56;
    /// Sliders with and without a button are equally long.
    private static final double END_WIDTH = 40;
    private static final double STEP = 0.01;
    private static final double PAGE = 0.05;
    private static final double MARKS = 0.1;

    private final Label name = Parts.label("", "fact-label");
    private final Slider slider = new Slider(0, PruningViewModel.MOST, 0);
    private final Label words = Parts.label("", "number");
    private boolean setting;

    /// @param wanted told what the user wants
    Ratio(String id, DoubleConsumer wanted, Button... further) {
        getStyleClass().add("field-row");
        name.setMinWidth(NAME_WIDTH);
        name.setMaxWidth(NAME_WIDTH);
        slider.setId(id);
        slider.setMinWidth(LEAST_WIDTH);
        slider.setBlockIncrement(STEP);
        slider.setMajorTickUnit(MARKS);
        slider.setMinorTickCount(0);
        slider.setOnKeyPressed(e -> {
            switch (e.getCode()) {
                case PAGE_UP -> slider.setValue(slider.getValue() + PAGE);
                case PAGE_DOWN -> slider.setValue(slider.getValue() - PAGE);
                default -> {
                    return;
                }
            }
            e.consume();
        });
        HBox.setHgrow(slider, Priority.ALWAYS);
        words.setMinWidth(WORDS_WIDTH);
        slider.valueProperty().subscribe(value -> {
            if (!setting) {
                wanted.accept(value.doubleValue());
            }
        });
        StackPane end = new StackPane(further);
        end.setMinWidth(END_WIDTH);
        getChildren().addAll(name, slider, words, end);
    }

    /// Shows a ratio.
    ///
    /// @param of what it is a ratio of
    void show(String of, double ratio, boolean usable) {
        setting = true;
        name.setText(of);
        slider.setAccessibleText(of);
        // a drag goes on where the mouse is, not at the hundredth that it means
        if (!slider.isPressed()) {
            slider.setValue(ratio);
        }
        slider.setDisable(!usable);
        words.setText(usable ? String.format(Locale.ROOT, "%.0f %%", 100 * ratio) : "");
        setting = false;
    }
}
