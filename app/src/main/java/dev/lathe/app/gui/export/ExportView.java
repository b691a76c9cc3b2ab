package dev.lathe.app.gui.export;

import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.part.StatePane;
import dev.lathe.app.gui.work.Numbers;
import dev.lathe.app.gui.work.Stage;
import java.io.File;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;

/// The Export screen.
public final class ExportView extends VBox {
    private static final double LIST_SHARE = 0.34;

    private final ExportViewModel model;
    private final Runnable toRun;
    private final Runnable showLog;
    private final StackPane body = new StackPane();
    private final ListView<BundleFile> list;
    private final Node full;

    /// The screen of this view model.
    ///
    /// @param toRun goes to the Run screen
    /// @param showLog shows the log of the job
    public ExportView(ExportViewModel model, Runnable toRun, Runnable showLog) {
        this.model = model;
        this.toRun = toRun;
        this.showLog = showLog;
        this.list = new ListView<>(model.files());
        this.full = full();
        getStyleClass().add("screen");
        VBox.setVgrow(body, Priority.ALWAYS);
        getChildren().addAll(Parts.head("Export"), body);
        model.stage().subscribe(this::show);
        model.reports().subscribe(_ -> show(model.stage().get()));
    }

    private void show(Stage stage) {
        body.getChildren().setAll(switch (stage) {
            case EMPTY -> empty();
            case WORKING -> StatePane.empty("export-working", Feather.PACKAGE, "Rendering the bundle",
                    "Nothing is measured again; the job bar tells how far it is.");
            case FAILED -> StatePane.failed("export-failed", "There is no bundle", model.problems(),
                    Parts.button("render-again", "Render it again", Feather.REFRESH_CW, () -> model.render(false)),
                    Parts.button("export-log", "Show the log", Feather.FILE_TEXT, showLog));
            case FULL -> full;
        });
        if (stage == Stage.FULL && !model.files().isEmpty()) {
            list.getSelectionModel().select(model.files().stream().filter(f -> f.path().equals("README.md")).findFirst()
                    .orElse(model.files().getFirst()));
        }
    }

    private Node empty() {
        if (model.report().isEmpty()) {
            return StatePane.empty("export-empty", Feather.PACKAGE, "There is nothing to export yet",
                    "The winner of a run is exported with its model, real requests, a manifest with every figure, and a"
                            + " Triton model repository. Run first, or reopen a run of the history.",
                    Parts.mainButton("export-to-run", "Go to Run", Feather.PLAY, toRun));
        }
        boolean qualifies = model.report().get().choice().qualifies();
        return StatePane.empty("export-ready", Feather.PACKAGE,
                qualifies ? "The bundle is not rendered" : "Nothing qualifies, so nothing was exported",
                qualifies
                        ? "It is rendered from what the run has kept; nothing is measured again."
                        : model.report().get().choice().why() + ". The closest can be exported all the same.",
                Parts.mainButton("render", qualifies ? "Render the bundle" : "Render the closest", Feather.PACKAGE,
                        () -> model.render(!qualifies)));
    }

    private Node full() {
        list.setId("bundle-files");
        list.setCellFactory(_ -> new FileCell());
        list.getSelectionModel().selectedItemProperty().subscribe(f -> Optional.ofNullable(f).ifPresent(model::select));
        TextArea preview = new TextArea();
        preview.setId("preview");
        preview.setEditable(false);
        preview.getStyleClass().add("code");
        preview.textProperty().bind(model.preview());
        SplitPane split = new SplitPane(list, preview);
        split.setDividerPositions(LIST_SHARE);
        VBox.setVgrow(split, Priority.ALWAYS);
        Label saved = Parts.text("", "saved");
        saved.setId("saved");
        saved.textProperty().bind(model.saved());
        saved.managedProperty().bind(model.saved().isNotEmpty());
        VBox box = new VBox(split, target(), saved);
        box.getStyleClass().add("run-full");
        box.setId("export-full");
        return box;
    }

    private Node target() {
        TextField folder = new TextField();
        folder.setId("export-folder");
        folder.setAccessibleText("Folder of the bundle");
        folder.textProperty().bindBidirectional(model.folder());
        HBox.setHgrow(folder, Priority.ALWAYS);
        HBox row = new HBox(Parts.label("Save in", "fact-label"), folder,
                Parts.button("browse", "Browse…", Feather.FOLDER, this::browse),
                Parts.mainButton("save", "Save bundle", Feather.SAVE, model::save));
        row.getStyleClass().add("field-row");
        return row;
    }

    private void browse() {
        DirectoryChooser chooser = new DirectoryChooser();
        chooser.setTitle("Save the bundle in a new folder of");
        Optional.ofNullable(chooser.showDialog(getScene().getWindow())).map(File::toPath).ifPresent(parent -> model
                .folder().set(parent.resolve(java.nio.file.Path.of(model.folder().get()).getFileName()).toString()));
    }

    private static final class FileCell extends ListCell<BundleFile> {
        @Override
        protected void updateItem(@Nullable BundleFile file, boolean empty) {
            super.updateItem(file, empty);
            if (file == null || empty) {
                setGraphic(null);
                return;
            }
            Label path = Parts.label(file.path(), "value");
            Label size = Parts.label(Numbers.bytes(file.sizeBytes()), "interval");
            size.setMinWidth(USE_PREF_SIZE);
            HBox box = new HBox(path, Parts.spring(), size);
            box.getStyleClass().add("name-cell");
            box.prefWidthProperty().bind(getListView().widthProperty().subtract(32));
            setGraphic(box);
        }
    }
}
