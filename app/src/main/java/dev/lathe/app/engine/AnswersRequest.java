package dev.lathe.app.engine;

import dev.lathe.evaluate.Selection;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Which models answer which samples.
///
/// @param models files by their names; the first is what the others are held against
/// @param data a dataset description, or a folder with one
public record AnswersRequest(SequencedMap<String, Path> models, Path data, Selection selection) {

    /// Copies the models, keeping their order.
    public AnswersRequest {
        if (models.isEmpty()) {
            throw new IllegalArgumentException("no model answers");
        }
        models = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(models));
    }
}
