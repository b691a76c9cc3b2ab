package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.evaluate.metric.Score;
import dev.lathe.optimize.explain.ExplanationJson;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.RatioInterval;
import dev.lathe.serving.Cost;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Events as JSON, one object a line: `schema` 1 and `event` of `start progress problem variant measurement result targets`.
/// Durations are nanoseconds; what is not known is null with a `reason`.
public final class EventJson {
    private static final JsonMapper JSON = new JsonMapper();

    private EventJson() {}

    /// The event as JSON; empty for those that only the window shows.
    public static Optional<ObjectNode> of(WorkbenchEvent event) {
        return switch (event) {
            case WorkbenchEvent.Started(var verb, var model, var run, var resumed) -> Optional.of(object("start")
                    .put("verb", verb).put("model", model.toString()).put("run", run.text()).put("resumed", resumed));
            case WorkbenchEvent.Progressed(var progress) -> {
                ObjectNode node = object("progress").put("step", progress.step()).put("fraction", progress.fraction());
                OptionalLong left = progress.remainingNs();
                if (left.isPresent()) {
                    node.put("remainingNs", left.getAsLong());
                }
                yield Optional.of(node);
            }
            case WorkbenchEvent.ProblemFound(var problem) -> Optional.of(problem(object("problem"), problem));
            case WorkbenchEvent.VariantMade(var variant) -> Optional.of(variant(object("variant"), variant));
            case WorkbenchEvent.VariantMeasured(var variant) -> Optional.of(variant(object("measurement"), variant));
            case WorkbenchEvent.Finished(var result) -> Optional.of(result(result));
            case WorkbenchEvent.CellFinished(_, var result) ->
                Optional.of(SweepJson.cell(object("measurement"), result));
            case WorkbenchEvent.CellFailed(var cell, var cause) ->
                Optional.of(SweepJson.of(cell, problem(object("problem"), cause)));
            case WorkbenchEvent.BlockMeasured _,WorkbenchEvent.CellStarted _ -> Optional.empty();
        };
    }

    static ObjectNode object(String event) {
        return JSON.createObjectNode().put("schema", 1).put("event", event);
    }

    static ObjectNode problem(ObjectNode node, Problem problem) {
        return node.put("severity", problem.severity().name()).put("code", problem.code()).put("where", problem.where())
                .put("what", problem.what()).put("remedy", problem.remedy());
    }

    /// What `auto` found on several targets: `targets` after the `result` of each.
    public static ObjectNode targets(AcrossTargets across) {
        ObjectNode node = object("targets");
        ArrayNode rows = node.putArray("targets");
        for (int i = 0; i < across.targets().size(); i++) {
            AutoResult result = across.results().get(i);
            variant(rows.addObject().put("target", across.targets().get(i).name()).put("run", result.run().text())
                    .put("qualifies", result.decision().qualifies()), AcrossTargets.winner(result));
        }
        node.put("best", across.best().map(b -> across.targets().get(b).name()).orElse(null));
        node.put("why", across.why());
        return node.put("bundle", across.bundle().map(Path::toString).orElse(null));
    }

    /// The whole result.
    public static ObjectNode result(AutoResult result) {
        ObjectNode node = object("result").put("winner", result.decision().winner())
                .put("qualifies", result.decision().qualifies()).put("why", result.decision().why())
                .put("run", result.run().text()).put("model", result.model().toString());
        result.bundle().ifPresentOrElse(b -> node.put("bundle", b.toString()), () -> node.putNull("bundle"));
        node.put("data", result.context().data()).put("maxDrop", result.context().maxDrop());
        node.put("budgetNs", result.context().plan().budgetNs()).put("threads",
                result.context().plan().session().intraOpThreads());
        node.set("originalAgainstItself", ratio(result.context().again()));
        var caveats = node.putArray("caveats");
        result.context().caveats().forEach(c -> problem(caveats.addObject(), c));
        var variants = node.putArray("variants");
        result.variants().forEach(v -> variant(variants.addObject(), v));
        return node;
    }

    static ObjectNode variant(ObjectNode node, VariantResult variant) {
        node.put("name", variant.name());
        variant.made().ifPresent(m -> node.put("id", m.id().hex()).put("sizeBytes", m.sizeBytes()));
        variant.scored().ifPresent(s -> {
            node.set("score", score(s.main()));
            var others = node.putArray("otherScores");
            s.others().forEach(o -> others.add(score(o)));
            s.drop().ifPresent(d -> node.putObject("drop").put("value", d.drop()).put("low", d.interval().low())
                    .put("high", d.interval().high()).put("n", d.n())
                    .put("unit", d.inPoints() ? "points" : d.metricId()));
        });
        variant.why().ifPresent(
                w -> node.set("why", ExplanationJson.of(w, w.verdict(variant.speed()))));
        Optional<Problem> failure = variant.failure();
        if (failure.isPresent()) {
            return node.put("failed", failure.get().sentence());
        }
        variant.timed().ifPresent(t -> timed(node, t));
        variant.cost().ifPresent(c -> node.set("costPerMillion", cost(c)));
        if (!variant.verdict().isEmpty()) {
            node.put("verdict", variant.verdict());
        }
        return node;
    }

