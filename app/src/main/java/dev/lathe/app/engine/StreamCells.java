package dev.lathe.app.engine;

import dev.lathe.base.Problem;
import dev.lathe.base.Progress;
import dev.lathe.profile.Bench;
import dev.lathe.profile.BenchLog;
import dev.lathe.profile.Block;
import dev.lathe.profile.Plan;
import dev.lathe.profile.Subject;
import dev.lathe.profile.WorkerSettings;
import dev.lathe.profile.sweep.Cell;
import dev.lathe.profile.sweep.Setup;
import dev.lathe.profile.sweep.Sweep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// The cells of a sweep whose queries follow one another: measured by a bench, group by group, in turns with the anchor.
final class StreamCells {
    private final Workbench workbench;
    private final MeasureRequest request;
    private final Sweep sweep;
    private final Plan plan;
    private final Subjects subjects;
    private final JobContext job;
    private final Set<Cell> failed = new HashSet<>();
    private final Set<Cell> begun = new HashSet<>();

    /// How a setup becomes something that a worker can be opened for.
    @FunctionalInterface
    interface Subjects {
        /// The subject of a setup.
        ///
        /// @param batches batch sizes beside 1 that it gets queries of
        Subject of(String key, Setup setup, Set<Integer> batches);
    }

    StreamCells(Workbench workbench, MeasureRequest request, Sweep sweep, Plan plan, Subjects subjects,
            JobContext job) {
        this.workbench = workbench;
        this.request = request;
        this.sweep = sweep;
        this.plan = plan;
        this.subjects = subjects;
        this.job = job;
    }

    /// Measures what the log does not have.
    SweepReport run(BenchLog log, WorkerSettings workers, int itemsPerQuery) {
        SweepReport report = new SweepReport(request, sweep, plan, itemsPerQuery, log, workbench.host());
        for (int g = 0; g < sweep.groups().size(); g++) {
            Map<String, Setup> byKey = keys(g);
            Bench bench = new Bench(workers, workbench.host(), job.cancellation());
            report.add(g, bench.run(subjects(g), sweep.plan(plan, g), new GroupLog(log, g), new Watching(g, byKey)));
            for (CellResult cell : report.cells(g)) {
                if (cell.failure().isEmpty()) {
                    job.emit().accept(new WorkbenchEvent.CellFinished(cell.cell(), cell));
                } else if (failed.add(cell.cell())) {
                    job.emit().accept(new WorkbenchEvent.CellFailed(cell.cell(), cell.failure().get()));
                }
            }
        }
        return report;
    }

    private String anchorKey(int group) {
        return SweepReport.anchorKey(request.grid().name(sweep.anchor()), group);
    }

    /// Setups of a group by their subjects' keys.
    private Map<String, Setup> keys(int group) {
        Map<String, Setup> keys = new HashMap<>();
        keys.put(anchorKey(group), sweep.anchor());
        sweep.groups().get(group).keySet().forEach(setup -> keys.put(request.grid().name(setup), setup));
        return keys;
    }

    private List<Subject> subjects(int group) {
        List<Subject> list = new ArrayList<>();
        Subject anchor = subjects.of(anchorKey(group), sweep.anchor(), sweep.anchorBatches());
        list.add(anchor);
        list.add(anchor.again());
        sweep.groups().get(group).forEach(
                (setup, batches) -> list.add(subjects.of(request.grid().name(setup), setup, batches)));
        return list;
    }

    /// Tells of cells what the bench tells of blocks.
    private final class Watching implements Bench.Watch {
        private final int group;
        private final Map<String, Setup> byKey;

        Watching(int group, Map<String, Setup> byKey) {
            this.group = group;
            this.byKey = byKey;
        }

        private Optional<Cell> cell(String subject, int batch) {
            return Optional.ofNullable(byKey.get(subject)).map(setup -> new Cell(setup, batch))
                    .filter(request.cells()::contains);
        }

        @Override
        public void block(Block block) {
            cell(block.key().subject(), block.key().batch()).filter(begun::add)
                    .ifPresent(c -> job.emit().accept(new WorkbenchEvent.CellStarted(c)));
            job.emit().accept(new WorkbenchEvent.BlockMeasured(block));
        }

        @Override
        public void failed(String subject, int batch, Problem cause) {
            cell(subject, batch).filter(failed::add)
                    .ifPresent(c -> job.emit().accept(new WorkbenchEvent.CellFailed(c, cause)));
        }

        @Override
        public void progress(Progress progress) {
            int groups = sweep.groups().size();
            long later = 0;
            for (int g = group + 1; g < groups; g++) {
                later += sweep.predictedNs(plan, g, Map.of());
            }
            OptionalLong left = progress.remainingNs();
            job.progress().progress(new Progress(
                    (groups > 1 ? "group " + (group + 1) + " of " + groups + ": " : "") + progress.step(),
                    (group + progress.fraction()) / groups,
                    left.isPresent() ? OptionalLong.of(left.getAsLong() + later) : left));
        }
    }
}
