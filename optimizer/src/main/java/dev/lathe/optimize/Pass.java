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
