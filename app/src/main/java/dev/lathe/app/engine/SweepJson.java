package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.hardware.Environment;
import dev.lathe.profile.Bench;
import dev.lathe.profile.DeviceUse;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.load.HighestRate;
import dev.lathe.profile.load.LoadResult;
import dev.lathe.profile.load.Quantiles;
import dev.lathe.profile.stats.Comparison;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.sweep.Cell;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A sweep as JSON, in the words of [EventJson].
public final class SweepJson {
    private static final JsonMapper JSON = new JsonMapper();

    private SweepJson() {}

    /// The whole result, an event `result`.
    public static ObjectNode result(SweepResult result) {
        ObjectNode node = EventJson.object("result").put("run", result.run().text())
                .put("model", result.request().models().getFirst().toString())
                .put("budgetNs", result.plan().budgetNs()).put("forks", result.plan().forks())
                .put("confinement", result.request().confinement().words());
        if (!result.context().memoryLimit().isEmpty()) {
            node.put("memoryLimit", result.context().memoryLimit());
        }
        ArrayNode again = node.putArray("firstAgainstItself");
        result.context().again().forEach(a -> again.add(EventJson.ratio(a)));
        if (!result.context().loads().isEmpty()) {
            ArrayNode loads = node.putArray("firstAgainstItselfUnderLoad");
            result.context().loads().forEach(a -> loads.add(EventJson.ratio(a.ratio()).put("load", a.load())));
        }
        ArrayNode caveats = node.putArray("caveats");
        result.context().caveats().forEach(c -> EventJson.problem(caveats.addObject(), c));
        ArrayNode rows = node.putArray("variants");
        result.rows().forEach(row -> EventJson.variant(rows.addObject(), row));
        ArrayNode cells = node.putArray("cells");
        result.cells().forEach(c -> cell(cells.addObject(), c));
        result.comparison().ifPresent(c -> node.set("comparison", comparison(c)));
        ArrayNode surroundings = node.putArray("environment");
        result.context().surroundings().forEach(s -> surroundings.add(surroundings(s)));
        return node;
    }

    /// A cell that is begun, an event `cell`.
    public static ObjectNode started(Cell cell) {
        return of(cell, EventJson.object("cell").put("name", cell.words()));
    }

    static ObjectNode of(Cell cell, ObjectNode node) {
        SessionSettings session = cell.setup().session();
        node.putObject("cell").put("variant", cell.setup().variant()).put("batch", cell.batch())
                .put("instances", cell.setup().instances()).put("threads", session.intraOpThreads())
                .put("interOpThreads", session.interOpThreads()).put("parallel", session.parallelExecution())
                .put("spinning", session.spinning()).put("arena", session.arena())
                .put("memoryPattern", session.memoryPattern()).put("graphLevel", session.graphLevel())
                .put("scenario", cell.scenario().text()).put("target", session.target().name());
        return node;
    }

    static ObjectNode cell(ObjectNode node, CellResult result) {
        of(result.cell(), node.put("name", result.name()));
        result.failure().ifPresent(p -> node.put("failed", p.sentence()).put("failure", p.code()));
        result.load().ifPresent(l -> loaded(node, l));
        result.against().ifPresent(a -> {
            ObjectNode ratios = node.putObject("ratiosToFirst");
            ratios.set("response", EventJson.ratio(a.response()));
            ratios.set("responseP99", EventJson.ratio(a.responseP99()));
            ratios.set("timePerAnswer", EventJson.ratio(a.timePerAnswer()));
        });
        result.highest().ifPresent(h -> highest(node.putObject("highestRate"), h));
        result.figures().ifPresent(f -> {
            ObjectNode latency = node.putObject("latency");
            EventJson.put(latency, "median", f.latency().medianNs());
            latency.put("n", f.latency().n()).put("batch", result.cell().batch());
            percentile(latency, "p90Ns", f.latency().p90Ns());
            percentile(latency, "p99Ns", f.latency().p99Ns());
            f.throughput().toOptional()
                    .ifPresent(t -> node.putObject("throughput").put("batch", result.cell().batch())
                            .put("perSecond", t.value()).put("low", EventJson.finite(t.interval().low()))
                            .put("high", EventJson.finite(t.interval().high())).put("n", t.n()));
            node.set("ratioToFirst", EventJson.ratio(f.ratio()));
            f.memoryPeakBytes().ifPresent(m -> node.put("memoryPeakBytes", m));
            f.device().ifPresent(d -> device(node.putObject("device"), d));
            switch (f.energyMillijoules()) {
                case Reading.Known<Double>(var energy, _) -> node.put("energyMillijoules", energy);
                case Reading.Unknown<Double>(var why) -> node.putNull("energyMillijoules").put("energyReason", why);
            }
        });
        return node;
    }

    private static void device(ObjectNode node, DeviceUse use) {
        node.put("samples", use.samples()).put("source", "NVML, the whole card");
        use.memoryPeakBytes().ifPresent(v -> node.put("memoryPeakBytes", v));
        use.utilisationPercent().ifPresent(v -> node.put("utilisationPercent", v));
        use.powerMilliwatts().ifPresent(v -> node.put("powerMilliwatts", v));
    }

