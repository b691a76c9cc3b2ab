package dev.lathe.optimize;

import dev.lathe.base.Problem;
import java.util.List;

/// What one step of a recipe did.
///
/// @param pass the pass's id
/// @param changes in words with counts; empty where there was nothing to do
/// @param problems warnings and notes
public record StepReport(String pass, List<PassOutcome.Change> changes, List<Problem> problems) {

    /// Copies the lists.
    public StepReport {
        changes = List.copyOf(changes);
        problems = List.copyOf(problems);
    }
}
