package dev.lathe.app.gui.accuracy;

import dev.lathe.app.chart.Palette;
import dev.lathe.app.engine.Answers;
import dev.lathe.app.gui.part.Look;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.evaluate.Answer;
import dev.lathe.evaluate.Sight;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import javafx.scene.shape.Circle;

/// One sample closely: as the model sees it, and what each model answered.
final class SampleDetail extends VBox {
    private static final double SIDE = 144;
    private static final int SHOWN = 3;

    private final AccuracyViewModel model;
    private final Look look;

    SampleDetail(AccuracyViewModel model, Look look) {
        this.model = model;
        this.look = look;
        setId("sample-detail");
        getStyleClass().add("sample-detail");
    }

    void draw() {
        Optional<Answers> answers = model.answers().get();
        Optional<Integer> at = model.selected().get();
        if (answers.isEmpty() || at.isEmpty()) {
            getChildren().setAll(Parts.text("Choose a sample to see what each model answered.", "fact-label"));
            return;
        }
        Answers.Sample sample = answers.get().samples().get(at.get());
        Optional<Sight> sight = model.sight(at.get());
        VBox words = new VBox(Parts.text("Sample " + sample.name(), "panel-title"));
        words.getStyleClass().add("sample-words");
        if (sample.label().isPresent()) {
            words.getChildren().add(Parts.text("Label " + model.className(sample.label().getAsInt())));
        }
        sight.ifPresent(s -> s.words().forEach(w -> words.getChildren().add(Parts.text(w, "explanation-basis"))));
        getChildren().setAll(SampleTile.picture(sight, SIDE), words);
        List<String> names = answers.get().models().stream().map(Answers.OfModel::name).toList();
        for (Answers.OfModel each : answers.get().models()) {
            if (!each.answers().isEmpty()) {
                getChildren().add(answered(each, each.answers().get(at.get()), sample, names));
            }
        }
    }

    private Node answered(Answers.OfModel each, Answer answer, Answers.Sample sample, List<String> names) {
        Circle dot = new Circle(4);
        dot.setStyle("-fx-fill: " + Palette.web(Palette.of(each.name(), names, look.charts())) + ";");
        boolean wrong = sample.label().isPresent() && !answer.chosen().equals(sample.label());
        Label chosen = Parts.label(model.words(answer), wrong ? "trouble" : "sample-chosen");
        HBox head = new HBox(dot, Parts.label(each.name(), "panel-title"), Parts.spring(), chosen);
        head.getStyleClass().add("name-cell");
        GridPane ranks = new GridPane();
        ranks.getStyleClass().add("cell-facts");
        answer.best().stream().limit(SHOWN).forEach(r -> {
            Label value = Parts.label(String.format(Locale.ROOT, "%.4g", r.value()), "number");
            ranks.addRow(ranks.getRowCount(), value, Parts.label(model.className(r.index()),
                    sample.label().isPresent() && sample.label().getAsInt() == r.index() ? "winner" : "fact-label"));
        });
        return new VBox(4, head, ranks);
    }
}
