package dev.lathe.app.gui.export;

import dev.lathe.app.engine.AutoOptions;
import dev.lathe.app.gui.work.Choices;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.Outcome;
import dev.lathe.app.gui.work.Report;
import dev.lathe.app.gui.work.Stage;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import tools.jackson.databind.JsonNode;

/// Shows the bundle of the run on the desk, file by file, and saves it where the user wants it.
public final class ExportViewModel {
    private final Desk desk;
    private final ObjectProperty<Stage> stage = new SimpleObjectProperty<>(Stage.EMPTY);
    private final ObservableList<BundleFile> files = FXCollections.observableArrayList();
    private final ObservableList<Problem> problems = FXCollections.observableArrayList();
    private final StringProperty preview = new SimpleStringProperty("");
    private final StringProperty folder = new SimpleStringProperty("");
    private final StringProperty saved = new SimpleStringProperty("");

    /// No run is on the desk.
    public ExportViewModel(Desk desk) {
        this.desk = desk;
        desk.report().subscribe(this::show);
    }

    private void show(Optional<Report> report) {
        files.clear();
        problems.clear();
        preview.set("");
        saved.set("");
        stage.set(Stage.EMPTY);
        report.ifPresent(r -> {
            folder.set(Path.of(System.getProperty("user.dir", "."), "lathe-out", name(r)).toString());
            r.bundle().filter(Files::isDirectory).ifPresent(this::list);
        });
    }

    private static String name(Report report) {
        return report.model().getFileName().toString().replaceFirst("\\.onnx$", "") + "-" + report.run().text();
    }

    private void list(Path bundle) {
        desk.runner().aside(() -> listed(bundle), outcome -> {
            switch (outcome) {
                case Outcome.Done<List<BundleFile>>(var found) -> {
                    files.setAll(found);
                    stage.set(Stage.FULL);
                }
                case Outcome.Failed<List<BundleFile>> failed -> {
                    desk.jobs().log(failed);
                    problems.setAll(failed.problems());
                    stage.set(Stage.FAILED);
                }
                case Outcome.Cancelled<List<BundleFile>> _ -> stage.set(Stage.EMPTY);
            }
        });
    }

    static List<BundleFile> listed(Path bundle) {
        try (Stream<Path> walk = Files.walk(bundle)) {
            return walk.filter(Files::isRegularFile).map(f -> BundleFile.of(bundle, f)).sorted().toList();
        } catch (IOException e) {
            throw new ProblemException(Problem.error("bundle-unreadable", bundle.toString(),
                    "the bundle cannot be read (" + e.getMessage() + ")", "Render it again."), e);
        }
    }

    /// Renders the bundle of the run on the desk once more, into the workspace.
    ///
    /// @param force whether the closest variant is exported where none qualifies
    public void render(boolean force) {
        desk.report().get().ifPresent(report -> {
            desk.jobs()
                    .start("Rendering the bundle", () -> stage.set(Stage.WORKING),
                            watch -> desk.engine().export(report.run(), new AutoOptions.Output(
                                    Optional.of(desk.engine().staging(report.model())), force), watch),
                            _ -> {}, this::rendered);
        });
    }

    private void rendered(Outcome<JsonNode> outcome) {
        switch (outcome) {
            case Outcome.Done<JsonNode>(var json) -> {
                Optional<Path> bundle = Report.of(json).bundle();
                stage.set(Stage.EMPTY);
                bundle.ifPresent(this::list);
            }
            case Outcome.Cancelled<JsonNode> _ -> stage.set(Stage.EMPTY);
            case Outcome.Failed<JsonNode>(var found, _) -> {
                problems.setAll(found);
                stage.set(Stage.FAILED);
            }
        }
    }

    /// Shows a file's content.
    public void select(BundleFile file) {
        desk.runner().aside(file::preview, outcome -> preview.set(switch (outcome) {
            case Outcome.Done<String>(var text) -> text;
            case Outcome.Failed<String>(var found, _) -> found.getFirst().sentence();
            case Outcome.Cancelled<String> _ -> "";
        }));
    }

    /// Saves the bundle to the chosen folder: all of it or nothing.
    public void save() {
        desk.report().get().ifPresent(report -> {
            Path target = Path.of(folder.get().strip());
            desk.jobs().start("Saving the bundle", () -> {}, watch -> desk.engine().export(report.run(),
                    new AutoOptions.Output(Optional.of(target), !report.choice().qualifies()), watch), _ -> {},
                    this::savedAs);
        });
    }

    private void savedAs(Outcome<JsonNode> outcome) {
        if (outcome instanceof Outcome.Done<JsonNode>(var json)) {
            saved.set(Report.of(json).bundle().map(b -> "Saved in " + b.toAbsolutePath() + ".")
                    .orElse("Nothing was saved."));
        }
    }

    /// The command line that does the same as saving.
    public String command() {
        return desk.report().get()
                .map(r -> "lathe export " + r.run().text() + " --out " + Choices.quoted(folder.get().strip()))
                .orElse("lathe export RUN");
    }

    /// The run whose bundle it is.
    public Optional<Report> report() {
        return desk.report().get();
    }

    /// Tells when another run comes onto the desk.
    public ReadOnlyObjectProperty<Optional<Report>> reports() {
        return desk.report();
    }

    /// Which state the screen is in.
    public ReadOnlyObjectProperty<Stage> stage() {
        return stage;
    }

    /// The bundle's files.
    public ObservableList<BundleFile> files() {
        return files;
    }

    /// Why there is no bundle.
    public ObservableList<Problem> problems() {
        return problems;
    }

    /// The content of the selected file.
    public ReadOnlyStringProperty preview() {
        return preview;
    }

    /// Where it is going to be saved.
    public StringProperty folder() {
        return folder;
    }

    /// Where it was saved, in a sentence.
    public ReadOnlyStringProperty saved() {
        return saved;
    }
}
