package dev.lathe.app.gui;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.javafx.scene.input.DragboardHelper;
import com.sun.javafx.tk.TKClipboard;
import com.sun.javafx.tk.Toolkit;
import dev.lathe.app.gui.work.FakeEngine;
import dev.lathe.app.gui.work.Row;
import dev.lathe.app.gui.work.Stage;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javafx.event.EventType;
import javafx.geometry.Orientation;
import javafx.scene.Node;
import javafx.scene.control.Labeled;
import javafx.scene.control.ScrollBar;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.input.Clipboard;
import javafx.scene.input.DataFormat;
import javafx.scene.input.DragEvent;
import javafx.scene.input.Dragboard;
import javafx.scene.input.KeyCode;
import javafx.scene.input.TransferMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The table of variants by mouse and keys, and the ways around the window.
class TableTest {
    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("unchecked")
    private static TableView<Row> table(Windows window) {
        return (TableView<Row>) window.scene().lookup("#results");
    }

    private static List<String> names(Windows window) {
        return Windows.on(() -> table(window).getItems().stream().map(Row::name).toList());
    }

    private Windows ran() throws Exception {
        Windows window = new Windows(new FakeEngine(folder), false, 1000, 760, true);
        window.robot().clickOn("#sample");
        window.until(() -> window.model().modelScreen().stage().get() == Stage.FULL);
        window.robot().push(KeyCode.CONTROL, KeyCode.R);
        window.until(() -> window.model().runScreen().stage().get() == Stage.FULL);
        return window;
    }

    @Test
    void theWinnerStandsFirstWhateverTheTableIsSortedBy() throws Exception {
        try (Windows window = ran()) {
            assertThat(names(window)).containsExactly("static-int8", "original", "clean", "dynamic-int8");
            for (TableColumn.SortType type : TableColumn.SortType.values()) {
                Windows.on(() -> {
                    TableColumn<Row, ?> name = table(window).getColumns().getFirst();
                    name.setSortType(type);
                    return table(window).getSortOrder().setAll(List.of(name));
                });
                assertThat(names(window)).startsWith("static-int8");
            }
            assertThat(names(window)).containsExactly("static-int8", "original", "dynamic-int8", "clean");
        }
    }

    @Test
    void aRowOpensToItsWhyByKeyAndTheTableGrows() throws Exception {
        try (Windows window = ran()) {
            double before = Windows.on(() -> table(window).getHeight());
            Windows.on(() -> {
                table(window).requestFocus();
                table(window).getSelectionModel().select(0);
                return true;
            });
            window.robot().push(KeyCode.ENTER);
            window.until(() -> table(window).getHeight() > before + 20);
            assertThat(Windows.on(() -> table(window).lookupAll(".why").stream().filter(n -> n.isVisible())
                    .map(n -> ((Labeled) n).getText()).toList())).singleElement().asString()
                    .startsWith("Winner; 2.67x faster [2.59, 2.74].\n").contains("Cost of a million: ");
            // columns are never scrolled, and the head of the screen stays where it is
            window.until(() -> table(window).lookupAll(".scroll-bar").stream().noneMatch(
                    n -> n.isVisible() && n instanceof ScrollBar bar
                            && bar.getOrientation() == Orientation.HORIZONTAL));
            assertThat(Windows.on(() -> window.scene().lookup("#run").localToScene(0, 0).getY())).isGreaterThan(48);
            assertThat(Windows.on(() -> Screenshots.cut(window.scene().getRoot()))).isEmpty();
            window.picture("run-open-1000x760-light");
            window.robot().push(KeyCode.ENTER);
            window.until(() -> table(window).getHeight() == before);
        }
    }

    @Test
    void copiesTheSelectionWithHeadersOrAllAsMarkdown() throws Exception {
        try (Windows window = ran()) {
            Windows.on(() -> {
                table(window).requestFocus();
                table(window).getSelectionModel().select(0);
                return true;
            });
            window.robot().push(KeyCode.CONTROL, KeyCode.C);
            String copied = Windows.on(() -> Clipboard.getSystemClipboard().getString());
            assertThat(copied.lines()).hasSize(2).first().asString().startsWith("variant\tMB\t");
            Windows.on(() -> {
                table(window).getSelectionModel().clearSelection();
                table(window).getContextMenu().getItems().get(1).fire();
                return true;
            });
            assertThat(Windows.on(() -> Clipboard.getSystemClipboard().getString()).lines()).hasSize(6)
                    .allMatch(l -> l.startsWith("| "));
        }
    }