    private static void timed(ObjectNode node, VariantResult.Timed timed) {
        ObjectNode latency = node.putObject("latency");
        put(latency, "median", timed.latency().medianNs());
        latency.put("n", timed.latency().n()).put("batch", timed.itemsPerQuery());
        percentile(latency, "p90", timed.latency().p90Ns(), "p90Reason");
        percentile(latency, "p99", timed.latency().p99Ns(), "reason");
        timed.cpuNs().toOptional().ifPresent(e -> node.put("cpuNs", Math.round(e.value()))
                .put("cpuLowNs", rounded(e.interval().low())).put("cpuHighNs", rounded(e.interval().high())));
        timed.bestThroughput().ifPresent(b -> node.set("throughput", throughput(b)));
        var all = node.putArray("throughputs");
        timed.throughput().entrySet().forEach(e -> all.add(throughput(e)));
        timed.leftOut()
                .forEach((batch, why) -> all.addObject().put("batch", batch).putNull("perSecond").put("reason", why));
        timed.ratios().ifPresent(r -> {
            node.set("ratioToOriginal", ratio(r.latency()));
            node.set("cpuRatioToOriginal", ratio(r.cpu()));
        });
        Figures.median(timed.figures(), f -> OptionalLong.of(f.loadNs())).ifPresent(v -> node.put("loadNs", v));
        Figures.median(timed.figures(), f -> OptionalLong.of(f.firstNs()))
                .ifPresent(v -> node.put("firstInferenceNs", v));
        Figures.median(timed.figures(), f -> OptionalLong.of(f.warmUpNs())).ifPresent(v -> node.put("warmUpNs", v));
        Figures.median(timed.figures(), f -> f.memoryLoadedBytes()).ifPresent(v -> node.put("memoryLoadedBytes", v));
        Figures.median(timed.figures(), f -> f.memoryPeakBytes()).ifPresent(v -> node.put("memoryPeakBytes", v));
        Figures.median(timed.figures(), f -> f.rawPeakBytes()).ifPresent(v -> node.put("rawPeakBytes", v));
    }

    private static void percentile(ObjectNode node, String name, Reading<Estimate> reading, String reason) {
        switch (reading) {
            case Reading.Known<Estimate>(var e, _) -> node.put(name + "Ns", Math.round(e.value()))
                    .put(name + "LowNs", rounded(e.interval().low()))
                    .put(name + "HighNs", rounded(e.interval().high()));
            case Reading.Unknown<Estimate>(var why) -> node.putNull(name + "Ns").put(reason, why);
        }
    }

    static void put(ObjectNode node, String name, Reading<Estimate> reading) {
        switch (reading) {
            case Reading.Known<Estimate>(var e, _) -> node.put(name + "Ns", Math.round(e.value()))
                    .put("lowNs", Math.round(e.interval().low())).put("highNs", Math.round(e.interval().high()));
            case Reading.Unknown<Estimate>(var why) -> node.putNull(name + "Ns").put(name + "Reason", why);
        }
    }

    private static @Nullable Long rounded(double value) {
        return Double.isFinite(value) ? Math.round(value) : null;
    }

    private static ObjectNode throughput(Map.Entry<Integer, Estimate> entry) {
        return JSON.createObjectNode().put("batch", entry.getKey()).put("perSecond", entry.getValue().value())
                .put("low", finite(entry.getValue().interval().low()))
                .put("high", finite(entry.getValue().interval().high()))
                .put("n", entry.getValue().n());
    }

    /// JSON has no infinity: an end that is unbounded is null.
    static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    static ObjectNode ratio(Reading<RatioInterval> reading) {
        ObjectNode node = JSON.createObjectNode();
        return switch (reading) {
            case Reading.Known<RatioInterval>(var r, _) -> node.put("value", r.value()).put("low", r.interval().low())
                    .put("high", r.interval().high()).put("pairs", r.pairs());
            case Reading.Unknown<RatioInterval>(var why) -> node.putNull("value").put("reason", why);
        };
    }

    static ObjectNode score(Score score) {
        ObjectNode node = JSON.createObjectNode().put("metric", score.metricId());
        if (Double.isFinite(score.value())) {
            node.put("value", score.value()).put("low", score.interval().low()).put("high", score.interval().high());
        } else {
            node.putNull("value").put("reason", score.words());
        }
        return node.put("n", score.n());
    }

    private static ObjectNode cost(Cost cost) {
        ObjectNode node = JSON.createObjectNode().put("value", finite(cost.perMillion().value()))
                .put("low", finite(cost.perMillion().interval().low()))
                .put("high", finite(cost.perMillion().interval().high()))
                .put("currency", cost.price().currency());
        cost.price().asOf().ifPresentOrElse(d -> node.put("asOf", d), () -> node.putNull("asOf"));
        return node.put("price", cost.price().words()).put("basis", cost.label()).put("projection",
                cost.price().projection());
    }
}
