package dev.lathe.optimize.prune;

import dev.lathe.graph.Model;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/// The note in a model's metadata that it was pruned, so that it is not pruned once more by accident.
public final class PrunedMark {
    private static final String PROPERTY = "lathe.pruned";

    private PrunedMark() {}

    /// What the note of a model says; empty where it has none.
    public static Optional<String> of(Model model) {
        return Optional.ofNullable(model.metadata().properties().get(PROPERTY));
    }

    static Model on(Model model, String removed) {
        SequencedMap<String, String> properties = new LinkedHashMap<>(model.metadata().properties());
        properties.put(PROPERTY, removed + " of the multiply-accumulates removed");
        Model.Metadata metadata = new Model.Metadata(model.metadata().producerName(),
                model.metadata().producerVersion(), properties);
        return new Model(model.graph(), model.functions(), model.opsets(), model.irVersion(), metadata, model.rest());
    }
}
