package dev.lathe.profile;

import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.graph.Model;
import dev.lathe.profile.statistics.CalibrationStatistics;
import dev.lathe.profile.tensor.Tensor;
import dev.lathe.profile.tensor.TensorPack;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// Runs models for their results: checks, conversions, constants, ranges, outputs. Nothing here is timed.
/// The work is done in a worker process, so that native code that fails takes no work with it. All methods block, throw
/// [dev.lathe.base.ProblemException] for what is wrong with the model or the data (a worker that crashed included) and
/// [java.util.concurrent.CancellationException] when the job was cancelled.
public interface Laboratory {

    /// What ONNX's official checker says against the model; empty if it is valid.
    Optional<Problem> check(Model model);

    /// Whether the runtime loads the model; the reason if not.
    Optional<Problem> load(Model model);

    /// The model with types and shapes of its inner values declared, as far as they can be inferred.
    Model inferShapes(Model model);

    /// The model at another version of ONNX's own operator set, by the official converter.
    Model convert(Model model, int opset);

    /// The outputs of a model that has no inputs: how constants are folded.
    SequencedMap<String, Tensor> constants(Model model);

    /// What each of these float values of the graph was over all samples: extremes, histograms, figures by channel, from
    /// which every method chooses its ranges. The values need not be outputs. What was asked before for the same model and
    /// data is not computed again.
    ///
    /// @param inputs one sample a run
    /// @throws dev.lathe.base.ProblemException for samples that do not fit the model or hold NaN, naming sample and input
    CalibrationStatistics observe(Model model, TensorPack inputs, List<String> values,
            Progress.Listener progress);

    /// The same without histograms, which takes half the time; they are there all the same where they were counted before.
    default CalibrationStatistics observeExtremes(Model model, TensorPack inputs, List<String> values,
            Progress.Listener progress) {
        return observe(model, inputs, values, progress);
    }

    /// Runs every sample and writes the outputs (tensors only) as samples of a new pack.
    ///
    /// @param outputs names of the outputs to keep
    /// @param out where the pack goes
    TensorPack evaluate(Model model, TensorPack inputs, List<String> outputs, Path out, Progress.Listener progress);

    /// How near a model with further inputs comes to reference outputs, for each of several settings of those inputs: how
    /// scales are tried out without opening a model for each.
    ///
    /// @param settings the further inputs, one setting a sample
    /// @param inputs the other inputs, one sample a run
    /// @param reference the outputs to come near to, one sample for each of the inputs
    /// @return for each setting the signal to noise ratio of the worst output, in dB
    double[] compare(Model model, TensorPack settings, TensorPack inputs, TensorPack reference,
            Progress.Listener progress);
}
