package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.graph.DataType;
import dev.lathe.graph.Graph;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.ValueInfo;
import dev.lathe.graph.ValueTypes;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.OptimizationTarget;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.quantize.IntegerTable;
import dev.lathe.optimize.quantize.OutputError;
import dev.lathe.optimize.quantize.Placement;
import dev.lathe.optimize.quantize.QdqWriter;
import dev.lathe.optimize.quantize.Selection;
import dev.lathe.optimize.quantize.Weighted;
import dev.lathe.profile.ValueRange;
import dev.lathe.profile.tensor.TensorPack;
import dev.lathe.profile.tensor.TensorPackWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Quantizes weights and activations to 8 bits with ranges learned from calibration data, as QuantizeLinear and
/// DequantizeLinear pairs.
///
/// Matches: Conv, Gemm and MatMul with constant float weights, and what stands between them; the rules are those of
/// [Placement]. Keeps: Softmax, normalizations, Erf, Exp, Sigmoid, reductions, detection tails and all else in float, and
/// the names of all values. Adds: a pair for each quantized value, and scales. Error: half a step of 1/255 of each
/// activation's range and of 1/127 of each weight channel's largest weight. Types: uint8 with a zero point for
/// activations, symmetric int8 for weights (7 bits of it where the target's 8-bit sums saturate), int32 for biases. Needs
/// opset 13 and calibration data. Source: ONNX Runtime's quantization guide.
///
/// Before: `Conv(x, w) -> a; Relu(a) -> y`.
/// After: `DQ(Q(x)) -> x'; DQ(w8) -> w'; Conv(x', w') -> a; Relu(a) -> r; DQ(Q(r)) -> y`.
///
/// @param operators which operators besides Conv, Gemm and MatMul: `all` that pay, `core` for none but those that only move
///     data, or `auto`, which makes both and keeps `core` where `all` costs more than 3 dB of the outputs' signal to noise
/// @param perChannel one weight scale per output channel instead of one per weight
/// @param weightBits 8, or 7 where 8-bit sums saturate; 0 lets the target decide
/// @param leadingConvs whether Conv operators at the image's end, with at most 4 input channels per group, are quantized too;
///     they are usually slower then
/// @param opTypes operator types that may be quantized; all where it is empty
/// @param include node names, operator types or globs: only these; all where it is empty
/// @param exclude node names, operator types or globs: not these
@AutoService(Pass.class)
public record QuantizeStatic(Operators operators, boolean perChannel, int weightBits, boolean leadingConvs,
        List<String> opTypes,
        List<String> include, List<String> exclude) implements Pass {
    private static final int OPSET = 13;
    /// How many samples decide between `all` and `core`.
    private static final int DECIDING_SAMPLES = 8;
    /// Loss of signal to noise, in dB, that the speed of the full set is worth.
    private static final double WORTH_DB = 3;

    /// Which operators are quantized besides Conv, Gemm and MatMul.
    public enum Operators {
        AUTO, ALL, CORE
    }

    /// Checks the bits and copies the lists.
    public QuantizeStatic {
        if (weightBits != 0 && weightBits != 7 && weightBits != 8) {
            throw new IllegalArgumentException("weight-bits must be 0, 7 or 8, and is " + weightBits);
        }
        opTypes = List.copyOf(opTypes);
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /// Everything that pays, per channel.
    public QuantizeStatic() {
        this(Operators.AUTO, true, 0, false, List.of(), List.of(), List.of());
    }

    @Override
    public PassInfo info() {
        return new PassInfo("quantize-static",
                "8-bit weights and activations with ranges from calibration data: for Conv, Gemm and MatMul",
                PassInfo.Fidelity.APPROXIMATE);
    }

    @Override
    public List<Problem> check(Model model, OptimizationTarget target) {
        Optional<Problem> before = Weighted.quantizedAlready(model.graph());
        if (before.isPresent()) {
            return List.of(before.get());
        }
        Weighted weighted = new Weighted(model.graph());
        if (model.graph().nodes().stream().noneMatch(
                n -> isSelected(n) && (weighted.isConvolution(n) || weighted.isMatrix(n, false)))) {
            return List.of(Problem.error("nothing-to-quantize", "",
                    "nothing to quantize: no Conv, MatMul or Gemm with constant float weights",
                    "Leave the variant out."));
        }
        if (model.opset() < OPSET) {
            return List.of(Problem.error("opset-too-low", "", "the model has opset " + model.opset()
                    + ", and QuantizeLinear per channel needs " + OPSET, "Put upgrade-opset before this pass."));
        }
        return List.of();
    }

    private boolean isSelected(Node node) {
        return (opTypes.isEmpty() || opTypes.contains(node.operator()))
                && new Selection(include, exclude).matches(node);
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        List<Problem> problems = new ArrayList<>(check(model, context.target()));
        if (problems.isEmpty() && context.calibration().filter(c -> c.count() > 0).isEmpty()) {
            problems.add(
                    Problem.error("no-calibration-data", "", "static quantization needs calibration data and got none",
                            "Give --data with samples of real inputs, or use dynamic-int8, which needs none."));
        }
        if (!problems.isEmpty()) {
            return PassOutcome.failed(model, problems.toArray(Problem[]::new));
        }
        return new Work(model, context, context.calibration().orElseThrow()).run();
    }

    /// A quantized model and where its integers are.
    private record Candidate(Model model, Placement placement) {}

    /// The state of one application.
    private final class Work {
        private final Model model;
        private final PassContext context;
        private final Calibration calibration;
        private final ValueTypes types;
        private final int bits;
        private final Weighted weighted;
        private final List<Problem> problems = new ArrayList<>();

        Work(Model model, PassContext context, Calibration calibration) {
            // a runtime recognises more patterns where the shapes of float values are written down
            this.model = context.laboratory().inferShapes(model);
            this.context = context;
            this.calibration = calibration;
            this.types = new ValueTypes(this.model.graph());
            this.weighted = new Weighted(this.model.graph());
            this.bits = weightBits != 0 ? weightBits : context.target().hasInt8DotProduct() ? 8 : 7;
        }

        PassOutcome run() {
            Graph graph = model.graph();
            Placement all = new Placement(graph, types, QuantizeStatic.this::isSelected,
                    new Placement.Extent(operators != Operators.CORE, leadingConvs));
            Placement core = new Placement(graph, types, QuantizeStatic.this::isSelected,
                    new Placement.Extent(false, leadingConvs));
            Set<String> values = new LinkedHashSet<>(all.values());
            values.addAll(core.values());
            Map<String, ValueRange> ranges = context.laboratory().ranges(model, calibration.samples(),
                    List.copyOf(values), context.progress());
            context.cancellation().throwIfCancelled();
            Optional<String> endless = values.stream().filter(v -> !isFinite(ranges.get(v))).findFirst();
            if (endless.isPresent()) {
                return PassOutcome.failed(model, Problem.error("range-not-finite", endless.get(),
                        "the values are not finite on the calibration data",
                        "Leave out the node that makes them with exclude, or check the data."));
            }
            Candidate chosen = candidate(all.withoutUnevenConcats(ranges), ranges);
            if (operators == Operators.AUTO) {
                Candidate other = candidate(core.withoutUnevenConcats(ranges), ranges);
                chosen = better(chosen, other);
            }
            return new PassOutcome(chosen.model(), changes(chosen.placement()), problems);
        }

        private static boolean isFinite(@Nullable ValueRange range) {
            return range != null && Float.isFinite(range.min()) && Float.isFinite(range.max());
        }

        private Candidate candidate(Placement placement, Map<String, ValueRange> ranges) {
            return new Candidate(
                    model.withGraph(QdqWriter.write(model.graph(), placement, ranges,
                            new QdqWriter.Weights(perChannel, bits,
                                    n -> isSelected(n) && IntegerTable.isEmbedding(n, weighted)))),
                    placement);
        }

        /// The full set, unless it costs the outputs more than its speed is worth.
        private Candidate better(Candidate all, Candidate core) {
            List<String> outputs = model.graph().outputs().stream().filter(o -> o.type() == DataType.FLOAT)
                    .map(ValueInfo::name).toList();
            if (all.placement().operators().size() == core.placement().operators().size() || outputs.isEmpty()) {
                return all;
            }
            List<Path> files = new ArrayList<>();
            try {
                TensorPack few = few(files);
                TensorPack reference = evaluate(model, few, outputs, files);
                double allDb = OutputError.worstSqnrDb(reference, evaluate(all.model(), few, outputs, files));
                double coreDb = OutputError.worstSqnrDb(reference, evaluate(core.model(), few, outputs, files));
                boolean ruined = coreDb - allDb > WORTH_DB;
                problems.add(Problem.note("operators-chosen", "", String.format(Locale.ROOT,
                        "outputs on %d calibration samples: %.1f dB with all operators quantized, %.1f dB with Conv, Gemm"
                                + " and MatMul alone; kept %s",
                        few.size(), allDb, coreDb, ruined ? "the latter" : "all")));
                return ruined ? core : all;
            } finally {
                files.forEach(Work::delete);
            }
        }

        private TensorPack few(List<Path> files) {
            Path file = temporary(files);
            int count = Math.min(DECIDING_SAMPLES, calibration.count());
            try (TensorPackWriter writer = TensorPack.writer(file)) {
                for (int i = 0; i < count; i++) {
                    writer.add(calibration.samples().sample((int) ((long) i * calibration.count() / count)));
                }
            }
            return TensorPack.open(file);
        }

        private TensorPack evaluate(Model tried, TensorPack samples, List<String> outputs, List<Path> files) {
            context.cancellation().throwIfCancelled();
            return context.laboratory().evaluate(tried, samples, outputs, temporary(files), Progress.Listener.NONE);
        }

        private Path temporary(List<Path> files) {
            try {
                Path file = Files.createTempFile(context.scratch(), "quantize-static-", ".pack");
                files.add(file);
                return file;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void delete(Path file) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static List<PassOutcome.Change> changes(Placement placement) {
        Map<String, Integer> counts = new TreeMap<>();
        placement.operators().forEach(n -> counts.merge(n.opType(), 1, Integer::sum));
        List<PassOutcome.Change> changes = new ArrayList<>();
        counts.forEach((type, count) -> changes.add(new PassOutcome.Change(count, type + " quantized")));
        changes.add(
                new PassOutcome.Change(placement.values().size(), "values given QuantizeLinear and DequantizeLinear"));
        return changes;
    }
}
