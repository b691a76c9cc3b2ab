package dev.lathe.app.gui.work;

import dev.lathe.app.engine.MeasureRequest;
import dev.lathe.base.Reading;
import dev.lathe.profile.Block;
import dev.lathe.profile.SessionSettings;
import dev.lathe.profile.operators.Ceilings;
import dev.lathe.profile.operators.Judgement;
import dev.lathe.profile.operators.OperatorProfile;
import dev.lathe.profile.operators.OperatorTime;
import dev.lathe.profile.operators.OperatorTotal;
import dev.lathe.profile.operators.Placement;
import dev.lathe.profile.operators.Roofline;
import dev.lathe.profile.operators.Trace;
import dev.lathe.profile.operators.Work;
import dev.lathe.profile.stats.Estimate;
import dev.lathe.profile.stats.Interval;
import dev.lathe.profile.sweep.Cell;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A sweep that nobody measured. A query takes 0.3 ms times its batch to the power of 0.8, of later variants less; that
/// of the last variant at batch 16 crashes.
final class FakeSweep {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Instant START = Instant.parse("2026-11-24T08:00:15Z");
    private static final Ceilings CEILINGS = new Ceilings(2, "ONNX Runtime 1", Reading.known(exactly(200e9), "test"),
            Reading.known(exactly(800e9), "test"), List.of(new Ceilings.Bandwidth(1 << 20, exactly(200e9)),
                    new Ceilings.Bandwidth(1 << 28, exactly(20e9))),
            "2026-01-01T00:00:00Z");

    private final MeasureRequest request;

    FakeSweep(MeasureRequest request) {
        this.request = request;
    }

    ObjectNode run(Watch watch, Runnable hold) {
        ObjectNode result = JSON.createObjectNode().put("event", "result").put("run", "20261124-090000-abcdef");
        ArrayNode cells = result.putArray("cells");
        boolean held = false;
        for (Cell cell : request.cells()) {
            watch.cancellation().throwIfCancelled();
            cell(cells.addObject(), cell, watch);
            if (!held && cells.size() > 2) {
                held = true;
                hold.run();
            }
        }
        result.putArray("caveats").addObject().put("severity", "WARNING").put("code", "other-load").put("where", "")
                .put("what", "other programs used 41.2 % of the CPU time during the measurement")
                .put("remedy", "Stop them and repeat it.");
        return result;
    }

    private void cell(ObjectNode node, Cell cell, Watch watch) {
        int place = request.grid().variants().indexOf(cell.setup().variant());
        double medianNs = 300_000 * Math.pow(cell.batch(), 0.8) * Math.pow(0.7, place);
        String name = request.grid().name(cell.setup());
        node.put("event", "measurement").put("name", name).putObject("cell").put("variant", cell.setup().variant())
                .put("batch", cell.batch()).put("instances", cell.setup().instances())
                .put("threads", cell.setup().session().intraOpThreads()).put("scenario", cell.scenario().text())
                .put("target", cell.setup().session().target().name());
        if (cell.batch() == 16 && place == request.grid().variants().size() - 1) {
            node.put("failed", "the worker process ended with status 139 (segmentation fault) at measure");
            return;
        }
        double factor = 1;
        if (cell.isSingleStream()) {
            block(cell, name, medianNs, watch);
        } else {
            factor = 4;
            node.putObject("queries").put("done", 1200).put("shed", 0).put("meanBatch", 1.0);
        }
        node.putObject(cell.isSingleStream() ? "latency" : "response").put("medianNs", medianNs)
                .put("lowNs", medianNs * 0.98).put("highNs", medianNs * 1.02).put("n", 300)
                .put("p90Ns", medianNs * 1.1).putNull("p99Ns").put("p99NsReason", "n too small (needs 662)");
        double rate = factor * cell.batch() * 1e9 / medianNs;
        node.putObject("throughput").put("perSecond", rate).put("low", rate * 0.98).put("high", rate * 1.02)
                .put("n", 300);
        node.put("memoryPeakBytes", 61_200_000).putNull("energyMillijoules").put("energyReason",
                "no readable power counter");
        watch.tell().accept(new Happening.Told(node.deepCopy()));
    }

    private void block(Cell cell, String name, double medianNs, Watch watch) {
        Random random = new Random(cell.hashCode());
        long[] samples = new long[300];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = Math.round(medianNs * Math.exp(0.06 * random.nextGaussian())
                    * (random.nextInt(120) == 0 ? 3 : 1));
        }
        int place = request.cells().indexOf(cell);
        watch.tell().accept(new Happening.Timed(new Block(new Block.Key(name, 0, cell.batch(), 0), samples,
                Math.round(medianNs * 300), Math.round(medianNs * 300), START.plusMillis(400L * place))));
    }

    private static Estimate exactly(double value) {
        return new Estimate(value, new Interval(0.9 * value, 1.1 * value), 20);
    }

    private static OperatorTime node(String name, String operator, double us, double macs, double bytes) {
        Estimate ns = exactly(us * 1e3);
        Work work = new Work(Reading.known(macs, "test"), Reading.known(bytes, "test"), Work.Arithmetic.FLOAT32);
        return new OperatorTime(new OperatorTime.Identity(name, operator, Placement.CPU, List.of(name)), ns, 1,
                new Trace.Details(1, Reading.unknown("test")), new Trace.Signature(List.of(), List.of()), work,
                Roofline.judge(work, ns, 1, Reading.known(CEILINGS, "test")));
    }

    /// What the operators of a small model take.
    static OperatorProfile profile() {
        List<OperatorTime> nodes = List.of(node("conv1", "Conv", 100, 5e6, 1e5), node("conv2", "Conv", 60, 5e6, 2e5),
                node("relu", "Relu", 40, 1e4, 2e6), node("pool", "MaxPool", 12, 1e5, 1e5),
                node("gemm", "Gemm", 9, 4e4, 2e5), node("shape", "Shape", 5, 0, 0));
        SequencedMap<String, Integer> placed = new LinkedHashMap<>();
        placed.put(Placement.CPU, nodes.size());
        return new OperatorProfile(
                new OperatorProfile.Origin("m.onnx", SessionSettings.threads(2), "ONNX Runtime 1", "random"),
                new OperatorProfile.Times(exactly(246e3), exactly(226e3), exactly(20e3), Reading.unknown("test")),
                nodes,
                List.of(total("Conv", 2, 160, 0.71, Judgement.Bound.COMPUTE),
                        total("Relu", 1, 40, 0.18, Judgement.Bound.MEMORY),
                        total("MaxPool", 1, 12, 0.05, Judgement.Bound.MEMORY),
                        total("Gemm", 1, 9, 0.04, Judgement.Bound.MEMORY),
                        total("Shape", 1, 5, 0.02, Judgement.Bound.OVERHEAD)),
                new Placement(Placement.CPU, placed, List.of()), Reading.known(CEILINGS, "test"), List.of());
    }

    private static OperatorTotal total(String operator, int nodes, double us, double share, Judgement.Bound bound) {
        return new OperatorTotal(operator, nodes, exactly(us * 1e3), share, Reading.known(5e6, "test"), bound);
    }
}
