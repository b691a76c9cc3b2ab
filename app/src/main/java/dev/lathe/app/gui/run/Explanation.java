package dev.lathe.app.gui.run;

import dev.lathe.app.gui.part.Parts;
import dev.lathe.app.gui.work.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.scene.layout.VBox;

/// Below the table: why a row stands where it stands, and what the figures rest on. What it says already is left alone.
final class Explanation extends VBox {
    private List<Sentence> shown = List.of();

    private record Sentence(String words, String styleClass) {}

    Explanation() {
        getStyleClass().add("explanation");
    }

    /// Says it.
    ///
    /// @param basis what the figures rest on, in sentences
    void show(Optional<Row> row, List<String> basis) {
        List<Sentence> wanted = new ArrayList<>();
        row.ifPresent(r -> wanted.add(new Sentence(words(r), "explanation-row")));
        basis.forEach(b -> wanted.add(new Sentence(b, "explanation-basis")));
        if (!wanted.equals(shown)) {
            shown = wanted;
            getChildren().setAll(wanted.stream().map(s -> Parts.text(s.words(), s.styleClass())).toList());
        }
    }

    private static String words(Row row) {
        String words = row.failed().isEmpty() ? row.verdict() : row.failed();
        String drop = row.accuracy().flatMap(a -> a.drop().map(d -> String.format(Locale.ROOT,
                " Lost %.2f %s [%.2f, %.2f] against the original, n = %d.", d.value(), a.unit(), d.low(), d.high(),
                d.n()))).orElse("");
        return row.name() + ": " + (words.isEmpty() ? "being measured" : words) + "." + drop;
    }
}
