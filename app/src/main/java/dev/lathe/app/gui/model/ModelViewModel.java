package dev.lathe.app.gui.model;

import dev.lathe.app.gui.work.Choices;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.Outcome;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import dev.lathe.graph.inspect.ModelSummary;
import dev.lathe.graph.inspect.SummaryText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/// Opens models and holds what is in the open one.
public final class ModelViewModel {
    private static final int LABEL_WIDTH = 18;
    private static final int RECENT = 8;

    private final Desk desk;
    private final Sample sample;
    private final ObjectProperty<Stage> stage = new SimpleObjectProperty<>(Stage.EMPTY);
    private final ObservableList<Fact> facts = FXCollections.observableArrayList();
    private final ObservableList<Count> operators = FXCollections.observableArrayList();
    private final ObservableList<Problem> problems = FXCollections.observableArrayList();
    private final ObservableList<Path> recent = FXCollections.observableArrayList();

    /// A line of the summary.
    public record Fact(String label, String text) {}

    /// How often an operator stands in the graph.
    ///
    /// @param share of the most frequent one's count, in 0..1
    public record Count(String operator, int count, double share) {}

    /// What is shipped to try things out.
    ///
    /// @param model an ONNX file
    /// @param data its dataset description
    public record Sample(Path model, Path data) {}

    /// No model is open.
    public ModelViewModel(Desk desk, Sample sample, List<Path> recent) {
        this.desk = desk;
        this.sample = sample;
        this.recent.setAll(recent);
    }

    /// Opens a model. Data chosen for another model are forgotten.
    public void open(Path file) {
        open(file, Optional.empty());
    }

    /// Opens the model that is shipped, with its data.
    public void openSample() {
        open(sample.model(), Optional.of(sample.data()));
    }

    private void open(Path file, Optional<Path> data) {
        desk.jobs().start("Reading " + file.getFileName(), () -> stage.set(Stage.WORKING),
                watch -> desk.engine().inspect(file, watch), _ -> {}, outcome -> opened(file, data, outcome));
    }

    private void opened(Path file, Optional<Path> data, Outcome<ModelSummary> outcome) {
        switch (outcome) {
            case Outcome.Done<ModelSummary>(var summary) -> {
                desk.choices().data().set(data);
                desk.choices().model().set(Optional.of(file));
                desk.report().set(Optional.empty());
                facts.setAll(facts(summary));
                operators.setAll(counts(summary));
                remember(file);
                stage.set(Stage.FULL);
            }
            case Outcome.Cancelled<ModelSummary> _ ->
                stage.set(desk.choices().model().get().isPresent() ? Stage.FULL : Stage.EMPTY);
            case Outcome.Failed<ModelSummary>(var found, _) -> {
                desk.choices().model().set(Optional.empty());
                problems.setAll(found);
                stage.set(Stage.FAILED);
            }
        }
    }

    private void remember(Path file) {
        List<Path> files = new ArrayList<>(recent);
        files.remove(file);
        files.addFirst(file);
        recent.setAll(files.subList(0, Math.min(files.size(), RECENT)));
    }

    /// The summary in the words of `lathe inspect`; operators have a place of their own.
    static List<Fact> facts(ModelSummary summary) {
        return SummaryText.of(summary).lines().filter(l -> !l.startsWith("Nodes"))
                .map(l -> new Fact(l.substring(0, LABEL_WIDTH).strip(), l.substring(LABEL_WIDTH))).toList();
    }

    private static List<Count> counts(ModelSummary summary) {
        Map<String, Integer> histogram = summary.operators().histogram();
        int most = histogram.values().stream().mapToInt(Integer::intValue).max().orElse(1);
        return histogram.entrySet().stream()
                .map(e -> new Count(e.getKey(), e.getValue(), (double) e.getValue() / most)).toList();
    }

    /// Which state the screen is in.
    public ReadOnlyObjectProperty<Stage> stage() {
        return stage;
    }

    /// The summary, line by line.
    public ObservableList<Fact> facts() {
        return facts;
    }

    /// The operators, the most frequent first.
    public ObservableList<Count> operators() {
        return operators;
    }

    /// Why the model could not be opened.
    public ObservableList<Problem> problems() {
        return problems;
    }

    /// Models that were opened before, the latest first.
    public ObservableList<Path> recent() {
        return recent;
    }

    /// What the user has chosen.
    public Choices choices() {
        return desk.choices();
    }
}
