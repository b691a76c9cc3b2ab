package dev.lathe.app.engine;

import dev.lathe.app.engine.store.RunId;
import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.profile.Block;
import dev.lathe.profile.sweep.Cell;
import java.nio.file.Path;

/// What happens during a job, in order. The command line writes these as JSON lines, the window shows them.
public sealed interface WorkbenchEvent {

    /// A job has begun.
    ///
    /// @param resumed whether it goes on with what an interrupted run has measured
    record Started(String verb, Path model, RunId run, boolean resumed) implements WorkbenchEvent {}

    /// The job is further.
    record Progressed(Progress progress) implements WorkbenchEvent {}

    /// Something is wrong or worth knowing; the job goes on.
    record ProblemFound(Problem problem) implements WorkbenchEvent {}

    /// A variant is there (or could not be made), with its score as far as it is known.
    record VariantMade(VariantResult variant) implements WorkbenchEvent {}

    /// A block was measured.
    record BlockMeasured(Block block) implements WorkbenchEvent {}

    /// A variant's figures are complete.
    record VariantMeasured(VariantResult variant) implements WorkbenchEvent {}

    /// What happens to the cells of a sweep.
    sealed interface OfCell extends WorkbenchEvent {
        /// Which one.
        Cell cell();
    }

    /// A cell's first block runs.
    record CellStarted(Cell cell) implements OfCell {}

    /// A cell's figures are complete.
    record CellFinished(Cell cell, CellResult result) implements OfCell {}

    /// A cell cannot be measured; the sweep goes on.
    record CellFailed(Cell cell, Problem cause) implements OfCell {}

    /// The job is done.
    record Finished(AutoResult result) implements WorkbenchEvent {}
}