    private static void loaded(ObjectNode node, LoadResult load) {
        node.put("clock",
                load.plan().scenario().closedLoop() ? "closed loop" : "open loop, from the scheduled arrival");
        quantiles(node.putObject("response"), load.response());
        quantiles(node.putObject("service"), load.service());
        load.throughput().toOptional().ifPresent(t -> node.putObject("throughput").put("perSecond", t.value())
                .put("low", EventJson.finite(t.interval().low())).put("high", EventJson.finite(t.interval().high()))
                .put("n", t.n()));
        LoadResult.Counts counts = load.counts();
        node.putObject("queries").put("offered", counts.offered()).put("done", counts.done())
                .put("shed", counts.shed()).put("expired", counts.expired()).put("pending", counts.pending())
                .put("meanBatch", counts.meanBatch());
        node.putObject("generator").put("latenessP50Ns", load.generator().latenessP50Ns())
                .put("latenessP99Ns", load.generator().latenessP99Ns()).put("cpuShare", load.generator().cpuShare());
    }

    private static void quantiles(ObjectNode node, Reading<Quantiles> reading) {
        switch (reading) {
            case Reading.Known<Quantiles>(var q, _) -> {
                EventJson.put(node, "median", q.p50());
                percentile(node, "p90Ns", q.p90());
                percentile(node, "p95Ns", q.p95());
                percentile(node, "p99Ns", q.p99());
                percentile(node, "p999Ns", q.p999());
                node.put("n", q.n());
            }
            case Reading.Unknown<Quantiles>(var why) -> node.put("reason", why);
        }
    }

    private static void highest(ObjectNode node, HighestRate.Found found) {
        rate(node, "meets", found.meets());
        rate(node, "misses", found.misses());
        ArrayNode trials = node.putArray("trials");
        found.trials().forEach(t -> trials.addObject().put("ratePerSecond", t.ratePerSecond())
                .put("verdict", t.verdict().name().toLowerCase(Locale.ROOT)).put("queries", t.queries()));
    }

    private static void rate(ObjectNode node, String name, Reading<Double> reading) {
        switch (reading) {
            case Reading.Known<Double>(var rate, _) -> node.put(name + "PerSecond", rate);
            case Reading.Unknown<Double>(var why) -> node.putNull(name + "PerSecond").put(name + "Reason", why);
        }
    }

    private static void percentile(ObjectNode node, String name, Reading<Estimate> reading) {
        switch (reading) {
            case Reading.Known<Estimate>(var e, _) -> node.put(name, Math.round(e.value()));
            case Reading.Unknown<Estimate>(var why) -> node.putNull(name).put(name + "Reason", why);
        }
    }

    private static ObjectNode comparison(Comparison comparison) {
        ObjectNode node = JSON.createObjectNode().put("intervalsThatHoldTogether", comparison.comparisons());
        ArrayNode order = node.putArray("fastestFirst");
        comparison.names().forEach(order::add);
        ArrayNode pairs = node.putArray("pairs");
        for (Comparison.Pair pair : comparison.pairs()) {
            ObjectNode one = EventJson.ratio(pair.ratio()).put("one", pair.one()).put("other", pair.other());
            pair.ratio().toOptional().ifPresent(r -> one.put("verdict", r.words()));
            pairs.add(one);
        }
        ArrayNode alike = node.putArray("notToldApart");
        comparison.alike().forEach(set -> set.forEach(alike.addArray()::add));
        return node;
    }

    private static ObjectNode surroundings(Bench.Surroundings surroundings) {
        ObjectNode node = JSON.createObjectNode();
        node.set("before", environment(surroundings.before()));
        node.set("after", environment(surroundings.after()));
        return node;
    }

    private static ObjectNode environment(Environment e) {
        ObjectNode node = JSON.createObjectNode();
        put(node, "loadAverage", e.loadAverage());
        put(node, "governor", e.processor().governor());
        put(node, "frequencyHz", e.processor().frequencyHz());
        put(node, "hottestCelsius", e.processor().hottestCelsius());
        put(node, "thermalThrottles", e.processor().thermalThrottles());
        put(node, "busyTicks", e.cpuTimes().map(Environment.CpuTimes::busy));
        put(node, "stolenTicks", e.cpuTimes().map(Environment.CpuTimes::stolen));
        put(node, "totalTicks", e.cpuTimes().map(Environment.CpuTimes::total));
        put(node, "ownTicks", e.ownTicks());
        put(node, "throttledNs", e.throttling().map(Environment.Throttling::stoppedNs));
        put(node, "memoryPressureUs", e.memoryPressureUs());
        return node;
    }

    private static void put(ObjectNode node, String name, Reading<?> reading) {
        Optional<?> value = reading.toOptional();
        if (value.isPresent()) {
            node.set(name, JSON.valueToTree(value.get()));
        } else {
            node.putNull(name);
        }
    }

    /// A problem as an event of its own.
    public static ObjectNode problem(Problem problem) {
        return EventJson.problem(EventJson.object("problem"), problem);
    }
}
