package dev.lathe.optimize;

import dev.lathe.base.Problem;
import dev.lathe.base.ProblemException;
import dev.lathe.graph.Model;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Whether what a recipe has made is kept: the official checker accepts it and the runtime loads it. Where not, the step that
/// broke it is found by asking the same of what each step made.
///
/// @param made the model before the first step, and after each
record Acceptance(Recipe recipe, List<Model> made, PassContext context) {

    /// Copies the list.
    Acceptance {
        made = List.copyOf(made);
    }

    /// Accepts a model.
    ///
    /// @throws ProblemException `variant-unusable` if it is refused, naming the step
    void accept(Model finished) {
        refuse("the official checker refuses", finished, m -> context.laboratory().check(m));
        context.cancellation().throwIfCancelled();
        refuse("the runtime does not load", finished, m -> context.laboratory().load(m));
    }

    private void refuse(String what, Model finished, Function<Model, Optional<Problem>> question) {
        Optional<Problem> refusal = question.apply(finished);
        refusal.ifPresent(p -> {
            throw Problem.error("variant-unusable", recipe.name(), what + " " + culprit(question) + ": " + p.what(),
                    p.remedy().isEmpty() ? "Leave the variant out, or exclude the node that is named." : p.remedy())
                    .toException();
        });
    }

    private String culprit(Function<Model, Optional<Problem>> question) {
        for (int i = 0; i < made.size(); i++) {
            context.cancellation().throwIfCancelled();
            if (question.apply(made.get(i)).isPresent()) {
                return i == 0
                        ? "the model as it came, before any step"
                        : "what " + recipe.steps().get(i - 1).pass() + " made";
            }
        }
        return "the result";
    }
}
