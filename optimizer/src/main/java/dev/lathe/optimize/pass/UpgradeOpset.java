package dev.lathe.optimize.pass;

import com.google.auto.service.AutoService;
import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.graph.Model;
import dev.lathe.optimize.Pass;
import dev.lathe.optimize.PassContext;
import dev.lathe.optimize.PassInfo;
import dev.lathe.optimize.PassOutcome;
import java.util.List;

/// Raises the model to a version of ONNX's operator set, by the official converter.
///
/// Matches: models that import ONNX's operators at a lower version. Keeps: names, weights, models of other domains only,
/// and models with functions of their own, which the converter does not convert (a warning says so). Adds: what the
/// converter adds. Error: none. Source: ONNX's version converter.
///
/// @param minVersion the version to reach, at least 7
@AutoService(Pass.class)
public record UpgradeOpset(int minVersion) implements Pass {
    private static final int OLDEST = 7;
    private static final int DEFAULT = 13;

    /// Checks the version.
    public UpgradeOpset {
        if (minVersion < OLDEST) {
            throw new IllegalArgumentException("min-version must be 7 or more, and is " + minVersion);
        }
    }

    /// Opset 13, which per-channel QuantizeLinear needs.
    public UpgradeOpset() {
        this(DEFAULT);
    }

    @Override
    public PassInfo info() {
        return new PassInfo("upgrade-opset", "raise the model to a version of ONNX's operator set",
                PassInfo.Fidelity.SAME);
    }

    @Override
    public PassOutcome apply(Model model, PassContext context) {
        if (model.opset() == 0 || model.opset() >= minVersion) {
            return PassOutcome.unchanged(model);
        }
        if (!model.functions().isEmpty()) {
            return new PassOutcome(model, List.of(), List.of(Problem.warning("opset-kept", "",
                    "the model stays at opset " + model.opset()
                            + ", because it has functions of its own, which the converter does not convert",
                    "Export it with opset " + minVersion + " or later.")));
        }
        try {
            Model converted = context.laboratory().convert(model, minVersion);
            // the converter forgets what is declared about inputs and outputs that are no tensors
            converted = converted.withGraph(converted.graph().withInputs(model.graph().inputs())
                    .withOutputs(model.graph().outputs()));
            return PassOutcome.of(model, converted, 1, "opset raised: " + model.opset() + " to " + minVersion);
        } catch (ProblemException e) {
            return PassOutcome.failed(model, e.problems().toArray(Problem[]::new));
        }
    }
}
