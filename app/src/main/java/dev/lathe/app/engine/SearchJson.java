package dev.lathe.app.engine;

import dev.lathe.base.Reading;
import dev.lathe.optimize.search.MixedPrecision;
import dev.lathe.optimize.search.Sensitivities;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Searches and sensitivities as JSON. What is not known is null with a `reason`.
public final class SearchJson {
    private static final JsonMapper JSON = new JsonMapper();

    private SearchJson() {}

    /// A table of layers.
    public static ObjectNode of(Sensitivities table) {
        ObjectNode node = JSON.createObjectNode().put("model", table.model()).put("samples", table.samples())
                .put("ranges", table.ranges()).put("wholeDb", table.wholeDb());
        if (table.timed() instanceof Reading.Known<String>(String words, _)) {
            node.put("timed", words);
        }
        var layers = node.putArray("layers");
        table.layers().forEach(l -> {
            ObjectNode layer = layers.addObject().put("node", l.node()).put("operator", l.operator())
                    .put("normalizedMse", l.normalizedMse()).put("signalToNoiseDb", l.signalToNoiseDb())
                    .put("parameters", l.parameters());
            switch (l.savedNs()) {
                case Reading.Known<Sensitivities.Saved>(var saved, _) ->
                    layer.put("savedNs", saved.ns()).put("savedShown", saved.shown());
                case Reading.Unknown<Sensitivities.Saved>(String why) -> layer.putNull("savedNs").put("reason", why);
            }
        });
        return node;
    }

    /// What a search found.
    ///
    /// @param maxDrop the budget
    public static ObjectNode of(MixedPrecision.Outcome outcome, double maxDrop) {
        ObjectNode node = JSON.createObjectNode().put("holds", outcome.holds()).put("drop", outcome.drop())
                .put("maxDrop", maxDrop).put("cancelled", outcome.cancelled());
        var rounds = node.putArray("rounds");
        outcome.rounds().forEach(r -> {
            ObjectNode round = rounds.addObject().put("what", r.what()).put("holds", r.holds()).put("kept", r.kept());
            round.set("inFloat", JSON.valueToTree(r.inFloat()));
            switch (r.drop()) {
                case Reading.Known<Double>(Double drop, _) -> round.put("drop", drop);
                case Reading.Unknown<Double>(String why) -> round.putNull("drop").put("reason", why);
            }
        });
        outcome.sensitivities().ifPresent(s -> node.set("sensitivities", of(s)));
        return node;
    }
}
