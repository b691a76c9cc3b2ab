package dev.lathe.app.engine;

import dev.lathe.hardware.Ladder;
import dev.lathe.hardware.Rung;
import dev.lathe.hardware.Standing;
import dev.lathe.profile.target.Targets;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What can be measured here, as JSON.
public final class TargetsJson {
    private TargetsJson() {}

    /// One object, `"event":"result"`.
    public static ObjectNode of(Targets targets) {
        ObjectNode node = new JsonMapper().createObjectNode().put("schema", 1).put("event", "result");
        ArrayNode entries = node.putArray("targets");
        for (Targets.Entry entry : targets.entries()) {
            ObjectNode one = entries.addObject().put("name", entry.name()).put("runtime", entry.runtime())
                    .put("device", entry.device()).put("available", entry.works()).put("deviceIsHere", entry.here());
            state(one, entry.state());
        }
        ArrayNode devices = node.putArray("devices");
        targets.ladders().forEach((device, ladder) -> ladder(
                devices.addObject().put("device", Targets.label(device)), ladder));
        ArrayNode differ = node.putArray("disagreements");
        targets.detection().machine().disagreements().forEach(d -> differ.add(d.sentence()));
        ArrayNode problems = node.putArray("problems");
        targets.problems().forEach(p -> EventJson.problem(problems.addObject(), p));
        return node;
    }

    private static void ladder(ObjectNode node, Ladder ladder) {
        ArrayNode rungs = node.putArray("rungs");
        for (Rung rung : Rung.values()) {
            state(rungs.addObject().put("rung", rung.words()).put("reached",
                    ladder.at(rung) instanceof Standing.Reached),
                    ladder.at(rung));
        }
        node.put("stands", ladder.sentence());
    }

    private static void state(ObjectNode node, Standing standing) {
        switch (standing) {
            case Standing.Reached(String what, String source) -> node.put("state", what).put("source", source);
            case Standing.Broken(String what, String remedy) -> node.put("state", what).put("remedy", remedy);
            case Standing.Untold(String what, String remedy) -> node.put("state", what).put("remedy", remedy);
        }
    }
}
