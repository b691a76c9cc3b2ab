package dev.lathe.app.gui;

import dev.lathe.app.chart.ChartFile;
import dev.lathe.app.gui.accuracy.AccuracyViewModel;
import dev.lathe.app.gui.export.ExportViewModel;
import dev.lathe.app.gui.history.HistoryViewModel;
import dev.lathe.app.gui.machine.Load;
import dev.lathe.app.gui.machine.MachineViewModel;
import dev.lathe.app.gui.measure.MeasureViewModel;
import dev.lathe.app.gui.model.ModelViewModel;
import dev.lathe.app.gui.part.Saving;
import dev.lathe.app.gui.run.RunViewModel;
import dev.lathe.app.gui.variants.VariantsViewModel;
import dev.lathe.app.gui.work.Choices;
import dev.lathe.app.gui.work.Desk;
import dev.lathe.app.gui.work.Outcome;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.hardware.Host;
import dev.lathe.profile.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;

/// Which screen is shown, and the view models of all of them.
public final class ShellViewModel {
    private final Desk desk;
    private final ModelViewModel model;
    private final MachineViewModel machine;
    private final RunViewModel run;
    private final VariantsViewModel variants;
    private final AccuracyViewModel accuracy;
    private final MeasureViewModel measure;
    private final ExportViewModel export;
    private final HistoryViewModel history;
    private final ObjectProperty<Screen> screen = new SimpleObjectProperty<>(Screen.MODEL);

    /// Wires the screens to one desk.
    public ShellViewModel(Desk desk, ModelViewModel.Sample sample, WindowSettings settings) {
        this.desk = desk;
        model = new ModelViewModel(desk, sample, settings.recent());
        machine = new MachineViewModel(desk, Load.of(Host.local()));
        run = new RunViewModel(desk);
        variants = new VariantsViewModel(desk);
        accuracy = new AccuracyViewModel(desk);
        measure = new MeasureViewModel(desk);
        export = new ExportViewModel(desk);
        history = new HistoryViewModel(desk, (report, blocks) -> {
            run.reopen(report, blocks);
            screen.set(Screen.RUN);
        }, this::reopenGrid);
        screen.subscribe(s -> {
            if (s == Screen.HISTORY) {
                history.refresh();
            }
        });
    }

    private void reopenGrid(HistoryViewModel.Entry entry, List<Block> blocks) {
        if (measure.reopen(entry.id().text(), entry.stored().result(), blocks)) {
            screen.set(Screen.MEASURE);
        } else {
            history.show(entry);
        }
    }

    /// Looks at the machine, which every screen's head names, and makes ready for the first chart.
    public void start() {
        machine.detect();
        desk.runner().aside(ChartFile::prepare, _ -> {});
    }

    /// Shows the Run screen and runs.
    public void run() {
        screen.set(Screen.RUN);
        run.run();
    }

    /// Takes files that were dropped on the window: a model is opened, or added where models stand side by side; a recipe
    /// goes to where recipes are; other descriptions and folders are data.
    void drop(List<Path> files) {
        for (Path file : files) {
            String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
            if (name.endsWith(".json") && screen.get() == Screen.VARIANTS) {
                variants.open(file);
            } else if (name.endsWith(".json") || Files.isDirectory(file)) {
                desk.choices().data().set(Optional.of(file));
            } else if (isSideBySide() && desk.choices().model().get().isPresent()) {
                desk.sides().add(List.of(file));
            } else {
                screen.set(Screen.MODEL);
                model.open(file);
            }
        }
    }

    private boolean isSideBySide() {
        return switch (screen.get()) {
            case ACCURACY, MEASURE -> true;
            case MODEL, MACHINE, RUN, VARIANTS, EXPORT, HISTORY -> false;
        };
    }

    /// Writes a file beside the window's thread; a disk that is full is told.
    void save(Path file, Saving.Work work) {
        desk.runner().aside(() -> {
            try {
                work.write(file);
                return file;
            } catch (IOException e) {
                throw new ProblemException(Problem.error("output-unwritable", file.toString(),
                        "the file cannot be written (" + e + ")", "Choose another place."), e);
            }
        }, outcome -> {
            if (outcome instanceof Outcome.Failed<Path> failed) {
                desk.jobs().log(failed);
                failed.problems().forEach(desk.jobs()::notify);
            }
        });
    }

    /// The command line that does what the shown screen does.
    public String command() {
        return switch (screen.get()) {
            case MODEL -> "lathe inspect " + desk.choices().model().get()
                    .map(m -> Choices.quoted(m.toString())).orElse("MODEL");
            case MACHINE -> "lathe detect";
            case RUN -> desk.choices().command();
            case VARIANTS -> variants.command();
            case ACCURACY -> accuracy.command();
            case MEASURE -> measure.command();
            case EXPORT -> export.command();
            case HISTORY -> desk.report().get().map(r -> "lathe export " + r.run().text()).orElse("lathe export RUN");
        };
    }

    /// What the screens have in common.
    public Desk desk() {
        return desk;
    }

    /// The screen that is shown.
    public ObjectProperty<Screen> screen() {
        return screen;
    }

    /// The Model screen.
    public ModelViewModel modelScreen() {
        return model;
    }

    /// The Machine screen.
    public MachineViewModel machineScreen() {
        return machine;
    }

    /// The Run screen.
    public RunViewModel runScreen() {
        return run;
    }

    /// The Variants screen.
    public VariantsViewModel variantsScreen() {
        return variants;
    }

    /// The Accuracy screen.
    public AccuracyViewModel accuracyScreen() {
        return accuracy;
    }

    /// The Measure screen.
    public MeasureViewModel measureScreen() {
        return measure;
    }

    /// The Export screen.
    public ExportViewModel exportScreen() {
        return export;
    }

    /// The History screen.
    public HistoryViewModel historyScreen() {
        return history;
    }
}
