package dev.lathe.app.engine;

import dev.lathe.evaluate.Scored;
import dev.lathe.optimize.StepReport;
import dev.lathe.optimize.Variant;
import dev.lathe.profile.operators.OperatorProfile;
import dev.lathe.profile.operators.ProfileJson;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the verbs that measure nothing found, in the form that the history keeps: `variants` as in the result of `auto`.
final class ResultJson {
    private ResultJson() {}

    static ObjectNode evaluated(String name, Scored scored) {
        ObjectNode node = EventJson.object("result").put("verb", "evaluate");
        ArrayNode problems = node.putArray("caveats");
        scored.problems().forEach(p -> EventJson.problem(problems.addObject(), p));
        EventJson.variant(node.putArray("variants").addObject(), new VariantResult(name, Optional.empty(),
                Optional.of(scored), Optional.empty(), Optional.empty(), List.of(), ""));
        return node;
    }

    /// @param models the variant, then the model it was made of where that was profiled too
    static ObjectNode profiled(List<Path> models, List<OperatorProfile> profiles) {
        ObjectNode node = EventJson.object("result").put("verb", "profile");
        ArrayNode rows = node.putArray("variants");
        profiles.forEach(p -> rows.addObject().put("name", p.origin().model()).setAll(ProfileJson.of(p)));
        if (profiles.size() > 1) {
            node.set("comparison", ProfileJson.of(Profiling.compareProfiles(models, profiles)));
        }
        return node;
    }

    static ObjectNode searched(Searched searched) {
        ObjectNode node = searched.written().map(ResultJson::optimized)
                .orElseGet(() -> EventJson.object("result").put("verb", "optimize"));
        node.set("search", SearchJson.of(searched.outcome(), searched.maxDrop()));
        return node;
    }

    static ObjectNode optimized(Variant variant) {
        ObjectNode node = EventJson.object("result").put("verb", "optimize").put("file", variant.file().toString());
        ArrayNode problems = node.putArray("caveats");
        variant.problems().forEach(p -> EventJson.problem(problems.addObject(), p));
        ObjectNode row = node.putArray("variants").addObject().put("name", variant.recipe().name())
                .put("id", variant.id().hex()).put("sizeBytes", variant.sizeBytes());
        ArrayNode steps = row.putArray("steps");
        for (StepReport step : variant.steps()) {
            ArrayNode changes = steps.addObject().put("pass", step.pass()).putArray("changes");
            step.changes().forEach(c -> changes.addObject().put("count", c.count()).put("what", c.what()));
        }
        return node;
    }
}
