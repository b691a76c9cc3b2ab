package dev.lathe.app.gui.accuracy;

import dev.lathe.app.chart.ConfusionMap;
import dev.lathe.app.engine.Answers;
import dev.lathe.app.engine.AnswersRequest;
import dev.lathe.app.gui.work.Choices;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.Outcome;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import dev.lathe.evaluate.Answer;
import dev.lathe.evaluate.Confusion;
import dev.lathe.evaluate.Selection;
import dev.lathe.evaluate.Sight;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/// What several models answer to the same samples: scores, what is mistaken for what, single samples.
public final class AccuracyViewModel {
    /// How many samples are shown, until more are asked for.
    public static final int PAGE = 60;
    private static final int MOST_CLASSES = 40;

    private final Desk desk;
    private final ObjectProperty<Stage> stage = new SimpleObjectProperty<>(Stage.EMPTY);
    private final ObservableList<Problem> problems = FXCollections.observableArrayList();
    private final ObjectProperty<Optional<Answers>> answers = new SimpleObjectProperty<>(Optional.empty());
    private final StringProperty variant = new SimpleStringProperty("");
    private final ObjectProperty<Show> show = new SimpleObjectProperty<>(Show.ALL);
    private final ObjectProperty<Optional<ConfusionMap.Place>> field = new SimpleObjectProperty<>(Optional.empty());
    private final ObjectProperty<Optional<Integer>> selected = new SimpleObjectProperty<>(Optional.empty());
    private final Map<Integer, Sight> sights = new TreeMap<>();
    private final IntegerProperty revision = new SimpleIntegerProperty();
    private int shown = PAGE;
    private Optional<Path> seenBy = Optional.empty();

    /// Which samples are shown.
    public enum Show {
        ALL, WRONG, DIFFERENT
    }

    /// A screen for the models side by side on the desk.
    public AccuracyViewModel(Desk desk) {
        this.desk = desk;
        desk.choices().model().subscribe(_ -> forget());
        desk.choices().data().subscribe(_ -> forget());
        desk.sides().all().subscribe(this::drawn);
        variant.subscribe(_ -> again());
        show.subscribe(_ -> again());
        field.subscribe(_ -> again());
        selected.subscribe(_ -> drawn());
    }

    private void forget() {
        answers.set(Optional.empty());
        sights.clear();
        selected.set(Optional.empty());
        if (!desk.jobs().running().get()) {
            stage.set(Stage.EMPTY);
        }
        drawn();
    }

    private void drawn() {
        revision.set(revision.get() + 1);
    }

    /// From the first sample.
    private void again() {
        shown = PAGE;
        List<Integer> fitting = fitting();
        if (selected.get().filter(fitting::contains).isEmpty()) {
            selected.set(fitting.stream().findFirst());
        }
        drawn();
    }

    /// What the button says.
    public String promise() {
        int count = desk.sides().all().size();
        return "Score " + (count == 1 ? "the model" : count + " models") + desk.choices().data().get()
                .map(d -> " on " + d.getFileName()).orElse("");
    }

    /// Whether there is something to score, and data for it.
    public boolean canRun() {
        return !desk.sides().all().isEmpty() && desk.choices().data().get().isPresent()
                && !desk.jobs().running().get();
    }

    /// Has all models answer all samples.
    public void run() {
        Optional<Path> data = desk.choices().data().get();
        if (!canRun() || data.isEmpty()) {
            return;
        }
        AnswersRequest request = new AnswersRequest(desk.sides().byName(), data.get(), Selection.DEFAULT);
        desk.jobs().start(promise().replaceFirst("Score", "Scoring"), () -> {
            problems.clear();
            answers.set(Optional.empty());
            sights.clear();
            stage.set(Stage.WORKING);
            drawn();
        }, watch -> desk.engine().answers(request, watch), _ -> {}, outcome -> {
            switch (outcome) {
                case Outcome.Done<Answers>(var found) -> show(found, request.models().firstEntry().getValue());
                case Outcome.Cancelled<Answers> _ -> stage.set(Stage.EMPTY);
                case Outcome.Failed<Answers>(var what, _) -> {
                    problems.setAll(what);
                    stage.set(Stage.FAILED);
                }
            }
            drawn();
        });
    }

