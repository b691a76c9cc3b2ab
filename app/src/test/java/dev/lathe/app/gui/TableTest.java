package dev.lathe.app.gui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lathe.app.gui.work.FakeEngine;
import dev.lathe.app.gui.work.Row;
import dev.lathe.app.gui.work.Stage;
import java.nio.file.Path;
import java.util.List;
import javafx.geometry.Orientation;
import javafx.scene.control.Labeled;
import javafx.scene.control.ScrollBar;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.input.Clipboard;
import javafx.scene.input.KeyCode;
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
}
