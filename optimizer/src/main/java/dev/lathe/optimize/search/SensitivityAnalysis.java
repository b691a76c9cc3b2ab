package dev.lathe.optimize.search;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.base.Progress;
import dev.lathe.base.Reading;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.graph.TensorData;
import dev.lathe.graph.onnx.OnnxWriter;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Passes;
import dev.lathe.optimize.Recipe;
import dev.lathe.optimize.Step;
import dev.lathe.optimize.quantize.Trial;
import dev.lathe.profile.operators.OperatorProfile;
import dev.lathe.profile.operators.ProfileComparison;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/// Quantizes one layer at a time and looks at the outputs; profiles the float model and the quantized one side by side and
/// looks which layers save time.
public final class SensitivityAnalysis {
    static final String QUANTIZING = "quantize-static";
    /// Enough samples to order layers by.
    static final int MOST_SAMPLES = 64;

    private final PassContext context;
    private final Calibration calibration;
    private final Optional<Stopwatch> stopwatch;

    /// @param stopwatch times models; without it no time is known
    public SensitivityAnalysis(PassContext context, Optional<Stopwatch> stopwatch) {
        this.context = context;
        this.stopwatch = stopwatch;
        this.calibration = context.calibration().filter(c -> c.count() > 0)
                .orElseThrow(() -> Problem.error("no-calibration-data", "",
                        "layers are quantized statically to see what that does, which needs calibration data, and there is"
                                + " none",
                        "Give --data with samples of real inputs.").toException());
    }

    /// A recipe applied up to its quantization.
    ///
    /// @param floats the model in front of it, shapes inferred
    /// @param quantized the model behind it
    /// @param step the quantization, with everything decided that the recipe left open
    /// @param nodes the layers that it has quantized, in the order of the graph
    record Prepared(Model floats, Model quantized, Step step, List<Node> nodes) {

        /// The step with other options besides.
        Step with(Map<String, ?> options) {
            SortedMap<String, Object> all = new TreeMap<>(step.options());
            all.putAll(options);
            return new Step(step.pass(), all);
        }
    }

    /// The table of a model.
    ///
    /// @param name of the model
    /// @param recipe one that quantizes statically
    public Sensitivities of(String name, Model model, Recipe recipe) {
        return of(name, prepare(model, recipe));
    }

    /// Applies the recipe up to its quantization.
    Prepared prepare(Model model, Recipe recipe) {
        Model at = model;
        for (Step step : recipe.steps()) {
            context.cancellation().throwIfCancelled();
            Pass pass = Passes.of(step);
            ProblemException.throwErrors(pass.check(at, context.target()));
            if (!step.pass().equals(QUANTIZING)) {
                at = applied(pass, at).model();
                continue;
            }
            Model floats = context.laboratory().inferShapes(at);
            PassOutcome outcome = applied(pass, floats);
            Pass settled = outcome.settled().orElse(pass);
            return new Prepared(floats, outcome.model(), new Step(QUANTIZING, Passes.options(settled)),
                    quantized(floats, outcome.model()));
        }
        throw Problem.error("nothing-to-search", recipe.name(), "the recipe quantizes nothing statically",
                "Use static-int8, or a recipe with the pass " + QUANTIZING + ".").toException();
    }

    private PassOutcome applied(Pass pass, Model model) {
        PassOutcome outcome = pass.apply(model, context);
        ProblemException.throwErrors(outcome.problems());
        return outcome;
    }

    /// The nodes whose weights are behind a DequantizeLinear now, and were constants before.
    private static List<Node> quantized(Model floats, Model quantized) {
        Map<String, Node> producers = new HashMap<>();
        quantized.graph().nodes().forEach(n -> n.outputs().forEach(o -> producers.put(o, n)));
        Map<String, Node> after = new HashMap<>();
        quantized.graph().nodes().stream().filter(n -> n.input(1).map(producers::get)
                .filter(p -> p.is("DequantizeLinear")).isPresent()).forEach(n -> after.put(selector(n), n));
        return floats.graph().nodes().stream()
                .filter(n -> n.input(1).flatMap(floats.graph()::constant).isPresent())
                .filter(n -> Optional.ofNullable(after.get(selector(n))).filter(a -> a.opType().equals(n.opType()))
                        .isPresent())
                .toList();
    }

