package dev.lathe.app.gui.history;

import dev.lathe.app.engine.history.StoredResult;
import dev.lathe.app.engine.store.Leftovers;
import dev.lathe.app.engine.store.Run;
import dev.lathe.app.engine.store.RunId;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.Listed;
import dev.lathe.app.gui.work.Numbers;
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
import java.util.function.Consumer;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/// Lists runs and reopens them.
public final class HistoryViewModel {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    private final Desk desk;
    private final BiConsumer<Report, List<Block>> reopened;
    private final BiConsumer<Entry, List<Block>> reopenedGrid;
    private final ObjectProperty<Stage> stage = new SimpleObjectProperty<>(Stage.EMPTY);
    private final ObservableList<Entry> entries = FXCollections.observableArrayList();
    private final ObjectProperty<List<Entry>> asked = new SimpleObjectProperty<>(List.of());
    private final ObjectProperty<Optional<Entry>> opened = new SimpleObjectProperty<>(Optional.empty());
    private final ObservableList<Problem> problems = FXCollections.observableArrayList();

    /// A run as a line of the list.
    ///
    /// @param state where it stands, in a word
    public record Entry(RunId id, String time, String state, StoredResult stored) {

        /// The verb that made it.
        public String kind() {
            return stored.run().request().kind();
        }

        /// The model's file.
        public Path model() {
            return stored.run().request().model();
        }

        /// What came out, in a few words.
        public String outcome() {
            return stored.outcome();
        }

        /// What came out, to be shown again; empty where nothing did, or where it has no winner to show.
        Optional<Report> report() {
            return stored.isComplete() && kind().equals("auto")
                    ? Optional.of(Report.of(stored.result()))
                    : Optional.empty();
        }

        /// Whether it measured the cells of a grid.
        boolean hasGrid() {
            return stored.isComplete() && stored.result().path("cells").path(0).path("cell").isObject();
        }
    }

    /// @param reopened given a run that was reopened and chose a variant, with its blocks
    /// @param reopenedGrid given one that measured a grid
    public HistoryViewModel(Desk desk, BiConsumer<Report, List<Block>> reopened,
            BiConsumer<Entry, List<Block>> reopenedGrid) {
        this.desk = desk;
        this.reopened = reopened;
        this.reopenedGrid = reopenedGrid;
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

    private static Entry entry(Listed listed) {
        Run run = listed.stored().run();
        return new Entry(run.id(), run.created().atZone(ZoneId.systemDefault()).format(TIME), listed.standing().word(),
                listed.stored());
    }

    /// Shows a run again, with its charts; says so where there is nothing to show.
    public void reopen(Entry entry) {
        if (desk.jobs().running().get()) {
            desk.jobs().notify(Problem.warning("job-busy", "", "a job goes on, and its screen would be replaced",
                    "Wait for it, or cancel it with Esc."));
            return;
        }
        Optional<Report> shown = entry.report();
        if (entry.hasGrid()) {
            withBlocks(entry, blocks -> reopenedGrid.accept(entry, blocks));
            return;
        }
        if (shown.isEmpty() && entry.stored().isComplete()) {
            show(entry);
            return;
        }
        if (shown.isEmpty()) {
            desk.jobs().notify(Problem.warning("run-no-result", entry.id().text(),
                    "the run is " + entry.state() + " and has no result to show",
                    "Give the same command again: it continues where it was interrupted."));
            return;
        }
        Report report = shown.get();
        withBlocks(entry, blocks -> {
            desk.choices().repeat(entry.model(), entry.stored().plan());
            reopened.accept(report, blocks);
        });
    }

    private void withBlocks(Entry entry, Consumer<List<Block>> shown) {
        desk.runner().aside(() -> desk.engine().blocks(entry.id()), outcome -> {
            switch (outcome) {
                case Outcome.Done<List<Block>>(var blocks) -> shown.accept(blocks);
                case Outcome.Failed<List<Block>>(var found, _) -> found.forEach(desk.jobs()::notify);
                case Outcome.Cancelled<List<Block>> _ -> {
                    // nothing is shown
                }
            }
        });
    }

    /// Shows the figures of a run beside the list.
    public void show(Entry entry) {
        opened.set(Optional.of(entry));
    }

    /// Closes the run whose figures are shown.
    public void close() {
        opened.set(Optional.empty());
    }

    /// The run whose figures are shown beside the list: one that chose no variant.
    public ReadOnlyObjectProperty<Optional<Entry>> opened() {
        return opened;
    }

    /// Deletes runs, once that is confirmed.
    public void delete(List<Entry> chosen) {
        List<RunId> ids = chosen.stream().map(Entry::id).toList();
        asked.set(List.of());
        if (opened.get().filter(chosen::contains).isPresent()) {
            close();
        }
        desk.runner().aside(() -> desk.engine().delete(ids), outcome -> {
            switch (outcome) {
                case Outcome.Done<Leftovers>(var removed) -> deleted(ids, removed);
                case Outcome.Failed<Leftovers> failed -> {
                    desk.jobs().log(failed);
                    failed.problems().forEach(desk.jobs()::notify);
                }
                case Outcome.Cancelled<Leftovers> _ -> {
                    // nothing is to be said
                }
            }
            refresh();
        });
    }

    private void deleted(List<RunId> ids, Leftovers removed) {
        if (desk.report().get().filter(r -> ids.contains(r.run())).isPresent()) {
            desk.report().set(Optional.empty());
        }
        if (!removed.items().isEmpty()) {
            int count = removed.items().size();
            desk.jobs().notify(Problem.note("cleaned", "",
                    count + (count == 1 ? " file or folder" : " files and folders") + " of the workspace, "
                            + Numbers.bytes(removed.sizeBytes()) + ", that no other run uses went with it"));
        }
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
