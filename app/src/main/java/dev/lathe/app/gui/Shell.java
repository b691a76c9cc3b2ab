package dev.lathe.app.gui;

import atlantafx.base.theme.Styles;
import dev.lathe.app.gui.accuracy.AccuracyView;
import dev.lathe.app.gui.export.ExportView;
import dev.lathe.app.gui.history.HistoryView;
import dev.lathe.app.gui.machine.MachineView;
import dev.lathe.app.gui.measure.MeasureView;
import dev.lathe.app.gui.model.ModelView;
import dev.lathe.app.gui.part.Look;
import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.part.Pinned;
import dev.lathe.app.gui.run.Rehearsal;
import dev.lathe.app.gui.run.RunView;
import dev.lathe.app.gui.variants.VariantsView;
import dev.lathe.app.gui.work.JobBar;
import dev.lathe.base.Problem;
import dev.lathe.base.Severity;
import java.io.File;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;

/// The frame around the screens: bar, side bar, job bar, notices and keys.
public final class Shell extends StackPane {
    private static final String STYLE = Objects.requireNonNull(Shell.class.getResource("window.css")).toExternalForm();
    private static final double FOLDS_BELOW = 1200;
    private static final double BAR_WIDTH = 168;
    private static final int SHOWN_NOTICES = 3;

    private final ShellViewModel model;
    private final Look look;
    private final ModelView modelView;
    private final Map<Screen, Node> screens = new EnumMap<>(Screen.class);
    private final Map<Screen, ToggleButton> tabs = new EnumMap<>(Screen.class);
    private final LogPane log;
    private final VBox overlay = new VBox();
    private final HBox commandLine = new HBox();
    private final TextField command = new TextField();

    /// The window's content.
    public Shell(ShellViewModel model, Look look) {
        this.model = model;
        this.look = look;
        getStylesheets().add(STYLE);
        getStyleClass().add("shell");
        this.log = new LogPane(model.desk().jobs());
        Runnable toRun = () -> model.screen().set(Screen.RUN);
        modelView = new ModelView(model.modelScreen(), toRun, log::open);
        screens.put(Screen.MODEL, modelView);
        screens.put(Screen.MACHINE, new MachineView(model.machineScreen(), look, model::save, log::open));
        screens.put(Screen.RUN, new RunView(model.runScreen(), look, model::save,
                new RunView.Ways(() -> model.screen().set(Screen.MODEL), log::open)));
        screens.put(Screen.VARIANTS, new VariantsView(model.variantsScreen(), look, model::save,
                new VariantsView.Ways(() -> model.screen().set(Screen.MODEL), log::open)));
        screens.put(Screen.ACCURACY, new AccuracyView(model.accuracyScreen(), look, model::save,
                new AccuracyView.Ways(() -> model.screen().set(Screen.MODEL), log::open)));
        screens.put(Screen.MEASURE, new MeasureView(model.measureScreen(), look, model::save,
                new MeasureView.Ways(() -> model.screen().set(Screen.MODEL), log::open)));
        screens.put(Screen.EXPORT, new ExportView(model.exportScreen(), toRun, log::open));
        screens.put(Screen.HISTORY, new HistoryView(model.historyScreen(), toRun, log::open));
        BorderPane frame = new BorderPane();
        frame.setTop(bar());
        frame.setLeft(sideBar());
        StackPane centre = new StackPane(new Pinned(screens.values()));
        centre.setMinSize(0, 0);
        // what is opened at the bottom lies over the screen: nothing is moved or squeezed
        VBox drawer = new VBox(log, commandLine());
        drawer.setMaxHeight(Region.USE_PREF_SIZE);
        StackPane.setAlignment(drawer, Pos.BOTTOM_CENTER);
        drawer.setPickOnBounds(false);
        centre.getChildren().add(drawer);
        frame.setCenter(centre);
        Pinned jobBar = new Pinned(List.of(jobBar()));
        jobBar.getStyleClass().add("job-bar-place");
        frame.setBottom(jobBar);
        overlay.getStyleClass().add("notices");
        overlay.setPickOnBounds(false);
        overlay.setMaxSize(Region.USE_PREF_SIZE, Region.USE_PREF_SIZE);
        StackPane.setAlignment(overlay, Pos.BOTTOM_RIGHT);
        getChildren().addAll(frame, overlay);
        model.screen().subscribe(this::show);
        model.desk().jobs().notices().subscribe(this::showNotices);
        model.desk().jobs().question().subscribe(_ -> showNotices());
        look.dark().subscribe(dark -> {
            getStyleClass().removeAll("is-dark");
            if (dark) {
                getStyleClass().add("is-dark");
            }
        });
        addEventFilter(KeyEvent.KEY_PRESSED, this::key);
        takeDrops();
    }