    /// What selects this node among all.
    static String selector(Node node) {
        return node.name().isEmpty() ? node.outputs().getFirst() : node.name();
    }

    Sensitivities of(String name, Prepared prepared) {
        List<Sensitivities.Layer> layers = new ArrayList<>();
        Map<String, Sensitivities.Saved> saved = new HashMap<>();
        Reading<String> timed = times(prepared, saved);
        long start = System.nanoTime();
        double whole;
        int samples;
        try (Trial trial = new Trial(prepared.floats(), context, calibration.samples(), 0, MOST_SAMPLES)) {
            if (!trial.isPossible()) {
                throw Problem.error("outputs-not-float", name, "the model has no float outputs to compare",
                        "Layers cannot be told apart by the outputs of this model.").toException();
            }
            whole = trial.db(prepared.quantized());
            samples = trial.samples();
            for (Node node : prepared.nodes()) {
                progress(layers.size(), prepared.nodes().size(), start);
                layers.add(layer(node, alone(node, prepared, trial), prepared, saved, timed));
            }
        }
        SortedMap<String, Object> options = prepared.step().options();
        return new Sensitivities(name, samples, options.get("method") + ("mse".equals(options.get("weight-method"))
                ? " with least-error weights"
                : ""), whole, timed, layers);
    }

    private void progress(int done, int all, long start) {
        context.cancellation().throwIfCancelled();
        context.progress().progress(new Progress("quantizing layer " + (done + 1) + " of " + all + " alone",
                (double) done / all, done == 0
                        ? OptionalLong.empty()
                        : OptionalLong.of((System.nanoTime() - start) / done * (all - done))));
    }

    private double alone(Node node, Prepared prepared, Trial trial) {
        Pass pass = Passes.of(prepared.with(Map.of("include", List.of(selector(node)), "operators", "core")));
        PassContext quiet = new PassContext(context.laboratory(), context.calibration(), context.target(),
                context.scratch(), Progress.Listener.NONE, context.cancellation());
        PassOutcome outcome = pass.apply(prepared.floats(), quiet);
        return trial.db(outcome.model());
    }

    private static Sensitivities.Layer layer(Node node, double db, Prepared prepared,
            Map<String, Sensitivities.Saved> saved, Reading<String> timed) {
        Sensitivities.Saved own = saved.get(node.label());
        Reading<Sensitivities.Saved> reading = own != null
                ? Reading.known(own, "profiled side by side")
                : Reading.unknown(timed instanceof Reading.Unknown<String>(String why)
                        ? why
                        : "the runtime has made it part of another operator");
        long parameters = node.input(1).flatMap(prepared.floats().graph()::constant).map(TensorData::elements)
                .orElse(0L);
        return new Sensitivities.Layer(selector(node), node.operator(), db, reading, parameters);
    }

    /// What each layer saves when all are quantized, by its label.
    private Reading<String> times(Prepared prepared, Map<String, Sensitivities.Saved> saved) {
        if (stopwatch.isEmpty()) {
            return Reading.unknown("no times were asked for");
        }
        Path before = context.scratch().resolve("sensitivity-float.onnx");
        Path after = context.scratch().resolve("sensitivity-int8.onnx");
        OnnxWriter.write(prepared.floats(), before);
        OnnxWriter.write(prepared.quantized(), after);
        List<OperatorProfile> profiles = stopwatch.get().profile(List.of(before, after));
        ProfileComparison comparison = ProfileComparison.of(profiles.getFirst(), profiles.getLast(),
                prepared.floats(), prepared.quantized());
        comparison.pairs().forEach(p -> saved.put(p.label(), new Sensitivities.Saved(p.gainNs(), p.isShown())));
        return Reading.known(profiles.getFirst().origin().session().intraOpThreads() + " threads, nodes take "
                + Math.round(profiles.getLast().nodesNs() / 1e3) + " µs in place of "
                + Math.round(profiles.getFirst().nodesNs() / 1e3) + " µs a query", "profiled side by side");
    }
}
