package dev.lathe.optimize;

import dev.lathe.base.Problem;
import dev.lathe.graph.Model;
import java.util.List;

/// One change to a model. A record whose components are its options, with a public constructor without arguments for the
/// defaults, and `@AutoService(Pass.class)`: that is all it takes to be found, listed, configured and tested.
///
/// A pass keeps names, types and shapes of the graph's inputs and outputs, leaves alone what it does not understand
/// (subgraphs, functions, operators of other domains), gives the same result for the same model, and changes nothing when
/// it is applied to its own result.
public interface Pass {

    /// Who this pass is.
    PassInfo info();

    /// What the pass with these options declares of the outputs, on data like that which calibrated it: the least
    /// signal-to-noise ratio of the worst output, in dB; 80 where the outputs are the same up to rounding, minus infinity where
    /// it promises nothing and only a score can tell. A test holds every pass to it, on every model there is.
    default double leastDb() {
        return switch (info().fidelity()) {
            case SAME -> 80;
            case APPROXIMATE, REMADE -> Double.NEGATIVE_INFINITY;
        };
    }

    /// Why the pass cannot be applied to this model for this target; empty if it can. Quick, without running anything.
    default List<Problem> check(Model model, OptimizationTarget target) {
        return List.of();
    }

    /// Applies the pass. Blocks while the laboratory works.
    ///
    /// @return the new model, which is the same object where nothing changed; problems that are errors mean that the pass
    ///     could not do its work, and the model is the old one
    /// @throws dev.lathe.base.ProblemException for what the laboratory finds wrong
    /// @throws java.util.concurrent.CancellationException if the job was cancelled
    PassOutcome apply(Model model, PassContext context);
}
