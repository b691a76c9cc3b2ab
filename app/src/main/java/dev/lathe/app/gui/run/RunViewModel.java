package dev.lathe.app.gui.run;

import dev.lathe.app.chart.Band;
import dev.lathe.app.chart.LatencyAgainstScore;
import dev.lathe.app.chart.Points;
import dev.lathe.app.chart.ThroughputByBatch;
import dev.lathe.app.chart.Whiskers;
import dev.lathe.app.engine.AutoOptions;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.Happening;
import dev.lathe.app.gui.work.Outcome;
import dev.lathe.app.gui.work.Report;
import dev.lathe.app.gui.work.Row;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.profile.Block;
import dev.lathe.profile.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import tools.jackson.databind.JsonNode;

/// Runs the whole way and shows it: the table row by row, the charts block by block, at last the winner and why.
public final class RunViewModel {
    private final Desk desk;
    private final ObjectProperty<Stage> stage = new SimpleObjectProperty<>(Stage.EMPTY);
    private final ObservableList<Row> rows = FXCollections.observableArrayList();
    private final ObservableList<Problem> problems = FXCollections.observableArrayList();
    private final StringProperty headline = new SimpleStringProperty("");
    private final IntegerProperty revision = new SimpleIntegerProperty();
    private final Recordings recordings = new Recordings();

    /// Nothing has been run.
    public RunViewModel(Desk desk) {
        this.desk = desk;
        desk.report().subscribe(report -> {
            if (report.isEmpty() && !desk.jobs().running().get()) {
                clear(Stage.EMPTY);
            }
        });
    }

    /// Runs the whole way with what was chosen; what is wrong with the choices is told.
    public void run() {
        AutoOptions options;
        Target target;
        try {
            options = desk.choices().options();
            target = Target.named(desk.choices().target().get());
        } catch (ProblemException e) {
            e.problems().forEach(desk.jobs()::notify);
            return;
        }
        desk.jobs().start("Running " + options.model().getFileName(), () -> {
            desk.report().set(Optional.empty());
            clear(Stage.WORKING);
            headline.set("The original and its variants are being made, scored and measured.");
        }, watch -> desk.engine().auto(options, target, watch), this::hear, this::ended);
    }

    private void clear(Stage next) {
        rows.clear();
        problems.clear();
        recordings.clear();
        headline.set("");
        stage.set(next);
        revision.set(revision.get() + 1);
    }

    private void hear(List<Happening> all) {
        boolean drawn = false;
        for (Happening happening : all) {
            switch (happening) {
                case Happening.Timed(var block) -> {
                    recordings.add(block);
                    drawn = true;
                }
                case Happening.Told(var json) -> {
                    if (List.of("variant", "measurement").contains(json.path("event").asString(""))) {
                        put(Row.of(json));
                        drawn = true;
                    }
                }
                case Happening.Step _ -> {
                    // the job bar shows it
                }
            }
        }
        if (drawn) {
            revision.set(revision.get() + 1);
        }
    }

