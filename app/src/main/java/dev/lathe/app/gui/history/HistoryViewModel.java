package dev.lathe.app.gui.history;

import dev.lathe.app.engine.store.Run;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.Outcome;
import dev.lathe.app.gui.work.Report;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import dev.lathe.profile.Block;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Lists runs and reopens them.
public final class HistoryViewModel {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final JsonMapper JSON = new JsonMapper();

    private final Desk desk;
    private final BiConsumer<Report, List<Block>> reopened;
    private final ObjectProperty<Stage> stage = new SimpleObjectProperty<>(Stage.EMPTY);
    private final ObservableList<Entry> entries = FXCollections.observableArrayList();
    private final ObjectProperty<List<Entry>> asked = new SimpleObjectProperty<>(List.of());
    private final ObservableList<Problem> problems = FXCollections.observableArrayList();

    /// A run as a line of the list.
    ///
    /// @param request what was asked for, as JSON
    /// @param report what came out; empty where there is nothing to show again
    public record Entry(RunId id, String time, String kind, Path model, String state, JsonNode request,
            Optional<Report> report) {

        /// The winner and its ratio.
        public String outcome() {
            return report.map(r -> r.choice().winner() + r.winner().flatMap(w -> w.speed()).flatMap(s -> s.ratio())
                    .map(x -> String.format(Locale.ROOT, ", %.2fx", x.value())).orElse("")).orElse("");
        }
    }

    /// @param reopened given a run that was reopened, with its blocks
    public HistoryViewModel(Desk desk, BiConsumer<Report, List<Block>> reopened) {
        this.desk = desk;
        this.reopened = reopened;
    }

    /// Reads the history again.
    public void refresh() {
        if (entries.isEmpty()) {
            stage.set(Stage.WORKING);
        }
        desk.runner().aside(() -> desk.engine().runs().stream().map(HistoryViewModel::entry).toList(), outcome -> {
            switch (outcome) {
                case Outcome.Done<List<Entry>>(var all) -> {
                    entries.setAll(all);
                    stage.set(all.isEmpty() ? Stage.EMPTY : Stage.FULL);
                }
                case Outcome.Failed<List<Entry>> failed -> {
                    desk.jobs().log(failed);
                    problems.setAll(failed.problems());
                    stage.set(Stage.FAILED);
                }
                case Outcome.Cancelled<List<Entry>> _ -> stage.set(Stage.EMPTY);
            }
        });
    }

    private static Entry entry(Run run) {
        return new Entry(run.id(), run.created().atZone(ZoneId.systemDefault()).format(TIME), run.request().kind(),
                run.request().model(), run.state().name().toLowerCase(Locale.ROOT), request(run),
                run.resultJson().flatMap(HistoryViewModel::report));
    }

    private static JsonNode request(Run run) {
        try {
            return JSON.readTree(run.request().planJson());
        } catch (JacksonException _) {
            return JSON.createObjectNode();
        }
    }

    /// Results of other verbs, or of a version to come, cannot be shown; the run is listed all the same.
    private static Optional<Report> report(String json) {
        try {
            JsonNode node = JSON.readTree(json);
            return node.path("event").asString("").equals("result") ? Optional.of(Report.of(node)) : Optional.empty();
        } catch (JacksonException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// Shows a run again, with its charts; says so where there is nothing to show.
    public void reopen(Entry entry) {
        if (desk.jobs().running().get()) {
            desk.jobs().notify(Problem.warning("job-busy", "", "a job goes on, and its screen would be replaced",
                    "Wait for it, or cancel it with Esc."));
            return;
        }
        if (entry.report().isEmpty()) {
            desk.jobs().notify(Problem.warning("run-no-result", entry.id().text(), "the run is " + entry.state()
                    + " and has no result to show",
                    "Give the same command again: it continues where it was interrupted."));
            return;
        }
        Report report = entry.report().get();
        desk.runner().aside(() -> desk.engine().blocks(report.run()), outcome -> {
            switch (outcome) {
                case Outcome.Done<List<Block>>(var blocks) -> {
                    desk.choices().repeat(entry.model(), entry.request());
                    reopened.accept(report, blocks);
                }
                case Outcome.Failed<List<Block>>(var found, _) -> found.forEach(desk.jobs()::notify);
                case Outcome.Cancelled<List<Block>> _ -> {
                    // nothing is shown
                }
            }
        });
    }

    /// Deletes runs, once that is confirmed.
    public void delete(List<Entry> chosen) {
        List<RunId> ids = chosen.stream().map(Entry::id).toList();
        asked.set(List.of());
        desk.runner().aside(() -> {
            desk.engine().delete(ids);
            return ids;
        }, outcome -> {
            if (outcome instanceof Outcome.Failed<List<RunId>> failed) {
                desk.jobs().log(failed);
                failed.problems().forEach(desk.jobs()::notify);
            }
            refresh();
        });
    }

    /// Asks whether these are to be deleted; none takes the question back.
    public void ask(List<Entry> chosen) {
        asked.set(List.copyOf(chosen));
    }

    /// The runs of which it is asked whether they are to be deleted.
    public ReadOnlyObjectProperty<List<Entry>> asked() {
        return asked;
    }

    /// Which state the screen is in.
    public ReadOnlyObjectProperty<Stage> stage() {
        return stage;
    }

    /// The runs, the newest first.
    public ObservableList<Entry> entries() {
        return entries;
    }

    /// Why the history cannot be read.
    public ObservableList<Problem> problems() {
        return problems;
    }
}
