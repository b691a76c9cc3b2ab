package dev.lathe.export;

import dev.lathe.base.Problem;
import dev.lathe.graph.Dim;
import dev.lathe.graph.ValueInfo;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes `manifest.json`, format `lathe-bundle/1`. A key is never removed and never changes its meaning.
final class Manifest {
    static final String FILE = "manifest.json";
    static final String FORMAT = "lathe-bundle/1";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Manifest() {}

    /// A file of the model as it was written: its path below the bundle, its hash and its size.
    record Written(String path, String sha256, long sizeBytes) {}

    /// Whether a text is a manifest of this format.
    static boolean isManifest(String text) {
        try {
            return FORMAT.equals(Json.parse(text).path("format").asString(""));
        } catch (JacksonException _) {
            return false;
        }
    }

    /// @param modelFiles the model, then its external data
    /// @param formats the files of each format, by the format's id
    /// @param caveats what a user of this bundle should know
    static String render(Deployment deployment, List<Written> modelFiles, SequencedMap<String, List<String>> formats,
            List<Problem> caveats) {
        Evidence evidence = deployment.evidence();
        ObjectNode root = NODES.objectNode().put("format", FORMAT).put("created", evidence.created().toString());
        root.set("model", model(deployment, modelFiles));
        root.putObject("variant").put("name", evidence.variant().name()).put("id", evidence.variant().id().hex());
        root.set("recipe", evidence.variant().recipe());
        root.set("machine", evidence.machine());
        limits(root, evidence.limits());
        root.set("plan", plan(deployment.serving()));
        ArrayNode figures = root.putArray("figures");
        evidence.figures().forEach(f -> figure(figures.addObject(), f));
        root.putNull("score");
        evidence.score().ifPresent(s -> score(root.putObject("score"), s));
        root.putNull("cost");
        evidence.cost().ifPresent(c -> cost(root.putObject("cost"), c));
        ObjectNode versions = root.putObject("versions");
        evidence.versions().forEach(versions::put);
        ArrayNode rows = root.putArray("formats");
        formats.forEach((id, files) -> files.forEach(rows.addObject().put("id", id).putArray("files")::add));
        root.putObject("samples").put("index", Samples.INDEX).put("count", deployment.samples().size());
        ArrayNode notes = root.putArray("caveats");
        caveats.forEach(p -> notes.addObject().put("code", p.code()).put("text", p.sentence()));
        return Json.pretty(root);
    }

    private static ObjectNode model(Deployment deployment, List<Written> files) {
        ObjectNode model = NODES.objectNode().put("name", deployment.modelName());
        describe(model, files.getFirst());
        ArrayNode external = model.putArray("externalData");
        files.stream().skip(1).forEach(f -> describe(external.addObject(), f));
        ArrayNode inputs = model.putArray("inputs");
        deployment.inputs().forEach(v -> signature(inputs.addObject(), v));
        ArrayNode outputs = model.putArray("outputs");
        deployment.outputs().forEach(v -> signature(outputs.addObject(), v));
        return model;
    }

    private static void describe(ObjectNode node, Written file) {
        node.put("file", file.path()).put("sha256", file.sha256()).put("sizeBytes", file.sizeBytes());
    }

    /// A fixed dimension is a number, a named one a text, and one about which nothing is said null.
    private static void signature(ObjectNode node, ValueInfo value) {
        node.put("name", value.name()).put("type", value.isTensor() ? value.type().label() : "non-tensor");
        node.putNull("shape");
        value.shape().ifPresent(dims -> {
            ArrayNode shape = node.putArray("shape");
            for (Dim dim : dims) {
                switch (dim) {
                    case Dim.Fixed(long size) -> shape.add(size);
                    case Dim.Symbol(String name) -> shape.add(name);
                    case Dim.Any _ -> shape.addNull();
                }
            }
        });
    }

    private static void limits(ObjectNode root, Evidence.Limits limits) {
        ObjectNode slo = root.putObject("slo").putNull("p99Ns");
        limits.sloP99Ns().ifPresent(ns -> slo.put("p99Ns", ns));
        ObjectNode budget = root.putObject("accuracyBudget").putNull("maxDrop");
        limits.maxDrop().ifPresent(drop -> budget.put("maxDrop", drop));
    }

    private static ObjectNode plan(ServingChoice serving) {
        ObjectNode plan = NODES.objectNode().put("target", serving.target()).put("instances", serving.instances())
                .put("intraOpThreads", serving.intraOpThreads()).put("maxBatch", serving.maxBatch());
        ArrayNode preferred = plan.putArray("preferredBatchSizes");
        serving.preferredBatchSizes().forEach(preferred::add);
        return plan.put("maxQueueDelayMicros", serving.maxQueueDelayMicros());
    }

    private static void figure(ObjectNode node, Evidence.Figure figure) {
        node.put("name", figure.name()).put("unit", figure.unit());
        switch (figure.amount()) {
            case Evidence.Shown shown -> {
                node.put("value", shown.value());
                shown.interval().ifPresent(i -> interval(node, i));
            }
            case Evidence.Withheld withheld -> node.putNull("value").put("reason", withheld.reason());
        }
        node.put("n", figure.amount().n()).put("origin", origin(figure.origin()));
    }

    private static void score(ObjectNode node, Evidence.Score score) {
        node.put("metric", score.metric()).put("value", score.value());
        score.interval().ifPresent(i -> interval(node, i));
        node.put("n", score.n()).put("data", score.data());
    }

    private static void cost(ObjectNode node, Evidence.Cost cost) {
        node.put("perMillion", cost.perMillion()).put("currency", cost.currency()).put("asOf", cost.asOf())
                .put("source", cost.source()).put("basis", cost.basis()).put("origin", origin(cost.origin()));
    }

    private static void interval(ObjectNode node, Evidence.Interval interval) {
        node.put("low", interval.low()).put("high", interval.high());
    }

    private static String origin(Evidence.Origin origin) {
        return origin.name().toLowerCase(Locale.ROOT);
    }
}