    private void show(Answers found, Path first) {
        answers.set(Optional.of(found));
        seenBy = Optional.of(first);
        stage.set(Stage.FULL);
        field.set(Optional.empty());
        // the last that answered: a variant where there is one
        variant.set(found.models().stream().filter(m -> !m.answers().isEmpty()).map(Answers.OfModel::name)
                .reduce((_, later) -> later).orElse(""));
        show.set(count(Show.DIFFERENT) > 0 ? Show.DIFFERENT : count(Show.WRONG) > 0 ? Show.WRONG : Show.ALL);
        again();
    }

    /// Goes back from a failure.
    public void back() {
        problems.clear();
        stage.set(Stage.EMPTY);
        drawn();
    }

    /// The model whose answers are shown.
    public Optional<Answers.OfModel> model() {
        return answers.get().flatMap(a -> a.models().stream().filter(m -> m.name().equals(variant.get())).findFirst())
                .filter(m -> !m.answers().isEmpty());
    }

    private Optional<Answers.OfModel> first() {
        return answers.get().map(a -> a.models().getFirst());
    }

    /// Whether the data says what is right.
    public boolean isLabelled() {
        return answers.get().stream().flatMap(a -> a.samples().stream()).anyMatch(s -> s.label().isPresent());
    }

    /// Whether a sample is of a kind.
    private boolean is(int at, Show kind) {
        Answer answer = model().orElseThrow().answers().get(at);
        OptionalInt label = answers.get().orElseThrow().samples().get(at).label();
        return switch (kind) {
            case ALL -> true;
            case WRONG -> label.isPresent() && !answer.chosen().equals(label);
            case DIFFERENT -> first().filter(f -> !f.name().equals(variant.get())).map(
                    f -> !f.answers().get(at).chosen().equals(answer.chosen())).orElse(false);
        };
    }

    /// How many samples are of a kind.
    public int count(Show kind) {
        return positions().filter(at -> is(at, kind)).toArray().length;
    }

    private IntStream positions() {
        return IntStream.range(0, model().map(m -> m.answers().size()).orElse(0));
    }

    /// Positions of the samples that are to be shown, as many as were asked for.
    public List<Integer> samples() {
        List<Integer> all = fitting();
        return all.subList(0, Math.min(shown, all.size()));
    }

    private List<Integer> fitting() {
        Optional<ConfusionMap.Place> place = field.get();
        List<Integer> classes = matrixClasses();
        return positions().filter(at -> place.map(p -> rightClass(at).equals(OptionalInt.of(classes.get(p.right())))
                && model().orElseThrow().answers().get(at).chosen().equals(OptionalInt.of(classes.get(p.chosen()))))
                .orElseGet(() -> is(at, show.get()))).boxed().toList();
    }

    /// How many samples are not shown yet.
    public int more() {
        return fitting().size() - samples().size();
    }

    /// Shows more.
    public void showMore() {
        shown += PAGE;
        drawn();
    }

    /// The label, or what the first model chose where there are none.
    private OptionalInt rightClass(int at) {
        return isLabelled()
                ? answers.get().orElseThrow().samples().get(at).label()
                : first().orElseThrow().answers().get(at).chosen();
    }

    private Confusion confusion() {
        return Confusion.of(positions().mapToObj(this::rightClass).toList(),
                model().map(m -> m.answers().stream().map(Answer::chosen).toList()).orElse(List.of()));
    }

    private List<Integer> matrixClasses() {
        return confusion().mostMistaken(MOST_CLASSES);
    }

    /// What was taken for what; of many classes those in which most is mistaken. Empty where outputs are no classes.
    public Optional<ConfusionMap.Matrix> matrix() {
        Confusion confusion = confusion();
        List<Integer> classes = confusion.mostMistaken(MOST_CLASSES);
        if (classes.size() < 2) {
            return Optional.empty();
        }
        return Optional.of(new ConfusionMap.Matrix(classes.stream().map(this::className).toList(),
                classes.stream().map(r -> classes.stream().map(c -> confusion.count(r, c)).toList()).toList(),
                classes.stream().map(confusion::total).toList()));
    }