    private void put(Row row) {
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).name().equals(row.name())) {
                // to set the same one again would have the table lay all its cells out
                if (!rows.get(i).equals(row)) {
                    rows.set(i, row);
                }
                return;
            }
        }
        rows.add(row);
    }

    private void ended(Outcome<JsonNode> outcome) {
        switch (outcome) {
            case Outcome.Done<JsonNode>(var json) -> show(Report.of(json), List.of());
            case Outcome.Cancelled<JsonNode> _ -> {
                headline.set("Cancelled. What was measured is kept; Run continues from there.");
                stage.set(rows.isEmpty() ? Stage.EMPTY : Stage.FULL);
            }
            case Outcome.Failed<JsonNode>(var found, _) -> {
                problems.setAll(found);
                stage.set(Stage.FAILED);
            }
        }
    }

    /// Shows a run of the history.
    ///
    /// @param blocks what it measured
    public void reopen(Report report, List<Block> blocks) {
        clear(Stage.FULL);
        show(report, blocks);
    }

    private void show(Report report, List<Block> blocks) {
        blocks.forEach(recordings::add);
        rows.setAll(report.rows());
        Report.Choice choice = report.choice();
        headline.set((choice.qualifies() ? choice.winner() : "Nothing qualifies") + ": " + choice.why() + ".");
        desk.report().set(Optional.of(report));
        stage.set(Stage.FULL);
        revision.set(revision.get() + 1);
    }

    /// What the Run button says.
    public String promise() {
        String budget = desk.choices().budgetS().get().strip();
        int count = desk.choices().recipes().size();
        return "Run " + count + (count == 1 ? " variant" : " variants")
                + (budget.isEmpty() ? "" : " · measures " + budget + " s");
    }

    /// Whether this row is the chosen one.
    public boolean isWinner(Row row) {
        return desk.report().get().map(r -> r.choice().qualifies() && r.choice().winner().equals(row.name()))
                .orElse(false);
    }

    /// The name of a chosen row, or of the first.
    public Optional<Row> chosen() {
        return desk.report().get().flatMap(Report::winner).or(() -> rows.stream().findFirst());
    }

    /// What the figures rest on, in sentences.
    public List<String> basis() {
        return desk.report().get().map(Report::basis).orElse(List.of());
    }

    /// How many blocks are shown.
    public int blocks() {
        return recordings.size();
    }

    /// Whether there are queries to draw.
    public boolean isAnyCharted() {
        return recordings.isAnyCharted();
    }

    /// Every query's latency over time; like the curves below for any thread, as it takes some milliseconds.
    public List<Points> timelines() {
        return recordings.timelines();
    }

    /// Latency over the percentile.
    public List<Points> percentiles() {
        return recordings.percentiles();
    }

    /// Where these curves may as well lie.
    public List<Band> bands() {
        return recordings.bands();
    }

    /// Which share of the queries took how long.
    public List<Points> distributions() {
        return recordings.distributions();
    }

    /// Throughput by batch: with intervals once they are known, before that as it is measured.
    public List<Whiskers> throughput() {
        List<Whiskers> known = new ArrayList<>();
        for (Row row : rows) {
            row.speed().filter(s -> !s.throughput().isEmpty()).ifPresent(s -> known.add(new Whiskers(row.name(),
                    s.throughput().stream().map(t -> new Whiskers.Point(
                            Whiskers.Range.exactly(ThroughputByBatch.place(t.batch())), range(t.perSecond(), 1),
                            t.perSecond().n()))
                            .toList())));
        }
        return known.isEmpty() ? recordings.throughput() : known;
    }

    private static Whiskers.Range range(Row.Figure figure, double factor) {
        return new Whiskers.Range(figure.value() * factor, figure.low() * factor, figure.high() * factor);
    }

    /// Latency against score of the rows that have both.
    public List<LatencyAgainstScore.Candidate> candidates() {
        List<LatencyAgainstScore.Candidate> candidates = new ArrayList<>();
        for (Row row : rows) {
            Optional<Row.Figure> latency = row.speed().flatMap(Row.Speed::medianNs);
            Optional<Row.Figure> score = row.accuracy().flatMap(Row.Accuracy::score);
            if (latency.isPresent() && score.isPresent()) {
                double drop = row.accuracy().flatMap(Row.Accuracy::drop).map(Row.Figure::value).orElse(0.0);
                candidates.add(new LatencyAgainstScore.Candidate(row.name(), range(latency.get(), 1e-6),
                        range(score.get(), 1), drop, latency.get().n(), score.get().n()));
            }
        }
        return candidates;
    }

    /// Which state the screen is in.
    public ReadOnlyObjectProperty<Stage> stage() {
        return stage;
    }

    /// One a variant, in the order they were made.
    public ObservableList<Row> rows() {
        return rows;
    }

    /// Why it failed.
    public ObservableList<Problem> problems() {
        return problems;
    }

    /// What came out, in a sentence.
    public ReadOnlyStringProperty headline() {
        return headline;
    }

    /// Grows whenever there is something new to draw.
    public ReadOnlyIntegerProperty revision() {
        return revision;
    }

    Desk desk() {
        return desk;
    }
}
