package dev.lathe.app.gui.accuracy;

import dev.lathe.app.gui.part.Parts;
import dev.lathe.evaluate.Sight;
import dev.lathe.evaluate.image.Pixels;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.image.ImageView;
import javafx.scene.image.PixelWriter;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.StackPane;
import javafx.scene.text.TextAlignment;

/// A sample among others: what the model sees, and what it said.
final class SampleTile {
    private static final double SIDE = 72;
    private static final int LONGEST = 24;
    private static final int OPAQUE = 0xFF000000;
    /// Small pictures are shown pixel by pixel, as the model gets them.
    private static final int SMALL = 96;

    private SampleTile() {}

    /// A button with the picture of a sample.
    ///
    /// @param words what was right and what was said
    /// @param amiss whether that differs
    static ToggleButton of(int at, Optional<Sight> sight, String words, boolean amiss) {
        ToggleButton tile = new ToggleButton(
                words.length() <= LONGEST ? words : words.substring(0, LONGEST - 1) + "…", picture(sight, SIDE));
        tile.setWrapText(true);
        tile.setTextAlignment(TextAlignment.CENTER);
        tile.setId("sample-" + at);
        tile.setContentDisplay(ContentDisplay.TOP);
        tile.setPrefWidth(SIDE + 24);
        tile.setMinWidth(SIDE + 24);
        tile.getStyleClass().add("sample-tile");
        if (amiss) {
            tile.getStyleClass().add("amiss");
        }
        return tile;
    }

    /// What the model sees, so large; the beginning of its numbers where that is no picture.
    static Node picture(Optional<Sight> sight, double side) {
        StackPane frame = new StackPane();
        frame.setMinSize(side, side);
        frame.setPrefSize(side, side);
        frame.setMaxSize(side, side);
        frame.getStyleClass().add("sample-frame");
        Optional<Pixels> pixels = sight.flatMap(Sight::picture);
        if (pixels.isPresent()) {
            ImageView view = new ImageView(image(pixels.get()));
            view.setPreserveRatio(true);
            view.setSmooth(Math.max(pixels.get().width(), pixels.get().height()) > SMALL);
            view.setFitWidth(side);
            view.setFitHeight(side);
            frame.getChildren().add(view);
        } else {
            Label words = Parts.text(sight.stream().flatMap(s -> s.words().stream()).findFirst()
                    .map(w -> w.substring(w.indexOf(':') + 1).strip()).orElse(""), "sample-numbers");
            words.setMinHeight(0);
            words.setMaxSize(side, side);
            frame.getChildren().add(words);
        }
        return frame;
    }

    private static WritableImage image(Pixels pixels) {
        WritableImage image = new WritableImage(pixels.width(), pixels.height());
        PixelWriter writer = image.getPixelWriter();
        boolean colour = pixels.channels() > 1;
        for (int y = 0; y < pixels.height(); y++) {
            for (int x = 0; x < pixels.width(); x++) {
                int red = pixels.at(x, y, 0);
                int green = colour ? pixels.at(x, y, 1) : red;
                int blue = colour ? pixels.at(x, y, 2) : red;
                writer.setArgb(x, y, OPAQUE | red << 16 | green << 8 | blue);
            }
        }
        return image;
    }
}
