package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.base.Problem;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.optimize.Calibration;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.quantize.BiasCorrection;
import dev.lathe.profile.statistics.ChannelStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Takes out of the biases what rounding the weights added to the mean of each output.
///
/// Matches: Conv and Gemm with weights behind a DequantizeLinear that quantize-static put there earlier in the same recipe.
/// Keeps: weights and scales. Adds: a bias where there was none. Error: what stays is the noise about the mean; at the edges
/// of padded images the mean itself is not quite met. Needs calibration data. Source: "Data-Free Quantization Through Weight
/// Equalization and Bias Correction" (Nagel and others, 2019), with means that were measured.
///
/// Before: `y = W8 x + b`. After: `y = W8 x + b - (W8 - W) mean(x)`.
@AutoService(Pass.class)
public record CorrectBias() implements Pass {

    @Override
    public PassInfo info() {
        return new PassInfo("correct-bias",
                "take out of the biases what rounded weights added to the mean of the outputs",
                PassInfo.Fidelity.APPROXIMATE);
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        Optional<Model> exact = context.exact();
        if (exact.isEmpty()) {
            return PassOutcome.unchanged(model);
        }
        BiasCorrection correction = new BiasCorrection(exact.get().graph(), model.graph());
        List<Node> nodes = correction.nodes();
        if (nodes.isEmpty()) {
            return PassOutcome.unchanged(model);
        }
        Optional<Calibration> calibration = context.calibration().filter(c -> c.count() > 0);
        if (calibration.isEmpty()) {
            return PassOutcome.failed(model, Problem.error("no-calibration-data", "",
                    "bias correction needs calibration data and got none",
                    "Give --data with samples of real inputs, or leave correct-bias out."));
        }
        List<String> inputs = nodes.stream().map(n -> n.inputs().getFirst()).distinct().toList();
        Map<String, ChannelStatistics> channels = new HashMap<>();
        context.laboratory()
                .observeExtremes(context.laboratory().inferShapes(exact.get()), calibration.get().samples(), inputs,
                        context.progress())
                .all().forEach(
                        (value, seen) -> seen.channels().ifPresent(
                                c -> channels.put(value, c)));
        context.cancellation().throwIfCancelled();
        BiasCorrection.Result result = correction.correct(channels);
        return PassOutcome.of(model, model.withGraph(result.graph()), result.corrected(), "biases corrected");
    }
}
