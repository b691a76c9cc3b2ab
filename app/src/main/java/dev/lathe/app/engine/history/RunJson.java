package dev.lathe.app.engine.history;

import dev.lathe.app.engine.store.Block;
import dev.lathe.app.engine.store.BlockCount;
import dev.lathe.app.engine.store.Run;
import dev.lathe.app.engine.store.StoredVariant;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A run as one JSON object, `lathe-run/1`; docs/workspace.md says what is in it.
public final class RunJson {
    /// Names the form; another one gets another number.
    public static final String FORMAT = "lathe-run/1";
    private static final JsonMapper JSON = new JsonMapper();

    private RunJson() {}

    /// All but the raw samples.
    public static ObjectNode of(RunDetail detail) {
        Run run = detail.result().run();
        ObjectNode node = JSON.createObjectNode().put("format", FORMAT).put("run", run.id().text())
                .put("verb", run.request().kind()).put("state", detail.standing().word())
                .put("created", run.created().toString()).put("outcome", detail.result().outcome());
        node.putObject("model").put("path", run.request().model().toString()).put("sha256",
                run.request().modelSha256());
        node.put("requestKey", run.request().requestKey());
        node.set("plan", detail.result().plan());
        node.set("environment", detail.result().environment());
        node.set("result", run.resultJson().isPresent() ? detail.result().result() : JSON.nullNode());
        ArrayNode states = node.putArray("states");
        detail.states().forEach(s -> states.addObject().put("at", s.at().toString()).put("state",
                s.state().name().toLowerCase(Locale.ROOT)));
        ArrayNode measured = node.putArray("measured");
        detail.measured().forEach(m -> measured.add(count(m)));
        ArrayNode facts = node.putArray("facts");
        detail.found().facts().forEach(f -> facts.addObject().put("subject", f.variantKey()).put("fork", f.fork())
                .put("name", f.name()).set("value", JSON.readTree(f.json())));
        ArrayNode scores = node.putArray("scores");
        detail.found().scores().forEach(s -> scores.addObject().put("variant", s.variant().hex())
                .put("dataSha256", s.datasetSha256()).put("selection", s.selection())
                .set("score", JSON.readTree(s.json())));
        ArrayNode variants = node.putArray("variants");
        detail.made().variants().forEach(v -> variants.add(variant(v)));
        ArrayNode bundles = node.putArray("bundles");
        detail.made().bundles().forEach(b -> bundles.add(b.toString()));
        ArrayNode events = node.putArray("events");
        detail.events().forEach(e -> events.addObject().put("at", e.at().toString()).set("event",
                JSON.readTree(e.json())));
        return node;
    }

    private static ObjectNode count(BlockCount count) {
        return JSON.createObjectNode().put("subject", count.variantKey()).put("kind", count.kind())
                .put("batch", count.batch()).put("forks", count.forks()).put("blocks", count.blocks())
                .put("queries", count.queries());
    }

    private static ObjectNode variant(StoredVariant variant) {
        ObjectNode node = JSON.createObjectNode().put("id", variant.id().hex()).put("name", variant.name())
                .put("parentSha256", variant.parentSha256())
                .put("path", variant.content().path().toString().replace('\\', '/'))
                .put("sha256", variant.content().sha256()).put("sizeBytes", variant.content().sizeBytes())
                .put("created", variant.created().toString());
        node.set("recipe", JSON.readTree(variant.recipeJson()));
        node.set("steps", JSON.readTree(variant.stepsJson()));
        node.set("provenance", JSON.readTree(variant.provenanceJson()));
        return node;
    }

    /// All with the raw samples, which are written one by one, since there may be millions.
    static void write(RunDetail detail, List<Block> blocks, Writer out) {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            for (var entry : of(detail).properties()) {
                json.writeName(entry.getKey());
                JsonNode value = entry.getValue();
                json.writeTree(value);
            }
            json.writeName("blocks");
            json.writeStartArray();
            for (Block block : blocks) {
                write(block, json);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void write(Block block, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("subject", block.key().variantKey());
        json.writeStringProperty("kind", block.key().kind());
        json.writeNumberProperty("fork", block.key().fork());
        json.writeNumberProperty("batch", block.key().batch());
        json.writeNumberProperty("sequence", block.key().sequence());
        json.writeStringProperty("startedAt", block.startedAt().toString());
        json.writeNumberProperty("wallNs", block.wallNs());
        json.writeNumberProperty("cpuNs", block.cpuNs());
        json.writeName("samplesNs");
        json.writeArray(block.samples().toArray(), 0, block.samples().size());
        json.writeEndObject();
    }
}
