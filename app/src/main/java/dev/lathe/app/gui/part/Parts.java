package dev.lathe.app.gui.part;

import atlantafx.base.theme.Styles;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Tooltip;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/// Small pieces in one style.
public final class Parts {
    private Parts() {}

    /// An icon.
    public static FontIcon icon(Feather icon) {
        return new FontIcon(icon);
    }

    /// A button.
    public static Button button(String id, String text, Feather icon, Runnable action) {
        Button button = new Button(text, icon(icon));
        button.setId(id);
        button.setMinWidth(Region.USE_PREF_SIZE);
        button.setOnAction(_ -> action.run());
        return button;
    }

    /// The one button of a screen that does what the screen is for.
    public static Button mainButton(String id, String text, Feather icon, Runnable action) {
        Button button = button(id, text, icon, action);
        button.getStyleClass().add(Styles.ACCENT);
        return button;
    }

    /// A button without words, explained by its tooltip.
    public static Button iconButton(String id, String meaning, Feather icon, Runnable action) {
        Button button = button(id, "", icon, action);
        button.getStyleClass().addAll(Styles.BUTTON_ICON, Styles.FLAT);
        button.setTooltip(new Tooltip(meaning));
        button.setAccessibleText(meaning);
        return button;
    }

    /// Asks for files of models; empty if the user thinks better of it.
    ///
    /// @param near in whose window
    public static List<Path> chooseModels(Node near) {
        FileChooser chooser = new FileChooser();
        chooser.setTitle("Add models");
        chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter("Models", "*.onnx", "*.pt"));
        List<File> files = chooser.showOpenMultipleDialog(near.getScene().getWindow());
        return files == null ? List.of() : files.stream().map(File::toPath).toList();
    }

    /// A label of a style class.
    public static Label label(String text, String... styleClasses) {
        Label label = new Label(text);
        label.getStyleClass().addAll(styleClasses);
        return label;
    }

    /// Gives a node a style class, or takes it away; one that stays as it is costs nothing, while each change has all its
    /// styles looked up.
    public static void style(Node node, String styleClass, boolean has) {
        if (!has) {
            node.getStyleClass().remove(styleClass);
        } else if (!node.getStyleClass().contains(styleClass)) {
            node.getStyleClass().add(styleClass);
        }
    }

    /// A label that wraps.
    public static Label text(String text, String... styleClasses) {
        Label label = label(text, styleClasses);
        label.setWrapText(true);
        label.setMinHeight(Region.USE_PREF_SIZE);
        return label;
    }

    /// Space that takes what is left.
    public static Region spring() {
        Region spring = new Region();
        HBox.setHgrow(spring, Priority.ALWAYS);
        return spring;
    }

    /// A card with a title.
    public static VBox card(String title, Node... content) {
        VBox card = new VBox();
        card.getStyleClass().add("panel");
        card.getChildren().add(label(title, "panel-title"));
        card.getChildren().addAll(content);
        return card;
    }

    /// A part that scrolls when it must, drawn anew whenever its content changes.
    public static ScrollPane scroll(Node content) {
        ScrollPane scroll = new ScrollPane(content);
        // the skin keeps a picture of what is inside, which is shown on when the inside is replaced while nothing moves
        scroll.skinProperty().subscribe(_ -> Optional.ofNullable(scroll.lookup(".viewport"))
                .ifPresent(v -> v.setCache(false)));
        return scroll;
    }

    /// The head of a screen: its title, then what it does.
    public static HBox head(String title, Node... content) {
        HBox head = new HBox(label(title, "screen-title"), spring());
        head.getStyleClass().add("screen-head");
        head.getChildren().addAll(content);
        return head;
    }

    /// Puts text on the clipboard.
    public static void copy(String text) {
        ClipboardContent content = new ClipboardContent();
        content.putString(text);
        Clipboard.getSystemClipboard().setContent(content);
    }
}