    @Test
    void aRunIsDeletedByKeysAfterAQuestionAndCopiedByKeys() throws Exception {
        try (Windows window = new Windows(new FakeEngine(folder), false, 1000, 760, true)) {
            window.go(Screen.HISTORY);
            window.until(() -> window.model().historyScreen().stage().get() == Stage.FULL);
            TableView<?> runs = (TableView<?>) window.scene().lookup("#runs");
            Windows.on(() -> {
                runs.requestFocus();
                runs.getSelectionModel().select(1);
                return true;
            });
            window.robot().push(KeyCode.CONTROL, KeyCode.C);
            assertThat(Windows.on(() -> Clipboard.getSystemClipboard().getString())).isEqualTo(
                    "time\tmodel\tverb\tstate\toutcome\trun\n" + Windows.on(() -> window.model()
                            .historyScreen().entries().get(1).time())
                            + "\t/models/digits.onnx\tauto\tfinished\tstatic-int8 0.38x\t20261124-080015-cbc16f\n");
            window.robot().push(KeyCode.DELETE);
            assertThat(window.scene().lookup("#delete-question").isVisible()).isTrue();
            window.picture("history-delete-light");
            // the focus is on Keep; Delete is one further
            window.robot().push(KeyCode.TAB);
            window.robot().push(KeyCode.SPACE);
            window.until(() -> window.model().historyScreen().entries().size() == 1);
            assertThat(window.scene().lookup("#delete-question").isVisible()).isFalse();
        }
    }

    @Test
    void everyControlOfEveryScreenIsReachedByTab() throws Exception {
        try (Windows window = ran()) {
            for (Screen screen : Screen.values()) {
                window.go(screen);
                // its charts can be used when there is something in them
                window.until(() -> screen != Screen.MACHINE || window.model().machineScreen().cpu().size() > 2);
                assertThat(Focus.unreachable(window)).as(screen.title()).isEmpty();
            }
        }
    }

    @Test
    void escapeAsksBeforeMoreThanAMinuteIsLost() throws Exception {
        AtomicLong clockNs = new AtomicLong();
        FakeEngine engine = new FakeEngine(folder).holding(FakeEngine.Hold.WHILE_MEASURING);
        try (Windows window = new Windows(engine, 1000, 760, clockNs)) {
            window.openSample();
            window.robot().push(KeyCode.CONTROL, KeyCode.R);
            window.until(() -> window.model().runScreen().isAnyCharted());
            clockNs.addAndGet(85_000_000_000L);
            window.robot().push(KeyCode.ESCAPE);
            assertThat(Windows.on(() -> window.scene().lookup("#question .notice-what"))).isInstanceOfSatisfying(
                    Labeled.class, l -> assertThat(l.getText()).startsWith("Cancelling now loses 1 min 25 s of"));
            assertThat(Windows.on(() -> window.scene().getFocusOwner().getId())).isEqualTo("go-on");
            window.robot().push(KeyCode.ESCAPE);
            assertThat(Windows.on(() -> window.scene().lookup("#question"))).isNull();
            assertThat(window.model().desk().jobs().running().get()).isTrue();
            window.robot().push(KeyCode.ESCAPE);
            window.robot().clickOn("#cancel-all-the-same");
            window.until(() -> !window.model().desk().jobs().running().get());
            assertThat(window.model().runScreen().headline().get()).startsWith("Cancelled. What was measured is kept");
        }
    }

    /// The platform of the tests brings no drags from other programs: the board that a file manager would fill is one of the
    /// toolkit's own, and the window is told the events of its way.
    @Test
    void aFileThatIsDroppedIsOpened() throws Exception {
        try (Windows window = new Windows(new FakeEngine(folder), false, 1000, 760, true)) {
            Path model = Windows.sample("digits.onnx").toAbsolutePath();
            boolean completed = Windows.on(() -> {
                Dragboard board = board();
                board.setContent(Map.of(DataFormat.FILES, List.of(model.toFile())));
                Node root = window.scene().getRoot();
                DragEvent over = drag(DragEvent.DRAG_OVER, board);
                root.getOnDragOver().handle(over);
                assertThat(over.getAcceptedTransferMode()).isEqualTo(TransferMode.COPY);
                DragEvent dropped = drag(DragEvent.DRAG_DROPPED, board);
                root.getOnDragDropped().handle(dropped);
                return dropped.isDropCompleted();
            });
            assertThat(completed).isTrue();
            window.until(() -> window.model().modelScreen().stage().get() == Stage.FULL);
            assertThat(window.model().desk().choices().model().get()).contains(model);
            assertThat(window.scene().lookup("#model-full")).isNotNull();
        }
    }

    @Test
    void wordsThatAreDraggedOverAreNotTaken() throws Exception {
        try (Windows window = new Windows(new FakeEngine(folder), false, 1000, 760, true)) {
            assertThat(Windows.on(() -> {
                Dragboard board = board();
                board.setContent(Map.of(DataFormat.PLAIN_TEXT, "digits.onnx"));
                DragEvent over = drag(DragEvent.DRAG_OVER, board);
                window.scene().getRoot().getOnDragOver().handle(over);
                return over.isAccepted();
            })).isFalse();
        }
    }

    /// Like the board of a file manager: its files are to be copied.
    private static Dragboard board() {
        TKClipboard local = Toolkit.getToolkit().createLocalClipboard();
        return DragboardHelper.createDragboard((TKClipboard) Proxy.newProxyInstance(TableTest.class.getClassLoader(),
                new Class<?>[]{TKClipboard.class}, (_, method, arguments) -> method.getName().equals("getTransferModes")
                        ? Set.of(TransferMode.COPY)
                        : method.invoke(local, arguments)));
    }

    private static DragEvent drag(EventType<DragEvent> type, Dragboard board) {
        return new DragEvent(type, board, 10, 10, 10, 10, TransferMode.COPY, null, null, null);
    }
}
