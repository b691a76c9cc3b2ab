package dev.lathe.app.gui;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.scene.SnapshotParameters;
import javafx.scene.control.Labeled;
import javafx.scene.image.PixelReader;
import javafx.scene.image.WritableImage;
import javafx.scene.text.Text;
import javafx.scene.transform.Transform;
import javax.imageio.ImageIO;

/// Pictures of the window, and what a look at them would find.
final class Screenshots {
    private Screenshots() {}

    /// The folder of the pictures, in the module's build folder.
    static Path folder() {
        return Path.of(System.getProperty("lathe.repository", ".")).resolve("app/target/snapshots");
    }

    /// Takes a picture; called on the window's thread.
    ///
    /// @return how many colours it has
    static int take(Scene scene, int scale, String name) {
        SnapshotParameters scaled = new SnapshotParameters();
        scaled.setTransform(Transform.scale(scale, scale));
        // the plain way is what users see; a scaled one lays nothing out anew
        WritableImage image = scale == 1 ? scene.snapshot(null) : scene.getRoot().snapshot(scaled, null);
        int width = (int) image.getWidth();
        int height = (int) image.getHeight();
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        PixelReader pixels = image.getPixelReader();
        Set<Integer> colours = new HashSet<>();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int colour = pixels.getArgb(x, y);
                colours.add(colour);
                picture.setRGB(x, y, colour);
            }
        }
        try {
            Files.createDirectories(folder());
            ImageIO.write(picture, "png", folder().resolve(name + ".png").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return colours.size();
    }

    /// Words that do not fit their place.
    static List<String> cut(Parent root) {
        List<String> cut = new ArrayList<>();
        collect(root, cut);
        return cut;
    }

    /// Whether words end in what a control shows of words that have no room.
    private static boolean isCut(String words) {
        return words.endsWith("…") || words.endsWith("...");
    }

    private static void collect(Node node, List<String> cut) {
        if (!node.isVisible()) {
            return;
        }
        if (node instanceof Labeled labeled && labeled.getText() != null) {
            for (Node child : labeled.getChildrenUnmodifiable()) {
                if (child instanceof Text text && text.isVisible() && !text.getText().equals(labeled.getText())
                        && isCut(text.getText()) && !isCut(labeled.getText())) {
                    cut.add(labeled.getText());
                }
            }
        }
        if (node instanceof Parent parent) {
            parent.getChildrenUnmodifiable().forEach(c -> collect(c, cut));
        }
    }
}
