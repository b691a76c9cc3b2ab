package dev.lathe.optimize;

import dev.lathe.base.VariantId;
import dev.lathe.graph.Model;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Everything that decided a variant's bytes.
///
/// @param parentSha256 hash of the parent's file
/// @param recipe the canonical recipe
/// @param calibration hash of the calibration data; empty where none was given
/// @param capabilityKey the target
/// @param optimizerVersion changes whenever the same recipe makes other bytes
public record Provenance(String parentSha256, String recipe, String calibration, String capabilityKey,
        String optimizerVersion) {

    /// The id that follows from it.
    public VariantId id() {
        return VariantId.of(parentSha256, recipe, calibration, capabilityKey, optimizerVersion);
    }

    /// The model with its origin in its properties: `lathe.parent`, `lathe.recipe` and so on.
    Model on(Model model) {
        SequencedMap<String, String> properties = new LinkedHashMap<>(model.metadata().properties());
        properties.put("lathe.parent", parentSha256);
        properties.put("lathe.recipe", recipe);
        properties.put("lathe.target", capabilityKey);
        properties.put("lathe.optimizer", optimizerVersion);
        if (calibration.isEmpty()) {
            properties.remove("lathe.calibration");
        } else {
            properties.put("lathe.calibration", calibration);
        }
        Model.Metadata metadata = new Model.Metadata(model.metadata().producerName(),
                model.metadata().producerVersion(),
                properties);
        return new Model(model.graph(), model.functions(), model.opsets(), model.irVersion(), metadata, model.rest());
    }
}
