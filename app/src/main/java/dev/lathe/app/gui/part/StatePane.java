package dev.lathe.app.gui.part;

import dev.lathe.base.Problem;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/// What a screen shows while it has nothing else to show: what belongs here, or what went wrong and what to do.
public final class StatePane extends VBox {
    private StatePane(String id, Feather icon, String styleClass, String title) {
        setId(id);
        getStyleClass().addAll("state-pane", styleClass);
        FontIcon sign = Parts.icon(icon);
        sign.getStyleClass().add("state-icon");
        getChildren().addAll(sign, Parts.text(title, "state-title"));
    }

    /// Nothing is here yet.
    public static StatePane empty(String id, Feather icon, String title, String text, Node... actions) {
        StatePane pane = new StatePane(id, icon, "state-empty", title);
        pane.getChildren().addAll(Parts.text(text, "state-text"), row(actions));
        return pane;
    }

    /// It failed.
    public static StatePane failed(String id, String title, List<Problem> problems, Node... actions) {
        StatePane pane = new StatePane(id, Feather.ALERT_TRIANGLE, "state-failed", title);
        for (Problem problem : problems) {
            String head = problem.where().isEmpty() ? problem.what() : problem.where() + ": " + problem.what();
            pane.getChildren().add(Parts.text(head + ".", "state-text"));
            if (!problem.remedy().isEmpty()) {
                pane.getChildren().add(Parts.text(problem.remedy(), "state-remedy"));
            }
        }
        pane.getChildren().add(row(actions));
        return pane;
    }

    private static HBox row(Node... actions) {
        HBox row = new HBox(actions);
        row.getStyleClass().add("state-actions");
        return row;
    }
}
