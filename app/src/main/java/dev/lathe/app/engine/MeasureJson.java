package dev.lathe.app.engine;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What `measure` found, in the form that the history keeps: `variants` as in the result of `auto`.
final class MeasureJson {
    private MeasureJson() {}

    static ObjectNode of(MeasureRun.Result result) {
        ObjectNode node = EventJson.object("result").put("verb", "measure").put("budgetNs", result.plan().budgetNs())
                .put("threads", result.plan().session().intraOpThreads());
        node.set("againstItself", EventJson.ratio(result.again()));
        ArrayNode caveats = node.putArray("caveats");
        result.caveats().forEach(c -> EventJson.problem(caveats.addObject(), c));
        ArrayNode variants = node.putArray("variants");
        result.rows().forEach(r -> EventJson.variant(variants.addObject(), r));
        return node;
    }
}
