package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.base.Problem;
import dev.lathe.graph.Model;
import dev.lathe.graph.Node;
import dev.lathe.optimize.OptimizationTarget;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import dev.lathe.optimize.calibrate.RangeMethod;
import dev.lathe.optimize.quantize.ActivationForm;
import dev.lathe.optimize.quantize.IntegerType;
import dev.lathe.optimize.quantize.NodeOptions;
import dev.lathe.optimize.quantize.Placement;
import dev.lathe.optimize.quantize.Selection;
import dev.lathe.optimize.quantize.StaticQuantization;
import dev.lathe.optimize.quantize.WeightForm;
import dev.lathe.optimize.quantize.Weighted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

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
/// @param method how ranges are chosen: `min-max`, `moving-average`, `percentile`, `entropy`, `mse`; or by the outputs of the
///     model on a few calibration samples: `auto`, one of them for all values, or `best`, for each value by itself
/// @param percentile for the method `percentile`: how many of 100 elements lie within the range
/// @param activationType integers of activations: `u8`, `s8`, `u16` or `s16`; 16 bits need opset 21, and no CPU kernel is
///     faster for them
/// @param symmetric ranges of activations as wide below zero as above, as GPUs want them; on CPUs slower and less exact
/// @param perChannel one weight scale per output channel instead of one per weight
/// @param weightBits 8, or 7 where 8-bit sums saturate; 0 lets the target decide
/// @param weightType integers of weights: `s8`, or `u8` with zero point 128
/// @param weightMethod scales of weights: `min-max` holds the largest weight, `mse` has the least squared error; `auto` lets the
///     outputs decide where they decide about the method, and is `min-max` elsewhere
/// @param leadingConvs whether Conv operators at the image's end, with at most 4 input channels per group, are quantized too;
///     they are usually slower then
/// @param fewestDb values that would be told with less than this signal to noise, as the mean over their channels in
///     dB, stay float; 0 for none
/// @param opTypes operator types that may be quantized; all where it is empty
/// @param include node names, operator types or globs: only these; all where it is empty
/// @param exclude node names, operator types or globs: not these
/// @param overrides what is done otherwise for some: by value, node name, operator type or glob, any of `min`, `max`, `type`,
///     `symmetric`, `method`, `weight-bits`, `per-channel`
@AutoService(Pass.class)
public record QuantizeStatic(Operators operators, RangeMethod method, double percentile, IntegerType activationType,
        boolean symmetric, boolean perChannel, int weightBits, IntegerType weightType, RangeMethod weightMethod,
        boolean leadingConvs, double fewestDb, List<String> opTypes, List<String> include, List<String> exclude,
        SortedMap<String, NodeOptions> overrides) implements Pass {
    // more components than a record has elsewhere: each is an option of its own, and options are flat
    private static final int OPSET = 13;
    private static final int OPSET_16_BITS = 21;

    /// Which operators are quantized besides Conv, Gemm and MatMul.
    public enum Operators {
        AUTO, ALL, CORE
    }

    /// Checks the numbers and copies the lists.
    public QuantizeStatic {
        if (weightBits != 0 && weightBits != 7 && weightBits != 8) {
            throw new IllegalArgumentException("weight-bits must be 0, 7 or 8, and is " + weightBits);
        }
        if (!(percentile > 50 && percentile <= 100)) {
            throw new IllegalArgumentException("percentile must be above 50 and at most 100, and is " + percentile);
        }
        if (weightType != IntegerType.S8 && weightType != IntegerType.U8) {
            throw new IllegalArgumentException("weight-type must be s8 or u8, and is " + weightType);
        }
        if (!Set.of(RangeMethod.MIN_MAX, RangeMethod.MSE, RangeMethod.AUTO).contains(weightMethod)) {
            throw new IllegalArgumentException(
                    "weight-method must be min-max, mse or auto, and is " + weightMethod.label());
        }
        opTypes = List.copyOf(opTypes);
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
        overrides = Collections.unmodifiableSortedMap(new TreeMap<>(overrides));
    }

    /// Everything that pays, per channel.
    public QuantizeStatic() {
        this(Operators.AUTO, RangeMethod.AUTO, 99.99, IntegerType.U8, false, true, 0, IntegerType.S8,
                RangeMethod.AUTO, false, 0, List.of(), List.of(), List.of(), new TreeMap<>());
    }

    @Override
    public PassInfo info() {
        return new PassInfo("quantize-static",
                "8-bit weights and activations with ranges from calibration data: for Conv, Gemm and MatMul",
                PassInfo.Fidelity.APPROXIMATE);
    }

    /// The lowest seen is 25, of a network of depthwise convolutions.
    @Override
    public double leastDb() {
        return 20;
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
        boolean wide = activationType.isWide()
                || overrides.values().stream().map(NodeOptions::type).anyMatch(t -> t != null && t.isWide());
        if (wide && model.opset() < OPSET_16_BITS) {
            return List.of(Problem.error("opset-too-low", "", "the model has opset " + model.opset()
                    + ", and QuantizeLinear to 16 bits needs " + OPSET_16_BITS,
                    "Put upgrade-opset with min-version 21 before this pass."));
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
        StaticQuantization quantization = new StaticQuantization(model, context, context.calibration().orElseThrow(),
                request(context.target()));
        PassOutcome outcome = quantization.run();
        // ranges that were tuned one by one are no option
        return method == RangeMethod.BEST ? outcome : outcome.settledAs(settled(quantization.decided()));
    }

    private QuantizeStatic settled(StaticQuantization.Decided decided) {
        return new QuantizeStatic(decided.full() ? Operators.ALL : Operators.CORE, decided.method(), percentile,
                activationType, symmetric, perChannel, weightBits, weightType,
                decided.leastErrorWeights() ? RangeMethod.MSE : RangeMethod.MIN_MAX, leadingConvs, fewestDb, opTypes,
                include, exclude, overrides);
    }

    private StaticQuantization.Request request(OptimizationTarget target) {
        Placement.Extent all = new Placement.Extent(true, leadingConvs);
        Placement.Extent core = new Placement.Extent(false, leadingConvs);
        int bits = weightBits != 0 ? weightBits : target.hasInt8DotProduct() ? 8 : 7;
        return new StaticQuantization.Request(switch (operators) {
            case AUTO -> List.of(all, core);
            case ALL -> List.of(all);
            case CORE -> List.of(core);
        }, this::isSelected, new ActivationForm(activationType, symmetric, method, percentile, overrides),
                new WeightForm(perChannel, bits, weightType == IntegerType.U8, weightMethod == RangeMethod.MSE),
                weightMethod == RangeMethod.AUTO, fewestDb);
    }
}