    private void takeDrops() {
        setOnDragOver(e -> {
            if (e.getDragboard().hasFiles()) {
                e.acceptTransferModes(TransferMode.COPY);
            }
            e.consume();
        });
        setOnDragDropped(e -> {
            List<File> files = e.getDragboard().getFiles();
            model.drop(files.stream().map(File::toPath).toList());
            e.setDropCompleted(!files.isEmpty());
            e.consume();
        });
    }

    /// Does once what the first run would do first, and lays every screen out, so that no click waits for it later. Called
    /// when the scene is made and before it is shown: it takes some tenths of a second.
    public void rehearse() {
        Rehearsal.play(model.desk(), look, STYLE);
        screens.forEach((screen, view) -> {
            boolean visible = view.isVisible();
            view.setVisible(true);
            if (view instanceof RunView run) {
                run.rehearse();
            } else {
                view.applyCss();
            }
            view.setVisible(visible);
        });
    }

    private Node bar() {
        Label name = Parts.label("Lathe", "brand");
        name.setGraphic(Parts.icon(Feather.DISC));
        Label file = Parts.label("", "bar-text");
        model.desk().choices().model().subscribe(
                m -> file.setText(m.map(p -> p.getFileName().toString()).orElse("no model")));
        Label data = Parts.label("", "bar-text");
        model.desk().choices().data().subscribe(
                d -> data.setText("data: " + d.map(p -> p.getFileName().toString()).orElse("random")));
        Label target = Parts.label("", "bar-text");
        var chosen = model.desk().choices().target();
        target.textProperty().bind(Bindings.createStringBinding(() -> "target: "
                + (chosen.get().equals("cpu")
                        ? model.machineScreen().target().get()
                        : chosen.get() + " · ONNX Runtime"),
                chosen, model.machineScreen().target()));
        Button theme = Parts.iconButton("theme", "Light or dark", Feather.MOON,
                () -> look.dark().set(!look.dark().get()));
        look.dark().subscribe(dark -> theme.setGraphic(Parts.icon(dark ? Feather.SUN : Feather.MOON)));
        HBox tools = new HBox(
                Parts.iconButton("command", "Show the command line for this", Feather.TERMINAL, this::toggleCommand),
                theme,
                Parts.iconButton("help", "Help for this screen (F1)", Feather.HELP_CIRCLE, this::help));
        tools.getStyleClass().add("tools");
        HBox bar = new HBox(name, file, data, target, Parts.spring(), tools);
        bar.getStyleClass().add("top-bar");
        return bar;
    }

    private Node sideBar() {
        VBox side = new VBox();
        side.getStyleClass().add("side-bar");
        ToggleGroup group = new ToggleGroup();
        for (Screen screen : Screen.values()) {
            ToggleButton tab = new ToggleButton(screen.title(), Parts.icon(screen.icon()));
            tab.setId("tab-" + screen.title().toLowerCase(java.util.Locale.ROOT));
            tab.setToggleGroup(group);
            tab.setMaxWidth(Double.MAX_VALUE);
            tab.getStyleClass().addAll(Styles.FLAT, "tab-button");
            tab.setTooltip(new Tooltip(screen.title() + " (Ctrl+" + (tabs.size() + 1) + ")"));
            tab.setOnAction(_ -> {
                tab.setSelected(true);
                model.screen().set(screen);
            });
            tabs.put(screen, tab);
            side.getChildren().add(tab);
        }
        widthProperty().subscribe(width -> {
            boolean folds = width.doubleValue() < FOLDS_BELOW;
            side.setPrefWidth(folds ? Region.USE_COMPUTED_SIZE : BAR_WIDTH);
            tabs.values().forEach(
                    t -> t.setContentDisplay(folds ? ContentDisplay.GRAPHIC_ONLY : ContentDisplay.LEFT));
        });
        return side;
    }

