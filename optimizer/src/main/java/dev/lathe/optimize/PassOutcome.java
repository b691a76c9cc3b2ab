package dev.lathe.optimize;

import dev.lathe.base.Problem;
import dev.lathe.base.Severity;
import dev.lathe.graph.Model;
import java.util.List;
import java.util.Optional;

/// What a pass made.
///
/// @param model the new model, or the old object where nothing changed
/// @param changes what was done, in words with counts; empty where nothing changed
/// @param problems errors if the pass could not do its work; else warnings and notes about the result
/// @param settled the same pass with everything decided that its options left open; empty where they left nothing open
public record PassOutcome(Model model, List<Change> changes, List<Problem> problems, Optional<Pass> settled) {

    /// Copies the lists.
    public PassOutcome {
        changes = List.copyOf(changes);
        problems = List.copyOf(problems);
    }

    /// What a pass made whose options left nothing open.
    public PassOutcome(Model model, List<Change> changes, List<Problem> problems) {
        this(model, changes, problems, Optional.empty());
    }

    /// The same, made by a pass that decided what its options left open.
    public PassOutcome settledAs(Pass pass) {
        return new PassOutcome(model, changes, problems, Optional.of(pass));
    }

    /// A kind of change and how often it was made: `35 BatchNormalization folded`.
    public record Change(long count, String what) {
        @Override
        public String toString() {
            return count + " " + what;
        }
    }

    /// Nothing was to be done.
    public static PassOutcome unchanged(Model model) {
        return new PassOutcome(model, List.of(), List.of());
    }

    /// The pass could not do its work.
    public static PassOutcome failed(Model model, Problem... problems) {
        return new PassOutcome(model, List.of(), List.of(problems));
    }

    /// A change of one kind; the old model where the count is 0.
    public static PassOutcome of(Model before, Model after, long count, String what) {
        return count == 0
                ? unchanged(before)
                : new PassOutcome(after, List.of(new Change(count, what)), List.of());
    }

    /// Whether the pass could not do its work.
    public boolean hasFailed() {
        return problems.stream().anyMatch(p -> p.severity() == Severity.ERROR);
    }
}
