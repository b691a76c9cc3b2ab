package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.base.Problem;
import dev.lathe.graph.Model;
import dev.lathe.optimize.OptimizationTarget;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.Range;
import dev.lathe.optimize.prune.ChannelPruning;
import dev.lathe.optimize.prune.Importance;
import dev.lathe.optimize.prune.PrunedMark;
import dev.lathe.optimize.prune.PruningRequest;
import dev.lathe.optimize.prune.PruningRequest.Amount;
import dev.lathe.optimize.quantize.Selection;
import dev.lathe.optimize.quantize.Weighted;
import dev.lathe.profile.kernels.KernelWidths;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Cuts whole channels, neurons and attention heads out of the graph, and lets the layers behind make up for them.
///
/// Matches: channels that constant weights make and constant weights sum up, through everything that hands them on; see
/// [dev.lathe.optimize.prune.DependencyGraph]. Keeps: inputs, outputs, names, and channels that a node needs whole, which it lists
/// with the reason. Adds: biases where a layer has none and wants one. Error: what is cut, less what least squares on calibration
/// activations make up for; the pass says both. Put it before quantization, never behind. Source: Fang et al., "DepGraph" (2023);
/// Kurtic et al., "ZipLM" (2023).
///
/// Before: `Conv(x, w[64,3,3,3]) -> a; Relu(a) -> r; Conv(r, v[32,64,3,3]) -> y`.
/// After: `Conv(x, w[48,3,3,3]) -> a; Relu(a) -> r; Conv(r, v'[32,48,3,3], b') -> y`.
///
/// @param ratio the part of each group's channels that is cut, where none of `macs`, `time` and `max-error` is given
/// @param ratios the same for single groups, by name or glob, instead of `ratio`
/// @param macs the part of all multiply-accumulates that is cut: where outputs suffer least from it, measured group by group
/// @param time the part of the operators' time on this machine that is cut, likewise; for each operator is measured what it takes,
///     and it is taken to fall as what it computes does. In place of `macs`
/// @param maxError what the outputs may suffer on calibration samples: squared error as a part of what they vary by; 0 for
///     whatever `macs` or `time` takes
/// @param uniform whether `macs` takes the same part of each group, without measuring
/// @param importance which channels of a group go first: `l1` or `l2` of their weights, `geometric-median`, `activation-variance`,
///     or `reconstruction`, what the layers that read them lose; the last two need calibration data
/// @param roundTo widths that stay are multiples of this, of less where a group is narrow; 0 for what this machine's kernels like,
///     measured once, or 8 where it is not measured
/// @param recovery whether layers behind a cut are fitted to the original's outputs on calibration data
/// @param samples how many calibration samples are used at most
/// @param include node names, operator types or globs: only channels that these make; all where it is empty
/// @param exclude node names, operator types or globs: not channels that these make
@AutoService(Pass.class)
public record PruneChannels(@Range(min = 0, max = 1) double ratio, SortedMap<String, Double> ratios,
        @Range(min = 0, max = 1) double macs, @Range(min = 0, max = 1) double time,
        @Range(min = 0, max = 1) double maxError, boolean uniform, Importance importance,
        @Range(min = 0, max = 256) int roundTo, boolean recovery,
        @Range(min = 1, max = 4096) int samples, List<String> include, List<String> exclude) implements Pass {
    // more components than a record has elsewhere: each is an option of its own, and options are flat
    private static final double DEFAULT_RATIO = 0.25;
    private static final int DEFAULT_SAMPLES = 256;

    /// Checks the numbers and copies the collections.
    public PruneChannels {
        part("ratio", ratio);
        part("macs", macs);
        part("time", time);
        part("max-error", maxError);
        if (macs > 0 && time > 0) {
            throw new IllegalArgumentException("macs (" + macs + ") and time (" + time
                    + ") are two goals: give one of them");
        }
        ratios.forEach((name, value) -> part("ratios of " + name, value));
        if (roundTo < 0 || roundTo > 256) {
            throw new IllegalArgumentException("round-to must be in 0..256, and is " + roundTo);
        }
        if (samples < 1 || samples > 4096) {
            throw new IllegalArgumentException("samples must be in 1..4096, and is " + samples);
        }
        ratios = Collections.unmodifiableSortedMap(new TreeMap<>(ratios));
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    /// A quarter of each group, by what its readers lose.
    public PruneChannels() {
        this(DEFAULT_RATIO, new TreeMap<>(), 0, 0, 0, false, Importance.RECONSTRUCTION, 0, true,
                DEFAULT_SAMPLES, List.of(), List.of());
    }

    private static void part(String option, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(option + " must be in 0..1, and is " + value
                    + (value >= 2 && value <= 100 ? ": write " + value / 100 + " for " + value + " %" : ""));
        }
    }

    @Override
    public PassInfo info() {
        return new PassInfo("prune-channels",
                "cut whole channels, neurons and heads; the layers behind make up for them on calibration data",
                PassInfo.Fidelity.REMADE);
    }

    @Override
    public List<Problem> check(Model model, OptimizationTarget target) {
        Optional<Problem> quantized = Weighted.quantizedAlready(model.graph());
        if (quantized.isPresent()) {
            return List.of(Problem.error("quantized-before-pruned", quantized.get().where(),
                    quantized.get().what() + ", and rounded weights cannot make up for what is cut",
                    "Prune the float model and quantize the result, as the preset pruned-int8 does."));
        }
        return PrunedMark.of(model).map(note -> List.of(Problem.error("already-pruned", "",
                "the model was pruned already: " + note,
                "Start from the model it was made of, and ask for all that is to go at once."))).orElse(List.of());
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        List<Problem> problems = check(model, context.target());
        if (!problems.isEmpty()) {
            return PassOutcome.failed(model, problems.toArray(Problem[]::new));
        }
        return pruning(model, context).run();
    }

    /// The pruning that it does, to be asked beforehand what it would do.
    public ChannelPruning pruning(Model model, PassContext context) {
        return pruning(model, context, new TreeMap<>());
    }

    private ChannelPruning pruning(Model model, PassContext context, SortedMap<String, Double> nodeNs) {
        return new ChannelPruning(model, context, new PruningRequest(amount(nodeNs), importance,
                roundTo == 0 ? KernelWidths.USUAL : roundTo, recovery, samples,
                new Selection(include, exclude)::matches));
    }

    private Amount amount(SortedMap<String, Double> nodeNs) {
        if (time > 0) {
            return new Amount.CheapestTime(time, maxError, nodeNs);
        }
        if (macs == 0 && maxError == 0) {
            return new Amount.Ratio(ratio, ratios);
        }
        return uniform ? new Amount.EvenMacs(macs) : new Amount.CheapestMacs(macs == 0 ? 1 : macs, maxError);
    }

    /// The same with widths that a machine likes, where it left that open.
    public PruneChannels roundedTo(int multiple) {
        return new PruneChannels(ratio, ratios, macs, time, maxError, uniform, importance,
                roundTo == 0 ? multiple : roundTo, recovery, samples, include, exclude);
    }

    /// The same with the part of each group that its goal in time comes to on this model.
    ///
    /// @param model as the steps before leave it
    /// @param nodeNs what each node takes on this machine, in nanoseconds, by its label
    public PruneChannels timed(Model model, PassContext context, SortedMap<String, Double> nodeNs) {
        return new PruneChannels(0, pruning(model, context, nodeNs).ratios(), 0, 0, 0, uniform, importance, roundTo,
                recovery, samples, include, exclude);
    }
}