    private Node commandLine() {
        command.setId("command-line");
        command.setEditable(false);
        command.getStyleClass().add("code");
        command.setAccessibleText("The command line for this");
        HBox.setHgrow(command, Priority.ALWAYS);
        commandLine.getChildren().addAll(Parts.icon(Feather.TERMINAL), command,
                Parts.button("copy-command", "Copy", Feather.COPY, () -> Parts.copy(command.getText())),
                Parts.iconButton("close-command", "Close", Feather.X, this::toggleCommand));
        commandLine.getStyleClass().add("command-line");
        commandLine.managedProperty().bind(commandLine.visibleProperty());
        commandLine.setVisible(false);
        return commandLine;
    }

    private void toggleCommand() {
        command.setText(model.command());
        commandLine.setVisible(!commandLine.isVisible());
        if (commandLine.isVisible()) {
            command.requestFocus();
            command.selectAll();
        }
    }

    private Node jobBar() {
        JobBar jobs = model.desk().jobs();
        Label step = Parts.label("", "job-step");
        step.setId("job-step");
        step.textProperty().bind(jobs.step());
        ProgressBar progress = new ProgressBar();
        progress.progressProperty().bind(jobs.fraction());
        Label percent = Parts.label("", "number");
        percent.textProperty().bind(Bindings.createStringBinding(
                () -> Math.round(100 * jobs.fraction().get()) + " %", jobs.fraction()));
        percent.setMinWidth(48);
        Label left = Parts.label("", "number");
        left.textProperty().bind(jobs.left());
        left.setMinWidth(96);
        Button cancel = Parts.button("cancel", "Cancel", Feather.X, jobs::askToCancel);
        cancel.getStyleClass().add(Styles.SMALL);
        for (Node node : new Node[]{progress, percent, left, cancel}) {
            node.visibleProperty().bind(jobs.running());
        }
        Button notes = Parts.button("notes", "", Feather.MESSAGE_SQUARE, () -> jobs.notes().forEach(jobs::notify));
        notes.getStyleClass().addAll(Styles.SMALL, Styles.FLAT);
        notes.textProperty().bind(Bindings.size(jobs.notes()).map(
                n -> n.intValue() == 1 ? "1 note" : n + " notes"));
        notes.visibleProperty().bind(Bindings.isNotEmpty(jobs.notes()));
        Button showLog = Parts.button("show-log", "Log", Feather.FILE_TEXT, log::toggle);
        showLog.getStyleClass().addAll(Styles.SMALL, Styles.FLAT);
        showLog.visibleProperty().bind(Bindings.isNotEmpty(jobs.log()));
        HBox bar = new HBox(step, Parts.spring(), progress, percent, left, cancel, notes, showLog);
        bar.getStyleClass().add("job-bar");
        return bar;
    }

    private void show(Screen screen) {
        boolean focusGoesAlong = getScene() != null && isWithin(getScene().getFocusOwner(), screens.values());
        screens.forEach((s, view) -> view.setVisible(s == screen));
        tabs.forEach((s, tab) -> tab.setSelected(s == screen));
        command.setText(model.command());
        if (focusGoesAlong) {
            // what had the focus is hidden now; from its tab the next key leads into the screen
            Optional.ofNullable(tabs.get(screen)).ifPresent(Node::requestFocus);
        }
    }

    private static boolean isWithin(@Nullable Node node, Collection<Node> parents) {
        for (Node at = node; at != null; at = at.getParent()) {
            if (parents.contains(at)) {
                return true;
            }
        }
        return false;
    }

