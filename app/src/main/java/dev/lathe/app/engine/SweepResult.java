package dev.lathe.app.engine;

import dev.lathe.app.engine.store.RunId;
import dev.lathe.base.Problem;
import dev.lathe.base.Reading;
import dev.lathe.base.Severity;
import dev.lathe.profile.Bench;
import dev.lathe.profile.Plan;
import dev.lathe.profile.stats.Comparison;
import dev.lathe.profile.stats.RatioInterval;
import java.util.List;
import java.util.Optional;

/// What `measure` or `compare` found.
///
/// @param run the run in the history
/// @param request what was asked
/// @param plan how it was measured
/// @param rows one for each setup, the anchor first, which has no ratio
/// @param cells one for each chosen cell
/// @param comparison each setup against each, by the latency of single queries, or under the one load that all were measured
///        under; empty where fewer than two were measured
/// @param context what the figures rest on
public record SweepResult(RunId run, MeasureRequest request, Plan plan, List<VariantResult> rows,
        List<CellResult> cells, Optional<Comparison> comparison, Context context) {

    /// Copies the lists.
    public SweepResult {
        rows = List.copyOf(rows);
        cells = List.copyOf(cells);
    }

    /// The first under a load against its own copy: what ratios under this load can tell apart.
    public record Again(String load, Reading<RatioInterval> ratio) {}

    /// What the figures rest on.
    ///
    /// @param again the anchor against itself, by group: what each group can tell apart
    /// @param loads the same under other loads
    /// @param caveats what may have disturbed the figures
    /// @param surroundings before and after each fork that this call measured
    /// @param memoryLimit by what the workers' memory was limited, in words; empty if it was not
    public record Context(List<Reading<RatioInterval>> again, List<Again> loads, List<Problem> caveats,
            List<Bench.Surroundings> surroundings, String memoryLimit) {

        /// Copies the lists.
        public Context {
            again = List.copyOf(again);
            loads = List.copyOf(loads);
            caveats = List.copyOf(caveats);
            surroundings = List.copyOf(surroundings);
        }
    }

    /// Whether something went wrong with a cell; one that the budget or the model's inputs leave out is no failure.
    public boolean hasFailures() {
        return cells.stream().flatMap(cell -> cell.failure().stream())
                .anyMatch(problem -> problem.severity() == Severity.ERROR);
    }
}