    /// What a row of the matrix says of a sample.
    public String rowWord() {
        return isLabelled() ? "is" : first().map(Answers.OfModel::name).orElse("the first") + " chose";
    }

    /// A class in words.
    public String className(int index) {
        return answers.get().map(a -> a.className(index)).orElse(Integer.toString(index));
    }

    /// An answer in a word or two.
    public String words(Answer answer) {
        return answer.chosen().isPresent() ? className(answer.chosen().getAsInt()) : answer.words();
    }

    /// Whether a sample is answered wrongly; without labels, otherwise than by the first.
    public boolean isAmiss(int at) {
        return is(at, isLabelled() ? Show.WRONG : Show.DIFFERENT);
    }

    /// A sample as the models see it, once it was looked at; asks for those that were not.
    public Optional<Sight> sight(int at) {
        return Optional.ofNullable(sights.get(at));
    }

    /// Has samples looked at that were not yet.
    public void look(List<Integer> positions) {
        List<Integer> unseen = positions.stream().filter(p -> !sights.containsKey(p)).toList();
        Optional<Answers> of = answers.get();
        Optional<Path> data = desk.choices().data().get();
        if (unseen.isEmpty() || of.isEmpty() || data.isEmpty() || seenBy.isEmpty()) {
            return;
        }
        List<Answers.Sample> samples = unseen.stream().map(p -> of.get().samples().get(p)).toList();
        // told once; what cannot be looked at is not asked for again
        for (int i = 0; i < unseen.size(); i++) {
            sights.put(unseen.get(i), new Sight(samples.get(i).name(), Optional.empty(), List.of()));
        }
        Path model = seenBy.get();
        desk.runner().aside(() -> desk.engine().sights(model, data.get(),
                samples.stream().map(Answers.Sample::index).toList()), outcome -> {
                    if (outcome instanceof Outcome.Done<List<Sight>>(var seen) && answers.get().equals(of)) {
                        for (int i = 0; i < unseen.size(); i++) {
                            sights.put(unseen.get(i), seen.get(i));
                        }
                        drawn();
                    } else if (outcome instanceof Outcome.Failed<List<Sight>> failed) {
                        desk.jobs().log(failed);
                        failed.problems().forEach(desk.jobs()::notify);
                    }
                });
    }

    /// The command lines that do the same.
    public String command() {
        String data = desk.choices().data().get().map(d -> Choices.quoted(d.toString())).orElse("DATA");
        List<String> lines = new ArrayList<>();
        List<Path> files = desk.sides().files();
        for (Path file : files) {
            String line = "lathe evaluate " + Choices.quoted(file.toString()) + " --data " + data;
            lines.add(file.equals(files.getFirst())
                    ? line
                    : line + " --against " + Choices.quoted(files.getFirst().toString()));
        }
        return lines.isEmpty() ? "lathe evaluate MODEL --data " + data : String.join("; ", lines);
    }

    /// What was answered.
    public ReadOnlyObjectProperty<Optional<Answers>> answers() {
        return answers;
    }

    /// The name of the model whose answers are shown.
    public StringProperty variant() {
        return variant;
    }

    /// Which samples are shown, unless a field of the matrix is chosen.
    public ObjectProperty<Show> show() {
        return show;
    }

    /// The field of the matrix whose samples are shown.
    public ObjectProperty<Optional<ConfusionMap.Place>> field() {
        return field;
    }

    /// The position of the sample that is looked at closely.
    public ObjectProperty<Optional<Integer>> selected() {
        return selected;
    }

    /// What the screen shows.
    public ReadOnlyObjectProperty<Stage> stage() {
        return stage;
    }

    /// Why it failed.
    public ObservableList<Problem> problems() {
        return problems;
    }

    /// Counts changes of what is drawn.
    public IntegerProperty revision() {
        return revision;
    }

    /// What the screens have in common.
    public Desk desk() {
        return desk;
    }
}