    private void showNotices() {
        overlay.getChildren().clear();
        var notices = model.desk().jobs().notices();
        for (Problem problem : notices.subList(Math.max(0, notices.size() - SHOWN_NOTICES), notices.size())) {
            overlay.getChildren().add(notice(problem));
        }
        model.desk().jobs().question().get().ifPresent(this::ask);
    }

    private void ask(String question) {
        JobBar jobs = model.desk().jobs();
        Button goOn = Parts.mainButton("go-on", "Go on", Feather.PLAY, jobs::goOn);
        HBox answers = new HBox(goOn, Parts.button("cancel-all-the-same", "Cancel the job", Feather.X, jobs::cancel));
        answers.getStyleClass().add("tools");
        HBox pane = new HBox(new VBox(Parts.text(question, "notice-what"), answers));
        pane.setId("question");
        pane.getStyleClass().addAll("notice", "notice-warning");
        overlay.getChildren().add(pane);
        goOn.requestFocus();
    }

    private Node notice(Problem problem) {
        String head = problem.where().isEmpty() ? problem.what() : problem.where() + ": " + problem.what();
        VBox words = new VBox(Parts.text(head + ".", "notice-what"));
        if (!problem.remedy().isEmpty()) {
            words.getChildren().add(Parts.text(problem.remedy(), "notice-remedy"));
        }
        HBox.setHgrow(words, Priority.ALWAYS);
        Feather icon = switch (problem.severity()) {
            case ERROR -> Feather.ALERT_OCTAGON;
            case WARNING -> Feather.ALERT_TRIANGLE;
            case NOTE -> Feather.INFO;
        };
        Label sign = Parts.label("", "notice-sign");
        sign.setGraphic(Parts.icon(icon));
        HBox notice = new HBox(sign, words, Parts.iconButton("dismiss", "Dismiss", Feather.X,
                () -> model.desk().jobs().dismiss(problem)));
        notice.getStyleClass().addAll("notice",
                "notice-" + problem.severity().name().toLowerCase(java.util.Locale.ROOT));
        return notice;
    }

    private void help() {
        Screen screen = model.screen().get();
        Problem help = new Problem(Severity.NOTE, "help", screen.title(), "what can be done here", screen.help());
        // asked twice, it is shown once
        model.desk().jobs().dismiss(help);
        model.desk().jobs().notify(help);
    }

    private void key(KeyEvent event) {
        boolean handled = true;
        if (event.getCode() == KeyCode.F1) {
            help();
        } else if (event.getCode() == KeyCode.ESCAPE) {
            handled = escape();
        } else if (event.isShortcutDown()) {
            handled = shortcut(event.getCode());
        } else {
            handled = false;
        }
        if (handled) {
            event.consume();
        }
    }

    /// Cancels the job, which may ask; without one, takes the latest notice away, then what was opened at the bottom.
    private boolean escape() {
        JobBar jobs = model.desk().jobs();
        if (jobs.question().get().isPresent()) {
            jobs.goOn();
            return true;
        }
        if (jobs.running().get()) {
            jobs.askToCancel();
            return true;
        }
        if (!jobs.notices().isEmpty()) {
            jobs.dismiss(jobs.notices().getLast());
            return true;
        }
        if (log.isVisible()) {
            log.toggle();
            return true;
        }
        if (commandLine.isVisible()) {
            toggleCommand();
            return true;
        }
        return false;
    }

    private boolean shortcut(KeyCode code) {
        switch (code) {
            case O -> {
                model.screen().set(Screen.MODEL);
                modelView.choose();
            }
            case R -> model.run();
            default -> {
                // the key of 1 has the name 1
                int place = code.isDigitKey() && code.getName().length() == 1
                        ? Integer.parseInt(code.getName())
                        : 0;
                if (place < 1 || place > tabs.size()) {
                    return false;
                }
                model.screen().set(List.of(Screen.values()).get(place - 1));
            }
        }
        return true;
    }
}
