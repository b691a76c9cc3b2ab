package dev.lathe.app.gui;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.ComboBoxBase;
import javafx.scene.control.ListView;
import javafx.scene.control.TableView;
import javafx.scene.control.TextInputControl;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.KeyCode;

/// Where Tab leads.
final class Focus {
    private static final int MOST = 80;

    private Focus() {}

    /// Controls that are shown and can be used, but that Tab never comes to. Of a group of toggles one is enough: the arrows
    /// lead to the others.
    static List<String> unreachable(Windows window) {
        Set<Node> reached = new LinkedHashSet<>();
        for (int i = 0; i < MOST; i++) {
            window.robot().push(KeyCode.TAB);
            Node owner = Windows.on(() -> window.scene().getFocusOwner());
            if (owner != null && !reached.add(owner)) {
                break;
            }
        }
        List<Node> usable = new ArrayList<>();
        Windows.on(() -> {
            collect(window.scene().getRoot(), usable);
            return true;
        });
        return usable.stream().filter(n -> !reached.contains(n)).map(Node::toString).toList();
    }

    private static void collect(Node node, List<Node> usable) {
        if (!node.isVisible() || node.isDisabled()) {
            return;
        }
        boolean control = node instanceof ButtonBase || node instanceof TextInputControl || node instanceof TableView
                || node instanceof ListView || node instanceof ComboBoxBase
                || node.getStyleClass().contains("chart-picture");
        if (control && !(node instanceof ToggleButton)) {
            usable.add(node);
        } else if (node instanceof Parent parent) {
            parent.getChildrenUnmodifiable().forEach(c -> collect(c, usable));
        }
    }
}
