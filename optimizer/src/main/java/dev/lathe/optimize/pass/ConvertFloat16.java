package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.base.Problem;
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
import dev.lathe.optimize.Range;
import dev.lathe.optimize.quantize.Activations;
import dev.lathe.optimize.quantize.HalfPlacement;
import dev.lathe.optimize.quantize.HalfWriter;
import dev.lathe.optimize.quantize.Selection;
import dev.lathe.optimize.quantize.Weighted;
import dev.lathe.profile.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Stores weights in 16 bits and calculates in float16 where the numbers allow it.
///
/// Matches: ONNX's own operators on floats; the rules are those of [HalfPlacement]. Keeps: the types of the graph's inputs
/// and outputs (unless told otherwise), subgraphs, functions and other domains in float32, and what magnitudes forbid: with
/// calibration data the operators that read or make values beyond the limit or whose float16 result is not finite, without
/// it only those with constants beyond the limit. Adds: one Cast for each value that both kinds of operators use. Error: 3
/// decimal digits for each value (a step of 1/2048). Needs opset 7. Half the bytes of the weights; on a processor it saves
/// memory and no time, for ONNX Runtime calculates in float32 there and converts. Source: the rule of 512 is NVIDIA Model
/// Optimizer's AutoCast.
///
/// Before: `Conv(x, w) -> y`. After: `Cast(x) -> x16; Conv(x16, w16) -> y16; Cast(y16) -> y`.
///
/// @param keepIo whether the graph's inputs and outputs stay float32
/// @param maxMagnitude values and constants beyond this keep an operator in float32; at most 65504, float16's largest number
/// @param floatOperators operator types that stay float32
/// @param include node names, operator types or globs: only these; all where it is empty
/// @param exclude node names, operator types or globs: not these
@AutoService(Pass.class)
public record ConvertFloat16(boolean keepIo, @Range(min = 1, max = 65504) double maxMagnitude,
        List<String> floatOperators, List<String> include, List<String> exclude) implements Pass {
    private static final int OPSET = 7;
    private static final double LARGEST = 65504;
    private static final double DEFAULT_LIMIT = 512;
    /// Operators that runtimes have no float16 kernels for, or whose results depend on small differences.
    private static final List<String> DEFAULT_FLOAT = List.of("ArrayFeatureExtractor", "CumSum", "Max", "Min",
            "NonMaxSuppression", "Range", "Resize", "RoiAlign", "TopK", "Upsample");
    /// Samples on which magnitudes are looked at.
    private static final int SAMPLES = 32;
    /// Samples on which the float16 model is looked at.
    private static final int PROBES = 4;
    /// How often operators without a finite result are taken back.
    private static final int ROUNDS = 8;

    /// Checks the limit and copies the lists.
    public ConvertFloat16 {
        if (!(maxMagnitude >= 1 && maxMagnitude <= LARGEST)) {
            throw new IllegalArgumentException("max-magnitude must be in 1..65504, and is " + maxMagnitude);
        }
        floatOperators = List.copyOf(floatOperators);
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /// Everything within 512, inputs and outputs in float32.
    public ConvertFloat16() {
        this(true, DEFAULT_LIMIT, DEFAULT_FLOAT, List.of(), List.of());
    }

    @Override
    public PassInfo info() {
        return new PassInfo("convert-float16",
                "weights in 16 bits, calculation in float16 where the numbers allow it", PassInfo.Fidelity.APPROXIMATE);
    }

    /// A detector whose boxes are exponentials of small differences keeps 18; others 44 and more.
    @Override
    public double leastDb() {
        return 15;
    }

    @Override
    public List<Problem> check(Model model, OptimizationTarget target) {
        Optional<Problem> before = Weighted.quantizedAlready(model.graph()).or(() -> halfAlready(model.graph()));
        if (before.isPresent()) {
            return List.of(before.get());
        }
        if (model.opset() < OPSET) {
            return List.of(Problem.error("opset-too-low", "", model.opset() == 0
                    ? "nothing to convert: the model has none of ONNX's own operators"
                    : "the model has opset " + model.opset() + ", and float16 needs " + OPSET,
                    model.opset() == 0 ? "Leave the variant out." : "Put upgrade-opset before this pass."));
        }
        return List.of();
    }

    /// Why a model is not converted once more.
    private static Optional<Problem> halfAlready(Graph graph) {
        return graph.initializers().entrySet().stream().filter(e -> e.getValue().type() == DataType.FLOAT16).findFirst()
                .map(Map.Entry::getKey)
                .or(() -> graph.inputs().stream().filter(i -> i.type() == DataType.FLOAT16).findFirst()
                        .map(ValueInfo::name))
                .or(() -> graph.nodes().stream().filter(n -> n.is("Cast")
                        && n.intAttribute("to", 0) == DataType.FLOAT16.number()).findFirst().map(Node::label))
                .map(where -> Problem.error("already-float16", where, "the model has float16 in it already",
                        "Start from the float model."));
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        List<Problem> problems = check(model, context.target());
        return problems.isEmpty()
                ? new Work(model, context).run()
                : PassOutcome.failed(model, problems.toArray(Problem[]::new));
    }

    /// The state of one application.
    private final class Work {
        private final Model model;
        private final PassContext context;
        private final ValueTypes types;
        private final Optional<Calibration> calibration;
        private final Set<String> taken = new HashSet<>();
        private final List<Problem> problems = new ArrayList<>();

        Work(Model model, PassContext context) {
            this.model = model;
            this.context = context;
            this.types = new ValueTypes(context.laboratory().inferShapes(model).graph());
            this.calibration = context.calibration().filter(c -> c.count() > 0);
        }

        private boolean isSelected(Node node) {
            return !floatOperators.contains(node.operator()) && new Selection(include, exclude).matches(node);
        }

        PassOutcome run() {
            Graph graph = model.graph();
            Predicate<Node> selected = this::isSelected;
            List<String> values = HalfPlacement.values(graph, types, selected);
            Optional<Map<String, Double>> magnitudes = calibration.filter(_ -> !values.isEmpty())
                    .map(c -> magnitudes(values, c));
            HalfPlacement placement = placement(magnitudes);
            if (placement.size() > 0) {
                placement = calibration.isPresent() ? finite(placement, magnitudes, calibration.get()) : placement;
            }
            if (placement.size() == 0) {
                return nothing("no operator can calculate in float16", "Leave the variant out.");
            }
            HalfWriter.Written written = HalfWriter.write(graph, placement, types, keepIo);
            if (written.constants() == 0) {
                boolean inNodes = graph.nodes().stream().anyMatch(n -> n.is("Constant"));
                return nothing("no weights would become smaller", inNodes
                        ? "Put constants-to-initializers before this pass."
                        : "Leave the variant out.");
            }
            return new PassOutcome(model.withGraph(written.graph()), changes(placement, written), problems);
        }

        private Map<String, Double> magnitudes(List<String> values, Calibration data) {
            Map<String, Double> magnitudes = new HashMap<>();
            new Activations(model, context, data).show(values, SAMPLES, (value, tensor) -> {
                double largest = magnitudes.getOrDefault(value, 0.0);
                for (float number : tensor.floats()) {
                    // NaN stays
                    largest = Math.max(largest, Math.abs((double) number));
                }
                magnitudes.put(value, largest);
            });
            return magnitudes;
        }

        private PassOutcome nothing(String why, String remedy) {
            return PassOutcome.failed(model,
                    Problem.error("nothing-to-convert", "", "nothing to convert: " + why, remedy));
        }

        private HalfPlacement placement(Optional<Map<String, Double>> magnitudes) {
            return new HalfPlacement(model.graph(), types,
                    n -> isSelected(n) && !taken.contains(n.outputs().getFirst()), maxMagnitude, magnitudes);
        }

        /// Takes operators back to float32 until none makes a number that is not finite where float32 does.
        private HalfPlacement finite(HalfPlacement first, Optional<Map<String, Double>> magnitudes, Calibration data) {
            HalfPlacement placement = first;
            for (int round = 0; round < ROUNDS && placement.size() > 0; round++) {
                context.cancellation().throwIfCancelled();
                HalfWriter.Written written = HalfWriter.write(model.graph(), placement, types, true);
                Set<String> bad = endless(model.withGraph(written.graph()), placement, data);
                if (bad.isEmpty()) {
                    break;
                }
                taken.addAll(bad);
                placement = placement(magnitudes);
            }
            return placement;
        }

        private Set<String> endless(Model tried, HalfPlacement placement, Calibration data) {
            Set<String> bad = new HashSet<>();
            List<Node> halves = model.graph().nodes().stream().filter(placement::isHalf).toList();
            List<String> made = halves.stream().map(n -> n.outputs().getFirst()).toList();
            List<String> outputs = model.graph().outputs().stream().filter(o -> o.type() == DataType.FLOAT)
                    .map(ValueInfo::name).toList();
            new Activations(tried, context, data).show(outputs, PROBES, (value, tensor) -> note(bad, value, tensor));
            if (bad.isEmpty()) {
                return bad;
            }
            bad.clear();
            new Activations(tried, context, data).show(made, PROBES, (value, tensor) -> note(bad, value, tensor));
            bad.retainAll(new HashSet<>(made));
            return firsts(halves, bad);
        }

        private static void note(Set<String> bad, String value, Tensor tensor) {
            for (float number : tensor.floats()) {
                if (!Float.isFinite(number)) {
                    bad.add(value);
                    return;
                }
            }
        }

        /// Those among the operators with bad results that read none, and those right before them: what was lost, such as a
        /// divisor that became 0, was lost there.
        private static Set<String> firsts(List<Node> halves, Set<String> bad) {
            Set<String> first = new HashSet<>();
            for (Node node : halves) {
                if (bad.contains(node.outputs().getFirst()) && node.inputs().stream().noneMatch(bad::contains)) {
                    first.add(node.outputs().getFirst());
                    halves.stream().map(n -> n.outputs().getFirst()).filter(node.inputs()::contains)
                            .forEach(first::add);
                }
            }
            return first;
        }

        private List<PassOutcome.Change> changes(HalfPlacement placement, HalfWriter.Written written) {
            long kept = model.graph().nodes().stream().filter(n -> !placement.isHalf(n)).count();
            List<PassOutcome.Change> changes = new ArrayList<>();
            changes.add(new PassOutcome.Change(placement.size(), "operators in float16"));
            if (kept > 0) {
                changes.add(new PassOutcome.Change(kept, "operators as they were"));
            }
            changes.add(new PassOutcome.Change(written.constants(), "constants converted"));
            changes.add(new PassOutcome.Change(written.casts(), "Cast added"));
            if (context.target().isProcessor()) {
                problems.add(
                        Problem.note("float16-saves-memory", "", "on a processor float16 saves memory and no time: the"
                                + " runtime calculates in float32 and converts"));
            }
            if (calibration.isEmpty()) {
                problems.add(
                        Problem.note("float16-unseen", "", "without calibration data only constants decided what stays"
                                + " float32; values that exceed 65504 inside the model become infinite"));
            }
            return changes;
        }
    }
}
